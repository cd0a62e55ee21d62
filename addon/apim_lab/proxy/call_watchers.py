"""Who is told of the calls: the terminal or the log, the metrics, the live page; as the options ask."""

import itertools
import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from mitmproxy.log import ALERT
from mitmproxy.master import Master
from mitmproxy.tools.dump import DumpMaster

from apim_lab.livepage.board import Operated
from apim_lab.livepage.server import Page, PageSettings
from apim_lab.policy.context import Context
from apim_lab.tracing.call import Call
from apim_lab.tracing.trace import Trace
from apim_lab.watchers.json_log import JsonLog
from apim_lab.watchers.metrics import Metrics
from apim_lab.watchers.otlp import Otlp
from apim_lab.watchers.terminal import Terminal

QUIET_VERBOSITY = "error"
"""The verbosity that `mitmdump --quiet` sets."""

logger = logging.getLogger("apim")


class Watcher(Protocol):
    """Is told of every call that is over."""

    def ended(self, call: Call) -> None: ...


class CallWatchers:
    """Numbers the calls, and tells those who watch of what happens to them."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self._watchers: list[Watcher] = []
        self._closers = ExitStack()
        self._numbers = itertools.count(1)

    # ---- who is told -----------------------------------------------------------------------------------------

    def open_log(self, master: Master) -> None:
        """Write a line of each call as `apim_log` asks; from the start on, so that JSON is all that is written."""
        termlog = master.addons.get("termlog")
        if termlog is None:
            return  # the console has the screen for itself
        if master.options.apim_log == "text" and master.options.termlog_verbosity != QUIET_VERBOSITY:
            terminal = Terminal()
            self.add(terminal, terminal.close)
        elif master.options.apim_log == "json":
            termlog.uninstall()
            log = JsonLog()
            logging.getLogger().addHandler(log)
            self.add(log, lambda: logging.getLogger().removeHandler(log))

    def open(self, master: Master, operated: Operated) -> None:
        """Serve the page and send telemetry as the options ask; raise ValueError if that cannot be done."""
        quieten(master)
        options = master.options
        if options.apim_page:
            metrics = Metrics()
            settings = PageSettings(options.apim_page, options.apim_fleet, options.apim_traces, options.apim_unmasked)
            page = Page(operated, settings, metrics.exposition)
            page.open()
            self.show_on(page)
            self.add(metrics)
            logger.log(ALERT, "the live page is at %s", page.url)
        if options.apim_otlp:
            otlp = Otlp(options.apim_otlp)
            self.add(otlp, otlp.close)

    def add(self, watcher: Watcher, close: Callable[[], None] | None = None) -> None:
        """Tell a watcher from now on, and call `close` at the end."""
        self._watchers.append(watcher)
        if close:
            self._closers.callback(close)

    def show_on(self, page: Page) -> None:
        """Tell the live page, too, and trace the calls for it."""
        self.page = page
        self._closers.callback(page.close)

    def close(self) -> None:
        """The gateway ends: everything is closed, also where something before could not be."""
        self._closers.close()

    # ---- what they are told ----------------------------------------------------------------------------------

    def begin(self, context: Context) -> Call:
        """A run begins; it is traced where its trace can be looked at."""
        call = Call.of(next(self._numbers), context)
        if self.page:
            context.trace = Trace(context.clock, context.started)
            if (context.request.headers.get("Ocp-Apim-Trace") or "").lower() == "true":
                location = f"{self.page.url}/traces/{call.id}"
                context.answer_headers += [("Apim-Trace-Id", call.id), ("Ocp-Apim-Trace-Location", location)]
        self.changed(call)
        return call

    def changed(self, call: Call) -> None:
        """Something has happened to the call."""
        if self.page:
            self.page.changed(call)

    def ended(self, call: Call) -> None:
        """The call is over."""
        self.changed(call)
        for watcher in self._watchers:
            watcher.ended(call)


def quieten(master: Master) -> None:
    """Leave out mitmproxy's lines about connections and flows, which say nothing new, unless they are asked for."""
    options = master.options
    if master.addons.get("termlog") and not options.has_changed("termlog_verbosity"):
        options.update(termlog_verbosity="alert")
        for log in logging.getLogger().handlers:
            if isinstance(log, JsonLog):
                log.setLevel(ALERT)
    if isinstance(master, DumpMaster) and not options.has_changed("flow_detail"):
        options.update(flow_detail=0)
