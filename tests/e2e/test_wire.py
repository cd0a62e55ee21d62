"""What one side writes that the other must not read: heads, versions and framing, of clients and of backends.

The gateway has a policy for paths below /openai of a host; the rest of that host passes it without one.
"""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from tests.e2e.conftest import ONE_API, Gateway, ScriptedBackend
from tests.e2e.http2 import Http2Client

POLICY = """<policies>
    <inbound><set-backend-service base-url="@(context.Request.Headers.GetValueOrDefault(&quot;to&quot;))" /></inbound>
    <backend><forward-request timeout="20" /></backend>
</policies>"""
PATHS = ("/openai/x", "/other/x")
"""Below the API, and beside it."""

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"


@pytest.fixture(scope="module")
def gateway(with_policy) -> Gateway:
    """A gateway that sends each call to the URL in its field `to`."""
    return with_policy(POLICY, config=f"{ONE_API}hosts: [127.0.0.1]")


@pytest.fixture
def backend(scripted) -> ScriptedBackend:
    return scripted(lambda backend, connection, request: connection.sendall(FINE) or True)


@pytest.fixture
def answering(scripted) -> Callable[..., ScriptedBackend]:
    """A backend that answers its first request with these bytes, and closes unless it `keeps` the connection."""

    def start(answer: bytes, *, keeps: bool = True) -> ScriptedBackend:
        def script(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> bool:
            connection.sendall(answer if len(backend.requests) == 1 else FINE)
            return keeps or len(backend.requests) > 1

        backend: ScriptedBackend = scripted(script)
        return backend

    return start


class Client:
    """A client of HTTP/1.1, on one connection, that writes what it likes."""

    def __init__(self, gateway: Gateway) -> None:
        self.socket = socket.create_connection(("127.0.0.1", gateway.port), timeout=10)
        self.received = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def get(self, backend: ScriptedBackend, path: str, fields: bytes = b"", version: bytes = b"HTTP/1.1") -> bytes:
        """The answer's head and body to a request with more fields."""
        self.send(request_for(backend, path, fields, version))
        return self.answer()

    def answer(self) -> bytes:
        """One answer, as long as its length says, or to the end of the connection."""
        while not (head := re.match(rb"(?s).*?\r\n\r\n", self.received)) and self.read():
            pass
        assert head, self.received
        length = re.search(rb"(?i)\ncontent-length: (\d+)", head[0])
        end = head.end() + int(length[1]) if length else None
        while (end is None or len(self.received) < end) and self.read():
            pass
        answer, self.received = self.received[:end], self.received[end:] if end else b""
        return answer

    def read(self) -> bytes:
        with suppress(ConnectionResetError):
            data = self.socket.recv(65536)
            self.received += data
            return data
        return b""

    @property
    def address(self) -> str:
        """As the gateway's log writes it."""
        host, port = self.socket.getsockname()
        return f"{host}:{port}"

    def has_been_closed(self) -> bool:
        return not self.read()


@pytest.fixture
def client(gateway: Gateway) -> Iterator[Client]:
    client = Client(gateway)
    with client.socket:
        yield client


@pytest.fixture
def http2(gateway: Gateway) -> Iterator[Http2Client]:
    client = Http2Client(gateway.port)
    yield client
    client.leave()


def request_for(backend: ScriptedBackend, path: str, fields: bytes = b"", version: bytes = b"HTTP/1.1") -> bytes:
    url = backend.url.encode()
    line = b"GET %b%b %b\r\n" % (url, path.encode(), version)
    return line + b"Host: %b\r\nto: %b\r\n%b\r\n" % (url.removeprefix(b"http://"), url, fields)


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def over_http2(client: Http2Client, backend: ScriptedBackend, path: str, **fields: str) -> int:
    named = {":scheme": "http", ":authority": backend.url.removeprefix("http://"), ":path": path, "to": backend.url}
    return client.get(path, **(named | fields))[0]


# ---- requests ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "fields",
    [
        b"Foo: bar\rTransfer-Encoding: chunked\r\n",  # RFC 9112, section 2.2
        b"Foo: a\0b\r\n",  # RFC 9110, section 5.5
        b"Foo: a\x7fb\r\n",
        b"Foo: a\r\n b\r\n",  # RFC 9112, section 5.2
        b"Foo: \x0bbar\r\n",
        b"Foo : bar\r\n",  # RFC 9112, section 5.1
        b"F\xc3\xb6: bar\r\n",  # RFC 9110, section 5.1
        b"no field\r\n",
        b"Host: elsewhere\r\n",  # RFC 9112, section 3.2
        b"Content-Length: +0\r\n",  # RFC 9110, section 8.6
        b"Transfer-Encoding: gzip, chunked\r\n",  # RFC 9112, section 6.1
    ],
)
def test_a_field_that_must_not_pass_is_refused(client, backend, path, fields):
    answer = client.get(backend, path, fields)

    assert status_of(answer) == 400
    assert backend.requests == []


