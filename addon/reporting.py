"""Who is told of the calls: the terminal or the log, the metrics, the live page; as the options ask."""

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from apim.call import Call
from apim.context import Context
from apim.trace import Trace
from livepage.server import Page


class Watcher(Protocol):
    """Is told of every call that is over."""

    def ended(self, call: Call) -> None: ...


class Reporting:
    """Numbers the calls, and tells those who watch of what happens to them."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self._watchers: list[Watcher] = []
        self._closers = ExitStack()
        self._numbers = itertools.count(1)

    def tell(self, watcher: Watcher, close: Callable[[], None] | None = None) -> None:
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
