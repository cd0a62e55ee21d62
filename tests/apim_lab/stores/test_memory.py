import asyncio
import time
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from math import ceil

import pytest
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from apim_lab.stores.memory import MemoryStore, Store, Window, open_store


@pytest.fixture(autouse=True)
def clock() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time("2024-05-01 10:00:00", real_asyncio=True) as frozen:
        yield frozen


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


async def use_up(store: Store, key: str = "a", calls: int = 3, period: int = 15) -> None:
    for _ in range(calls):
        assert (await store.hit(key, calls, period)).admitted


async def test_three_calls_pass_and_count_down(store):
    windows = [await store.hit("a", 3, 15) for _ in range(3)]

    assert windows == [Window(True, 2, 0), Window(True, 1, 0), Window(True, 0, 0)]


async def test_the_fourth_call_in_a_period_is_refused(store):
    await use_up(store)

    assert await store.hit("a", 3, 15) == Window(False, 0, 15)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.001, Window(False, 0, 15)),
        (1, Window(False, 0, 14)),
        (13.999, Window(False, 0, 2)),
        (14, Window(False, 0, 1)),
        (14.999999, Window(False, 0, 1)),
        (15, Window(True, 2, 0)),
        (15.001, Window(True, 2, 0)),
    ],
)
async def test_the_window_opens_exactly_one_period_later(store, clock, seconds, expected):
    await use_up(store)
    clock.tick(timedelta(seconds=seconds))

    assert await store.hit("a", 3, 15) == expected


@pytest.mark.parametrize("start", [0.1, 0.3, 0.7, 0.999999])
async def test_the_boundary_is_exact_at_fractions_of_a_second(store, clock, start):
    clock.tick(timedelta(seconds=start))
    await use_up(store)
    clock.tick(15)

    assert (await store.hit("a", 3, 15)).admitted


async def test_the_window_slides(store, clock):
    await store.hit("a", 3, 15)
    clock.tick(10)
    await store.hit("a", 3, 15)
    await store.hit("a", 3, 15)

    assert await store.hit("a", 3, 15) == Window(False, 0, 5)
    clock.tick(5)
    assert await store.hit("a", 3, 15) == Window(True, 0, 0)
    assert await store.hit("a", 3, 15) == Window(False, 0, 10)


async def test_refused_calls_do_not_lengthen_the_window(store, clock):
    await use_up(store)
    clock.tick(14)
    await store.hit("a", 3, 15)
    clock.tick(1)

    assert (await store.hit("a", 3, 15)).remaining == 2


async def test_refused_calls_count_where_asked_for(clock):
    store = open_store("memory://?count-rejected=true")
    await use_up(store)
    clock.tick(14)
    assert await store.hit("a", 3, 15) == Window(False, 0, 1)
    clock.tick(1)

    assert (await store.hit("a", 3, 15)).remaining == 1


async def test_a_hit_that_does_not_count_only_tests(store):
    await store.test("a", 3, 15)

    assert await store.test("a", 3, 15) == Window(True, 3, 0)
    assert len(store) == 0


async def test_an_amount_is_counted_as_a_whole(store):
    assert await store.hit("a", 5000, 60, amount=3000) == Window(True, 2000, 0)
    assert await store.hit("a", 5000, 60, amount=2001) == Window(False, 2000, 60)
    assert await store.hit("a", 5000, 60, amount=2000) == Window(True, 0, 0)


async def test_an_amount_waits_until_enough_has_left_the_window(store, clock):
    for _ in range(3):
        await store.hit("a", 3, 15)
        clock.tick(2)

    assert (await store.hit("a", 3, 15, amount=2)).retry_after == 11


async def test_an_amount_above_the_limit_never_fits(store):
    assert await store.hit("a", 3, 15, amount=4) == Window(False, 3, 15)


async def test_recorded_amounts_may_exceed_the_limit_and_refuse_the_next_call(store, clock):
    await store.record("a", 60, 1000)
    clock.tick(20)
    await store.record("a", 60, 4500)

    assert await store.hit("a", 5000, 60) == Window(False, 0, 40)
    clock.tick(40)
    assert await store.hit("a", 5000, 60) == Window(True, 499, 0)


@pytest.mark.parametrize("amount", [0, -5])
async def test_recording_nothing_changes_nothing(store, amount):
    await store.record("a", 60, amount)

    assert await store.hit("a", 3, 60) == Window(True, 2, 0)


async def test_keys_do_not_disturb_each_other(store):
    await use_up(store, "a")

    assert (await store.hit("b", 3, 15)).remaining == 2


async def test_two_limits_of_one_key_share_its_counter(store):
    await use_up(store, "a", calls=3)

    assert await store.hit("a", 5, 15) == Window(True, 1, 0)


async def test_a_longer_period_of_the_same_key_sees_older_calls(store, clock):
    await store.hit("a", 9, 60)
    clock.tick(20)

    assert (await store.test("a", 9, 15)).remaining == 9
    assert (await store.test("a", 9, 60)).remaining == 8


async def test_fifty_concurrent_hits_admit_no_more_than_the_limit(store):
    windows = await asyncio.gather(*(store.hit("a", 7, 15) for _ in range(50)))

    assert sum(window.admitted for window in windows) == 7


@pytest.mark.parametrize("step", [-3600, -0.001, 3600])
async def test_a_step_of_the_systems_clock_changes_no_window_and_no_cached_value(store, monkeypatch, step):
    await use_up(store)
    await store.set("counter", "1", 100)
    stepped = time.time() + step
    monkeypatch.setattr("time.time", lambda: stepped)

    assert await store.hit("a", 3, 15) == Window(False, 0, 15)
    assert await store.get("counter") == "1"


