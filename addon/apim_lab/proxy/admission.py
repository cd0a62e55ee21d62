"""Decides by its head whether the gateway takes a request: as a server (callers.py), or as a proxy for other hosts.

As a proxy the gateway reaches what its machine reaches. So it is one for everybody only for the `hosts` of the
configuration, and for other hosts only for clients of this machine, which reach the same without it. `apim_proxy` says
otherwise.
"""

import logging
from collections.abc import Set
from typing import Literal

from mitmproxy import http
from mitmproxy.connection import Client, Server
from mitmproxy.options import Options
from mitmproxy.proxy.mode_specs import RegularMode, ReverseMode, Socks5Mode, UpstreamMode

from apim_lab.errors import CallerNotAllowed, ForeignHost, ForeignOrigin, NotProxied
from apim_lab.printable import printable
from apim_lab.proxy.callers import (
    LONGEST_NAME,
    Names,
    is_loopback,
    parse_host,
    parse_origin,
    problem_of_host,
    problem_of_origin,
)
from apim_lab.proxy.exchange import Exchange
from apim_lab.proxy.guard import KEPT, Guard, is_own

MODES = (RegularMode, Socks5Mode, UpstreamMode)
"""Modes in which a client names any server; in the others the operator has chosen it, or whose traffic comes in."""

NO_PROXY = (
    "the gateway is no proxy for this host: it is one for the hosts of its configuration; "
    "the option apim_proxy says for which others, and for whom"
)

NO_OWN_SERVICE = "clients of other machines get to no service of the gateway's machine"

logger = logging.getLogger("apim")


class Admission:
    """Decides who may use the gateway for what, as the options say; `guard` knows where nobody gets."""

    def __init__(self) -> None:
        self.names: Names = frozenset()
        self.origins: Names = frozenset()
        self.proxy_for: Literal["local", "hosts", "any"] = "local"
        self.guard = Guard()

    def configure(self, options: Options) -> None:
        """Take the options; raise ValueError, and change nothing, if one of them can match no client."""
        names = frozenset(map(parse_host, options.apim_allowed_hosts))
        origins = frozenset(map(parse_origin, options.apim_allowed_origins))
        self.names, self.origins = names | {options.listen_host.lower()}, origins
        self.proxy_for = options.apim_proxy

    def refusal(self, flow: http.HTTPFlow, exchange: Exchange, hosts: Names) -> CallerNotAllowed | None:
        """Why the request is refused, if it is; `hosts` are those of the configuration."""
        is_for_gateway = exchange.is_direct or isinstance(flow.client_conn.proxy_mode, ReverseMode)
        if not (is_for_gateway or flow.request.host.lower() in hosts):
            return self.refusal_of_proxy(flow, hosts)
        if is_for_gateway and (problem := problem_of_host(exchange.asked, self.names | hosts)):
            return ForeignHost(problem)
        fields = {name.lower(): value for name, value in flow.request.headers.fields}
        problem = problem_of_origin(fields, exchange.asked, self.origins)
        return ForeignOrigin(problem) if problem else None

    def refusal_of_proxy(self, flow: http.HTTPFlow, hosts: Names) -> NotProxied | None:
        """Why a request to another host is refused, if it is. It is logged here: of a CONNECT there is no other line,
        and clients do not show its answer."""
        client, host, port = flow.client_conn, flow.request.host, flow.request.port
        problem = self.problem_of_proxy(client, host, port, hosts)
        if not problem:
            return None
        shown = printable(host, LONGEST_NAME)
        logger.warning(
            "refused a proxy's request to %s:%d: %s", shown, port, problem, extra={"client": client.peername}
        )
        return NotProxied(problem)

    def problem_of_proxy(self, client: Client, host: str, port: int, hosts: Names) -> str:
        if not self.leads(client, host, hosts):
            return NO_PROXY
        return KEPT if host.lower() not in hosts and self.guard.is_asked_for(host, port) else ""

    def leads(self, client: Client, host: str, hosts: Set[str]) -> bool:
        """Whether a client gets to the host by the gateway, as by a proxy."""
        if not isinstance(client.proxy_mode, MODES) or host.lower() in hosts:
            return True
        return self.proxy_for == "any" or (self.proxy_for == "local" and is_local(client))

    def problem_of_connection(self, client: Client, server: Server, hosts: Set[str]) -> str:
        """Why a connection to where no policy sends requests may not serve the client; "" if it may. None from another
        machine leads to services of this one."""
        assert server.address
        assert server.peername
        host = server.address[0]
        if not isinstance(client.proxy_mode, MODES) or host.lower() in hosts:
            return ""
        if not self.leads(client, host, hosts):
            return NO_PROXY
        return "" if is_local(client) or not is_own(server.peername[0]) else NO_OWN_SERVICE


def is_local(client: Client) -> bool:
    """Whether the client is on the gateway's machine."""
    return is_loopback(client.peername[0]) or client.peername[0] == client.sockname[0]
