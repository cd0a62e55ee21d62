from dataclasses import dataclass, field
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockbackends.clock import SECOND, Clock
from mockbackends.settings import Limits
from mockbackends.throttle import Throttle, Verdict, slice_of

MOMENT = 1 / SECOND  # a nanosecond, in seconds


@pytest.fixture
def clock() -> Clock:
    return Clock(frozen=True)


def throttle(clock: Clock, **limits: Any) -> Throttle:
    return Throttle(Limits.model_validate(limits), clock)


def refused(throttle: Throttle, tokens: int = 0) -> Verdict:
    verdict = throttle.hit(tokens)
    assert not verdict.admitted
    return verdict


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
def test_a_slice_admits_its_part_of_the_limit_and_no_more(clock: Clock, rpm: int, window: float, calls: int) -> None:
    east = throttle(clock, rpm=rpm, window=window)

    verdicts = [east.hit() for _ in range(calls + 1)]
    rooms = [verdict.requests for verdict in verdicts if verdict.requests]

    assert [verdict.admitted for verdict in verdicts] == [True] * calls + [False]
    assert [room.remaining for room in rooms] == [*reversed(range(calls)), 0]
    assert {room.limit for room in rooms} == {calls}
    assert verdicts[-1].exceeded == "requests"


@pytest.mark.parametrize(
    ("after", "admitted"),
    [(0, False), (9.999, False), (10 - MOMENT, False), (10, True), (10.001, True), (3600, True)],
)
def test_a_slice_ends_exactly_after_its_window(clock: Clock, after: float, admitted: bool) -> None:
    east = throttle(clock, rpm=6, window=10)
    east.hit()
    clock.advance(after)

    assert east.hit().admitted is admitted


@pytest.mark.parametrize(
    ("after", "admitted"),
    [(0, False), (59.999, False), (60 - MOMENT, False), (60, True), (61, True)],
)
def test_tokens_are_reset_exactly_after_their_minute(clock: Clock, after: float, admitted: bool) -> None:
    east = throttle(clock, tpm=1000)
    east.hit(600)
    clock.advance(after)

    assert east.hit(401).admitted is admitted


@pytest.mark.parametrize(("tokens", "admitted"), [(399, True), (400, True), (401, False)])
def test_a_call_is_charged_at_admission_what_it_may_use(clock: Clock, tokens: int, admitted: bool) -> None:
    east = throttle(clock, tpm=1000)
    east.hit(600)

    verdict = east.hit(tokens)

    assert verdict.admitted is admitted
    assert verdict.tokens is not None
    assert verdict.tokens.remaining == (400 - tokens if admitted else 400)
    assert verdict.exceeded == ("" if admitted else "tokens")


def test_a_call_larger_than_the_limit_is_told_to_wait_a_day(clock: Clock) -> None:
    assert refused(throttle(clock, tpm=1000), 1001).wait == 86_400 * SECOND


@pytest.mark.parametrize("after", [0, 0.1, 2.5, 3.3, 9.7, 9.9995])
def test_the_wait_is_what_is_left_of_the_slice(clock: Clock, after: float) -> None:
    east = throttle(clock, rpm=6, window=10)
    east.hit()
    clock.advance(after)
    wait = refused(east).wait
    clock.advance(wait / SECOND)

    assert wait == 10 * SECOND - round(after * SECOND)
    assert east.hit().admitted


def test_the_longer_of_two_waits_is_told(clock: Clock) -> None:
    east = throttle(clock, rpm=6, tpm=100)
    east.hit(100)

    verdict = refused(east, 1)

    assert (verdict.exceeded, verdict.wait) == ("tokens", 60 * SECOND)


@pytest.mark.parametrize(("count_rejected", "admitted"), [(False, True), (True, False)])
def test_refused_calls_count_where_the_setting_says_so(clock: Clock, count_rejected: bool, admitted: bool) -> None:
    east = throttle(clock, rpm=6, tpm=100, count_rejected=count_rejected)
    east.hit(40)
    refused(east, 40)  # by the requests; its tokens are what counts or not
    clock.advance(10)

    assert east.hit(40).admitted is admitted


def test_refused_calls_do_not_prolong_the_slice(clock: Clock) -> None:
    east = throttle(clock, rpm=6, window=10, count_rejected=True)
    east.hit()
    for _ in range(9):
        clock.advance(1)
        east.hit()
    clock.advance(1)

    assert east.hit().admitted


def test_a_slice_starts_with_its_first_call(clock: Clock) -> None:
    east = throttle(clock, rpm=6, window=10)
    east.hit()
    clock.advance(14)
    east.hit()
    clock.advance(9)

    assert refused(east).wait == SECOND


