"""Decides by its head whether the gateway takes a request (callers.py)."""

from mitmproxy import http
from mitmproxy.options import Options
from mitmproxy.proxy.mode_specs import ReverseMode

from apim_lab.errors import CallerNotAllowed
from apim_lab.proxy.callers import Names, problem_of_host, problem_of_origin
from apim_lab.proxy.exchange import Exchange


class Admission:
    """Decides who may call the gateway, as the options say."""

    def __init__(self) -> None:
        self.names: Names = frozenset()
        self.origins: Names = frozenset()

    def configure(self, options: Options) -> None:
        self.names = frozenset(name.lower() for name in (*options.apim_allowed_hosts, options.listen_host))
        self.origins = frozenset(options.apim_allowed_origins)

    def refusal(self, flow: http.HTTPFlow, exchange: Exchange, hosts: Names) -> CallerNotAllowed | None:
        """Why the request is refused, if it is; `hosts` are those of the configuration."""
        problem = self.problem(flow, exchange, hosts)
        return CallerNotAllowed(problem) if problem else None

    def problem(self, flow: http.HTTPFlow, exchange: Exchange, hosts: Names) -> str:
        request, client = flow.request, flow.client_conn
        is_for_gateway = exchange.is_direct or isinstance(client.proxy_mode, ReverseMode)
        if not (is_for_gateway or request.host.lower() in hosts):
            return ""
        fields = {name.lower(): value for name, value in request.headers.fields}
        problem = problem_of_origin(fields, exchange.asked, self.origins)
        if is_for_gateway:
            return problem_of_host(exchange.asked, self.names | hosts) or problem
        return problem
