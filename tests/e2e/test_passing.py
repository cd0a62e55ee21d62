"""What no policy governs passes piece by piece, in both directions and in every mode."""

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import httpx2
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived
from mitmproxy import http, io

from tests.e2e.conftest import Gateway, Lab
from tests.e2e.http2 import Http2Client

CONFIG = """
backends: {}
apis: [{id: azure-openai, path: openai, policy: policy.xml}]
hosts: [127.0.0.1]
"""
POLICY = """<policies>
    <inbound><choose><when condition="@(!context.Request.Headers.ContainsKey(&quot;Forward&quot;))">
        <return-response><set-status code="418" reason="Governed" /></return-response>
    </when></choose></inbound>
</policies>"""
FOREIGN, GOVERNED = "localhost", "127.0.0.1"
"""Two names of this machine; the second is one of the configuration's `hosts`."""
TIMEOUT = 30
"""Seconds that a piece may take to arrive before the test fails."""
PATIENCE = 0.5
"""Seconds after which nothing is expected to come any more."""
MUCH = 1 << 26
"""Bytes, far more than all buffers of the system on the way: 64 MB."""


class Side(Protocol):
    """One side of an exchange."""

    def send(self, piece: bytes) -> None: ...
    def read_until(self, text: bytes) -> bytes:
        """All that came up to this text, and the text; the rest is for the next call."""
        ...


class Http1Side:
    """Bytes on a connection, the client's or the server's."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(TIMEOUT)
        self.connection = connection
        self.unread = bytearray()

    def send(self, piece: bytes) -> None:
        self.connection.sendall(piece)

    def send_chunk(self, piece: bytes) -> None:
        self.send(b"%x\r\n%s\r\n" % (len(piece), piece))

    def read_until(self, text: bytes) -> bytes:
        while text not in self.unread:
            self.receive()
        return self.read(self.unread.index(text) + len(text))

    def read(self, size: int) -> bytes:
        while len(self.unread) < size:
            self.receive()
        read, self.unread = bytes(self.unread[:size]), self.unread[size:]
        return read

    def receive(self) -> None:
        data = self.connection.recv(1 << 20)
        assert data, f"closed after {bytes(self.unread[:1000])!r}"
        self.unread += data

    def is_closed(self) -> bool:
        return not self.unread and not self.connection.recv(1)


class Http2Side:
    """A client's call over HTTP/2."""

    def __init__(self, client: Http2Client) -> None:
        self.client = client
        self.stream = 0
        self.read = 0

    def get(self, path: str) -> None:
        self.stream = self.client.get(path)[0]

    def post(self, path: str, **headers: str) -> None:
        self.stream = self.client.post(path, **headers)

    def send(self, piece: bytes) -> None:
        self.client.send(self.stream, piece)

    def end(self) -> None:
        self.client.send(self.stream, b"", ends=True)

    def read_until(self, text: bytes) -> bytes:
        while text not in self.client.bodies[self.stream][self.read :]:
            assert self.stream not in self.client.ended, f"ended before {text!r} came"
            self.client.receive()
        begin, body = self.read, self.client.bodies[self.stream]
        self.read = body.index(text, begin) + len(text)
        return body[begin : self.read]


class Server:
    """A server whose connections the test takes, one after the other."""

    def __init__(self, stack: ExitStack, certificate: Path | None = None) -> None:
        self.stack = stack
        self.listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.listener.settimeout(TIMEOUT)
        self.port: int = self.listener.getsockname()[1]
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)

    def accept(self, protocols: Sequence[str] = ("http/1.1",)) -> Http1Side:
        connection = self.listener.accept()[0]
        connection.settimeout(TIMEOUT)
        if self.context:
            self.context.set_alpn_protocols(list(protocols))
            connection = self.context.wrap_socket(connection, server_side=True)
        return Http1Side(self.stack.enter_context(connection))


