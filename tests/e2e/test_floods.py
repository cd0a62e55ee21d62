"""Clients that send more than anybody can use: they are stopped, and nobody else is."""

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx2
import pytest
from h2.errors import ErrorCodes

from tests.e2e.conftest import Gateway, ScriptedBackend, hold, wait_until
from tests.e2e.http2 import Http2Client

PATH = "/openai/deployments/gpt-4o/chat/completions"
POLICY = """<policies>
    <inbound><set-backend-service base-url="@(context.Request.Headers.GetValueOrDefault(&quot;to&quot;))" /></inbound>
    <backend><forward-request timeout="60" /></backend>
</policies>"""
BUDGET = 100
"""Frames that bring nothing, `apim_http2_frames`; a call that is given up counts as five."""

PING = b"\0\0\x08\x06\0\0\0\0\0" + b"12345678"
SETTINGS = b"\0\0\0\x04\0\0\0\0\0"
PRIORITY = b"\0\0\5\2\0\0\0\0\1" + b"\0\0\0\0\x10"


@pytest.fixture(scope="module")
def gateway(with_policy) -> Gateway:
    """A gateway that sends each call to the URL in its field `to`."""
    return with_policy(POLICY, "--set", f"apim_http2_frames={BUDGET}")


@pytest.fixture
def client(gateway: Gateway) -> Iterator[Http2Client]:
    client = Http2Client(gateway.port)
    yield client
    client.leave()


def no_content(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> bool:
    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    return True


def is_served(gateway: Gateway, url: str) -> bool:
    """Whether a client of its own gets an answer."""
    return httpx2.get(gateway.url + PATH, headers={"to": url}).status_code == 204


@pytest.mark.parametrize("frame", [PING, SETTINGS, PRIORITY], ids=["PING", "SETTINGS", "PRIORITY"])
def test_a_flood_of_control_frames_is_stopped_and_stops_nobody(gateway, client, scripted, frame):
    backend = scripted(no_content)

    def flood() -> None:
        with suppress(OSError):  # the gateway closes the connection before it has read all
            client.socket.sendall(frame * 100_000)

    flooding = threading.Thread(target=flood)
    flooding.start()
    served = is_served(gateway, backend.url)
    with suppress(OSError):
        assert client.wait_for_goaway() is ErrorCodes.ENHANCE_YOUR_CALM
    flooding.join()

    assert served
    assert "(apim_http2_frames=100)" in gateway.wait_for("too many frames")
    assert client.answered_pings < 2 * BUDGET  # the budget fills again while the flood is read


def test_a_client_that_resets_faster_than_it_is_served_is_stopped(gateway, client, scripted):
    """CVE-2023-44487."""
    backend = scripted(no_content)
    client.get_and_reset(PATH, BUDGET // 5 + 1, to=backend.url)

    assert client.wait_for_goaway() is ErrorCodes.ENHANCE_YOUR_CALM
    assert is_served(gateway, backend.url)
    assert len(backend.requests) == 1


def test_so_is_one_that_resets_calls_that_are_at_the_backend(gateway, client, scripted):
    backend = scripted(hold)
    before = gateway.log.count("client left")
    for number in range(4):
        calls = client.get(PATH, 5, to=backend.url)
        wait_until(lambda expected=5 * (number + 1): len(backend.requests) == expected)
        client.reset(calls)
        gateway.wait_for_times("client left", before + 5 * (number + 1))
    client.get_and_reset(PATH, 10)

    assert client.wait_for_goaway() is ErrorCodes.ENHANCE_YOUR_CALM


def test_a_client_that_gives_up_every_other_call_goes_on(client, scripted):
    backend = scripted(no_content)
    for _ in range(BUDGET // 5 + 10):
        client.get_and_reset(PATH, 1, to=backend.url)
        answered = client.wait_for(*client.get(PATH, to=backend.url))

    assert list(answered.values()) == [204]


def test_no_call_of_a_client_waits_for_the_connection_of_another(client, scripted):
    """mitmproxy opens five connections to a backend, and a wait for one of them would count as the backend's time."""

    def answer_last(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> None:
        backend.proceed.wait(20)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    backend = scripted(answer_last)
    calls = client.get(PATH, 100, to=backend.url)
    wait_until(lambda: len(backend.requests) == 100)
    backend.proceed.set()

    assert list(client.wait_for(*calls).values()) == [204] * 100


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="changes the limit of another process, as only Linux can")
def test_more_clients_than_descriptors_are_said_in_a_line_and_stop_none_that_is_there(with_policy, scripted):
    backend, gateway = scripted(no_content), with_policy(POLICY)
    with httpx2.Client() as client, ExitStack() as others:
        before = client.get(gateway.url + PATH, headers={"to": backend.url})
        resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        for _ in range(60):
            others.enter_context(socket.create_connection(("127.0.0.1", gateway.port)))
        gateway.wait_for("no file descriptors left of 40")
        during = client.get(gateway.url + PATH, headers={"to": backend.url})
    after = is_served(gateway, backend.url)

    assert (before.status_code, during.status_code, after) == (204, 204, True)
    assert "Traceback" not in gateway.log
    assert gateway.log.count("no file descriptors") == 1