def test_a_test_counts_nothing(clock: Clock) -> None:
    east = throttle(clock, rpm=6, tpm=10)

    assert [east.test(10).admitted, east.test(10).admitted, east.hit(10).admitted] == [True, True, True]


def test_new_limits_hold_for_what_was_counted_before(clock: Clock) -> None:
    east = throttle(clock, rpm=6)
    east.hit()
    east.limits = Limits(rpm=12)

    assert [east.hit().admitted, east.hit().admitted] == [True, False]


def test_without_a_limit_everything_is_admitted(clock: Clock) -> None:
    assert throttle(clock).hit(10**9) == Verdict(True)


def test_a_provisioned_deployment_is_refused_while_its_utilization_is_full(clock: Clock) -> None:
    ptu = throttle(clock, tpm=6000, provisioned=True)  # empties by 100 tokens a second
    first, second = ptu.hit(3000), ptu.hit(3300)

    verdict = refused(ptu, 10)  # 300 tokens over: 3 seconds until it is full, a moment more until it no longer is

    assert (first.utilization, second.utilization, verdict.utilization) == (50, 105, 105)
    assert (verdict.wait, verdict.exceeded) == (3 * SECOND + 1, "utilization")


@pytest.mark.parametrize(("early", "admitted"), [(1, False), (0, True)])
def test_a_provisioned_deployment_admits_at_the_moment_it_told(clock: Clock, early: int, admitted: bool) -> None:
    ptu = throttle(clock, tpm=6000, provisioned=True)
    ptu.hit(7000)
    clock.advance((refused(ptu).wait - early) / SECOND)

    assert ptu.hit(1).admitted is admitted


@pytest.mark.parametrize(("rpm", "window", "calls"), [(6000, 1.1, 110), (600, 0.1, 1), (6000, 1.101, 111)])
def test_a_slice_of_a_window_with_a_fraction_has_its_exact_part(rpm: int, window: float, calls: int) -> None:
    assert slice_of(rpm, window) == calls


@dataclass
class Obvious:
    """The same limits by brute force: it stores every admitted call, and counts them anew for each call."""

    limits: Limits
    calls: list[tuple[int, int]] = field(default_factory=list)  # when, and its tokens

    def hit(self, now: int, tokens: int) -> bool:
        fits = self.fits(now, tokens)
        if fits or self.limits.count_rejected:
            self.calls.append((now, tokens))
        return fits

    def fits(self, now: int, tokens: int) -> bool:
        limits = self.limits
        return self.has_room(now, limits.rpm, limits.window, 1, [(at, 1) for at, _ in self.calls]) and self.has_room(
            now, limits.tpm, limits.token_window, tokens, self.calls
        )

    @staticmethod
    def has_room(now: int, per_minute: int | None, window: float, cost: int, charges: list[tuple[int, int]]) -> bool:
        if per_minute is None:
            return True
        start, used = None, 0
        for at, charge in [*charges, (now, 0)]:
            if start is None or at >= start + window * SECOND:
                start, used = at, 0
            used += charge
        return used + cost <= ceil(per_minute * window / 60)


limits_of_any_kind = st.builds(
    Limits,
    rpm=st.none() | st.integers(1, 60),
    window=st.sampled_from([1, 10, 60]),
    tpm=st.none() | st.integers(1, 300),
    token_window=st.sampled_from([1, 60]),
    count_rejected=st.booleans(),
)
calls_of_any_kind = st.lists(
    st.tuples(st.integers(0, 20_000) | st.sampled_from([0, 1000, 10_000, 60_000]), st.integers(0, 120)), max_size=40
)


@given(limits=limits_of_any_kind, calls=calls_of_any_kind)
def test_it_agrees_with_the_obvious_model(limits: Limits, calls: list[tuple[int, int]]) -> None:
    clock, model = Clock(frozen=True), Obvious(limits)
    east = Throttle(limits, clock)
    for milliseconds, tokens in calls:
        clock.advance(milliseconds / 1000)

        assert east.hit(tokens).admitted is model.hit(clock.now(), tokens)


@given(limits=limits_of_any_kind, calls=calls_of_any_kind, tokens=st.integers(0, 60))
def test_the_told_wait_is_the_shortest_that_helps(limits: Limits, calls: list[tuple[int, int]], tokens: int) -> None:
    clock, model = Clock(frozen=True), Obvious(limits)
    east = Throttle(limits, clock)
    for milliseconds, charged in calls:
        clock.advance(milliseconds / 1000)
        east.hit(charged)
        model.hit(clock.now(), charged)
    verdict = east.hit(tokens)
    model.hit(clock.now(), tokens)
    then = clock.now() + verdict.wait

    if not verdict.admitted and verdict.wait < 86_400 * SECOND:
        assert not model.fits(then - 1, tokens)
        assert model.fits(then, tokens)
