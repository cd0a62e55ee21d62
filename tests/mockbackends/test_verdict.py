from typing import Any

import pytest

from mockbackends.journal import Attempt
from mockbackends.verdict import Bounds, Figures, _is_open, early, join, judge

BACKENDS = ["east", "west"]


def attempt(number: int, at: float, backend: str, status: int = 200, **values: Any) -> Attempt:
    defaults: dict[str, Any] = {
        "method": "POST",
        "path": "/",
        "operation": "ChatCompletions_Create",
        "deployment": "gpt-4o",
        "body": "one",
        "answered_at": at + 0.1,
        "ended_at": at + 0.2,
        "complete": True,
    }
    return Attempt(number=number, at=at, backend=backend, status=status, **defaults | values)


def numbers(calls: list[list[Attempt]]) -> list[list[int]]:
    return [[attempt.number for attempt in call] for call in calls]


def figures(*attempts: Attempt) -> Figures:
    return judge(attempts, BACKENDS)


def test_attempts_with_the_same_id_are_one_call_however_they_overlap() -> None:
    calls = join(
        [attempt(1, 0, "east", ids=("a",)), attempt(2, 0, "east", ids=("b",)), attempt(3, 0, "west", ids=("a",))]
    )

    assert numbers(calls) == [[1, 3], [2]]


@pytest.mark.parametrize("ids", [("a", "c"), ("c", "b"), ("b",)])
def test_any_id_that_is_shared_joins(ids: tuple[str, ...]) -> None:
    calls = join([attempt(1, 0, "east", ids=("a", "b")), attempt(2, 0, "west", ids=ids), attempt(3, 0, "west")])

    assert numbers(calls) == [[1, 2], [3]]


def test_many_equal_calls_are_joined_without_looking_at_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def is_open(call: list[Attempt], attempt: Attempt) -> bool:
        nonlocal looks
        looks += 1
        return _is_open(call, attempt)

    monkeypatch.setattr("mockbackends.verdict._is_open", is_open)

    assert len(join(attempt(number, number, "east") for number in range(10_000))) == 10_000
    assert looks < 10_000


@pytest.mark.parametrize(
    ("first", "second", "calls"),
    [
        pytest.param({"status": 429}, {}, [[1, 2]], id="refused, tried again"),
        pytest.param({"status": 0, "complete": False}, {}, [[1, 2]], id="no answer, tried again"),
        pytest.param({"complete": False}, {}, [[1, 2]], id="broke off, tried again"),
        pytest.param({"throttled": True}, {}, [[1, 2]], id="a 429 inside a 200, tried again"),
        pytest.param({"fault": "malformed"}, {}, [[1, 2]], id="malformed, tried again"),
        pytest.param({"fault": "error-chunk"}, {}, [[1, 2]], id="an error in the stream, tried again"),
        pytest.param({"fault": "unfinished", "stream": True}, {}, [[1, 2]], id="unfinished, tried again"),
        pytest.param({"fault": "unfinished"}, {}, [[1], [2]], id="a whole answer is never unfinished"),
        pytest.param({}, {}, [[1], [2]], id="answered, asked again"),
        pytest.param({"status": 400}, {}, [[1], [2]], id="a bad request, asked again"),
        pytest.param({"status": 429}, {"body": "two"}, [[1], [2]], id="another body"),
        pytest.param({"status": 429}, {"retry_count": "1"}, [[1], [2]], id="the client's own retry"),
        pytest.param({"status": 429}, {"at": 120.2}, [[1, 2]], id="two minutes later"),
        pytest.param({"status": 429}, {"at": 120.3}, [[1], [2]], id="more than two minutes later"),
    ],
)
def test_attempts_without_ids_are_joined_by_their_body(
    first: dict[str, Any], second: dict[str, Any], calls: list[list[int]]
) -> None:
    later: dict[str, Any] = {"at": 1, "backend": "west"} | second
    attempts = [attempt(1, 0, "east", **first), attempt(2, **later)]

    assert numbers(join(attempts)) == calls


@pytest.mark.parametrize(
    ("at", "backend", "found"),
    [(9.9, "east", [2]), (10.1, "east", []), (9.9, "west", []), (0.05, "east", [])],
)
def test_an_attempt_inside_a_told_wait_is_early(at: float, backend: str, found: list[int]) -> None:
    attempts = [attempt(1, 0, "east", 429, retry_after=10), attempt(2, at, backend)]

    assert [attempt.number for attempt in early(attempts)] == found


@pytest.mark.parametrize(("at", "found"), [(0.3 - 1e-9, [2]), (0.3, []), (0.3 + 1e-9, [])])
def test_the_end_of_a_told_wait_is_exact_to_the_nanosecond(at: float, found: list[int]) -> None:
    attempts = [attempt(1, 0, "east", 429, answered_at=0.1, retry_after=0.2), attempt(2, at, "east")]

    assert [attempt.number for attempt in early(attempts)] == found


def test_a_shorter_wait_does_not_end_a_longer_one_that_was_told_before() -> None:
    attempts = [attempt(1, 0, "east", 429, retry_after=60), attempt(2, 1, "east", 429, retry_after=5)]

    assert [attempt.number for attempt in early([*attempts, attempt(3, 10, "east")])] == [2, 3]


def test_on_a_frozen_clock_the_numbers_tell_the_order() -> None:
    attempts = [attempt(number, 5, "east", 429, retry_after=10, answered_at=5) for number in (1, 2)]

    assert [attempt.number for attempt in early(attempts)] == [2]


