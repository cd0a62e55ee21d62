import threading
import time

import pytest

from mockbackends.clock import SECOND, Clock


def test_a_frozen_clock_moves_only_when_it_is_advanced() -> None:
    clock = Clock(frozen=True)
    before = clock.now()
    clock.advance(2.5)

    assert (before, clock.now(), clock.seconds()) == (0, 2.5 * SECOND, 2.5)


def test_a_clock_runs_with_real_time_and_jumps_ahead() -> None:
    clock = Clock()
    clock.advance(60)
    first = clock.now()

    assert 60 * SECOND <= first < clock.now() < 70 * SECOND


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 1e12])
def test_a_clock_goes_neither_back_nor_out_of_sight(seconds: float) -> None:
    with pytest.raises(ValueError, match="is not a number of seconds from 0 to"):
        Clock().advance(seconds)


@pytest.mark.parametrize("frozen", [True, False])
def test_a_wait_is_over_exactly_when_the_clock_says_so(frozen: bool) -> None:
    clock = Clock(frozen=frozen)
    waiting = threading.Thread(target=clock.sleep, args=(60,), daemon=True)
    waiting.start()
    clock.advance(50)
    waiting.join(0.05)
    early = waiting.is_alive()
    clock.advance(10)
    waiting.join(10)

    assert (early, waiting.is_alive()) == (True, False)


def test_without_an_advance_a_wait_takes_real_time() -> None:
    began = time.monotonic()
    Clock().sleep(0.02)

    assert time.monotonic() - began >= 0.02


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_wait_is_none(seconds: float) -> None:
    Clock(frozen=True).sleep(seconds)


def test_a_closed_clock_lets_everybody_go() -> None:
    clock = Clock(frozen=True)
    waiting = threading.Thread(target=clock.sleep, args=(60,), daemon=True)
    waiting.start()
    clock.close()
    waiting.join(10)
    clock.sleep(60)

    assert not waiting.is_alive()


def test_a_clock_that_is_opened_again_has_waits() -> None:
    clock = Clock()
    clock.close()
    clock.open()
    began = time.monotonic()
    clock.sleep(0.02)

    assert time.monotonic() - began >= 0.02
