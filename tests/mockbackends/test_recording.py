"""What the journal has of calls that went well, that went wrong, and that were given up."""

import http.client
import json
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockbackends import Backend, Deployment, Fleet, serve
from mockbackends.journal import Attempt, told_wait

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
    for _ in range(100):
        if attempt.ended_at is not None:
            break
        time.sleep(0.01)
    return attempt


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
        for _ in range(200):
            if attempt.ended_at is not None:
                break
            time.sleep(0.01)

    assert (attempt.status, attempt.complete) == (200, False)
    assert attempt.bytes > 0


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
    assert told_wait(headers) == seconds


def test_an_attempt_survives_json() -> None:
    attempt = Attempt(1, 0.5, "east", "POST", "/", ids=("a",), room_elsewhere=("west",))

    assert Attempt.from_dict(json.loads(json.dumps(attempt.as_dict()))) == attempt
