"""The attempts in the journal: of calls with an answer, with a fault, and without a client."""

import http.client
import json
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import EnvironBuilder

from mockbackends import Backend, Deployment, Fleet, serve
from mockbackends.app import create_app
from mockbackends.clock import SECOND, Clock
from mockbackends.connection import LAG_KEY
from mockbackends.faults import HangUp
from mockbackends.journal import Attempt, Journal, retry_after
from mockbackends.recorder import ARRIVED_KEY, Call, Recorder
from mockbackends.verdict import judge

HELLO: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def call(
    fleet: Fleet,
    name: str = "east",
    *,
    path: str = "/v1/chat/completions",
    headers: dict[str, str] | None = None,
    **body: Any,
) -> Attempt:
    connection = http.client.HTTPConnection(urlsplit(fleet.urls[name]).netloc, timeout=10)
    connection.request("POST", f"{path}?key=sesame", json.dumps(HELLO | body), headers or {})
    with suppress(http.client.HTTPException, OSError):
        connection.getresponse().read()
    connection.close()
    attempt = list(fleet.journal)[-1]
    until(lambda: attempt.ended_at is not None)
    return attempt


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


@pytest.mark.parametrize(
    ("fault", "status", "complete"),
    [
        (None, 200, True),
        ("error", 500, True),
        ("reset", 0, False),
        ("garbage", 0, False),
        ("cut", 200, False),
        ("malformed", 200, True),
        ("error-chunk", 200, True),
    ],
)
def test_an_attempt_tells_how_it_ended(fault: str | None, status: int, complete: bool) -> None:
    with serve([Backend("east", fault=fault)]) as fleet:
        attempt = call(fleet, stream=True)

    assert (attempt.status, attempt.complete, attempt.fault) == (status, complete, fault or "")
    assert (attempt.bytes > 0) is (status != 0)
    assert (attempt.operation, attempt.deployment, attempt.stream) == ("ChatCompletions_Create", "gpt-4o", True)


def test_an_attempt_that_was_given_up_is_not_complete() -> None:
    with serve([Backend("east", token_ms=20)]) as fleet:
        connection = http.client.HTTPConnection(urlsplit(fleet.urls["east"]).netloc, timeout=10)
        connection.request("POST", "/v1/chat/completions", json.dumps(HELLO | {"stream": True}))
        response = connection.getresponse()
        response.read(10)
        response.close()
        connection.close()
        attempt = next(iter(fleet.journal))
        until(lambda: attempt.ended_at is not None)

    assert (attempt.status, attempt.complete) == (200, False)
    assert attempt.bytes > 0


@pytest.mark.parametrize("stream", [False, True])
def test_a_call_that_was_given_up_before_its_first_token_streamed_nothing(stream: bool) -> None:
    with serve([Backend("east", latency_ms=600_000), Backend("west")]) as fleet:
        connection = http.client.HTTPConnection(urlsplit(fleet.urls["east"]).netloc, timeout=10)
        connection.request("POST", "/v1/chat/completions", json.dumps(HELLO | {"stream": stream}))
        until(lambda: any(attempt.deployment for attempt in fleet.journal))  # its body is read
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        call(fleet, "west", stream=stream)
        fleet.clock.advance(600)
        given_up, _ = fleet.journal
        until(lambda: given_up.ended_at is not None)

    assert (given_up.bytes, given_up.complete) == (0, False)
    assert judge(fleet.journal, ["east", "west"]).streamed_before_failover == 0


class Recorded:
    """A call that waited five seconds to be read, and its 429 in these parts, as a recorder alone sees them."""

    def __init__(self, parts: Iterable[bytes], *, frozen: bool = True) -> None:
        self.calls: list[Call] = []
        self.clock = Clock(frozen=frozen)
        journal = Journal(self.clock)
        recorder = Recorder(lambda _, start: self._answer(start, parts), "east", journal, self.calls.append)
        self.environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", LAG_KEY: 5 * SECOND}
        self.before = self.clock.now()
        self.parts = recorder(self.environ, lambda *_: None)
        (self.attempt,) = journal

    @property
    def answer(self) -> tuple[int, float | None, float | None]:
        return self.attempt.status, self.attempt.retry_after, self.attempt.answered_at

    @staticmethod
    def _answer(start: Callable[..., Any], parts: Iterable[bytes]) -> Iterable[bytes]:
        start("429 Too Many Requests", [("Retry-After", "7")])
        return parts


def failing() -> Iterator[bytes]:
    yield b"abc"
    raise HangUp


def test_an_attempt_tells_nothing_of_its_answer_before_that_begins() -> None:
    recorded = Recorded([b"abc"])
    waiting = recorded.answer
    recorded.clock.advance(2)
    next(recorded.parts)

    assert (waiting, recorded.answer) == ((0, None, None), (429, 7, 2))
    assert recorded.calls == [Call("east", 429, "GET", "/")]


def test_a_call_that_waits_for_its_first_token_has_no_status_yet() -> None:
    fleet = Fleet([Backend("east", latency_ms=600_000)], Clock(frozen=True))
    recorder = Recorder(create_app(fleet.states["east"].backend, fleet), "east", fleet.journal, lambda _: None)
    parts = recorder(EnvironBuilder("/v1/chat/completions", method="POST", json=HELLO).get_environ(), lambda *_: None)
    (attempt,) = fleet.journal
    waiting = attempt.status
    fleet.clock.advance(600)
    list(parts)

    assert (waiting, attempt.status) == (0, 200)


