"""Which requests the gateway takes, and whose proxy it is."""

from types import SimpleNamespace

import pytest
from mitmproxy import http
from mitmproxy.proxy import mode_specs
from mitmproxy.test import tflow, tutils

from apim_lab.proxy.admission import Admission
from apim_lab.proxy.exchange import Exchange
from apim_lab.proxy.guard import Guard

HOSTS = frozenset({"my.azure.example"})
HERE, ELSEWHERE = ("127.0.0.1", 50000), ("192.168.1.9", 50000)
EVIL = {"Origin": "https://evil.example"}


def admission(**options) -> Admission:
    made = Admission()
    defaults = {"apim_allowed_hosts": [], "apim_allowed_origins": [], "apim_proxy": "local", "listen_host": "0.0.0.0"}
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


def test_a_wrong_option_changes_nothing():
    decides = admission(apim_allowed_hosts=["gateway"])
    with pytest.raises(ValueError, match="apim_allowed_origins"):
        decides.configure(SimpleNamespace(apim_allowed_hosts=[], apim_allowed_origins=["a,b"], listen_host=""))

    assert not is_refused(decides, flow(), is_direct=True, asked="gateway")


def test_the_name_that_the_gateway_listens_on_is_its_own():
    assert not is_refused(admission(listen_host="Gateway"), flow(), is_direct=True, asked="gateway")


@pytest.mark.parametrize(("headers", "refused"), [({}, False), (EVIL, True)])
def test_pages_may_not_call_through_a_proxy_for_the_hosts_either(headers, refused):
    made = flow("my.azure.example", client=ELSEWHERE, **headers)

    assert is_refused(admission(), made, asked="my.azure.example") is refused


def test_what_pages_do_elsewhere_is_nobodys_business():
    assert not is_refused(admission(), flow(**EVIL), asked="any.example")


@pytest.mark.parametrize(
    ("option", "client", "leads"),
    [
        ("local", HERE, True),
        ("local", ("::1", 50000), True),
        ("local", ("::ffff:127.0.0.1", 50000), True),
        ("local", ("192.168.1.7", 50000), True),  # this machine, by its own address
        ("local", ELSEWHERE, False),
        ("hosts", HERE, False),
        ("hosts", ELSEWHERE, False),
        ("any", HERE, True),
        ("any", ELSEWHERE, True),
    ],
)
@pytest.mark.parametrize("mode", ["regular", "socks5", "upstream:http://proxy.example"])
def test_whose_proxy_the_gateway_is(option, client, leads, mode):
    decides, made = admission(apim_proxy=option), flow(client=client, mode=mode)

    assert decides.leads(made.client_conn, "any.example", HOSTS) is leads
    assert decides.leads(made.client_conn, "My.Azure.example", HOSTS)
    assert is_refused(decides, made) is not leads


@pytest.mark.parametrize("mode", ["transparent", "wireguard", "local"])
def test_modes_for_the_traffic_of_others_lead_everywhere(mode):
    assert not is_refused(admission(), flow(client=ELSEWHERE, mode=mode))


@pytest.mark.parametrize(
    ("client", "host", "peer", "reaches"),
    [
        (HERE, "any.example", "127.0.0.1", True),
        (ELSEWHERE, "any.example", "127.0.0.1", False),
        (ELSEWHERE, "any.example", "::1", False),
        (ELSEWHERE, "any.example", "192.0.2.1", True),
        (ELSEWHERE, "my.azure.example", "127.0.0.1", True),
    ],
)
def test_clients_of_other_machines_reach_no_service_of_this_one(client, host, peer, reaches):
    made = flow(client=client)
    made.server_conn.address, made.server_conn.peername = (host, 80), (peer, 80)

    problem = admission(apim_proxy="any").problem_of_connection(made.client_conn, made.server_conn, HOSTS)

    assert problem == ("" if reaches else "clients of other machines get to no service of the gateway's machine")


def test_a_connection_to_where_the_gateway_is_no_proxy_serves_nobody():
    made = flow(client=ELSEWHERE)
    made.server_conn.address = made.server_conn.peername = ("192.0.2.1", 80)
    problem = admission().problem_of_connection(made.client_conn, made.server_conn, HOSTS)

    assert "the option apim_proxy" in problem


def test_the_target_of_reverse_mode_may_be_on_this_machine():
    made = flow(client=ELSEWHERE, mode="reverse:http://127.0.0.1:5001")
    made.server_conn.address = made.server_conn.peername = ("127.0.0.1", 5001)

    assert admission(apim_proxy="hosts").problem_of_connection(made.client_conn, made.server_conn, HOSTS) == ""


@pytest.mark.parametrize(
    ("made", "exchange", "refused"),
    [
        (flow(), {"is_direct": True, "asked": "evil.example"}, "foreign Host"),
        (flow(**EVIL), {"is_direct": True, "asked": "localhost"}, "foreign Origin"),
        (flow(client=ELSEWHERE), {}, "no proxy for this host"),
    ],
)
def test_a_refusal_says_what_it_refuses(made, exchange, refused):
    assert admission().refusal(made, Exchange(**exchange), HOSTS).refused == refused


def test_a_refused_request_to_a_proxy_is_logged_with_its_host_its_client_and_the_option(caplog):
    admission().refusal(flow("evil\x1b[2J", client=ELSEWHERE), Exchange(), HOSTS)

    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith(r"refused a proxy's request to evil\x1b[2J:22: the gateway is no proxy for")
    assert "apim_proxy" in record.getMessage()
    assert record.client == ELSEWHERE


@pytest.mark.parametrize(("host", "port", "refused"), [("127.0.0.1", 8081, True), ("127.0.0.1", 8082, False)])
def test_no_request_to_a_proxy_leads_to_the_live_page(host, port, refused, caplog):
    decides, made = admission(), flow(host)
    decides.guard, made.request.port = Guard("http://127.0.0.1:8081"), port

    assert is_refused(decides, made) is refused
    assert ("the live page" in caplog.text) is refused


def test_a_host_of_the_configuration_may_be_where_the_live_page_is():
    decides, made = admission(), flow("127.0.0.1")
    decides.guard, made.request.port = Guard("http://127.0.0.1:8081"), 8081

    assert decides.refusal_of_proxy(made, frozenset({"127.0.0.1"})) is None
