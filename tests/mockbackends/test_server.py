"""Backends on real ports, with the clients that people use."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest

from mockbackends import Backend, Call, Fleet, PortError, serve
from mockbackends.app import MAX_READ

HELLO = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
STREAMED = HELLO | {"stream": True}
AZURE = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
SAID = "This is east. You said: Hello"
MESSAGES: Any = HELLO["messages"]


@pytest.fixture
def url() -> Iterator[str]:
    with serve([Backend("east")]) as fleet:
        yield fleet.urls["east"]


def connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)


def clients(url: str) -> list[openai.OpenAI]:
    return [
        openai.AzureOpenAI(azure_endpoint=url, api_key="k", api_version="2024-10-21", max_retries=0),
        openai.OpenAI(base_url=f"{url}/openai/v1", api_key="k", max_retries=0),
        openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0),
    ]


def raw(url: str, data: bytes) -> bytes:
    """Return the answer to these bytes, until the server closes."""
    target = urlsplit(url)
    with socket.create_connection((str(target.hostname), target.port or 0), timeout=10) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("which", range(3))
def test_the_openai_client_gets_an_answer(url: str, which: int) -> None:
    with clients(url)[which] as client:
        completion = client.chat.completions.create(model="gpt-4o", messages=MESSAGES)

    assert completion.choices[0].message.content == SAID
    assert completion.usage is not None
    assert completion.usage.total_tokens == 7


@pytest.mark.parametrize("which", range(3))
def test_the_openai_client_reads_a_stream(url: str, which: int) -> None:
    with (
        clients(url)[which] as client,
        client.chat.completions.create(
            model="gpt-4o", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        ) as stream,
    ):
        chunks = list(stream)

    deltas = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(deltas) == SAID
    assert chunks[-1].usage is not None


def test_the_openai_client_knows_the_errors() -> None:
    with serve([Backend("keyed", key="secret"), Backend("east", rpm=1)]) as fleet:
        with clients(fleet.urls["keyed"])[0] as client, pytest.raises(openai.AuthenticationError):
            client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
        with clients(fleet.urls["east"])[0] as client:
            client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
            with pytest.raises(openai.RateLimitError) as caught:
                client.chat.completions.create(model="gpt-4o", messages=MESSAGES)

    assert caught.value.code == "429"


@pytest.mark.parametrize("body", [HELLO, STREAMED, {}])
def test_a_connection_serves_one_request_after_another(url: str, body: dict[str, Any]) -> None:
    connection = connect(url)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("POST", AZURE, json.dumps(body))
        connection.getresponse().read()

    assert connection.sock is first
    connection.close()


def test_the_tokens_of_a_stream_leave_one_by_one(url: str) -> None:
    body = json.dumps(STREAMED).encode()
    head = f"POST {AZURE} HTTP/1.1\r\nHost: east\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"

    answer = raw(url, head.encode() + body)

    _, _, chunked = answer.partition(b"\r\n\r\n")
    # a size, one event, a line end: for each of nine chunks and [DONE]
    assert chunked.count(b"\r\ndata: ") == 10
    assert chunked.endswith(b"\r\n0\r\n\r\n")


def test_a_client_of_http_1_0_gets_a_stream_that_ends_with_the_connection(url: str) -> None:
    body = json.dumps(STREAMED).encode()

    answer = raw(url, f"POST {AZURE} HTTP/1.0\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    assert b"chunked" not in answer
    assert answer.endswith(b"data: [DONE]\n\n")


def test_a_body_in_chunks_is_read_to_its_end(url: str) -> None:
    connection = connect(url)
    statuses = []
    for _ in range(2):
        connection.request(
            "POST", AZURE, iter([b'{"messages": [{"role"', b': "user", "content": "Hi"}]}']), encode_chunked=True
        )
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)

    assert statuses == [200, 200]
    connection.close()


def parts(size: int) -> Iterator[bytes]:
    return iter([b"x" * 1_000_000] * (size // 1_000_000))


@pytest.mark.parametrize("make", [b"".join, iter], ids=["length", "chunked"])
def test_a_body_that_is_too_large_is_a_bad_request_and_the_connection_goes_on(url: str, make: Any) -> None:
    connection = connect(url)
    connection.connect()
    first, statuses = connection.sock, []
    for body in (make(parts(20_000_000)), json.dumps(HELLO)):
        connection.request("POST", AZURE, body, encode_chunked=not isinstance(body, bytes | str))
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)

    assert statuses == [400, 200]
    assert connection.sock is first
    connection.close()


@pytest.mark.parametrize("framing", [f"Content-Length: {2 * MAX_READ}", "Transfer-Encoding: chunked"])
def test_a_body_without_end_is_answered_before_the_connection_is_closed(url: str, framing: str) -> None:
    size = f"{2 * MAX_READ:x}\r\n".encode() if "chunked" in framing else b""

    answer = raw(
        url,
        f"POST {AZURE} HTTP/1.1\r\nHost: east\r\n{framing}\r\n\r\n".encode() + size + b" " * (MAX_READ + 65_536),
    )

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Connection: close" in answer


@pytest.mark.parametrize(
    "request_text",
    [
        pytest.param("POST {} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n", id="no chunk"),
        pytest.param("POST http://[/ HTTP/1.1\r\n\r\n", id="no url"),
        pytest.param("nonsense\r\n\r\n", id="no http"),
    ],
)
def test_a_request_that_cannot_be_read_is_a_bad_request(url: str, request_text: str) -> None:
    assert b"400" in raw(url, request_text.format(AZURE).encode()).split(b"\r\n")[0]


def test_each_call_is_told_before_its_answer_is_sent() -> None:
    calls: list[Call] = []
    with serve([Backend("east", rpm=1), Backend("west")], on_call=calls.append) as fleet:
        for name in ("east", "east", "west"):
            connection = connect(fleet.urls[name])
            connection.request("POST", AZURE, json.dumps(HELLO))
            connection.getresponse().read()
            connection.close()

    path = AZURE.split("?", maxsplit=1)[0]
    assert calls == [
        Call("east", 200, "POST", path),
        Call("east", 429, "POST", path),
        Call("west", 200, "POST", path),
    ]


@pytest.mark.parametrize("body", [HELLO, STREAMED])
@pytest.mark.parametrize(("fault", "error"), [("reset", ConnectionResetError), ("garbage", http.client.BadStatusLine)])
def test_a_fault_that_leaves_no_answer(fault: str, error: type[Exception], body: dict[str, Any]) -> None:
    calls: list[Call] = []
    with serve([Backend("east", fault=fault)], on_call=calls.append) as fleet:
        connection = connect(fleet.urls["east"])
        connection.request("POST", AZURE, json.dumps(body))
        with pytest.raises(error):
            connection.getresponse()
        connection.close()

    assert [call.status for call in calls] == [0]


@pytest.mark.parametrize("body", [HELLO, STREAMED])
def test_a_stream_that_is_cut_has_no_end(body: dict[str, Any]) -> None:
    with serve([Backend("east", fault="cut")]) as fleet:
        connection = connect(fleet.urls["east"])
        connection.request("POST", AZURE, json.dumps(body))
        response = connection.getresponse()
        with pytest.raises(http.client.IncompleteRead) as caught:
            response.read()
        connection.close()

    assert response.status == 200
    assert b"[DONE]" not in caught.value.partial


SHORT = [
    (AZURE, STREAMED | {"max_tokens": 1}),
    ("/v1/chat/completions", STREAMED | {"max_tokens": 1}),
    ("/v1/completions", {"model": "m", "prompt": "Hello", "max_tokens": 1, "stream": True}),
    ("/v1/completions", {"model": "m", "prompt": "Hello", "max_tokens": 0, "stream": True}),
    ("/v1/responses", {"model": "m", "input": "Hello", "max_output_tokens": 1, "stream": True}),
]
ENDS = (b"data: [DONE]", b"event: response.completed", b"event: response.incomplete")


@pytest.mark.parametrize(("path", "body"), SHORT)
@pytest.mark.parametrize("fault", ["cut", "unfinished", "malformed", "error-chunk"])
def test_a_fault_in_mid_stream_hits_a_short_stream_too(fault: str, path: str, body: dict[str, Any]) -> None:
    with serve([Backend("east", fault=fault)]) as fleet:
        connection = connect(fleet.urls["east"])
        connection.request("POST", path, json.dumps(body))
        try:
            text, is_cut = connection.getresponse().read(), False
        except http.client.IncompleteRead as error:
            text, is_cut = error.partial, True
        connection.close()

    *_, last = text.removesuffix(b"\n\n").split(b"\n\n")
    assert is_cut is (fault == "cut")
    assert any(end in text for end in ENDS) is (fault == "malformed")
    assert (b'"server_error"' in last) is (fault == "error-chunk")
    assert all(map(is_json, text.splitlines())) is (fault != "malformed")


def is_json(line: bytes) -> bool:
    """Whether the data of a line is JSON, if it has any."""
    data = line.removeprefix(b"data: ")
    if data in (line, b"[DONE]"):
        return True
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def test_a_fleet_that_is_served_again_takes_its_time() -> None:
    backends = [Backend("east", latency_ms=100)]
    fleet = Fleet(backends)
    waits = []
    for _ in range(2):
        with serve(backends, fleet=fleet):
            connection = connect(fleet.urls["east"])
            began = time.monotonic()
            connection.request("POST", AZURE, json.dumps(HELLO))
            connection.getresponse().read()
            waits.append(time.monotonic() - began)
            connection.close()

    assert all(wait >= 0.1 for wait in waits)


def test_a_backend_that_stalls_sends_nothing_until_it_is_stopped() -> None:
    with serve([Backend("east", fault="stall")]) as fleet:
        connection = connect(fleet.urls["east"])
        connection.request("POST", AZURE, json.dumps(HELLO))
        connection.sock.sendall(b"more")
        connection.sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.sock.recv(1)
        connection.sock.settimeout(10)

    assert connection.sock.recv(1) == b""
    connection.close()


def test_a_fault_leaves_the_health_alone() -> None:
    with serve([Backend("east", fault="reset")]) as fleet:
        connection = connect(fleet.urls["east"])
        connection.request("GET", "/healthz")

        assert json.loads(connection.getresponse().read()) == {"name": "east"}
        connection.close()


def test_a_client_may_leave_in_mid_stream() -> None:
    with serve([Backend("east", token_ms=1)]) as fleet:
        connection = connect(fleet.urls["east"])
        connection.request("POST", AZURE, json.dumps(STREAMED))
        connection.close()
        second = connect(fleet.urls["east"])
        second.request("GET", "/healthz")

        assert second.getresponse().status == 200
        second.close()


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"east cannot listen on 127.0.0.1, port {port}: "):
            serve([Backend("west"), Backend("east", port)]).__enter__()


def test_a_fleet_that_is_closed_gives_back_its_ports_and_connections(url: str) -> None:
    with serve([Backend("east")]) as fleet:
        connection = connect(fleet.urls["east"])
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        port = urlsplit(fleet.urls["east"]).port

    assert connection.sock.recv(1) == b""
    with serve([Backend("east", port or 0)]):
        pass
    connection.close()
