"""Bodies without end and bodies that stop: what the gateway keeps has a limit, and so has what it waits for."""

import hashlib
import select
import socket
import time
from contextlib import suppress

import httpx2
import pytest

from tests.e2e.conftest import Gateway, ScriptedBackend, wait_until
from tests.e2e.http2 import Http2Client

PATH = "/openai/deployments/gpt-4o/chat/completions"
POLICY = """<policies>
    <inbound><set-backend-service base-url="@(context.Request.Headers.GetValueOrDefault(&quot;to&quot;))" /></inbound>
    <backend><forward-request timeout="60" /></backend>
    <outbound>
        <choose>
            <when condition="@(context.Request.Headers.GetValueOrDefault(&quot;does&quot;) == &quot;read&quot;)">
                <set-variable name="body" value="@(context.Response.Body.As<string>(true))" />
            </when>
            <when condition="@(context.Request.Headers.GetValueOrDefault(&quot;does&quot;) == &quot;replace&quot;)">
                <return-response><set-status code="201" reason="Created" /></return-response>
            </when>
        </choose>
    </outbound>
</policies>"""
MEGABYTE = 1 << 20
PIECE = bytes(range(256)) * 256
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
IN_BUFFERS = 24 * MEGABYTE
"""More than the operating system buffers on two loopback connections."""


@pytest.fixture(scope="module")
def small(with_policy) -> Gateway:
    """A gateway that keeps one megabyte, and sends each call to the URL in its field `to`."""
    return with_policy(POLICY, "--set", "apim_body_limit=1")


@pytest.fixture(scope="module")
def hasty(with_policy) -> Gateway:
    """A gateway that waits for a second."""
    return with_policy(POLICY, "--set", "apim_idle_timeout=1")


class Flood:
    """A script of a backend that sends pieces until it may send no more; `sent` counts the bytes."""

    def __init__(self, head: bytes, pieces: int = 1024, timeout: float = 3) -> None:
        self.head, self.pieces, self.timeout, self.sent = head, pieces, timeout, 0
        self.has_stopped = False

    def __call__(self, backend: ScriptedBackend, connection: socket.socket, request: bytes) -> None:
        connection.settimeout(self.timeout)
        try:
            connection.sendall(self.head)
            for _ in range(self.pieces):
                connection.sendall(PIECE)
                self.sent += len(PIECE)
        except OSError:
            pass  # nobody reads, or the gateway has closed the connection
        self.has_stopped = True

    def sent_when_it_has_to_wait(self) -> int:
        """How much it could send until nothing went on for a second."""
        before = -1
        while self.sent != before and not self.has_stopped:
            before = self.sent
            time.sleep(1)
        return self.sent


def connect(gateway: Gateway) -> socket.socket:
    return socket.create_connection(("127.0.0.1", gateway.port), timeout=30)


def head(*fields: bytes) -> bytes:
    return b"\r\n".join([b"POST %s HTTP/1.1" % PATH.encode(), b"Host: localhost", *fields, b"", b""])


def read_all(connection: socket.socket) -> bytes:
    received = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
    return received


# ---- requests --------------------------------------------------------------------------------------------------


def test_a_request_that_says_it_is_too_large_is_refused_before_its_body_comes(small):
    with connect(small) as connection:
        connection.sendall(head(b"Content-Length: %d" % (MEGABYTE + 1)))
        received = connection.recv(65536)

    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in received
    assert b'{ "statusCode": 413, "message": "The request body has more than 1 MB (apim_body_limit)." }' in received
    small.wait_for("] refused a request (413): The request body has more than 1 MB (apim_body_limit).")


def test_so_is_one_that_grows_too_large(small):
    with connect(small) as connection:
        connection.sendall(head(b"Transfer-Encoding: chunked") + (b"10000\r\n" + PIECE + b"\r\n") * 17)
        received = connection.recv(65536)
        connection.sendall(b"0\r\n\r\n")
        rest = read_all(connection)

    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"apim_body_limit" in received + rest