@pytest.mark.parametrize(
    "line", [b"G\x7fT /x HTTP/1.1", b"GET /\rx HTTP/1.1", b"GET /x#y HTTP/1.1", b"GET\t/x\tHTTP/1.1"]
)
def test_a_request_line_that_must_not_pass_is_refused(client, line):
    """RFC 9112, sections 3 and 3.2."""
    client.send(line + b"\r\nHost: 127.0.0.1\r\n\r\n")

    assert status_of(client.answer()) == 400


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "pseudo",
    [
        {":method": "GET /admin HTTP/1.1"},
        {":path": "/x HTTP/1.1"},
        {":path": "x"},
        {":path": "/x#y"},
        {":authority": "a b"},
    ],
)
def test_what_is_no_request_line_does_not_become_one(http2, backend, path, pseudo):
    """RFC 9113, sections 8.3.1 and 10.3; the client's other calls are not concerned."""
    bad = over_http2(http2, backend, path, **pseudo)
    good = over_http2(http2, backend, path)

    assert http2.wait_for(bad, good) == {bad: 400, good: 200}
    assert len(backend.requests) == 1


def test_a_url_of_the_policy_stays_in_its_place_in_the_request_line(client, backend):
    """RFC 9112, section 3.2: here it comes from a field of the client's."""
    url = backend.url.encode()
    client.send(b"GET /openai/x HTTP/1.1\r\nHost: localhost\r\nto: %b/a b HTTP/1.1\r\n\r\n" % url)

    assert status_of(client.answer()) == 200
    assert backend.requests[0].startswith(b"GET /a%20b%20HTTP/1.1/x HTTP/1.1\r\n")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("version", "status"), [(b"HTTP/9.9", 505), (b"HTTP/2.0", 505), (b"HTTP/11.1", 400)])
def test_a_request_of_another_version_is_refused(client, backend, path, version, status):
    """RFC 9110, sections 2.5 and 15.6.6."""
    assert status_of(client.get(backend, path, version=version)) == status
    assert backend.requests == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.2"])
def test_backends_are_spoken_to_in_http_1_1(client, backend, path, version):
    """RFC 9110, section 2.5."""
    assert status_of(client.get(backend, path, version=version)) == 200
    assert backend.requests[0].partition(b"\r\n")[0].endswith(b" HTTP/1.1")


@pytest.mark.parametrize("path", PATHS)
def test_empty_lines_before_requests_are_ignored(client, backend, path):
    """RFC 9112, section 2.2."""
    client.send(b"\r\n\r\n")
    answers = [client.get(backend, path), client.get(backend, path)]
    client.send(b"\r\n")
    answers.append(client.get(backend, path))

    assert [status_of(answer) for answer in answers] == [200, 200, 200]


def test_empty_lines_without_a_request_end(client):
    client.send(b"\r\n" * 1000)

    assert status_of(client.answer()) == 400


@pytest.mark.parametrize(
    ("head", "status", "option"),
    [
        (b"GET / HTTP/1.1\r\nFoo: " + b"x" * 200_000, 431, b"apim_head_limit"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 40_000, 431, b"apim_head_limit"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 201 + b"\r\n", 431, b"apim_field_limit"),
        (b"GET /" + b"x" * 200_000, 414, b"apim_head_limit"),
    ],
    ids=["a long field", "many fields", "too many fields", "a long target"],
)
def test_a_head_that_is_too_large_is_refused(gateway, client, head, status, option):
    """RFC 6585, section 5, and RFC 9110, section 15.5.15: also before it ends. The terminal names the client, once."""
    client.send(head)
    answer = client.answer()

    assert status_of(answer) == status
    assert option in answer
    assert option.decode() in gateway.wait_for(f"[{client.address}] refused a request ({status}): The ")


def test_a_header_list_that_is_too_large_is_refused_for_its_stream(gateway, http2, backend):
    """RFC 9113, section 10.5.1."""
    large = over_http2(http2, backend, "/other/x", foo="x" * 70_000)
    many = over_http2(http2, backend, "/other/x", **{f"foo-{number}": "" for number in range(201)})
    good = over_http2(http2, backend, "/other/x")

    assert http2.wait_for(large, many, good) == {large: 431, many: 431, good: 200}
    host, port = http2.socket.getsockname()
    assert "(apim_head_limit)" in gateway.wait_for(f"[{host}:{port}] refused a request (431): ")


@pytest.mark.parametrize("path", PATHS)
def test_fields_for_the_gateway_alone_are_not_forwarded(client, backend, path):
    """RFC 9110, section 7.6.1."""
    fields = (
        b"Connection: close, Named, Content-Length\r\nNamed: 1\r\nKeep-Alive: 1\r\nProxy-Connection: close\r\n"
        b"Proxy-Authorization: Basic eDp5\r\nTE: trailers\r\nTrailer: Foo\r\nOther: 1\r\nContent-Length: 0\r\n"
    )
    answer = client.get(backend, path, fields)

    assert (status_of(answer), b"\r\nConnection: close\r\n" in answer) == (200, True)
    assert client.has_been_closed()
    assert names_in(backend.requests[0]) == {b"host", b"to", b"other", b"content-length"}