class ObviousWindow:
    """The sliding window as one would explain it: a list of (time, amount)."""

    def __init__(self, count_rejected: bool) -> None:
        self.counted: list[tuple[float, int]] = []
        self.count_rejected = count_rejected

    def used(self, period: int, now: float) -> int:
        return sum(amount for when, amount in self.counted if when + period > now)

    def hit(self, calls: int, period: int, amount: int, now: float) -> Window:
        admitted = self.used(period, now) + amount <= calls
        if admitted or self.count_rejected:
            self.counted.append((now, amount))
        remaining = max(0, calls - self.used(period, now))
        return Window(admitted, remaining, 0 if admitted else self.wait(calls, period, amount, now))

    def wait(self, calls: int, period: int, amount: int, now: float) -> int:
        if amount > calls:
            return period
        opens = (when + period for when, _ in self.counted)
        return next(
            ceil(then - now) for then in sorted(opens) if then > now and self.used(period, then) + amount <= calls
        )


def finish[T](coroutine: Coroutine[object, object, T]) -> T:
    """Run a coroutine that never waits."""
    with pytest.raises(StopIteration) as stopped:
        coroutine.send(None)
    return stopped.value.value


def test_any_history_agrees_with_the_obvious_model(clock):
    pauses = st.sampled_from([0, 0, 0, 0.25, 1, 2.5, 4.75, 5, 5.25, 30])
    steps = st.tuples(pauses, st.booleans(), st.integers(0, 8), st.integers(1, 9))

    @settings(deadline=None)
    @given(st.lists(steps, max_size=60), st.booleans())
    def check(history: list[tuple[float, bool, int, int]], count_rejected: bool) -> None:
        store, model = MemoryStore(count_rejected=count_rejected), ObviousWindow(count_rejected)
        for pause, tested, calls, amount in history:
            now = clock.tick(timedelta(seconds=pause)).timestamp()
            if tested:
                assert finish(store.hit("a", calls, 5, amount)) == model.hit(calls, 5, amount, now)
            else:
                finish(store.record("a", 5, amount))
                model.counted.append((now, amount))

    check()


async def test_a_cached_value_is_returned(store):
    await store.set("counter", "1", 100)

    assert await store.get("counter") == "1"


@pytest.mark.parametrize(("seconds", "expected"), [(99, "1"), (99.999, "1"), (100, None), (101, None)])
async def test_a_cached_value_expires(store, clock, seconds, expected):
    await store.set("counter", "1", 100)
    clock.tick(timedelta(seconds=seconds))

    assert await store.get("counter") == expected


async def test_a_cached_none_is_told_from_a_missing_value(store):
    missing = object()
    await store.set("a", None, 100)

    assert await store.get("a", missing) is None
    assert await store.get("b", missing) is missing


async def test_setting_again_replaces_value_and_expiry(store, clock):
    await store.set("counter", "1", 100)
    clock.tick(60)
    await store.set("counter", "2", 100)
    clock.tick(60)

    assert await store.get("counter") == "2"


async def test_a_removed_value_is_gone_and_removing_again_is_harmless(store):
    await store.set("counter", "1", 100)
    await store.remove("counter")
    await store.remove("counter")

    assert await store.get("counter") is None


async def test_a_value_and_a_counter_may_have_the_same_key(store):
    await use_up(store, "a")
    await store.set("a", "1", 100)
    await store.remove("a")

    assert not (await store.hit("a", 3, 15)).admitted


async def test_expired_keys_do_not_pile_up(store, clock):
    for n in range(1000):
        await store.hit(f"caller-{n}", 3, 15)
        await store.set(f"value-{n}", n, 15)
    assert len(store) == 2000
    clock.tick(15)
    for _ in range(1000):
        await store.hit("a", 10_000, 15)
        await store.set("a", 1, 15)

    assert len(store) == 2


async def test_many_distinct_keys_hold_no_more_than_those_in_use(store, clock):
    for n in range(5000):
        clock.tick(timedelta(milliseconds=100))
        await store.hit(f"caller-{n}", 3, 15)

    assert len(store) <= 2 * 150


async def test_a_busy_key_forgets_what_left_its_window(store, clock):
    for _ in range(5000):
        clock.tick(timedelta(milliseconds=100))
        await store.record("a", 15, 5000)

    assert len(store._counters["a"].times) <= 2 * 150 + 2


async def test_a_closed_store_holds_nothing(store):
    await store.hit("a", 3, 15)
    await store.set("b", 1, 15)
    await store.close()

    assert len(store) == 0


def test_memory_is_opened_by_its_uri():
    assert isinstance(open_store("memory://"), MemoryStore)


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("redis://:secret@host", r"unknown kind of store 'redis', expected one of: memory://"),
        ("", r"a store whose URI has no scheme, expected one of: memory://"),
        ("secret", r"a store whose URI has no scheme, expected one of: memory://"),
        ("memory://host", r"neither host nor path"),
        ("memory://?colour=red", r"no option colour, expected: count-rejected"),
        ("memory://?count-rejected=yes", r"true or false, not 'yes'"),
        ("memory://?count-rejected", r"true or false, not ''"),
    ],
)
def test_a_uri_that_cannot_be_used_says_what_was_expected(uri, message):
    with pytest.raises(ValueError, match=message) as error:
        open_store(uri)

    assert "secret" not in str(error.value)
