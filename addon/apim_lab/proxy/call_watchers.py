"""The watchers of calls, as the options ask: the terminal or the log, metrics, OpenTelemetry, the live page."""

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
from apim_lab.proxy.options import is_given
from apim_lab.proxy.terminal_log import make_harmless
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
    """Gets every call that is over."""

    def ended(self, call: Call) -> None: ...


class CallWatchers:
    """Numbers the calls, and tells the watchers when one changes or ends."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self._watchers: list[Watcher] = []
        self._closers = ExitStack()
        self._numbers = itertools.count(1)

    # ---- the watchers ----------------------------------------------------------------------------------------

    def open_log(self, master: Master) -> None:
        """Log the calls as `apim_log` asks. It is called first of all, so that every line of a JSON log is JSON."""
        termlog = master.addons.get("termlog")
        if termlog is None:
            return  # the console has the screen for itself
        make_harmless(termlog.logger)
        if master.options.apim_log == "text" and master.options.termlog_verbosity != QUIET_VERBOSITY:
            terminal = Terminal()
            self.add(terminal, terminal.close)
        elif master.options.apim_log == "json":
            termlog.uninstall()
            log = JsonLog()
            logging.getLogger().addHandler(log)
            self.add(log, lambda: logging.getLogger().removeHandler(log))

    def open(self, master: Master, operated: Operated) -> None:
        """Serve the page and send telemetry as the options ask; raise ValueError if one of them cannot."""
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
        """Add a watcher, and call `close` at the end."""
        self._watchers.append(watcher)
        if close:
            self._closers.callback(close)

    def show_on(self, page: Page) -> None:
        """Add the live page, and trace the calls for it."""
        self.page = page
        self._closers.callback(page.close)

    def close(self) -> None:
        """Close all of them, even if one fails."""
        self._closers.close()

    # ---- the calls -------------------------------------------------------------------------------------------

    def begin(self, context: Context) -> Call:
        """The call of a run that begins; it is traced if there is a page to show the trace."""
        call = Call.of(next(self._numbers), context)
        if self.page:
            context.trace = Trace(context.clock, context.started)
            if (context.request.headers.get("Ocp-Apim-Trace") or "").lower() == "true":
                location = f"{self.page.url}/traces/{call.id}"
                context.answer_headers += [("Apim-Trace-Id", call.id), ("Ocp-Apim-Trace-Location", location)]
        self.changed(call)
        return call

    def changed(self, call: Call) -> None:
        """Show the call on the page."""
        if self.page:
            self.page.changed(call)

    def ended(self, call: Call) -> None:
        """Tell all watchers that the call is over."""
        self.changed(call)
        for watcher in self._watchers:
            watcher.ended(call)


def quieten(master: Master) -> None:
    """Leave out mitmproxy's own lines about connections and calls, unless an option asks for them; flows that it reads
    from a file are shown."""
    options = master.options
    if master.addons.get("termlog") and not is_given(options, "termlog_verbosity"):
        options.update(termlog_verbosity="alert")
    if isinstance(master, DumpMaster) and not (is_given(options, "flow_detail") or options.rfile):
        options.update(flow_detail=0)
    for log in logging.getLogger().handlers:
        if isinstance(log, JsonLog):
            log.setLevel(options.termlog_verbosity.upper())
