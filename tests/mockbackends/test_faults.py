import random
import socket
from typing import Any

import pytest

from mockbackends.faults import WIRE, Choice
from mockbackends.settings import Fault

EVENTS = [b'data: {"n":%d}\n\n' % number for number in range(6)]


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


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("unfinished", EVENTS[:4]),
        ("malformed", [*EVENTS[:4], b"data: {\n\n", EVENTS[5]]),
        (
            "error-chunk",
            [
                *EVENTS[:4],
                b'data: {"error":{"message":"The server had an error while processing your request. Sorry about '
                b'that!","type":"server_error","param":null,"code":null}}\n\n',
            ],
        ),
    ],
)
def test_a_stream_goes_wrong_in_the_middle(name: str, sent: list[bytes]) -> None:
    with socket.socket() as connection:
        assert list(WIRE[name](connection, EVENTS)) == sent


def test_a_malformed_whole_answer_ends_half_way() -> None:
    with socket.socket() as connection:
        assert list(WIRE["malformed"](connection, [b'{"a": [1]}'])) == [b'{"a":\n\n']
