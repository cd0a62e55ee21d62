"""Who is told of calls."""

import logging
from types import SimpleNamespace

import pytest
from mitmproxy.addons.dumper import Dumper
from mitmproxy.addons.readfile import ReadFile
from mitmproxy.addons.termlog import TermLog
from mitmproxy.log import ALERT
from mitmproxy.test import taddons
from mitmproxy.tools.dump import DumpMaster

from apim_lab.messages import Headers, Request, Url
from apim_lab.policy.context import Context
from apim_lab.proxy.call_watchers import CallWatchers, quieten
from apim_lab.stores.memory import MemoryStore
from apim_lab.watchers.json_log import JsonLog


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
def call_watchers() -> CallWatchers:
    return CallWatchers()


def test_calls_are_numbered(call_watchers):
    assert [call_watchers.begin(context()).number for _ in range(3)] == [1, 2, 3]


def test_a_watcher_is_told_of_calls_that_are_over(call_watchers):
    watchers = [Watcher(), Watcher()]
    for watcher in watchers:
        call_watchers.add(watcher)
    call = call_watchers.begin(context())
    call_watchers.changed(call)
    before = [watcher.told.copy() for watcher in watchers]
    call_watchers.ended(call)

    assert before == [[], []]
    assert [watcher.told for watcher in watchers] == [[1], [1]]


def test_the_page_is_told_of_every_change(call_watchers):
    page = Page()
    call_watchers.show_on(page)
    call = call_watchers.begin(context())
    call_watchers.changed(call)
    call_watchers.ended(call)

    assert page.told == [1, 1, 1]


def test_calls_are_traced_for_the_page_only(call_watchers):
    without = call_watchers.begin(context(Ocp_Apim_Trace="true")).context
    call_watchers.show_on(Page())

    assert without.trace is None
    assert without.answer_headers == []
    assert call_watchers.begin(context()).context.trace is not None


@pytest.mark.parametrize("asked", ["true", "True", "TRUE"])
def test_who_asks_for_the_trace_is_told_where_it_is(call_watchers, asked):
    call_watchers.show_on(Page())
    call = call_watchers.begin(context(Ocp_Apim_Trace=asked))

    assert call.context.answer_headers == [
        ("Apim-Trace-Id", call.id),
        ("Ocp-Apim-Trace-Location", f"http://127.0.0.1:8081/traces/{call.id}"),
    ]


@pytest.mark.parametrize("headers", [{}, {"Ocp_Apim_Trace": "false"}, {"Ocp_Apim_Trace": ""}])
def test_nobody_else_is_told(call_watchers, headers):
    call_watchers.show_on(Page())

    assert call_watchers.begin(context(**headers)).context.answer_headers == []


def test_everything_is_closed_once(call_watchers):
    page, closed = Page(), []
    call_watchers.add(Watcher(), lambda: closed.append("watcher"))
    call_watchers.add(Watcher())
    call_watchers.show_on(page)
    call_watchers.close()
    call_watchers.close()

    assert page.closed
    assert closed == ["watcher"]


def test_everything_is_closed_also_where_something_fails(call_watchers):
    closed = []

    def fail() -> None:
        raise OSError("no space left on device")

    call_watchers.add(Watcher(), lambda: closed.append("first"))
    call_watchers.add(Watcher(), fail)
    with pytest.raises(OSError, match="no space"):
        call_watchers.close()

    assert closed == ["first"]


def test_the_console_has_the_screen_for_itself(call_watchers):
    """`mitmproxy` has neither the addon that logs to a terminal nor the options of the dumper."""
    with taddons.context() as console:
        before = logging.getLogger().handlers.copy()
        for kind in ("text", "json"):
            call_watchers.open_log(
                SimpleNamespace(addons=console.master.addons, options=SimpleNamespace(apim_log=kind))
            )
        quieten(console.master)
        call = call_watchers.begin(context())
        call.end(200)
        call_watchers.ended(call)

        assert logging.getLogger().handlers == before
        assert call_watchers._watchers == []


@pytest.fixture
def dump():
    """A mitmdump: its addons for the terminal, and for flows from files."""
    termlog = TermLog()
    with taddons.context(termlog, Dumper(), ReadFile()) as tools:
        tools.master.__class__ = DumpMaster
        yield tools.master
    termlog.uninstall()


def test_mitmproxys_own_lines_are_left_out(dump):
    quieten(dump)

    assert (dump.options.termlog_verbosity, dump.options.flow_detail) == ("alert", 0)


def test_lines_that_the_operator_asks_for_stay_also_if_they_are_mitmproxys_default(dump):
    dump.options.update(termlog_verbosity="info", flow_detail=1)
    quieten(dump)

    assert (dump.options.termlog_verbosity, dump.options.flow_detail) == ("info", 1)


def test_flows_that_are_read_from_a_file_are_shown(dump, tmp_path):
    dump.options.update(rfile=str(tmp_path / "flows"))
    quieten(dump)

    assert dump.options.flow_detail == 1


@pytest.mark.parametrize(("given", "level"), [(None, ALERT), ("info", logging.INFO), ("error", logging.ERROR)])
def test_a_json_log_has_the_verbosity_of_the_terminal(dump, given, level):
    log = JsonLog()
    logging.getLogger().addHandler(log)
    if given:
        dump.options.update(termlog_verbosity=given)
    quieten(dump)
    logging.getLogger().removeHandler(log)

    assert log.level == level
