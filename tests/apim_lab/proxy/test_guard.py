"""Where no connection leads."""

import socket

import pytest
from mitmproxy.test import tflow

from apim_lab.proxy.guard import Guard, is_own


def server(host: str, port: int):
    connection = tflow.tserver_conn()
    connection.peername = (host, port)
    return connection


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("control", ["http://127.0.0.1:5000", "http://localhost:5000/", "http://[::1]:5000"])
async def test_a_page_or_control_of_this_machine_is_kept_at_each_of_its_addresses(host, control):
    guard = Guard("http://127.0.0.1:8081", [control])

    assert await guard.keeps(server(host, 8081))
    assert await guard.keeps(server(host, 5000))


@pytest.mark.parametrize(
    ("host", "port", "is_asked_for"),
    [
        ("127.0.0.1", 8081, True),
        ("localhost", 8081, True),
        ("::1", 8081, True),
        ("0.0.0.0", 8081, True),  # leads to this machine
        ("Backend1", 5000, True),
        ("other", 8081, False),
        ("192.0.2.1", 8081, False),
        ("127.0.0.1", 5000, False),
        ("backend1", 8081, False),
    ],
)
def test_a_page_or_control_is_asked_for_by_its_address_or_as_localhost(host, port, is_asked_for):
    assert Guard("http://127.0.0.1:8081", ["http://backend1:5000"]).is_asked_for(host, port) is is_asked_for


async def test_everything_else_is_not():
    guard = Guard("http://127.0.0.1:8081", ["http://127.0.0.1:5000"])

    assert not await guard.keeps(server("127.0.0.1", 5001))
    assert not await guard.keeps(server("192.0.2.1", 8081))
    assert not await Guard().keeps(server("127.0.0.1", 8081))


async def test_a_control_of_another_machine_is_found_by_its_address(monkeypatch):
    async def getaddrinfo(self, host, *_, **__):
        assert host == "backend1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", getaddrinfo)
    guard = Guard(controls=["http://backend1:5000"])

    assert await guard.keeps(server("192.0.2.1", 5000))
    assert not await guard.keeps(server("192.0.2.2", 5000))
    assert not await guard.keeps(server("127.0.0.1", 5000))


async def test_a_name_that_leads_nowhere_keeps_nothing():
    assert not await Guard(controls=["http://nowhere.invalid:5000"]).keeps(server("192.0.2.1", 5000))


@pytest.mark.parametrize("url", ["http://127.0.0.1", "https://127.0.0.1"])
async def test_a_control_without_a_port_has_that_of_its_scheme(url):
    assert await Guard(controls=[url]).keeps(server("127.0.0.1", 443 if url.startswith("https") else 80))


def test_addresses_of_this_machine():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only finds the address to send from
        except OSError:
            pytest.skip("this machine has no address but those of its loopback")
        own = probe.getsockname()[0]

    assert is_own(own)
    assert not is_own("192.0.2.1")
    assert not is_own("2001:db8::1")