def test_so_is_one_over_http2_and_other_calls_of_its_client_go_on(small, scripted):
    backend = scripted(lambda backend, connection, request: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"))
    client = Http2Client(small.port)
    client.protocol.receive_data(client.socket.recv(65536))  # its settings allow large windows
    refused = client.post(PATH, to=backend.url)
    for _ in range(65):
        client.send(refused, PIECE[:16384])
    statuses = client.wait_for(refused) | client.wait_for(*client.get(PATH, to=backend.url))
    client.leave()

    assert list(statuses.values()) == [413, 204]


def test_so_is_one_over_http2_whose_body_comes_with_its_head(small):
    client = Http2Client(small.port)
    refused = client.begin(PATH, {"content-length": str(2 * MEGABYTE)}, "POST")
    client.send(refused, PIECE[:10000])
    statuses = client.wait_for(refused) | client.wait_for(*client.get("/elsewhere"))
    client.leave()

    assert list(statuses.values()) == [413, 404]


def test_a_request_of_just_the_limit_is_sent(small, scripted):
    backend = scripted(lambda backend, connection, request: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"))
    response = httpx2.post(small.url + PATH, content=bytes(MEGABYTE), headers={"to": backend.url})

    assert response.status_code == 204
    assert backend.requests[0].endswith(bytes(MEGABYTE))


def test_requests_that_are_too_large_together_are_not_all_kept(with_policy, scripted):
    backend = scripted(lambda backend, connection, request: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"))
    piece = b"100000\r\n" + bytes(MEGABYTE) + b"\r\n"
    gateway = with_policy(POLICY, "--set", "apim_memory_limit=3")
    with connect(gateway) as one, connect(gateway) as another:
        for connection in (one, another):
            connection.sendall(head(b"Transfer-Encoding: chunked", b"to: " + backend.url.encode()) + piece * 2)
        select.select([one, another], [], [], 20)
        for connection in (one, another):
            connection.sendall(b"0\r\n\r\n")
        received = sorted(connection.recv(65536) for connection in (one, another))
    with connect(gateway) as later:
        later.sendall(head(b"Content-Length: %d" % (2 * MEGABYTE), b"to: " + backend.url.encode()))
        later.sendall(bytes(2 * MEGABYTE))
        after = later.recv(65536)

    assert [status[:13] for status in received] == [b"HTTP/1.1 204 ", b"HTTP/1.1 503 "]
    assert b"apim_memory_limit" in received[1]
    assert after.startswith(b"HTTP/1.1 204 ")


@pytest.mark.parametrize("begun", [b"half", b""])
def test_a_request_that_stops_coming_is_refused(hasty, begun):
    with connect(hasty) as connection:
        connection.sendall(head(b"Content-Length: 8") + begun)
        received = connection.recv(65536)

    assert received.startswith(b"HTTP/1.1 408 ")
    assert b"nothing came for 1 s (apim_idle_timeout)" in received


def test_so_is_one_over_http2_that_stops_coming(hasty):
    client = Http2Client(hasty.port)
    call = client.post(PATH)
    client.send(call, b"half")
    statuses = client.wait_for(call)
    client.leave()

    assert list(statuses.values()) == [408]


# ---- answers ---------------------------------------------------------------------------------------------------


def test_a_large_answer_passes_on_piece_by_piece_and_unchanged(small, scripted):
    flood = Flood(UNTIL_CLOSE, pieces=64)
    digest = hashlib.sha256()
    with httpx2.stream("GET", small.url + PATH, headers={"to": scripted(flood).url}) as response:
        for piece in response.iter_bytes():
            digest.update(piece)

    assert response.status_code == 200
    assert digest.digest() == hashlib.sha256(PIECE * 64).digest()


def test_its_length_stays(small, scripted):
    flood = Flood(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (32 * len(PIECE)), pieces=32)
    response = httpx2.get(small.url + PATH, headers={"to": scripted(flood).url})

    assert response.headers["Content-Length"] == str(32 * len(PIECE))
    assert response.content == PIECE * 32


def test_it_passes_over_http2_as_fast_as_the_client_takes_it(small, scripted):
    flood = Flood(UNTIL_CLOSE, pieces=512, timeout=30)
    client = Http2Client(small.port)
    [call] = client.get(PATH, to=scripted(flood).url)
    held = flood.sent_when_it_has_to_wait()
    client.wait_for(call)
    client.leave()

    assert held <= IN_BUFFERS
    assert hashlib.sha256(client.bodies[call]).digest() == hashlib.sha256(PIECE * 512).digest()


@pytest.mark.parametrize("answer", [UNTIL_CLOSE, EVENTS])
def test_an_answer_without_end_is_not_kept_for_a_client_that_does_not_read(small, scripted, answer):
    flood = Flood(answer)
    with connect(small) as connection:
        connection.sendall(head(b"Content-Length: 0", b"to: " + scripted(flood).url.encode()))
        wait_until(lambda: flood.has_stopped)

        assert flood.sent <= IN_BUFFERS


def test_an_answer_without_end_that_the_policy_reads_is_a_failure(small, scripted):
    flood = Flood(UNTIL_CLOSE)
    response = httpx2.get(small.url + PATH, headers={"to": scripted(flood).url, "does": "read"})
    wait_until(lambda: flood.has_stopped)

    assert response.status_code == 500
    assert "BackendConnectionFailure" in small.wait_for("reads an answer that is too large (apim_body_limit)")
    assert flood.sent <= IN_BUFFERS


def test_an_answer_without_end_that_the_policy_replaces_is_dropped(small, scripted):
    flood = Flood(UNTIL_CLOSE)
    response = httpx2.get(small.url + PATH, headers={"to": scripted(flood).url, "does": "replace"})
    wait_until(lambda: flood.has_stopped)

    assert response.status_code == 201
    assert flood.sent <= IN_BUFFERS


def begin_only(answer: bytes):
    """A script that begins an answer, and says no more until the gateway closes the connection."""

    def script(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> None:
        connection.sendall(answer)
        with suppress(OSError):
            connection.recv(1)
        backend.proceed.set()

    return script


def test_an_answer_that_stops_coming_before_a_byte_was_sent_on_is_a_failure(hasty, scripted):
    backend = scripted(begin_only(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf"))
    response = httpx2.get(hasty.url + PATH, headers={"to": backend.url})

    assert response.status_code == 500
    assert "Timeout" in hasty.wait_for("the answer is incomplete: nothing came for 1 s (apim_idle_timeout)")
    assert backend.proceed.wait(20)


def test_a_stream_that_stops_coming_ends_there_for_both(hasty, scripted):
    backend = scripted(begin_only(EVENTS + b"data: 1\n\n"))
    with connect(hasty) as connection:
        connection.sendall(head(b"Content-Length: 0", b"to: " + backend.url.encode()))
        received = read_all(connection)

    assert received.endswith(b"\r\n9\r\ndata: 1\n\n\r\n")  # and not the last chunk
    assert backend.proceed.wait(20)