def test_a_part_is_counted_when_it_was_taken() -> None:
    recorded = Recorded([b"abc", b"de"])
    counts = [recorded.attempt.bytes for _ in recorded.parts]

    assert (counts, recorded.attempt.bytes, recorded.attempt.complete) == ([0, 3], 5, True)


def test_a_part_that_nobody_takes_is_not_counted() -> None:
    recorded = Recorded([b"abc", b"de"])
    next(recorded.parts)
    next(recorded.parts)
    recorded.parts.close()  # type: ignore[attr-defined]  # as a server does that cannot send it

    assert (recorded.attempt.bytes, recorded.attempt.complete) == (3, False)


def test_what_was_taken_before_an_answer_broke_off_is_counted() -> None:
    recorded = Recorded(failing())
    with pytest.raises(HangUp):
        list(recorded.parts)

    assert (recorded.attempt.status, recorded.attempt.bytes, recorded.attempt.complete) == (429, 3, False)


def test_an_answer_without_any_part_has_its_status_and_its_wait() -> None:
    recorded = Recorded([])
    list(recorded.parts)

    assert (recorded.answer, recorded.attempt.complete) == ((429, 7, 0), True)
    assert recorded.calls == [Call("east", 429, "GET", "/")]


def test_a_call_that_breaks_off_before_the_first_part_has_no_answer() -> None:
    parts = failing()
    next(parts)
    recorded = Recorded(parts)
    with pytest.raises(HangUp):
        next(recorded.parts)

    assert (recorded.answer, recorded.attempt.complete) == ((0, None, 0), False)
    assert recorded.calls == [Call("east", 0, "GET", "/")]


def test_an_attempt_is_at_the_time_when_it_is_read_and_arrived_before() -> None:
    recorded = Recorded([], frozen=False)
    arrived = recorded.environ[ARRIVED_KEY]
    assert isinstance(arrived, int)

    assert recorded.attempt.at >= recorded.before / SECOND
    assert recorded.before - 5 * SECOND <= arrived <= recorded.clock.now() - 5 * SECOND


def test_on_a_frozen_clock_a_call_arrives_when_it_is_read() -> None:
    recorded = Recorded([])

    assert (recorded.attempt.at, recorded.environ[ARRIVED_KEY]) == (0, 0)


def test_a_refusal_tells_its_wait_and_who_had_room() -> None:
    with serve([Backend("east", rpm=1), Backend("west")]) as fleet:
        call(fleet)
        attempt = call(fleet)

    assert (attempt.status, attempt.throttled, attempt.room_elsewhere) == (429, True, ("west",))
    assert attempt.retry_after is not None
    assert 9 < attempt.retry_after <= 10


def test_a_429_inside_a_200_is_a_throttle() -> None:
    limited = Deployment.model_validate({"name": "gpt-4o", "dialect": "in-band", "faults": [{"fault": "throttle"}]})
    with serve([Backend("east", deployments=(limited,))]) as fleet:
        attempt = call(fleet, path="/v1/responses", input="Hello", stream=True)

    assert (attempt.status, attempt.throttled) == (200, True)


def test_what_a_caller_makes_long_is_cut() -> None:
    with serve([Backend("east")]) as fleet:
        attempt = call(fleet, model="m" * 201, headers={"x-stainless-retry-count": "1" * 21})
        lost = call(fleet, path="/" + "x" * 1000)

    assert (attempt.deployment, attempt.retry_count) == ("m" * 200, "1" * 20)
    assert lost.path == "/" + "x" * 999


@pytest.mark.parametrize(
    ("headers", "ids"),
    [
        ({}, ()),
        ({"x-request-id": "a"}, ("a",)),
        ({"x-request-id": "a", "x-ms-client-request-id": "b"}, ("b", "a")),
        ({"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}, (TRACE,)),
        ({"traceparent": "none"}, ()),
    ],
)
def test_what_a_gateway_passes_on_is_kept(headers: dict[str, str], ids: tuple[str, ...]) -> None:
    with serve([Backend("east")]) as fleet:
        attempt = call(fleet, headers=headers | {"x-stainless-retry-count": "1"})

    assert (attempt.ids, attempt.retry_count) == (ids, "1")


def test_the_key_of_another_backend_is_known() -> None:
    with serve([Backend("east", key="one"), Backend("west", key="two")]) as fleet:
        keys = [call(fleet, headers=headers).key for headers in ({"api-key": "one"}, {"api-key": "two"}, {})]

    assert keys == ["right", "of west", "missing"]


def test_the_query_is_not_kept() -> None:
    with serve([Backend("east")]) as fleet:
        assert call(fleet).path == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], None),
        ([("Retry-After", "7")], 7),
        ([("Retry-After", "7"), ("retry-after-ms", "6500")], 6.5),
        ([("Retry-After", "Mon, 23 Nov 2026 10:00:00 GMT")], None),
    ],
)
def test_the_wait_that_headers_tell(headers: list[tuple[str, str]], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_an_attempt_survives_json() -> None:
    attempt = Attempt(1, 0.5, "east", "POST", "/", ids=("a",), room_elsewhere=("west",))

    assert Attempt.from_dict(json.loads(json.dumps(attempt.as_dict()))) == attempt
