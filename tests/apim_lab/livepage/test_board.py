"""What the live page shows."""

import json

import pytest

from apim_lab.livepage.board import Board, show
from apim_lab.livepage.watched_store import WatchedStore
from apim_lab.stores.memory import MemoryStore
from apim_lab.tracing.masking import short_hash

CACHING = """<policies><inbound>
    <cache-lookup-value key="backend-counter" variable-name="a" default-value="default" />
    <choose><when condition="@(true)">
        <cache-store-value key="@("from an expression" + context.RequestId)" value="1" duration="1" />
    </when></choose>
</inbound></policies>"""


@pytest.fixture
def board(operated) -> Board:
    return Board(operated, kept=3)


def numbers(calls) -> list[int]:
    return [call["number"] for call in calls]


def test_it_keeps_the_last_calls(board, make_call):
    for number in range(1, 6):
        board.changed(make_call(number))

    assert numbers(board.calls()) == [3, 4, 5]
    assert numbers(board.changes()) == [3, 4, 5]


def test_a_change_is_told_once(board, make_call, end_call):
    call = make_call(1)
    board.changed(call)
    board.changed(make_call(2))
    first = board.changes()
    board.changed(end_call(call))

    assert numbers(first) == [1, 2]
    assert [(told["number"], told["outcome"]) for told in board.changes()] == [(1, "answered")]
    assert board.changes() == []


def test_a_call_that_was_dropped_comes_back_when_it_ends(board, make_call, end_call):
    slow = make_call(1, traced=True)
    for call in (slow, make_call(2), make_call(3), make_call(4)):
        board.changed(call)
    board.changed(end_call(slow))

    assert numbers(board.calls()) == [1, 3, 4]
    assert numbers(board.traces()) == [1]


@pytest.mark.parametrize("kept", [0, -1])
def test_nothing_may_be_kept(operated, make_call, kept):
    board = Board(operated, kept)
    board.changed(make_call(1))

    assert board.calls() == board.changes() == board.traces() == []


def test_what_nobody_looks_at_is_skipped(board, make_call):
    board.changed(make_call(1))
    board.skip()

    assert board.changes() == []
    assert numbers(board.calls()) == [1]


def test_traces_are_found_by_their_id_and_listed_newest_first(board, make_call):
    calls = [make_call(1, traced=True), make_call(2), make_call(3, traced=True)]
    for call in calls:
        board.changed(call)

    assert numbers(board.traces()) == [3, 1]
    assert set(board.traces()[0]) == {"id", "number", "at", "method", "path", "status"}
    assert board.find(calls[0].id) is calls[0]
    assert board.find("none") is None


def test_it_knows_the_backends_without_secrets(board, operated):
    assert board.backends() == [{"id": "one", "url": f"http://127.0.0.1:5001/openai?sig=#{short_hash('c0ffee')}"}]
    operated.gateway = None
    assert board.backends() == []


async def test_limits_are_shown_by_the_hash_of_their_key(board, operated):
    for _ in range(4):
        await operated.store.hit("my-key", 3, 15)

    assert (await board.gauges())["limits"] == [
        {"key": short_hash("my-key"), "calls": 3, "period": 15, "remaining": 0, "retry_after": 15}
    ]


async def test_looking_at_a_limit_counts_nothing_and_keeps_its_place(board, operated):
    await operated.store.hit("a", 3, 15)
    await operated.store.hit("b", 3, 15)
    await board.gauges()

    assert [key for key, *_ in operated.store.limits] == ["a", "b"]
    assert [limit["remaining"] for limit in (await board.gauges())["limits"]] == [2, 2]


async def test_a_key_that_a_policy_has_written_out_is_shown(board, operated):
    operated.gateway = operated.load(CACHING)
    for key, value in (("backend-counter", "1"), ("default", "eyJhbGciOiJIUzI1NiJ9")):
        await operated.store.set(key, value, 60)
    await operated.store.get("from an expression")

    assert (await board.gauges())["values"] == [
        {"key": "backend-counter", "value": "1"},
        {"key": "default", "value": "(20 characters)"},
        {"key": "from an expression", "value": ""},
    ]


@pytest.mark.parametrize("key", ["quota-0123456789abcdef", "my secret prompt", "a\nb", "\ud800"])
async def test_any_other_key_is_a_hash(board, operated, key):
    await operated.store.set(key, 1, 60)

    assert (await board.gauges())["values"] == [{"key": f"#{short_hash(key)}", "value": "1"}]


async def test_keys_are_those_of_the_policy_in_force(board, operated):
    await operated.store.set("backend-counter", "1", 60)
    keys = []
    for policy in ("<policies />", CACHING):
        operated.gateway = operated.load(policy)
        keys.append((await board.gauges())["values"][0]["key"])

    assert keys == [f"#{short_hash('backend-counter')}", "backend-counter"]


async def test_another_store_has_no_gauges(board, operated):
    operated.store = MemoryStore()

    assert await board.gauges() == {"limits": [], "values": []}
    board.skip()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "True"),
        (3, "3"),
        (1.5, "(3 characters)"),
        (4711081, "(7 characters)"),
        ("", ""),
        ("FALSE", "FALSE"),
        ("123456", "123456"),
        ("1234567", "(7 characters)"),
        ("1 of them", "(9 characters)"),
        ({"a": 1}, "(dict)"),
        (b"secret", "(bytes)"),
    ],
)
def test_only_numbers_and_truth_values_are_shown(value, expected):
    assert show(value) == expected
    assert json.dumps(show(value))


async def test_a_store_behind_another_is_asked_without_being_watched(operated):
    assert isinstance(operated.store, WatchedStore)
    await operated.store.hit("a", 1, 1)
    operated.store.limits.clear()
    await Board(operated, 1).gauges()

    assert not operated.store.limits
