"""Decides by its head whether the gateway takes a request: as a server (callers.py), or as a proxy for other hosts.

As a proxy the gateway reaches what its machine reaches. So it is one for everybody only for the `hosts` of the
configuration, and for other hosts only for clients of this machine, which reach the same without it. `apim_proxy` says
otherwise.
"""

from collections.abc import Set
from typing import Literal

from mitmproxy import http
from mitmproxy.connection import Client, Server
from mitmproxy.options import Options
from mitmproxy.proxy.mode_specs import RegularMode, ReverseMode, Socks5Mode, UpstreamMode

from apim_lab.errors import CallerNotAllowed
from apim_lab.proxy.callers import Names, is_loopback, parse_host, parse_origin, problem_of_host, problem_of_origin
from apim_lab.proxy.exchange import Exchange
from apim_lab.proxy.guard import is_own

MODES = (RegularMode, Socks5Mode, UpstreamMode)
"""Modes in which a client names any server; in the others the operator has chosen it, or whose traffic comes in."""

NO_PROXY = (
    "the gateway is no proxy for this host: it is one for the hosts of its configuration; "
    "the option apim_proxy says for which others, and for whom"
)


class Admission:
    """Decides who may use the gateway for what, as the options say."""

    def __init__(self) -> None:
        self.names: Names = frozenset()
        self.origins: Names = frozenset()
        self.proxy_for: Literal["local", "hosts", "any"] = "local"

    def configure(self, options: Options) -> None:
        """Take the options; raise ValueError, and change nothing, if one of them can match no client."""
        names = frozenset(map(parse_host, options.apim_allowed_hosts))
        origins = frozenset(map(parse_origin, options.apim_allowed_origins))
        self.names, self.origins = names | {options.listen_host.lower()}, origins
        self.proxy_for = options.apim_proxy

    def refusal(self, flow: http.HTTPFlow, exchange: Exchange, hosts: Names) -> CallerNotAllowed | None:
        """Why the request is refused, if it is; `hosts` are those of the configuration."""
        problem = self.problem(flow, exchange, hosts)
        return CallerNotAllowed(problem) if problem else None

    def problem(self, flow: http.HTTPFlow, exchange: Exchange, hosts: Names) -> str:
        request, client = flow.request, flow.client_conn
        is_for_gateway = exchange.is_direct or isinstance(client.proxy_mode, ReverseMode)
        if not (is_for_gateway or request.host.lower() in hosts):
            return "" if self.leads(client, request.host, hosts) else NO_PROXY
        fields = {name.lower(): value for name, value in request.headers.fields}
        problem = problem_of_origin(fields, exchange.asked, self.origins)
        if is_for_gateway:
            return problem_of_host(exchange.asked, self.names | hosts) or problem
        return problem

    def leads(self, client: Client, host: str, hosts: Set[str]) -> bool:
        """Whether a client gets to the host by the gateway, as by a proxy."""
        if not isinstance(client.proxy_mode, MODES) or host.lower() in hosts:
            return True
        return self.proxy_for == "any" or (self.proxy_for == "local" and is_local(client))

    def reaches(self, client: Client, server: Server, hosts: Set[str]) -> bool:
        """Whether a connection to where no policy sends requests may serve the client; none from another machine leads
        to services of this one."""
        assert server.address
        assert server.peername
        host = server.address[0]
        if not isinstance(client.proxy_mode, MODES) or host.lower() in hosts:
            return True
        return self.leads(client, host, hosts) and (is_local(client) or not is_own(server.peername[0]))


def is_local(client: Client) -> bool:
    """Whether the client is on the gateway's machine."""
    return is_loopback(client.peername[0]) or client.peername[0] == client.sockname[0]
