"""What is recorded of a run."""

import pytest

from apim_lab.clock import Clock
from apim_lab.errors import BackendNotFound, RateLimitExceeded
from apim_lab.messages import Url
from apim_lab.policy.statements.element import Block, Step
from apim_lab.tracing import trace
from apim_lab.tracing.trace import Cut, Entry, Trace, plain

STEP = Step(Block(), "set-variable[1]", 5)


@pytest.fixture
def recorded() -> Trace:
    clock = Clock()
    return Trace(clock, clock.monotonic())


def entered(recorded: Trace) -> Entry:
    """The statement that begins."""
    recorded.enter(STEP, "inbound")
    return recorded.entries[-1]


def test_a_statement_has_its_place_and_its_times(clock):
    recorded = Trace(Clock(), Clock().monotonic())
    clock.tick(1)
    entry = entered(recorded)
    clock.tick(2)
    recorded.leave()

    assert recorded.entries == [entry]
    assert (entry.step, entry.section, entry.depth) == (STEP, "inbound", 0)
    assert (entry.at, entry.took) == (1, 2)


def test_the_depth_counts_the_statements_around_it(recorded):
    outer = entered(recorded)
    inner = entered(recorded)
    recorded.leave()
    second = entered(recorded)
    recorded.leave()
    recorded.leave()
    after = entered(recorded)

    assert [entry.depth for entry in (outer, inner, second, after)] == [0, 1, 1, 0]
    assert recorded.entries == [outer, inner, second, after]


def test_what_happens_belongs_to_the_innermost_statement(recorded):
    computed = object()
    outer = entered(recorded)
    inner = entered(recorded)
    recorded.evaluated(computed, True)
    recorded.note("{} is cached", "key")
    recorded.failed(computed)
    recorded.forwards(3)
    recorded.leave()
    recorded.note("done")

    assert inner.values == [(computed, True)]
    assert [(note.text, note.values) for note in inner.notes] == [("{} is cached", ("key",))]
    assert (inner.failed, inner.first_attempt) == (computed, 3)
    assert [note.text for note in outer.notes] == ["done"]
    assert (outer.values, outer.failed, outer.first_attempt) == ([], None, None)


def test_what_happens_outside_of_statements_is_passed_over(recorded):
    recorded.evaluated(object(), 1)
    recorded.note("nobody")
    recorded.failed(object())
    recorded.forwards(0)

    assert recorded.entries == []


@pytest.mark.parametrize(
    ("error", "is_public"), [(BackendNotFound("no such backend"), False), (RateLimitExceeded("too many"), True)]
)
def test_an_error_is_told_with_who_may_know_it(recorded, error, is_public):
    entry = entered(recorded)
    recorded.raised(error)

    assert (entry.error, entry.is_public) == (error.message, is_public)


def test_a_run_without_end_is_cut(recorded, monkeypatch):
    monkeypatch.setattr(trace, "MAX_STATEMENTS", 2)
    for _ in range(3):
        entered(recorded)
        for number in range(3):
            recorded.evaluated(object(), number)
            recorded.note("again")
        recorded.leave()

    assert recorded.is_cut
    assert [(len(entry.values), len(entry.notes)) for entry in recorded.entries] == [(2, 2), (2, 2)]


@pytest.mark.parametrize("value", ["text", "x" * 1000, 1, 1.5, True, None, Url("http", "host", 80, "/")])
def test_what_nobody_can_change_is_kept(value):
    assert plain(value) is value


def test_a_long_text_is_cut():
    assert plain("x" * 1001) == Cut("x" * 1000, 1001)


@pytest.mark.parametrize("value", [[1], {"a": 1}, bytearray(b"x")])
def test_of_an_object_its_kind_is_kept(value):
    assert plain(value) is type(value)


async def test_a_run_records_even_what_it_ends_with(gateway):
    context = gateway.context()
    context.trace = Trace(context.clock, context.started)
    await gateway.run(
        "<inbound><choose><when condition='true'><return-response /></when></choose></inbound>", context=context
    )

    assert [(entry.step.path, entry.depth) for entry in context.trace.entries] == [
        ("choose[1]", 0),
        ("choose[1]/when[1]/return-response[1]", 1),
    ]
    assert context.trace._open == []


def test_entries_are_told_apart_though_they_are_alike(recorded):
    outer, _inner = entered(recorded), recorded.enter(STEP, "inbound")
    recorded.leave()

    assert recorded._open == [outer]