class Bench:
    """A gateway, and what stands on both sides of it."""

    def __init__(
        self, stack: ExitStack, confdir: Path, folder: Path, *arguments: str, program: str = "mitmdump"
    ) -> None:
        self.stack = stack
        (folder / "lab.yaml").write_text(CONFIG)
        (folder / "policy.xml").write_text(POLICY)
        options = ("--set", f"apim_config={folder / 'lab.yaml'}", "--ssl-insecure")
        self.server = Server(stack)
        modes = [argument.replace("PORT", str(self.server.port)) for argument in arguments]
        self.gateway: Gateway = Lab(stack, confdir).gateway(*options, *modes, program=program)
        self.secure_server = Server(stack, confdir / "mitmproxy-ca.pem")

    def connect(self) -> Http1Side:
        return Http1Side(self.stack.enter_context(socket.create_connection(("127.0.0.1", self.gateway.port))))

    def tunnel(self, host: str) -> Http1Side:
        """A connection by CONNECT to the server with TLS."""
        side = self.connect()
        side.send(b"CONNECT %s:%d HTTP/1.1\r\n\r\n" % (host.encode(), self.secure_server.port))
        side.read_until(b"\r\n\r\n")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return Http1Side(self.stack.enter_context(context.wrap_socket(side.connection, server_hostname=host)))

    def http2(self, host: str) -> Http2Side:
        client = Http2Client(self.gateway.port, f"{host}:{self.secure_server.port}")
        self.stack.callback(client.leave)
        return Http2Side(client)


