"""Which requests the gateway takes."""

from types import SimpleNamespace

import pytest
from mitmproxy import http
from mitmproxy.proxy import mode_specs
from mitmproxy.test import tflow, tutils

from apim_lab.proxy.admission import Admission
from apim_lab.proxy.exchange import Exchange

HOSTS = frozenset({"my.azure.example"})
HERE, ELSEWHERE = ("127.0.0.1", 50000), ("192.168.1.9", 50000)
EVIL = {"Origin": "https://evil.example"}


def admission(**options) -> Admission:
    made = Admission()
    defaults = {"apim_allowed_hosts": [], "apim_allowed_origins": [], "listen_host": "0.0.0.0"}
    made.configure(SimpleNamespace(**(defaults | options)))
    return made


def flow(host: str = "any.example", *, mode: str = "regular", client=HERE, **headers: str) -> http.HTTPFlow:
    made = tflow.tflow(req=tutils.treq(host=host))
    made.request.headers.update(headers)
    made.client_conn.proxy_mode = mode_specs.ProxyMode.parse(mode)
    made.client_conn.peername, made.client_conn.sockname = client, ("192.168.1.7", 8080)
    return made


def is_refused(decides: Admission, made: http.HTTPFlow, **exchange) -> bool:
    return decides.refusal(made, Exchange(**exchange), HOSTS) is not None


@pytest.mark.parametrize(
    ("asked", "headers", "refused"),
    [
        ("localhost:8080", {}, False),
        ("my.azure.example", {}, False),
        ("evil.example", {}, True),
        ("localhost:8080", EVIL, True),
    ],
)
@pytest.mark.parametrize("mode", ["regular", "reverse:http://target.example"])
def test_a_request_to_the_gateway_is_taken_by_host_and_origin(asked, headers, refused, mode):
    made = flow(mode=mode, **headers)

    assert is_refused(admission(), made, is_direct=mode == "regular", asked=asked) is refused


def test_options_allow_hosts_and_origins():
    decides = admission(apim_allowed_hosts=["Gateway"], apim_allowed_origins=["https://evil.example"])

    assert not is_refused(decides, flow(**EVIL), is_direct=True, asked="gateway:8080")


def test_the_name_that_the_gateway_listens_on_is_its_own():
    assert not is_refused(admission(listen_host="Gateway"), flow(), is_direct=True, asked="gateway")


@pytest.mark.parametrize(("headers", "refused"), [({}, False), (EVIL, True)])
def test_pages_may_not_call_through_a_proxy_for_the_hosts_either(headers, refused):
    made = flow("my.azure.example", client=ELSEWHERE, **headers)

    assert is_refused(admission(), made, asked="my.azure.example") is refused


def test_what_pages_do_elsewhere_is_nobodys_business():
    assert not is_refused(admission(), flow(**EVIL), asked="any.example")
