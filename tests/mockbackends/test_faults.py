"""The faults one by one, the choice of the calls that meet them, and every place that lists them."""

import ast
import http.client
import json
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from mockbackends import Backend, Fleet, serve
from mockbackends.__main__ import main
from mockbackends.control import create_control, openapi
from mockbackends.fault_choice import FaultChoice
from mockbackends.faults import DELAY, FAULTS, FaultType, HangUp, Wire
from mockbackends.operations import Event
from mockbackends.settings import Fault

ROOT = Path(__file__).parents[2]
DOCUMENTATION = ROOT / "docs" / "mockbackends.md"
MODULES = ROOT / "mockbackends"

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


def wire(name: str) -> Wire:
    act = FAULTS[name].wire
    assert act
    return act


def sent(name: str, events: list[Event]) -> list[bytes]:
    """Return the parts that a fault without a hang-up sends of a stream."""
    with socket.socket() as connection:
        return [event.data for event in wire(name)(connection, iter(events))]


def faults(*settings: dict[str, Any]) -> list[Fault]:
    return [Fault.model_validate(values) for values in settings]


def names(choice: FaultChoice, calls: int) -> list[str]:
    return [fault.fault if fault else "" for fault in (choice.next() for _ in range(calls))]


def test_every_call_meets_the_fault() -> None:
    assert names(FaultChoice(faults({"fault": "error"})), 3) == ["error"] * 3


def test_the_first_calls_fail_and_then_all_is_fine() -> None:
    choice = FaultChoice(faults({"fault": "error", "first": 2}))

    certain = choice.is_certain()

    assert certain
    assert names(choice, 4) == ["error", "error", "", ""]
    assert not choice.is_certain()


def test_a_call_meets_the_first_fault_whose_turn_it_is() -> None:
    choice = FaultChoice(faults({"fault": "error", "first": 1}, {"fault": "reset", "first": 2}))

    assert names(choice, 3) == ["error", "reset", ""]


def test_the_same_seed_chooses_the_same_calls() -> None:
    setting = {"fault": "error", "probability": 0.3, "seed": 7}
    dice = random.Random(7)

    first, second = names(FaultChoice(faults(setting)), 200), names(FaultChoice(faults(setting)), 200)

    assert first == second == ["error" if dice.random() < 0.3 else "" for _ in range(200)]
    assert not FaultChoice(faults(setting)).is_certain()


def test_another_fault_does_not_change_whom_one_chooses() -> None:
    setting = {"fault": "error", "probability": 0.3, "seed": 7}
    alone = names(FaultChoice(faults(setting)), 50)
    together = names(FaultChoice(faults({"fault": "slow", "first": 10}, setting)), 50)

    assert together[10:] == alone[10:]


def test_faults_that_come_back_go_on_with_their_turns() -> None:
    choice = FaultChoice(faults({"fault": "error", "first": 3}))
    met = names(choice, 2)
    choice.faults = tuple(faults({"fault": "reset", "first": 1}))
    met += names(choice, 2)
    choice.faults = tuple(faults({"fault": "error", "first": 3}))

    assert met == ["error", "error", "reset", ""]
    assert choice.is_certain()
    assert names(choice, 2) == ["error", ""]


def test_all_turns_start_over() -> None:
    choice = FaultChoice(faults({"fault": "error", "first": 1}))
    met = names(choice, 2)
    choice.faults = tuple(faults({"fault": "reset", "first": 1}))
    met += names(choice, 2)
    choice.start_over()
    met += names(choice, 2)
    choice.faults = tuple(faults({"fault": "error", "first": 1}))

    assert met == ["error", "", "reset", "", "reset", ""]
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
        parts = wire("cut")(connection, events)

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
        assert list(wire("unfinished")(connection, events())) == [ROLE, TOKENS[0]]


@pytest.mark.parametrize(
    ("name", "body"),
    [("unfinished", b'{"a": [1]}'), ("malformed", b'{"a":\n\n'), ("error-chunk", b'{"a": [1]}data: {"er')],
)
def test_what_becomes_of_a_whole_answer(name: str, body: bytes) -> None:
    assert b"".join(sent(name, [Event(b'{"a": [1]}'), Event(b"")])).startswith(body)


