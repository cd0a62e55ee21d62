"""After the calls are over nothing of them is left: no flow, no run, no open connection; and each call is told of."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.e2e.census import EMPTY
from tests.e2e.conftest import ONE_API, Gateway, ScriptedBackend, hold, wait_until
from tests.e2e.http2 import Http2Client

PATH = "/openai/deployments/gpt-4o/chat/completions"
POLICY = """<policies>
    <inbound><set-backend-service base-url="@(context.Request.Headers.GetValueOrDefault(&quot;to&quot;))" /></inbound>
    <backend><forward-request timeout="60" /></backend>
</policies>"""
HOST = "east.openai.azure.com"
CONFIG = f"{ONE_API}hosts: [{HOST}]"


@pytest.fixture(scope="module")
def gateway(with_policy) -> Gateway:
    """A gateway that sends each call to the URL in its field `to`."""
    return with_policy(POLICY, "-s", str(Path(__file__).with_name("census.py")), config=CONFIG)


@pytest.fixture(params=["", HOST], ids=["direct", "proxied"])
def client(gateway: Gateway, request: pytest.FixtureRequest) -> Iterator[Http2Client]:
    """A client of HTTP/2, of the gateway itself and of a host behind it."""
    client = Http2Client(gateway.port, request.param)
    yield client
    client.leave()


def census(gateway: Gateway) -> dict[str, int]:
    counted: dict[str, int] = httpx2.get(f"{gateway.url}/census").json()
    return counted


@pytest.fixture
def left(gateway: Gateway) -> Callable[[], dict[str, int]]:
    """The census as soon as nothing is left, or after ten seconds."""

    def take() -> dict[str, int]:
        until = time.monotonic() + 10
        while True:
            counted = census(gateway)
            if counted == EMPTY or time.monotonic() > until:
                return counted
            time.sleep(0.1)

    return take


def reset(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> bool:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def drip(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> bool:
    """Stream events until the gateway closes the connection."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    while not backend.proceed.wait(0.01):
        connection.sendall(b"data: x\n\n")
    return False


def told_as_gone(gateway: Gateway) -> int:
    """How many calls were told of whose client did not wait for the end."""
    return gateway.log.count("client left") + gateway.log.count("broken off")


def open_connections(backend: ScriptedBackend) -> int:
    return sum(connection.fileno() != -1 for connection in backend.connections)


def test_a_connection_that_the_backend_resets_is_not_kept(gateway, scripted, left):
    url = scripted(reset).url
    with httpx2.Client() as client:
        statuses = [client.get(gateway.url + PATH, headers={"to": url}).status_code for _ in range(20)]

    assert statuses == [500] * 20
    assert left() == EMPTY


@pytest.mark.parametrize("leave", [Http2Client.leave, Http2Client.vanish])
@pytest.mark.parametrize("script", [hold, drip])
def test_the_connections_to_backends_end_with_their_client(client, scripted, left, script, leave):
    """Over HTTP/2 each stream has one, and all of them are closed at once."""
    backend = scripted(script)
    client.get(PATH, 5, to=backend.url)
    wait_until(lambda: len(backend.requests) == 5)
    leave(client)

    wait_until(lambda: open_connections(backend) == 0)
    assert left() == EMPTY


@pytest.mark.parametrize("leave", [Http2Client.leave, Http2Client.vanish])
@pytest.mark.parametrize("script", [hold, drip])
@pytest.mark.parametrize("calls", [4, 20])
def test_each_call_of_a_client_that_leaves_is_told_of(gateway, client, scripted, left, calls, script, leave):
    before = told_as_gone(gateway)
    backend = scripted(script)
    client.get(PATH, calls, to=backend.url)
    wait_until(lambda: len(backend.requests) == calls)
    leave(client)

    wait_until(lambda: told_as_gone(gateway) == before + calls)
    assert left() == EMPTY


def test_a_call_that_is_reset_leaves_the_others_that_wait_for_the_same_connection(gateway, client, scripted, left):
    before = told_as_gone(gateway)
    backend = scripted(hold)  # it says nothing to a TLS handshake, either
    calls = client.get(PATH, 3, to=backend.url.replace("http:", "https:"))
    wait_until(lambda: census(gateway)["Run"] == 3 and len(backend.connections) == 1)
    client.reset([calls[1]])
    wait_until(lambda: told_as_gone(gateway) == before + 1)
    backend.close()
    answered = client.wait_for(calls[0], calls[2])
    client.leave()

    assert list(answered.values()) == [500, 500]
    assert left() == EMPTY


def test_calls_that_are_reset_with_their_requests_are_not_made(gateway, client, scripted, left):
    backend = scripted(lambda backend, connection, request: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"))
    client.get_and_reset(PATH, 100, to=backend.url)
    answered = client.wait_for(*client.get(PATH, to=backend.url))
    client.leave()

    assert list(answered.values()) == [204]
    assert len(backend.requests) == 1
    assert left() == EMPTY


def test_connections_that_were_refused_are_not_kept_as_long_as_their_client_stays(gateway, free_port, left):
    with httpx2.Client() as client:
        for _ in range(10):
            client.get(gateway.url + PATH, headers={"to": f"http://127.0.0.1:{free_port}"})
        counted = census(gateway)

    assert counted["ConnectionIO"] == 2  # those of the two clients
    assert left() == EMPTY


def break_off(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> bool:
    """Send a part of an answer, and no more."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")
    return hold(backend, connection, request)


@pytest.mark.parametrize("script", [hold, drip, break_off])
@pytest.mark.parametrize("host", ["", HOST], ids=["direct", "proxied"])
def test_a_stop_tells_of_each_call_under_way_and_of_nothing_else(with_policy, scripted, script, host):
    reading = "<outbound><set-body>@(context.Response.Body.As&lt;string&gt;())</set-body></outbound></policies>"
    gateway = with_policy(POLICY.replace("</policies>", reading), config=CONFIG)
    backend, client = scripted(script), Http2Client(gateway.port, host)
    client.get(PATH, 8, to=backend.url)
    wait_until(lambda: len(backend.requests) == 8)
    gateway.process.terminate()
    code = gateway.exit_code()
    client.leave()

    assert code == 0
    assert "Traceback" not in gateway.log
    assert told_as_gone(gateway) == 8