@pytest.fixture(scope="module")
def proxy(confdir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(stack, confdir, tmp_path_factory.mktemp("gateway"))


@pytest.fixture(scope="module")
def reverse(confdir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with ExitStack() as stack:
        mode = "reverse:http://127.0.0.1:PORT"
        yield Bench(stack, confdir, tmp_path_factory.mktemp("gateway"), "--mode", mode)


WAYS = ("proxy", "governed host", "tunnel", "tunnel to a governed host", "reverse")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> tuple[Http1Side, bytes, Server]:
    """A client's connection over HTTP/1.1, what its request line has before the path, and the server."""
    name = request.param
    bench = request.getfixturevalue("reverse" if name == "reverse" else "proxy")
    host = GOVERNED if "governed" in name else FOREIGN
    if "tunnel" in name:
        return bench.tunnel(host), b"", bench.secure_server
    origin = b"" if name == "reverse" else b"http://%s:%d" % (host.encode(), bench.server.port)
    return bench.connect(), origin, bench.server


@pytest.fixture(params=[FOREIGN, GOVERNED])
def call(proxy: Bench, request: pytest.FixtureRequest) -> Http2Side:
    """A call over HTTP/2, within a tunnel to the server with TLS, which speaks HTTP/1.1."""
    return proxy.http2(request.param)


DOWNLOADS = {
    "event stream": b"Content-Type: text/event-stream\r\nTransfer-Encoding: chunked",
    "ndjson": b"Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked",
    "chunks": b"Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked",
    "length": b"Content-Type: application/octet-stream\r\nContent-Length: 6",
    "until the end of the connection": b"Content-Type: text/plain",
}
kinds = pytest.mark.parametrize("fields", DOWNLOADS.values(), ids=DOWNLOADS)


def answer(server: Http1Side, fields: bytes) -> Callable[[bytes], None]:
    """Send the head of an answer; returns what sends a piece of its body."""
    server.send(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n" % fields)
    return server.send_chunk if b"chunked" in fields else server.send


@kinds
def test_an_answer_passes_piece_by_piece(way, fields):
    client, origin, server = way
    client.send(b"GET %s/elsewhere HTTP/1.1\r\nHost: localhost\r\n\r\n" % origin)
    upstream = server.accept()
    upstream.read_until(b"\r\n\r\n")
    send = answer(upstream, fields)
    for piece in (b"one", b"two"):
        send(piece)
        client.read_until(piece)


@kinds
def test_an_answer_passes_piece_by_piece_over_http2(proxy, call, fields):
    call.get("/elsewhere")
    upstream = proxy.secure_server.accept()
    upstream.read_until(b"\r\n\r\n")
    send = answer(upstream, fields)
    for piece in (b"one", b"two"):
        send(piece)
        call.read_until(piece)


@pytest.mark.parametrize("framing", [b"Transfer-Encoding: chunked", b"Content-Length: 6"])
def test_an_upload_reaches_the_server_while_the_client_sends(way, framing):
    client, origin, server = way
    client.send(b"POST %s/elsewhere HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n" % (origin, framing))
    upstream = server.accept()
    upstream.read_until(b"\r\n\r\n")
    for piece in (b"one", b"two"):
        (client.send_chunk if b"chunked" in framing else client.send)(piece)
        upstream.read_until(piece)
    if b"chunked" in framing:
        client.send(b"0\r\n\r\n")
        assert upstream.read_until(b"\r\n0\r\n\r\n")
    answer(upstream, b"Content-Length: 3")(b"yes")

    assert client.read_until(b"yes").startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("headers", [{}, {"content-length": "6"}])
def test_an_upload_over_http2_reaches_the_server_while_the_client_sends(proxy, call, headers):
    """Without a length it goes on in chunks: HTTP/1.1 would take it for the next request (RFC 9112, section 6.3)."""
    call.post("/elsewhere", **headers)
    upstream = proxy.secure_server.accept()
    head = upstream.read_until(b"\r\n\r\n").lower()
    for piece in (b"one", b"two"):
        call.send(piece)
        upstream.read_until(piece)
    call.end()
    if not headers:
        assert upstream.read_until(b"\r\n0\r\n\r\n")
    answer(upstream, b"Content-Length: 3")(b"yes")

    assert call.read_until(b"yes")
    assert (b"transfer-encoding: chunked" in head) == (not headers)


def test_a_conversation_goes_both_ways_at_once(way):
    client, origin, server = way
    client.send(b"POST %s/elsewhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" % origin)
    upstream = server.accept()
    upstream.read_until(b"\r\n\r\n")
    send = answer(upstream, b"Transfer-Encoding: chunked")
    for number in range(3):
        client.send_chunk(b"question %d" % number)
        upstream.read_until(b"question %d" % number)
        send(b"answer %d" % number)
        client.read_until(b"answer %d" % number)


def test_a_server_may_answer_an_upload_and_close_before_its_end(way):
    client, origin, server = way
    client.send(b"POST %s/elsewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\none" % origin)
    upstream = server.accept()
    upstream.read_until(b"one")
    upstream.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
    upstream.connection.close()

    assert client.read_until(b"no").startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("way", ["proxy"], indirect=True)
def test_an_answer_to_an_upload_is_complete_before_the_upload_is(way):
    client, origin, server = way
    client.send(b"POST %s/elsewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\none" % origin)
    upstream = server.accept()
    upstream.read_until(b"one")
    upstream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n")

    assert client.read_until(b"\r\n0\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    client.send(b"two" + b"GET %s/next HTTP/1.1\r\nHost: localhost\r\n\r\n" % origin)
    upstream.read_until(b"two")
    upstream.read_until(b"\r\n\r\n")
    upstream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext")
    assert client.read_until(b"next").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("ends", [True, False])
def test_so_it_is_over_http2_and_the_client_may_keep_the_rest(proxy, call, ends):
    call.post("/elsewhere")
    call.send(b"one")
    upstream = proxy.secure_server.accept()
    upstream.read_until(b"one\r\n")
    upstream.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")

    assert call.client.wait_for(call.stream) == {call.stream: 413}
    if ends:
        call.end()
        upstream.read_until(b"0\r\n\r\n")
    else:
        call.client.reset([call.stream])
    assert upstream.is_closed()


def test_an_upload_that_breaks_off_breaks_off_at_the_server(way):
    client, origin, server = way
    client.send(b"POST %s/elsewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\none" % origin)
    upstream = server.accept()
    upstream.read_until(b"one")
    client.connection.close()

    assert upstream.is_closed()


@pytest.mark.parametrize("way", ["governed host", "tunnel to a governed host", "reverse"], indirect=True)
@pytest.mark.parametrize("path", [b"/openai/x", b"/elsewhere/%2e./openai/x"])
def test_a_request_to_an_api_goes_nowhere_before_its_policy_has_it_whole(way, path):
    client, origin, server = way
    client.send(b"POST %s%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\none" % (origin, path))
    server.listener.settimeout(PATIENCE)
    with pytest.raises(TimeoutError):
        server.accept()
    server.listener.settimeout(TIMEOUT)
    client.send(b"two")

    assert client.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 418 ")


def test_a_websocket_passes(way):
    client, origin, server = way
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
    client.send(b"GET %s/elsewhere HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (origin, upgrade))
    upstream = server.accept()
    upstream.read_until(b"\r\n\r\n")
    upstream.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello")
    client.read_until(b"\x81\x05hello")
    client.send(b"\x81\x83\0\0\0\0yes")
    upstream.read_until(b"\x81\x83")
    mask, text = upstream.read(4), upstream.read(3)

    assert bytes(a ^ b for a, b in zip(mask, text, strict=False)) == b"yes"


# ---- a slow reader -------------------------------------------------------------------------------------------------


def send_until_it_stops(side: Http1Side) -> int:
    """Send until nobody takes any more; how many bytes were taken."""
    side.connection.settimeout(PATIENCE)
    taken = 0
    while taken < MUCH:
        try:
            taken += side.connection.send(bytes(1 << 16))
        except TimeoutError:
            break
    return taken


def test_an_answer_waits_for_a_client_that_does_not_read(way):
    client, origin, server = way
    client.send(b"GET %s/elsewhere HTTP/1.1\r\nHost: localhost\r\n\r\n" % origin)
    upstream = server.accept()
    upstream.read_until(b"\r\n\r\n")
    answer(upstream, b"Content-Length: %d" % MUCH)

    assert send_until_it_stops(upstream) < MUCH


def test_an_upload_waits_for_a_server_that_does_not_read(way):
    client, origin, server = way
    client.send(b"POST %s/elsewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (origin, MUCH))
    upstream = server.accept()
    upstream.read_until(b"\r\n\r\n")

    assert send_until_it_stops(client) < MUCH


@pytest.mark.parametrize("way", ["governed host", "tunnel to a governed host", "reverse"], indirect=True)
def test_an_upload_waits_for_the_server_also_on_a_connection_that_a_policy_has_used(way):
    client, origin, server = way
    client.send(b"GET %s/openai/x HTTP/1.1\r\nHost: localhost\r\nForward: yes\r\n\r\n" % origin)
    upstream = server.accept()
    upstream.read_until(b"\r\n\r\n")
    answer(upstream, b"Content-Length: 3")(b"yes")
    client.read_until(b"yes")
    client.send(b"POST %s/elsewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (origin, MUCH))
    upstream.read_until(b"\r\n\r\n")

    assert send_until_it_stops(client) < MUCH


class Http2Peer:
    """One end of a connection over HTTP/2, that reads only if it is told to."""

    def __init__(self, connection: socket.socket, protocol: H2Connection, stream: int = 0) -> None:
        self.connection = connection
        self.protocol = protocol
        self.stream = stream
        self.received = 0

    def flush(self) -> None:
        self.connection.settimeout(TIMEOUT)
        self.connection.sendall(self.protocol.data_to_send())

    def read(self, patience: float = PATIENCE) -> bool:
        """Read what is there, and give no credit for it; False if nothing comes any more."""
        self.connection.settimeout(patience)
        try:
            data = self.connection.recv(1 << 16)
        except TimeoutError:
            return False
        for event in self.protocol.receive_data(data):
            if isinstance(event, RequestReceived):
                self.stream = event.stream_id
            elif isinstance(event, DataReceived):
                self.received += len(event.data)
        self.flush()
        return bool(data)

    def read_all(self, size: int) -> None:
        while self.received < size:
            assert self.read(TIMEOUT)

    def send(self, left: int) -> int:
        """Send as much as there is credit for; how many bytes are left."""
        while left:
            room = min(
                self.protocol.local_flow_control_window(self.stream), self.protocol.max_outbound_frame_size, left
            )
            if room:
                self.protocol.send_data(self.stream, bytes(room))
                self.flush()
                left -= room
            elif not self.read():
                break
        return left

    def give_credit(self, size: int) -> None:
        self.protocol.increment_flow_control_window(size, self.stream)
        self.protocol.increment_flow_control_window(size)
        self.flush()


def accept_http2(server: Server) -> Http2Peer:
    connection = server.accept(["h2"]).connection
    peer = Http2Peer(connection, H2Connection(H2Configuration(client_side=False)))
    peer.protocol.initiate_connection()
    peer.flush()
    while not peer.stream:
        assert peer.read()
    return peer


def client_of(call: Http2Side) -> Http2Peer:
    return Http2Peer(call.client.socket, call.client.protocol, call.stream)


def check_pace(sender: Http2Peer, receiver: Http2Peer) -> None:
    """Little is sent to somebody who does not read; all comes when they do."""
    whole = MUCH // 4
    left = sender.send(whole)

    assert left > whole // 2
    receiver.give_credit(whole)
    with ThreadPoolExecutor() as pool:  # what is sent meanwhile fits into no buffer
        reading = pool.submit(receiver.read_all, whole)
        while left and not reading.done():
            left = sender.send(left)
        reading.result()
    assert receiver.received == whole


def test_over_http2_an_answer_of_a_server_without_it_waits_for_a_client_that_does_not_read(proxy, call):
    call.get("/elsewhere")
    upstream = proxy.secure_server.accept()
    upstream.read_until(b"\r\n\r\n")
    answer(upstream, b"Content-Length: %d" % MUCH)
    taken = send_until_it_stops(upstream)

    assert taken < MUCH
    client = client_of(call)
    client.give_credit(MUCH)
    while client.received < taken:
        assert client.read()


def test_over_http2_an_answer_waits_for_a_client_that_does_not_read(proxy, call):
    call.get("/elsewhere")
    upstream = accept_http2(proxy.secure_server)
    upstream.protocol.send_headers(upstream.stream, [(":status", "200")])
    upstream.flush()

    check_pace(upstream, client_of(call))


def test_over_http2_an_upload_waits_for_a_server_that_does_not_read(proxy, call):
    call.post("/elsewhere")
    upstream = accept_http2(proxy.secure_server)

    check_pace(client_of(call), upstream)


# ---- what other addons need ----------------------------------------------------------------------------------------

SCRIPT = """
from mitmproxy import http

def requestheaders(flow):
    flow.request.stream = "Stream" in flow.request.headers

def request(flow):
    if flow.request.path == "/answered":
        flow.response = http.Response.make(200, b"by the script, %d" % len(flow.request.content))

def responseheaders(flow):
    flow.response.stream = "Stream" in flow.request.headers

def response(flow):
    if not flow.response.stream:
        flow.response.content = flow.response.content.upper()
"""


@pytest.fixture(scope="module")
def scripted_proxy(confdir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A gateway beside a script that looks at bodies, unless the client asks for a stream."""
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "script.py").write_text(SCRIPT)
    with ExitStack() as stack:
        yield Bench(stack, confdir, folder, "-s", str(folder / "script.py"))


def post(bench: Bench, path: bytes, fields: bytes = b"", host: str = FOREIGN) -> Http1Side:
    """Send the first half of a request."""
    client = bench.connect()
    target = b"http://%s:%d%s" % (host.encode(), bench.server.port, path)
    client.send(b"POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: 6\r\n\r\none" % (target, fields))
    return client


def test_a_script_gets_bodies_whole_and_may_change_and_answer_them(scripted_proxy):
    client = post(scripted_proxy, b"/elsewhere")
    client.send(b"two")
    upstream = scripted_proxy.server.accept()
    upstream.read_until(b"onetwo")
    answer(upstream, b"Content-Length: 6")(b"answer")

    client.read_until(b"ANSWER")
    client = post(scripted_proxy, b"/answered")
    client.send(b"two")
    client.read_until(b"by the script, 6".upper())


def exchange_pieces(bench: Bench, fields: bytes = b"") -> None:
    """An upload and its answer, both of which have to pass piece by piece."""
    client = post(bench, b"/elsewhere", fields)
    upstream = bench.server.accept()
    upstream.read_until(b"one")
    client.send(b"two")
    upstream.read_until(b"two")
    send = answer(upstream, b"Content-Length: 6")
    for piece in (b"six", b"ten"):
        send(piece)
        client.read_until(piece)


def test_a_script_may_have_a_body_streamed(scripted_proxy):
    exchange_pieces(scripted_proxy, b"Stream: yes\r\n")


def test_no_script_streams_a_request_past_its_policy(scripted_proxy):
    client = post(scripted_proxy, b"/openai/x", b"Stream: yes\r\n", GOVERNED)
    scripted_proxy.server.listener.settimeout(PATIENCE)
    with pytest.raises(TimeoutError):
        scripted_proxy.server.accept()
    scripted_proxy.server.listener.settimeout(TIMEOUT)
    client.send(b"two")

    assert client.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 418 ")


def test_what_passes_is_recorded_whole(confdir, tmp_path):
    path = tmp_path / "flows"
    with ExitStack() as stack:
        exchange_pieces(Bench(stack, confdir, tmp_path, "-w", str(path)))
    with path.open("rb") as file:
        flows = [flow for flow in io.FlowReader(file).stream() if isinstance(flow, http.HTTPFlow)]

    assert [(flow.request.content, flow.response.content) for flow in flows] == [(b"onetwo", b"sixten")]


def test_what_passes_is_shown_whole(confdir, tmp_path, free_port):
    options = ("web_open_browser=false", "web_password=lab", f"web_port={free_port}")
    arguments = [part for option in options for part in ("--set", option)]
    with ExitStack() as stack:
        bench = Bench(stack, confdir, tmp_path, *arguments, program="mitmweb")
        exchange_pieces(bench)
        api = stack.enter_context(
            httpx2.Client(base_url=f"http://127.0.0.1:{free_port}", headers={"Authorization": "Bearer lab"})
        )
        (flow,) = api.get("/flows").json()
        bodies = [api.get(f"/flows/{flow['id']}/{message}/content.data").content for message in ("request", "response")]

    assert bodies == [b"onetwo", b"sixten"]