# Every place that knows the faults has them from the table.


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_in_every_place_that_has_faults(fault: FaultType) -> None:
    fleet = Fleet([Backend.parse(f"east=0,fault={fault.name}")])
    setting = Fault(fault=fault.name)
    answer = create_control(fleet).test_client().get("/fleet", base_url="http://localhost").get_json()
    schemas = openapi()["components"]["schemas"]
    lines = CliRunner().invoke(main, ["serve", "--help"]).output.splitlines()
    row = f"| `{fault.name}` | {fault.kind} | {fault.help} | {', '.join(f'`{name}`' for name in fault.settings)} |"

    assert fleet.states["east"].find("any").settings.faults == (setting,)  # type: ignore[union-attr]  # it is there
    assert setting.type is fault
    assert fault.as_dict() | {"settings": [*fault.settings]} in answer["faults"]
    assert fault.name in schemas["FaultName"]["enum"]
    assert f"{fault.name} {fault.help}" in schemas["Fault"]["properties"]["fault"]["description"]
    for name in fault.settings:
        assert fault.name in schemas["Fault"]["properties"][name]["description"]
    assert f"{fault.name:13}{fault.help}" in map(str.strip, lines)
    assert row in DOCUMENTATION.read_text().splitlines()


def test_no_place_has_more_faults_than_the_table() -> None:
    table = DOCUMENTATION.read_text().split("| fault | kind |")[1].split("\n\n")[0]

    assert len(openapi()["components"]["schemas"]["FaultName"]["enum"]) == len(FAULTS)
    assert len(table.splitlines()) == len(FAULTS) + 2  # and the two lines of the heading


@pytest.mark.parametrize("path", sorted(MODULES.rglob("*.py")), ids=lambda path: path.name)
def test_no_other_module_names_a_fault(path: Path) -> None:
    words = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
    distinct = set(FAULTS) - {"error", "timeout", "reset"}  # these have other meanings, too

    assert path.name == "faults.py" or not words & distinct


@dataclass
class Outcome:
    """An answer as a client sees it. `status` 0 is no answer, `body` None is a broken one."""

    status: int = 0
    body: bytes | None = None

    @property
    def is_useful(self) -> bool:
        """Whether the answer has choices, and [DONE] at the end of a stream, as a client of chat completions needs."""
        if self.body is None:
            return False
        if not self.body.startswith(b"data: "):
            return is_answer(self.body)
        *chunks, done = self.body.removesuffix(b"\n\n").split(b"\n\n")
        return done == b"data: [DONE]" and all(is_answer(chunk.removeprefix(b"data: ")) for chunk in chunks)


def is_answer(data: bytes) -> bool:
    try:
        return "choices" in json.loads(data)
    except ValueError:
        return False


def ask(url: str, *, stream: bool) -> Outcome:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}], "stream": stream}
    outcome = Outcome()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=0.5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("POST", "/v1/chat/completions", json.dumps(body))
        response = connection.getresponse()
        outcome.status = response.status
        outcome.body = response.read()
    connection.close()
    return outcome


def ask_while_time_passes(backend: Backend, *, stream: bool) -> Outcome:
    with serve([backend]) as fleet, ThreadPoolExecutor() as clients:
        asked = clients.submit(ask, fleet.urls[backend.name], stream=stream)
        while not asked.done():
            fleet.clock.advance(DELAY)
            wait([asked], 0.02)
        return asked.result()


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_without_a_fault_an_answer_is_useful(stream: bool) -> None:
    assert ask_while_time_passes(Backend("east"), stream=stream).is_useful


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_client_meets_what_the_table_says(fault: FaultType, stream: bool) -> None:
    outcome = ask_while_time_passes(Backend("east", fault=fault.name), stream=stream)

    is_complete = outcome.status == 200 and outcome.body is not None
    assert (outcome.status >= 400) is (fault.kind == "refusal")
    assert (outcome.status == 429) is fault.throttles
    assert (is_complete and not outcome.is_useful) is fault.spoils(stream=stream)
