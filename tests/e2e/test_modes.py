"""Every way to reach the gateway, and what it leaves alone."""

import asyncio
import socket
import ssl
from pathlib import Path

import httpx2
import openai
import pytest
from mitmproxy import http, io

from mockbackends import Backend

URL = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
BODY = {"messages": [{"role": "user", "content": "Hello"}]}
BACKENDS = tuple(Backend(f"openAiBackend{number}") for number in (1, 2, 3))
HOST = "my-resource.openai.azure.com"
CONFIG = """
backends:
  openAiBackend1: {url: "%s/openai", api-key: "${LAB_KEY}"}
apis:
  - {id: azure-openai, path: openai, policy: policy.xml}
hosts: [%s]
"""
POLICY = """
<policies>
    <inbound><set-backend-service backend-id="openAiBackend1" /></inbound>
    <outbound><set-header name="Served-By"><value>the gateway</value></set-header></outbound>
</policies>
"""


@pytest.fixture
def authority(confdir: Path, lab) -> Path:
    """mitmproxy's certificate authority, made by the first start."""
    path = confdir / "mitmproxy-ca-cert.pem"
    if not path.exists():
        lab.start().wait_for("listening at")
    return path


@pytest.fixture
def configured(lab, tmp_path: Path, monkeypatch):
    """A gateway for one API and one host; its backend has a key of its own."""

    def start(backend: Backend, *arguments: str, program: str = "mitmdump"):
        monkeypatch.setenv("LAB_KEY", "the backend's")
        url = lab.backends(backend)[backend.name]
        (tmp_path / "lab.yaml").write_text(CONFIG % (url, HOST))
        (tmp_path / "policy.xml").write_text(POLICY)
        return lab.gateway("--set", f"apim_config={tmp_path / 'lab.yaml'}", *arguments, program=program)

    return start


def trusting(authority: Path) -> ssl.SSLContext:
    """Python 3.13 is stricter by default than the certificates of mitmproxy are."""
    context = ssl.create_default_context(cafile=authority)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def proxied(gateway, authority: Path, **options) -> httpx2.Client:
    return httpx2.Client(proxy=gateway.url, verify=trusting(authority), timeout=30, **options)


@pytest.mark.parametrize("http2", [False, True])
def test_an_https_proxy_for_a_configured_host_runs_the_policy(configured, authority, http2):
    gateway = configured(Backend("openAiBackend1", key="the backend's"))
    with proxied(gateway, authority, http2=http2) as client:
        answers = [client.post(f"https://{HOST}{URL}", json=BODY, headers={"api-key": "mine"}) for _ in range(3)]

    assert {answer.http_version for answer in answers} == {"HTTP/2" if http2 else "HTTP/1.1"}
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].headers["Served-By"] == "the gateway"


@pytest.mark.parametrize("http2", [False, True])
def test_the_time_for_an_answer_is_limited_inside_a_connect_too(lab, scripted, authority, tmp_path, http2):
    backend = scripted(lambda backend, connection, request: backend.proceed.wait(30))
    (tmp_path / "lab.yaml").write_text(CONFIG.replace(', api-key: "${LAB_KEY}"', "") % (backend.url, HOST))
    timed = '<backend><forward-request timeout="1" /></backend>'
    (tmp_path / "policy.xml").write_text(POLICY.replace("<outbound>", f"{timed}<outbound>"))
    gateway = lab.gateway("--set", f"apim_config={tmp_path / 'lab.yaml'}")
    with proxied(gateway, authority, http2=http2) as client:
        answer = client.post(f"https://{HOST}{URL}", json=BODY, timeout=20)

    assert answer.status_code == 500
    gateway.wait_for("Timeout: no answer within 1 s")


def test_http2_to_the_gateway_itself(configured, authority):
    gateway = configured(Backend("openAiBackend1", key="the backend's"))
    with httpx2.Client(verify=trusting(authority), http2=True) as client:
        response = client.post(gateway.url.replace("http:", "https:") + URL, json=BODY)

    assert (response.status_code, response.headers["Served-By"]) == (200, "the gateway")


async def test_a_body_over_http2_without_a_length_gets_one(lab, scripted, authority, tmp_path):
    """HTTP/1.1 would take it for the next request."""
    backend = scripted(
        lambda backend, connection, request: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n") or True
    )
    (tmp_path / "policy.xml").write_text(POLICY)
    gateway = lab.gateway("--set", f"apim_policy={tmp_path / 'policy.xml'}", urls={"openAiBackend1": backend.url})

    async def body():
        yield b'{"messages": []}'

    async with httpx2.AsyncClient(verify=trusting(authority), http2=True, timeout=20) as client:
        response = await client.post(gateway.url.replace("http:", "https:") + URL, content=body())

    assert response.status_code == 204
    assert backend.requests[0].endswith(b"\r\n\r\n" + b'{"messages": []}')


