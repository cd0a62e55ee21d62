"""The journal: its attempts, and attempts that another version has written."""

from typing import Any

import pytest
from pydantic import ValidationError

from mockbackends import journal
from mockbackends.clock import Clock
from mockbackends.journal import Attempt, Journal

OLD = {"number": 7, "at": 1.5, "backend": "east", "method": "POST", "path": "/", "status": 429}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Return a journal with room for five attempts."""
    monkeypatch.setattr(journal, "MAX_ATTEMPTS", 5)
    return Journal(Clock())


def write_down(kept: Journal, attempts: int) -> None:
    for _ in range(attempts):
        kept.begin(backend="east", method="POST", path="/")


def numbers(attempts: list[Attempt]) -> list[int]:
    return [attempt.number for attempt in attempts]


@pytest.mark.parametrize(("attempts", "left", "dropped"), [(5, [1, 2, 3, 4, 5], 0), (7, [3, 4, 5, 6, 7], 2)])
def test_a_full_journal_drops_the_oldest_attempts_and_counts_them(
    kept: Journal, attempts: int, left: list[int], dropped: int
) -> None:
    write_down(kept, attempts)

    assert (numbers(list(kept)), len(kept), kept.dropped) == (left, 5, dropped)


@pytest.mark.parametrize(
    ("since", "limit", "page"),
    [(0, 2, [3, 4]), (2, 2, [3, 4]), (3, 9, [4, 5, 6, 7]), (6, 9, [7]), (7, 9, []), (99, 9, [])],
)
def test_a_page_begins_after_a_number(kept: Journal, since: int, limit: int, page: list[int]) -> None:
    write_down(kept, 7)

    assert numbers(kept.since(since, limit)) == page


def test_a_page_is_read_without_a_look_at_the_other_attempts() -> None:
    class Counted(dict[int, Attempt]):
        looks = 0

        def __getitem__(self, number: int) -> Attempt:
            Counted.looks += 1
            return super().__getitem__(number)

        def __iter__(self) -> Any:
            raise AssertionError("every attempt was looked at")

        values = items = __iter__

    kept = Journal(Clock(), _attempts=Counted())
    write_down(kept, 1000)

    assert numbers(kept.since(500, 3)) == [501, 502, 503]
    assert Counted.looks == 3


def test_the_numbers_go_on_in_an_emptied_journal(kept: Journal) -> None:
    write_down(kept, 7)
    kept.clear()
    write_down(kept, 1)

    assert (numbers(kept.since(0)), kept.dropped) == ([8], 0)


def test_an_attempt_is_read_as_it_was_written(kept: Journal) -> None:
    attempt = kept.begin(backend="east", method="POST", path="/", ids=("a",), room_elsewhere=("west",))

    assert Attempt.from_dict(attempt.as_dict()) == attempt


@pytest.mark.parametrize(("status", "throttled"), [(429, True), (200, False)])
def test_an_attempt_of_an_older_version_has_the_defaults(status: int, throttled: bool) -> None:
    attempt = Attempt.from_dict(OLD | {"status": status})

    assert (attempt.throttled, attempt.ids, attempt.room_elsewhere) == (throttled, (), ())


def test_what_a_newer_version_adds_is_left_out() -> None:
    assert Attempt.from_dict(OLD | {"humidity": 0.4}) == Attempt.from_dict(OLD)


@pytest.mark.parametrize("values", [{}, OLD | {"at": "soon"}, OLD | {"ids": None}])
def test_what_is_no_attempt_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Attempt.from_dict(values)
