"""Who is told of calls."""

import logging
from types import SimpleNamespace

import pytest
from mitmproxy.test import taddons

from apim_lab.messages import Headers, Request, Url
from apim_lab.policy.context import Context
from apim_lab.proxy.reporting import Reporting, quieten
from apim_lab.stores.memory import MemoryStore


class Page:
    """A live page that notes what it is told."""

    url = "http://127.0.0.1:8081"

    def __init__(self) -> None:
        self.told = []
        self.closed = False

    def changed(self, call) -> None:
        self.told.append(call.number)

    def close(self) -> None:
        self.closed = True


class Watcher:
    def __init__(self) -> None:
        self.told = []

    def ended(self, call) -> None:
        self.told.append(call.number)


def context(**headers: str) -> Context:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Context(Request("POST", Url.parse("http://gateway/openai"), Headers(fields)), MemoryStore())


@pytest.fixture
def reporting() -> Reporting:
    return Reporting()


def test_calls_are_numbered(reporting):
    assert [reporting.begin(context()).number for _ in range(3)] == [1, 2, 3]


def test_a_watcher_is_told_of_calls_that_are_over(reporting):
    watchers = [Watcher(), Watcher()]
    for watcher in watchers:
        reporting.tell(watcher)
    call = reporting.begin(context())
    reporting.changed(call)
    before = [watcher.told.copy() for watcher in watchers]
    reporting.ended(call)

    assert before == [[], []]
    assert [watcher.told for watcher in watchers] == [[1], [1]]


def test_the_page_is_told_of_every_change(reporting):
    page = Page()
    reporting.show_on(page)
    call = reporting.begin(context())
    reporting.changed(call)
    reporting.ended(call)

    assert page.told == [1, 1, 1]


def test_calls_are_traced_for_the_page_only(reporting):
    without = reporting.begin(context(Ocp_Apim_Trace="true")).context
    reporting.show_on(Page())

    assert without.trace is None
    assert without.answer_headers == []
    assert reporting.begin(context()).context.trace is not None


@pytest.mark.parametrize("asked", ["true", "True", "TRUE"])
def test_who_asks_for_the_trace_is_told_where_it_is(reporting, asked):
    reporting.show_on(Page())
    call = reporting.begin(context(Ocp_Apim_Trace=asked))

    assert call.context.answer_headers == [
        ("Apim-Trace-Id", call.id),
        ("Ocp-Apim-Trace-Location", f"http://127.0.0.1:8081/traces/{call.id}"),
    ]


@pytest.mark.parametrize("headers", [{}, {"Ocp_Apim_Trace": "false"}, {"Ocp_Apim_Trace": ""}])
def test_nobody_else_is_told(reporting, headers):
    reporting.show_on(Page())

    assert reporting.begin(context(**headers)).context.answer_headers == []


def test_everything_is_closed_once(reporting):
    page, closed = Page(), []
    reporting.tell(Watcher(), lambda: closed.append("watcher"))
    reporting.tell(Watcher())
    reporting.show_on(page)
    reporting.close()
    reporting.close()

    assert page.closed
    assert closed == ["watcher"]


def test_everything_is_closed_also_where_something_fails(reporting):
    closed = []

    def fail() -> None:
        raise OSError("no space left on device")

    reporting.tell(Watcher(), lambda: closed.append("first"))
    reporting.tell(Watcher(), fail)
    with pytest.raises(OSError, match="no space"):
        reporting.close()

    assert closed == ["first"]


def test_the_console_has_the_screen_for_itself(reporting):
    """`mitmproxy` has neither the addon that logs to a terminal nor the options of the dumper."""
    with taddons.context() as console:
        before = logging.getLogger().handlers.copy()
        for kind in ("text", "json"):
            reporting.open_log(SimpleNamespace(addons=console.master.addons, options=SimpleNamespace(apim_log=kind)))
        quieten(console.master)
        call = reporting.begin(context())
        call.end(200)
        reporting.ended(call)

        assert logging.getLogger().handlers == before
        assert reporting._watchers == []