async def test_a_large_request_that_is_not_read_holds_up_no_other_over_http2(lab, scripted, authority, tmp_path):
    second = scripted(
        lambda backend, connection, request: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n") or True
    )
    (tmp_path / "policy.xml").write_text(
        '<policies><inbound><choose><when condition="@(context.Request.Headers.ContainsKey(&quot;stuck&quot;))">'
        '<set-backend-service backend-id="stuck" /></when><otherwise><set-backend-service backend-id="second" /></otherwise>'
        '</choose></inbound><backend><forward-request timeout="60" /></backend></policies>'
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        urls = {"stuck": f"http://127.0.0.1:{listener.getsockname()[1]}", "second": second.url}
        gateway = lab.gateway("--set", f"apim_policy={tmp_path / 'policy.xml'}", urls=urls)
        url = gateway.url.replace("http:", "https:") + URL
        async with httpx2.AsyncClient(verify=trusting(authority), http2=True, timeout=20) as client:
            large = asyncio.create_task(client.post(url, content=b"x" * 20_000_000, headers={"stuck": "yes"}))
            with await asyncio.to_thread(begun, listener):
                small = await client.post(url, json=BODY)
                large.cancel()

    assert small.status_code == 204


def begun(listener: socket.socket) -> socket.socket:
    """A connection with data, none of which was taken."""
    listener.settimeout(20)
    connection = listener.accept()[0]
    connection.recv(1, socket.MSG_PEEK)
    return connection


async def test_more_streams_at_once_than_connections_time_out_and_do_not_hang(lab, scripted, authority, tmp_path):
    """mitmproxy opens at most five connections to a backend for a client; over HTTP/2 the sixth call waits."""
    backend = scripted(lambda backend, connection, request: backend.proceed.wait(30))
    (tmp_path / "policy.xml").write_text(
        '<policies><inbound><set-backend-service backend-id="openAiBackend1" /></inbound>'
        '<backend><forward-request timeout="2" /></backend></policies>'
    )
    gateway = lab.gateway("--set", f"apim_policy={tmp_path / 'policy.xml'}", urls={"openAiBackend1": backend.url})
    async with httpx2.AsyncClient(verify=trusting(authority), http2=True, timeout=20) as client:
        calls = [client.post(gateway.url.replace("http:", "https:") + URL, json=BODY) for _ in range(7)]
        answers = await asyncio.gather(*calls)

    assert [answer.status_code for answer in answers] == [500] * 7


def test_a_stream_over_http2_arrives_event_by_event(configured, authority):
    gateway = configured(Backend("openAiBackend1", token_ms=5))
    client = openai.AzureOpenAI(
        azure_endpoint=f"https://{HOST}",
        api_key="mine",
        api_version="2024-10-21",
        http_client=proxied(gateway, authority, http2=True),
    )
    with client, client.chat.completions.create(model="gpt-4o", messages=BODY["messages"], stream=True) as stream:
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)

    assert text.endswith("You said: Hello")


def test_the_clients_key_is_not_passed_on_where_the_backend_has_its_own(
    configured, scripted, lab, tmp_path, monkeypatch
):
    backend = scripted(
        lambda backend, connection, request: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n") or True
    )
    monkeypatch.setenv("LAB_KEY", "the backend's")
    (tmp_path / "lab.yaml").write_text(CONFIG % (backend.url, HOST))
    (tmp_path / "policy.xml").write_text(POLICY)
    gateway = lab.gateway("--set", f"apim_config={tmp_path / 'lab.yaml'}")
    httpx2.post(gateway.url + URL, json=BODY, headers={"api-key": "mine", "Authorization": "Bearer mine"})

    request = backend.requests[0].decode().lower()
    assert "api-key: the backend's" in request
    assert "mine" not in request
    assert "the backend's" not in gateway.log
    assert f"host: {backend.url.removeprefix('http://')}" in request


def test_traffic_for_other_hosts_passes_through_untouched(configured, scripted):
    gateway = configured(Backend("openAiBackend1"))
    other = scripted(
        lambda backend, connection, request: (
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother") or True
        )
    )
    with httpx2.Client(proxy=gateway.url) as client:
        response = client.post(f"{other.url}{URL}", json=BODY)

    assert response.text == "other"
    assert "Served-By" not in response.headers


def test_in_reverse_mode_the_api_is_served_and_other_paths_go_to_the_target(configured, scripted):
    target = scripted(
        lambda backend, connection, request: (
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntarget") or True
        )
    )
    gateway = configured(Backend("openAiBackend1", key="the backend's"), "--mode", f"reverse:{target.url}@0")
    api, other = httpx2.post(gateway.url + URL, json=BODY), httpx2.get(f"{gateway.url}/elsewhere")

    assert api.headers["Served-By"] == "the gateway"
    assert other.text == "target"
    assert len(target.requests) == 1


def test_flows_are_recorded_once_with_the_way_they_took_and_can_be_read_again(round_robin, lab, tmp_path):
    path = tmp_path / "flows"
    gateway = round_robin(
        Backend("openAiBackend1", rpm=1, window=60), *BACKENDS[1:], arguments=("-w", str(path)), calls="4"
    )
    for _ in range(5):
        httpx2.post(gateway.url + URL, json=BODY)
    gateway.stop()

    with path.open("rb") as file:
        flows = [flow for flow in io.FlowReader(file).stream() if isinstance(flow, http.HTTPFlow)]
    assert [flow.comment for flow in flows] == [
        "openAiBackend1 200",
        "openAiBackend2 200",
        "openAiBackend3 200",
        "openAiBackend1 429 → openAiBackend2 200",
        "answered by the gateway",
    ]
    again = lab.start(arguments=("-r", str(path), "-n"))
    assert again.exit_code() == 0
    assert "error" not in again.log.lower()


def test_mitmweb_shows_the_way_a_request_took(round_robin, free_port):
    gateway = round_robin(
        Backend("openAiBackend1", fault="error"),
        *BACKENDS[1:],
        arguments=("--set", f"web_port={free_port}", "--set", "web_open_browser=false", "--set", "web_password=lab"),
        program="mitmweb",
    )
    httpx2.post(gateway.url + URL, json=BODY)
    flows = httpx2.get(f"http://127.0.0.1:{free_port}/flows", headers={"Authorization": "Bearer lab"}).json()

    assert [flow["comment"] for flow in flows] == ["openAiBackend1 500"]
