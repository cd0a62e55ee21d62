from collections.abc import Iterator
from datetime import timedelta

import pytest
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from mockbackends.throttle import Throttle


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time("2026-11-23 10:00:00") as frozen:
        yield frozen


@pytest.mark.parametrize(
    ("rpm", "window", "calls"),
    [
        pytest.param(6, 10, 1, id="one in ten seconds"),
        pytest.param(60, 60, 60, id="a whole minute"),
        pytest.param(600, 1, 10, id="600 a minute are ten a second"),
        pytest.param(48, 10, 8, id="the slice of copilot-camp#551"),
        pytest.param(100, 1, 2, id="part of a call is rounded up"),
        pytest.param(1, 10, 1, id="never less than one call"),
    ],
)
def test_a_slice_admits_its_part_of_the_limit_and_no_more(
    clock: FrozenDateTimeFactory, rpm: int, window: float, calls: int
) -> None:
    throttle = Throttle(rpm, window)

    verdicts = [throttle.hit() for _ in range(calls + 1)]

    assert [verdict.admitted for verdict in verdicts] == [True] * calls + [False]
    assert [verdict.remaining for verdict in verdicts] == [*reversed(range(calls)), 0]
    assert {verdict.limit for verdict in verdicts} == {calls}


@pytest.mark.parametrize(
    ("after", "admitted"),
    [(0, False), (9.999, False), (10, True), (10.001, True), (3600, True)],
)
def test_a_slice_ends_exactly_after_its_window(clock: FrozenDateTimeFactory, after: float, admitted: bool) -> None:
    throttle = Throttle(rpm=6, window=10)
    throttle.hit()
    clock.tick(timedelta(seconds=after))

    assert throttle.hit().admitted is admitted


@pytest.mark.parametrize(
    ("after", "seconds", "milliseconds"),
    [(0, 10, 10_000), (2.5, 8, 7500), (9, 1, 1000), (9.0005, 1, 1000), (9.9995, 1, 1), (8.9995, 2, 1001)],
)
def test_the_wait_is_rounded_up(clock: FrozenDateTimeFactory, after: float, seconds: int, milliseconds: int) -> None:
    throttle = Throttle(rpm=6, window=10)
    throttle.hit()
    clock.tick(timedelta(seconds=after))

    refused = throttle.hit()

    assert (refused.seconds, refused.milliseconds) == (seconds, milliseconds)


@pytest.mark.parametrize("after", [0, 0.1, 3.3, 9.7])
@pytest.mark.parametrize("unit", ["seconds", "milliseconds"])
def test_a_call_that_waited_as_told_is_admitted(clock: FrozenDateTimeFactory, after: float, unit: str) -> None:
    throttle = Throttle(rpm=6, window=10)
    throttle.hit()
    clock.tick(timedelta(seconds=after))
    wait = getattr(throttle.hit(), unit)
    clock.tick(timedelta(**{unit: wait}))

    assert throttle.hit().admitted


def test_refused_calls_do_not_prolong_the_slice(clock: FrozenDateTimeFactory) -> None:
    throttle = Throttle(rpm=6, window=10)
    throttle.hit()
    for _ in range(9):
        clock.tick(timedelta(seconds=1))
        throttle.hit()
    clock.tick(timedelta(seconds=1))

    assert throttle.hit().admitted


def test_a_slice_starts_with_its_first_call(clock: FrozenDateTimeFactory) -> None:
    throttle = Throttle(rpm=6, window=10)
    throttle.hit()
    clock.tick(timedelta(seconds=14))
    throttle.hit()
    clock.tick(timedelta(seconds=9))

    assert throttle.hit().seconds == 1
