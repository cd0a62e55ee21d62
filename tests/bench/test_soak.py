"""What a soak finds wrong, and how its clients keep their connections; here the gateway is the upstream itself."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from bench.load import AnswerError
from bench.processes import Process, upstream
from bench.soak import Soak, growing, left_over
from bench.soak_calls import KEPT, KINDS, Callers, backend_resets, leave, plain, reconnect, streamed


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with upstream() as started:
        yield started


def vitals(rss: float = 100, descriptors: float = 10, tasks: float = 10) -> dict[str, float]:
    return {"RSS MB": rss, "descriptors": descriptors, "tasks": tasks}


def test_memory_that_grows_is_told():
    assert growing([vitals(rss=100 + minute) for minute in range(8)]) == [
        "RSS MB grew by 5.0: at most 4 count as none."
    ]


def test_memory_that_only_varies_is_not():
    assert growing([vitals(rss=100 + minute % 2) for minute in range(8)]) == []


def test_what_is_left_over_at_rest_is_told():
    assert left_over(vitals(tasks=10), vitals(tasks=14)) == ["4 tasks are left over: at most 3 may be."]
    assert left_over(vitals(tasks=10), vitals(rss=200, tasks=13)) == []


def test_a_call_that_ends_otherwise_than_its_kind_may_is_told():
    counted = Counter({("plain", "200"): 5, ("plain", "500"): 2, ("throttled", "429"): 1})
    soak = Soak(Process(1, [80]), rate=1, seconds=1, outcomes=counted)

    assert soak.wrong_outcomes() == ["2 calls of the kind plain ended in 500."]


def test_calls_that_pile_up_leave_the_verdict_open():
    soak = Soak(Process(1, [80]), rate=1, seconds=1)
    assert soak.too_slow() == []

    soak.left_out = 3
    (told,) = soak.too_slow()
    assert told.startswith("3 calls were left out")


def test_the_shares_of_the_kinds_are_of_a_hundred():
    assert sum(kind.share for kind in KINDS) == 100


async def test_calls_take_the_connections_that_are_kept(process):
    callers = Callers(process.port)

    outcomes = [await plain(callers), await streamed(callers)]
    (first,) = callers.idle
    await plain(callers)
    assert outcomes == ["200", "200"]
    assert list(callers.idle) == [first]
    callers.close()


async def test_no_more_connections_are_kept_than_a_few(process):
    callers = Callers(process.port)

    await callers.open()
    await asyncio.gather(*(plain(callers) for _ in range(KEPT + 8)))
    assert len(callers.idle) == KEPT
    callers.close()


async def test_other_callers_keep_none(process):
    callers = Callers(process.port)

    assert await reconnect(callers) == "200"
    assert await leave(callers) == "left"
    with pytest.raises(AnswerError, match="closed"):
        await backend_resets(callers)
    assert not callers.idle
