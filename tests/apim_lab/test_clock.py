"""The gateway's clock, which can be advanced."""

from datetime import UTC, datetime
from math import inf, nan

import pytest

from apim_lab.clock import LONGEST_CLOCK_STEP, Clock

TEN = datetime(2026, 1, 1, 10, tzinfo=UTC)


@pytest.mark.usefixtures("clock")
def test_it_says_what_time_it_is():
    clock = Clock()

    assert clock.utc() == TEN
    assert clock.time() == TEN.timestamp()


@pytest.mark.usefixtures("clock")
def test_it_jumps_ahead():
    clock = Clock()
    began = clock.monotonic()
    clock.advance(10)
    clock.advance(0.5)

    assert clock.ahead == 10.5
    assert clock.monotonic() - began == 10.5
    assert clock.time() == TEN.timestamp() + 10.5
    assert clock.utc() == datetime(2026, 1, 1, 10, 0, 10, 500000, tzinfo=UTC)


def test_it_goes_on_after_a_jump(clock):
    advanced = Clock()
    advanced.advance(10)
    clock.tick(5)

    assert advanced.utc() == datetime(2026, 1, 1, 10, 0, 15, tzinfo=UTC)


def test_those_who_wait_are_told_of_a_jump():
    clock, told = Clock(), []
    clock.on_advance.add(lambda: told.append(clock.ahead))
    clock.advance(3)

    assert told == [3]


def test_who_is_told_may_stop_waiting():
    clock = Clock()

    def tell() -> None:
        clock.on_advance.discard(tell)

    clock.on_advance.add(tell)
    clock.advance(1)

    assert not clock.on_advance


@pytest.mark.parametrize("seconds", [0, LONGEST_CLOCK_STEP])
def test_a_jump_has_limits_that_it_may_reach(seconds):
    clock = Clock()
    clock.advance(seconds)

    assert clock.ahead == seconds


@pytest.mark.parametrize("seconds", [-0.1, LONGEST_CLOCK_STEP + 1, inf, nan])
def test_a_jump_beyond_its_limits_is_refused(seconds):
    clock = Clock()
    with pytest.raises(ValueError, match=r"is not a number of seconds from 0 to 3\.16224e\+07"):
        clock.advance(seconds)

    assert clock.ahead == 0
