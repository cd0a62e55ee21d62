"""Keeps connections that lead through the gateway away from where no client is to get by it.

The live page and the controls of mock fleets look at who asks; what comes through the gateway would come from its own
machine, and steer them. No connection leads there, whoever asks for it: a proxy's client, a redirect or a policy. What
counts is the address that was reached, whatever name led to it.
"""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from mitmproxy.connection import Server

from apim_lab.proxy.callers import is_loopback

KEPT = "no client gets to the live page or to a mock fleet's control through the gateway: ask it directly"


class Guard:
    """Knows where the live page and the controls are; `page` and `controls` are their URLs."""

    def __init__(self, page: str = "", controls: Sequence[str] = ()) -> None:
        self.places = [place_of(url) for url in (page, *controls) if url]
        self.ports = {port for _, port in self.places}

    def is_asked_for(self, host: str, port: int) -> bool:
        """Whether a client asks for one of them by its address; what another name leads to is seen when it is
        connected to."""
        if port not in self.ports:
            return False
        asked = machine_named(host)
        return any(asked == machine_named(place) for place, at in self.places if at == port)

    async def keeps(self, server: Server) -> bool:
        """Whether the connection, which is open, leads to one of them."""
        assert server.peername
        if server.peername[1] not in self.ports:
            return False
        reached = machine_of(server.peername[0])
        places = [host for host, port in self.places if port == server.peername[1]]
        return reached in {machine for host in places for machine in await machines_of(host)}


def place_of(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


async def machines_of(host: str) -> set[str]:
    """The machines that a name leads to; none if it leads nowhere."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return set()
    return {machine_of(str(address[0])) for *_, address in found}


def machine_named(host: str) -> str:
    """The machine of an address or of localhost; any other name stays as it is."""
    try:
        return "" if is_loopback(host) else machine_of(host)
    except ValueError:
        return host.lower()


def machine_of(address: str) -> str:
    """The address of a machine; "" for this one, which has several."""
    return "" if is_own(address) else address


def is_own(address: str) -> bool:
    """Whether it is an address of this machine: one that a socket here can have."""
    if is_loopback(address):
        return True
    family = socket.AF_INET6 if ip_address(address.partition("%")[0]).version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