def test_attempts_that_only_their_bodies_join_are_counted() -> None:
    judged = figures(
        attempt(1, 0, "east", 429, body="same"),
        attempt(2, 1, "west", body="same"),
        attempt(3, 2, "east", 429, body="same", ids=("a",)),
        attempt(4, 3, "west", body="same", ids=("a",)),
        attempt(5, 4, "east", body="another"),
    )

    assert (judged.calls, judged.joined_by_body) == (3, 1)


def test_a_good_gateway_has_nothing_to_be_told() -> None:
    good = figures(
        attempt(1, 0, "east", 429, throttled=True, retry_after=10, room_elsewhere=("west",)),
        attempt(2, 1, "west"),
        attempt(3, 11, "west", body="two"),
    )

    assert (good.calls, good.attempts, good.attempts_per_call) == (2, 3, 1.5)
    assert (good.first_attempts, good.spread) == ({"east": 1, "west": 1}, 0)
    assert Bounds().complaints(good) == []


@pytest.mark.parametrize(
    ("attempts", "complaint"),
    [
        pytest.param(
            [attempt(1, 0, "east", 429, retry_after=10), attempt(2, 1, "east", 429, retry_after=9)],
            "early is 1, more than 0",
            id="too early",
        ),
        pytest.param(
            [attempt(1, 0, "east", 429, throttled=True, room_elsewhere=("west",))],
            "leaked is 1, more than 0",
            id="leaked",
        ),
        pytest.param(
            [attempt(1, 0, "east", throttled=True, room_elsewhere=("west",))],
            "leaked is 1, more than 0",
            id="leaked inside a 200",
        ),
        pytest.param([attempt(1, 0, "east", 401, key="of west")], "wrong_key is 1, more than 0", id="wrong key"),
        pytest.param(
            [attempt(1, 0, "east", bytes=700, complete=False), attempt(2, 1, "west", bytes=900)],
            "streamed_before_failover is 700, more than 0",
            id="streamed in vain",
        ),
        pytest.param(
            [attempt(1, 0, "east", bytes=700, fault="malformed"), attempt(2, 1, "west", bytes=900)],
            "streamed_before_failover is 700, more than 0",
            id="spoilt in vain",
        ),
        pytest.param(
            [attempt(1, 0, "east", ids=("a",)), attempt(2, 0, "west", ids=("a",))],
            "duplicates is 1, more than 0",
            id="answered twice",
        ),
    ],
)
def test_what_a_gateway_did_wrong_is_told(attempts: list[Attempt], complaint: str) -> None:
    assert complaint in Bounds().complaints(figures(*attempts))


@pytest.mark.parametrize(
    ("backends", "streamed"),
    [(["east", "east"], 0), (["east", "west"], 700), (["east", "east", "west"], 1400), (["west", "east", "east"], 700)],
)
def test_only_what_is_asked_for_elsewhere_was_streamed_in_vain(backends: list[str], streamed: int) -> None:
    broken = [attempt(n, n, backend, bytes=700, complete=False) for n, backend in enumerate(backends[:-1], 1)]

    assert figures(*broken, attempt(9, 9, backends[-1])).streamed_before_failover == streamed


def test_without_the_names_of_the_backends_there_is_no_spread() -> None:
    judged = judge([attempt(1, 0, "west"), attempt(2, 0, "east", body="two")], [])

    assert (judged.spread, judged.first_attempts) == (None, {"east": 1, "west": 1})
    assert Bounds().complaints(judged) == []
    assert Bounds(spread=0.1).complaints(judged) == [
        "spread is not known: the journal does not name the backends",
    ]


def test_a_throttle_is_not_leaked_where_no_backend_had_room() -> None:
    assert figures(attempt(1, 0, "east", 429, throttled=True)).leaked == 0


def test_a_429_inside_a_200_that_was_made_up_for_is_no_answer_that_broke_off() -> None:
    made_up = figures(
        attempt(1, 0, "east", throttled=True, bytes=400, room_elsewhere=("west",)), attempt(2, 1, "west", bytes=900)
    )

    assert Bounds().complaints(made_up) == []


@pytest.mark.parametrize(
    ("backends", "spread"), [(["east", "west"], 0), (["east", "east"], 0.5), (["east", "east", "east", "west"], 0.25)]
)
def test_the_spread_is_measured_against_equal_parts(backends: list[str], spread: float) -> None:
    attempts = [attempt(number, number, backend, body=str(number)) for number, backend in enumerate(backends, 1)]

    assert figures(*attempts).spread == spread


def test_bounds_may_be_set() -> None:
    twice = figures(attempt(1, 0, "east", 500), attempt(2, 1, "east"))

    assert Bounds(attempts_per_call=1.5, spread=0.1).complaints(twice) == [
        "attempts_per_call is 2, more than 1.5",
        "spread is 0.5, more than 0.1",
    ]


def test_an_empty_journal_has_figures_too() -> None:
    assert figures().attempts_per_call == 0


def test_a_verdict_on_nothing_is_no_good_one() -> None:
    assert Bounds().complaints(figures()) == ["no call reached a backend: there is nothing to judge"]


def test_what_is_no_call_of_the_api_does_not_count() -> None:
    assert figures(attempt(1, 0, "east", operation="")).attempts == 0
