import json
import random
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from mockbackends.faults import WIRE, Choice, HangUp
from mockbackends.operations import Event
from mockbackends.settings import Fault

ERROR = {
    "message": "The server had an error while processing your request. Sorry about that!",
    "type": "server_error",
    "param": None,
    "code": None,
}


def chunk(name: str, *, paced: bool = False) -> Event:
    return Event(b'data: {"n":"%b"}\n\n' % name.encode(), paced)


# What streams have: the results of the filter, the role, tokens, the reason for the end, and the end.
FILTER, ROLE, FINISH, DONE = chunk("filter"), chunk("role"), chunk("finish"), Event(b"data: [DONE]\n\n")
TOKENS = [chunk(f"token {number}", paced=True) for number in range(3)]


def sent(name: str, events: list[Event]) -> list[bytes]:
    """What a fault that does not hang up sends of a stream."""
    with socket.socket() as connection:
        return [event.data for event in WIRE[name](connection, iter(events))]


def faults(*settings: dict[str, Any]) -> list[Fault]:
    return [Fault.model_validate(values) for values in settings]


def names(choice: Choice, calls: int) -> list[str]:
    return [fault.fault if fault else "" for fault in (choice.next() for _ in range(calls))]


def test_a_fault_befalls_every_call() -> None:
    assert names(Choice(faults({"fault": "error"})), 3) == ["error"] * 3


def test_the_first_calls_fail_and_then_all_is_fine() -> None:
    choice = Choice(faults({"fault": "error", "first": 2}))

    certain = choice.is_certain()

    assert certain
    assert names(choice, 4) == ["error", "error", "", ""]
    assert not choice.is_certain()


def test_the_first_fault_whose_turn_it_is_befalls_the_call() -> None:
    choice = Choice(faults({"fault": "error", "first": 1}, {"fault": "reset", "first": 2}))

    assert names(choice, 3) == ["error", "reset", ""]


def test_the_same_seed_chooses_the_same_calls() -> None:
    setting = {"fault": "error", "probability": 0.3, "seed": 7}
    dice = random.Random(7)

    first, second = names(Choice(faults(setting)), 200), names(Choice(faults(setting)), 200)

    assert first == second == ["error" if dice.random() < 0.3 else "" for _ in range(200)]
    assert not Choice(faults(setting)).is_certain()


def test_another_fault_does_not_change_whom_one_chooses() -> None:
    setting = {"fault": "error", "probability": 0.3, "seed": 7}
    alone = names(Choice(faults(setting)), 50)
    together = names(Choice(faults({"fault": "slow", "first": 10}, setting)), 50)

    assert together[10:] == alone[10:]


def test_faults_that_come_back_go_on_with_their_turns() -> None:
    choice = Choice(faults({"fault": "error", "first": 3}))
    befallen = names(choice, 2)
    choice.faults = tuple(faults({"fault": "reset", "first": 1}))
    befallen += names(choice, 2)
    choice.faults = tuple(faults({"fault": "error", "first": 3}))

    assert befallen == ["error", "error", "reset", ""]
    assert choice.is_certain()
    assert names(choice, 2) == ["error", ""]


def test_all_turns_start_over() -> None:
    choice = Choice(faults({"fault": "error", "first": 1}))
    befallen = names(choice, 2)
    choice.faults = tuple(faults({"fault": "reset", "first": 1}))
    befallen += names(choice, 2)
    choice.start_over()
    befallen += names(choice, 2)
    choice.faults = tuple(faults({"fault": "error", "first": 1}))

    assert befallen == ["error", "", "reset", "", "reset", ""]
    assert names(choice, 2) == ["error", ""]


BEGINNINGS = [
    pytest.param([FILTER, ROLE, *TOKENS, FINISH, DONE], 4, id="a chat of Azure"),
    pytest.param([ROLE, *TOKENS, FINISH, DONE], 3, id="a chat of OpenAI"),
    pytest.param([FILTER, ROLE, TOKENS[0], FINISH, DONE], 3, id="one token"),
    pytest.param([TOKENS[0], FINISH, DONE], 1, id="nothing before one token"),
    pytest.param([*TOKENS[:2], FINISH, DONE], 2, id="two tokens"),
    pytest.param([ROLE, TOKENS[0], FINISH, TOKENS[1], FINISH, DONE], 2, id="two answers of one token"),
    pytest.param([FILTER, ROLE, FINISH, DONE], 3, id="no token"),
    pytest.param([FINISH, DONE], 1, id="nothing but the end"),
]


@pytest.mark.parametrize(("events", "middle"), BEGINNINGS)
def test_a_stream_goes_wrong_in_the_middle(events: list[Event], middle: int) -> None:
    told = [event.data for event in events]
    broken = told[middle - 1][: len(told[middle - 1]) // 2] + b"\n\n"

    assert sent("unfinished", events) == told[:middle]
    assert sent("malformed", events) == [*told[: middle - 1], broken, *told[middle:]]
    assert sent("error-chunk", events) == [
        *told[:middle],
        b"data: " + json.dumps({"error": ERROR}, separators=(",", ":")).encode() + b"\n\n",
    ]


@pytest.mark.parametrize(("events", "middle"), BEGINNINGS)
def test_a_stream_is_cut_in_the_middle(events: list[Event], middle: int) -> None:
    with socket.socket() as connection:
        parts = WIRE["cut"](connection, events)

        assert [next(parts) for _ in range(middle)] == events[:middle]
        with pytest.raises(HangUp):
            next(parts)


def test_the_error_of_a_responses_stream_is_an_event_of_its_own() -> None:
    started = Event(b'event: response.created\ndata: {"type":"response.created","sequence_number":0}\n\n')
    done = Event(b'event: response.completed\ndata: {"type":"response.completed","sequence_number":2}\n\n')

    *_, last = sent("error-chunk", [started, *TOKENS[:1], done])

    name, data, *_ = last.decode().splitlines()
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: ")) == {"type": "error", "error": ERROR, "sequence_number": 2}


def test_a_stream_that_goes_wrong_is_not_made_to_its_end() -> None:
    def events() -> Iterator[Event]:
        yield from [ROLE, TOKENS[0], FINISH]
        raise AssertionError("the end was made")

    with socket.socket() as connection:
        assert list(WIRE["unfinished"](connection, events())) == [ROLE, TOKENS[0]]


@pytest.mark.parametrize(
    ("name", "body"),
    [("unfinished", b'{"a": [1]}'), ("malformed", b'{"a":\n\n'), ("error-chunk", b'{"a": [1]}data: {"er')],
)
def test_what_becomes_of_a_whole_answer(name: str, body: bytes) -> None:
    assert b"".join(sent(name, [Event(b'{"a": [1]}'), Event(b"")])).startswith(body)
