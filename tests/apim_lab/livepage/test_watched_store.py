"""A store that remembers what was asked of it."""

import pytest

from apim_lab.livepage.watched_store import MAX_REMEMBERED, WatchedStore
from apim_lab.stores.memory import MemoryStore, Window


@pytest.fixture(autouse=True)
def frozen(clock):
    return clock


@pytest.fixture
def store() -> WatchedStore:
    return WatchedStore(MemoryStore())


async def test_it_answers_as_the_store_behind_it(store):
    assert await store.hit("a", 3, 15) == Window(True, 2, 0)
    assert await store.hit("a", 3, 15, amount=2) == Window(True, 0, 0)
    await store.record("a", 15, 5)
    assert await store.test("a", 3, 15) == await store.store.test("a", 3, 15) == Window(False, 0, 15)
    await store.set("v", 1, 60)
    assert (await store.get("v"), await store.get("w", "none")) == (1, "none")
    await store.close()
    assert await store.get("v") is None


async def test_it_remembers_limits_the_last_one_used_at_the_end(store):
    await store.hit("a", 3, 15)
    await store.test("b", 3, 15)
    await store.hit("a", 5, 15)
    await store.hit("a", 3, 15)
    await store.record("c", 15, 1)

    assert list(store.limits) == [("b", 3, 15), ("a", 5, 15), ("a", 3, 15)]


async def test_it_remembers_values_the_last_one_used_at_the_end(store):
    await store.set("a", 1, 60)
    await store.get("b")
    await store.get("a")

    assert list(store.values) == ["b", "a"]


async def test_a_value_that_is_removed_is_forgotten(store):
    await store.set("a", 1, 60)
    await store.remove("a")
    await store.remove("a")

    assert not store.values
    assert await store.get("a") is None


async def test_those_not_used_for_longest_are_forgotten(store):
    for number in range(MAX_REMEMBERED + 1):
        await store.hit(f"limit-{number}", 3, 15)
        await store.set(f"value-{number}", number, 60)
        await store.get("value-0")

    assert (len(store.limits), len(store.values)) == (MAX_REMEMBERED, MAX_REMEMBERED)
    assert ("limit-0", 3, 15) not in store.limits
    assert "value-0" in store.values
    assert "value-1" not in store.values