def names_in(message: bytes) -> set[bytes]:
    head = message.partition(b"\r\n\r\n")[0]
    return {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]}


def test_a_wish_for_http2_is_not_forwarded(client, backend):
    """RFC 9113, section 3.1."""
    fields = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: H2C\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    client.get(backend, "/openai/x", fields)

    assert names_in(backend.requests[0]) == {b"host", b"to"}


@pytest.mark.parametrize("path", PATHS)
def test_a_switch_of_protocols_passes(client, answering, path):
    """RFC 9110, section 7.8."""
    switch = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"
    backend = answering(switch)
    client.send(request_for(backend, path, b"Connection: keep-alive, Upgrade\r\nUpgrade: other\r\n"))
    while not client.received.endswith(b"\r\n\r\n"):
        assert client.read()

    assert client.received == b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n"
    assert b"\r\nUpgrade: other\r\nConnection: Upgrade\r\n" in backend.requests[0]


# ---- answers -----------------------------------------------------------------------------------------------------

BAD_ANSWERS = {
    "bare CR": b"HTTP/1.1 200 OK\r\nFoo: bar\rbaz\r\nContent-Length: 0\r\n\r\n",
    "NUL": b"HTTP/1.1 200 OK\r\nFoo: a\0b\r\nContent-Length: 0\r\n\r\n",
    "folded line": b"HTTP/1.1 200 OK\r\nFoo: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "space in a name": b"HTTP/1.1 200 OK\r\nFoo : a\r\nContent-Length: 0\r\n\r\n",
    "reason phrase": b"HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n",
    "other version": b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    "four digits": b"HTTP/1.1 1000 Ten\r\nContent-Length: 0\r\n\r\n",
    "two digits": b"HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n",
    "switch that nobody asked for": b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
    "long field": b"HTTP/1.1 200 OK\r\nFoo: " + b"x" * 200_000,
    "many fields": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 201 + b"\r\n",
    "interim answers only": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
}


@pytest.mark.parametrize(("path", "status"), list(zip(PATHS, (500, 502), strict=True)))
@pytest.mark.parametrize("bad", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_an_answer_that_must_not_pass_is_a_failure_of_the_backend(http2, client, answering, path, status, bad):
    """RFC 9110, sections 5.5, 7.6.1 and 15; RFC 9112, sections 2.2, 4 and 5.2. HTTP/2's other calls are not concerned."""
    backend = answering(bad)

    assert status_of(client.get(backend, path)) == status

    again = answering(bad)
    failed = over_http2(http2, again, path)
    assert http2.wait_for(failed) == {failed: status}
    good = over_http2(http2, again, path)
    assert http2.wait_for(good) == {good: 200}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.2"])
@pytest.mark.parametrize("option", [b"close", b"Close, Named"])
def test_a_backend_does_not_close_its_clients_connection(client, answering, path, version, option):
    """RFC 9110, sections 2.5 and 7.6.1."""
    fields = b"Connection: %b\r\nNamed: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\n" % option
    backend = answering(version + b" 200 OK\r\n" + fields + b"Content-Length: 2\r\n\r\nhi", keeps=False)
    first, second = client.get(backend, path), client.get(backend, path)

    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert names_in(first) == {b"content-length"} | ({b"named"} if option == b"close" else set())
    assert status_of(second) == 200
    assert len(backend.connections) == 2


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_without_a_length_has_one_for_its_client(client, answering, path):
    """It goes out in chunks, so its client's connection stays, and knows whether it has all of it."""
    backend = answering(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n", keeps=False)
    client.send(request_for(backend, path))
    while not client.received.endswith(b"0\r\n\r\n"):
        assert client.read(), client.received

    assert client.received.endswith(b"Transfer-Encoding: chunked\r\n\r\n9\r\ndata: x\n\n\r\n0\r\n\r\n")
    client.received = b""
    assert status_of(client.get(backend, path)) == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_client_of_http_1_0_gets_no_chunks(client, answering, path):
    """RFC 9112, section 6.1."""
    backend = answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")
    answer = client.get(backend, path, version=b"HTTP/1.0")

    assert b"transfer-encoding" not in names_in(answer)
    assert answer.endswith(b"\r\n\r\nhi")


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_without_content_has_no_length(client, answering, path):
    """RFC 9110, section 8.6."""
    backend = answering(b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")
    client.send(request_for(backend, path))
    while not client.received.endswith(b"\r\n\r\n"):
        assert client.read()

    assert client.received == b"HTTP/1.1 204 No Content\r\n\r\n"


@pytest.mark.parametrize("path", PATHS)
def test_an_interim_answer_is_not_taken_for_the_final_one(client, answering, path):
    """RFC 9110, section 15.2."""
    answer = client.get(answering(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + FINE), path)

    assert (status_of(answer), answer[-4:]) == (200, b"fine")
