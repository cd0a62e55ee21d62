"""The hooks of the addon, called as mitmproxy calls them."""

import asyncio
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from mitmproxy import connection, exceptions, http
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.proxy import server_hooks
from mitmproxy.test import taddons, tflow, tutils

from apim_lab.clock import Clock
from apim_lab.proxy.addon import Balancer, pause
from apim_lab.proxy.exchange import Exchange, exchange_of

LAB = Path(__file__).parents[3] / "addon" / "apim_lab" / "gallery" / "lab.yaml"
URL = b"/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
POLICY = """<policies>
    <inbound><set-backend-service backend-id="openAiBackend1" /></inbound>
    <outbound><set-header name="Served-By"><value>the gateway</value></set-header></outbound>
</policies>"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.xml"
    path.write_text(POLICY)
    return path


@pytest.fixture
def balancer(policy: Path):
    addon = Balancer()
    with taddons.context(Proxyserver(), addon) as context:
        context.configure(addon, apim_policy=str(policy))
        addon.context = context
        yield addon


def flow(path: bytes = URL, *, is_direct: bool = True, **options) -> http.HTTPFlow:
    made = tflow.tflow(req=tutils.treq(path=path, host="gateway", port=8080), **options)
    made.live = True
    exchange_of(made).is_direct = is_direct
    return made


async def test_a_request_of_the_api_goes_to_the_backend_that_the_policy_chose(balancer):
    made = flow()
    await balancer.request(made)

    assert made.response is None
    assert made.request.url.startswith("http://127.0.0.1:5001/openai/deployments/")
    assert made.request.headers["Host"] == "127.0.0.1:5001"
    assert exchange_of(made).timeout == 300


@pytest.mark.parametrize(("host", "offers"), [("contoso.com", (b"http/1.1",)), ("other.com", ())])
async def test_wherever_a_policy_sends_requests_http_1_is_spoken(balancer, policy, host, offers):
    policy.write_text(POLICY.replace('backend-id="openAiBackend1"', 'base-url="https://contoso.com/openai"'))
    balancer.context.configure(balancer, apim_policy=str(policy))
    made = flow()
    await balancer.request(made)
    server = connection.Server(address=(host, 443))
    balancer.server_connect(server_hooks.ServerConnectionHookData(server=server, client=made.client_conn))

    assert tuple(server.alpn_offers) == offers


async def test_where_a_policy_sends_a_request_of_one_client_another_has_not_been_sent(balancer):
    made, other = flow(), flow()
    await balancer.request(made)
    server = connection.Server(address=("127.0.0.1", 5001))

    assert balancer.is_destination(made.client_conn, server)
    assert not balancer.is_destination(other.client_conn, server)


async def test_of_backends_that_a_policy_computes_those_of_ended_calls_are_forgotten(balancer, policy):
    computed = 'base-url="@(&quot;https://&quot; + context.RequestId + &quot;.contoso.com/openai&quot;)"'
    policy.write_text(POLICY.replace('backend-id="openAiBackend1"', computed))
    balancer.context.configure(balancer, apim_policy=str(policy))
    answered, failed = flow(), flow()
    await balancer.request(answered)
    await balancer.request(failed)

    assert len(set(balancer.destinations.values())) == 2
    answered.response = tutils.tresp(status_code=200)
    await balancer.responseheaders(answered)
    balancer.response(answered)
    balancer.error(failed)
    assert not balancer.destinations


async def test_a_hook_that_fails_is_answered_with_500_and_sends_nothing_on(balancer, monkeypatch, caplog):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("apim_lab.proxy.flows.address", fail)
    made = flow()
    await balancer.request(made)

    assert made.response.status_code == 500
    assert b"Internal server error" in made.response.content
    assert not exchange_of(made).again
    assert "oops" in caplog.text


async def test_the_answer_is_changed_as_outbound_says(balancer):
    made = flow()
    await balancer.request(made)
    made.response = tutils.tresp()
    await balancer.responseheaders(made)
    balancer.response(made)

    assert made.response.headers["Served-By"] == "the gateway"
    assert made.response.content == b"message"
    assert made.comment == "openAiBackend1 200"
    assert made not in balancer.runs


@pytest.mark.parametrize(
    ("content_type", "streams"), [("text/event-stream; charset=utf-8", True), ("application/json", False)]
)
async def test_an_event_stream_is_streamed(balancer, content_type, streams):
    made = flow()
    await balancer.request(made)
    made.response = tutils.tresp(headers=http.Headers(content_type=content_type))
    await balancer.responseheaders(made)

    assert bool(made.response.stream) == streams


async def test_a_response_that_is_not_to_be_buffered_is_streamed(balancer, policy):
    policy.write_text(
        '<policies><inbound><set-backend-service backend-id="openAiBackend1" /></inbound><backend><forward-request buffer-response="false" /></backend></policies>'
    )
    balancer.context.configure(balancer, apim_policy=str(policy))
    made = flow()
    await balancer.request(made)
    made.response = tutils.tresp()
    await balancer.responseheaders(made)

    assert made.response.stream


@pytest.mark.parametrize(
    "made",
    [
        flow(is_direct=False),
        tflow.tflow(resp=True),
        tflow.tflow(err=True),
        tflow.tflow(),
        flow(),
    ],
    ids=["another host", "answered", "failed", "not live", "replayed"],
)
async def test_what_is_not_the_gateways_is_left_alone(balancer, made, request):
    made.is_replay = "request" if "replayed" in request.node.name else None
    before = made.request.url
    await balancer.request(made)
    await balancer.responseheaders(made)
    balancer.response(made)
    balancer.error(made)

    assert made.request.url == before
    assert not exchange_of(made).is_governed


@pytest.mark.parametrize(
    ("host", "path", "passes"),
    [("gateway", URL, False), ("gateway", b"/elsewhere", True), ("other.com", URL, True)],
    ids=["an API of a host", "another path of the host", "another host"],
)
async def test_only_what_no_policy_governs_is_sent_before_it_is_complete(balancer, host, path, passes):
    balancer.in_force.gateway = replace(balancer.in_force.gateway, hosts=frozenset({"gateway"}))
    made = flow(path, is_direct=False)
    made.request.host = host
    balancer.requestheaders(made)

    assert (exchange_of(made).passes, made.request.stream) == (passes, passes)


async def test_a_direct_request_is_not_sent_before_it_is_complete(balancer):
    made = flow(b"/elsewhere")
    balancer.requestheaders(made)

    assert not made.request.stream


async def test_a_request_that_is_sent_is_not_governed_any_more(balancer):
    """The configuration may have changed meanwhile."""
    made = flow(b"/elsewhere", is_direct=False)
    balancer.requestheaders(made)
    exchange_of(made).is_sent = True
    balancer.in_force.gateway = replace(balancer.in_force.gateway, hosts=frozenset({"gateway"}))
    made.request.path = URL.decode()
    await balancer.request(made)

    assert made not in balancer.runs


async def test_the_answer_to_what_passes_is_streamed(balancer):
    made = flow(is_direct=False)
    balancer.requestheaders(made)
    await balancer.request(made)
    made.response = tutils.tresp(content=None)
    await balancer.responseheaders(made)

    assert made.response.stream


async def test_a_direct_request_to_no_api_is_answered_with_404(balancer):
    made = flow(b"/healthz")
    await balancer.request(made)

    assert made.response.status_code == 404
    assert made.comment == "answered by the gateway"


async def test_an_answer_to_head_has_no_content_but_its_length(balancer):
    made = flow(b"/healthz")
    made.request.method = "HEAD"
    await balancer.request(made)

    assert made.response.raw_content == b""
    assert made.response.headers["Content-Length"] == "54"


async def test_a_client_that_hangs_up_ends_the_run(balancer):
    made = flow()
    await balancer.request(made)
    run = balancer.runs[made]
    balancer.error(made)

    assert run.is_finished
    assert made not in balancer.runs


async def test_bytes_of_a_header_that_are_not_utf_8_pass_unchanged(balancer):
    made = flow()
    made.request.headers = http.Headers([(b"X-A", b"\xff\xfe")])
    await balancer.request(made)

    assert (b"X-A", b"\xff\xfe") in made.request.headers.fields


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"apim_policy": "/no/such/file.xml"}, "/no/such/file.xml:1:1: cannot read the file"),
        ({"apim_config": "/no/such/file.yaml"}, "/no/such/file.yaml:1:1: cannot read the file"),
        ({"apim_backends": ["nonsense"]}, "'nonsense' is not id=url in apim_backends"),
        ({"apim_backends": ["a=ftp://x"]}, "'ftp://x' is not an absolute"),
        ({"apim_named_values": ["nonsense"]}, "'nonsense' is not name=value in apim_named_values"),
        ({"apim_named_values": ["call=3"]}, "named value 'call' is used nowhere"),
        ({"apim_config": str(LAB), "stream_large_bodies": "1m"}, "stream_large_bodies sends a request on before"),
        ({"apim_store": "mysql://x"}, "unknown kind of store 'mysql'"),
        ({"apim_page": "x:y"}, "apim_page is 'x:y': expected a port"),
        ({"apim_page": "0", "apim_fleet": ["nonsense"]}, "apim_fleet is 'nonsense': expected a URL"),
        ({"apim_fleet": ["http://127.0.0.1:5000"]}, "apim_fleet is for the live page: expected apim_page, too"),
        ({"apim_allowed_hosts": ["a,b"]}, "apim_allowed_hosts has 'a,b': expected a name"),
        ({"apim_allowed_origins": ["evil.com"]}, "apim_allowed_origins has 'evil.com': expected an origin"),
        ({"apim_traces": 0}, "apim_traces is 0: expected at least 1"),
        ({"apim_body_limit": 0}, "apim_body_limit is 0: expected at least 1"),
        ({"apim_memory_limit": 0}, "apim_memory_limit is 0: expected at least 1"),
        ({"apim_idle_timeout": -1}, "apim_idle_timeout is -1: expected at least 1"),
        ({"apim_http2_frames": 0}, "apim_http2_frames is 0: expected at least 1"),
        ({"apim_statements": 0}, "apim_statements is 0: expected at least 1"),
        ({"apim_log": "xml"}, "apim_log is 'xml': expected one of text, json, none"),
    ],
)
async def test_a_wrong_option_is_refused_while_running_and_the_old_gateway_stays(balancer, options, message):
    balancer.is_running = True
    before = balancer.in_force.gateway
    with pytest.raises(exceptions.OptionsError, match=message):
        balancer.context.configure(balancer, **options)

    assert balancer.in_force.gateway.files == before.files


async def test_a_wrong_option_at_the_start_is_logged_as_an_error_which_ends_it(policy, caplog):
    addon = Balancer()
    with taddons.context(Proxyserver(), addon) as context:
        context.configure(addon, apim_policy="/no/such/file.xml")

    assert [record.levelname for record in caplog.records if "cannot read the file" in record.message] == ["ERROR"]


async def test_a_pause_ends_when_its_time_is_over():
    assert await pause(Exchange(), 0.001, Clock())


async def test_a_call_that_is_under_way_at_the_end_is_told_of(balancer, monkeypatch):
    told = []
    monkeypatch.setattr(balancer.watchers, "ended", told.append)
    made = flow()
    await balancer.request(made)
    balancer.done()

    assert [call.outcome for call in told] == ["gone"]


async def test_a_pause_ends_when_the_client_hangs_up():
    exchange = Exchange()
    waiting = asyncio.ensure_future(pause(exchange, 600, Clock()))
    await asyncio.sleep(0)
    exchange.hang_up()

    assert not await waiting


async def test_a_pause_ends_when_the_clock_is_advanced_far_enough():
    clock = Clock()
    waiting = asyncio.ensure_future(pause(Exchange(), 600, clock))
    await asyncio.sleep(0)
    clock.advance(599)
    await asyncio.sleep(0.01)

    assert not waiting.done()
    clock.advance(1)
    assert await waiting
    assert not clock.on_advance


async def test_a_pause_that_is_cancelled_is_forgotten_by_the_clock_and_the_client():
    clock, exchange = Clock(), Exchange()
    waiting = asyncio.ensure_future(pause(exchange, 600, clock))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert not clock.on_advance
    assert exchange.on_hang_up is None


async def test_nobody_waits_for_a_client_that_is_gone():
    assert not await pause(Exchange(is_gone=True), 600, Clock())


@pytest.mark.parametrize("body", ["Request", "Response"])
async def test_a_body_that_decodes_to_more_than_16_mb_is_an_error_for_the_policy_that_reads_it(balancer, policy, body):
    """Some 30 bytes of brotli would be 17 MB."""
    policy.write_text(f"""<policies>
        <inbound><set-backend-service backend-id="openAiBackend1" /></inbound>
        <outbound><set-variable name="x" value="@(context.{body}.Body.As&lt;JToken&gt;(true))" /></outbound>
        <on-error>
            <set-header name="Why"><value>@(context.LastError.Message)</value></set-header>
        </on-error>
    </policies>""")
    balancer.context.configure(balancer, apim_policy=str(policy))
    made = flow()
    made.response = tutils.tresp(status_code=200)
    for message in (made.request, made.response):
        message.headers["Content-Encoding"] = "br"
        message.raw_content = bomb()
    answer, made.response = made.response, None
    await balancer.request(made)
    made.response = answer
    await balancer.responseheaders(made)
    if exchange_of(made).wants_body:
        await balancer.backend_answer(made)
    balancer.response(made)

    assert made.response.status_code == 500
    assert made.response.headers["Why"] == "Exception of type 'System.OutOfMemoryException' was thrown."


def bomb() -> bytes:
    compressor, zeros = brotli.Compressor(quality=5, lgwin=24), bytes(1 << 20)
    return b"".join(compressor.process(zeros) for _ in range(17)) + compressor.finish()
