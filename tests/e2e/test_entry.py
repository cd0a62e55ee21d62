"""Who gets in, and where to: listeners, a start with clients at the door, foreign pages, and the gateway as a proxy."""

import socket
from contextlib import ExitStack, closing

import httpx2
import pytest

from mockbackends import Backend
from tests.e2e.conftest import Lab, ScriptedBackend
from tests.e2e.http2 import Http2Client

URL = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
BODY = {"messages": [{"role": "user", "content": "Hello"}]}
REQUEST = b"GET /openai/deployments HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CONFIG = """
backends:
  backend: {url: "%s/base", api-key: secret}
apis:
  - {id: azure-openai, path: openai, policy: policy.xml}
hosts: [my-resource.openai.azure.com]
"""
SLOW_START = """
import asyncio
import logging

async def running():
    await asyncio.sleep(0.5)
    logging.warning("everything is running")
"""


@pytest.mark.parametrize("program", ["mitmdump", "mitmweb"])
@pytest.mark.parametrize(("given", "listens"), [((), "at 127.0.0.1:"), (("--listen-host", "0.0.0.0"), "at 0.0.0.0:")])
def test_only_this_machine_reaches_the_gateway_unless_the_operator_says_otherwise(
    lab, free_port, program, given, listens
):
    web = ("--set", f"web_port={free_port}", "--set", "web_open_browser=false") if program == "mitmweb" else ()
    gateway = lab.start(arguments=(*given, *web), program=program)

    assert listens in gateway.wait_for("listening at").replace("*", "0.0.0.0")


@pytest.mark.parametrize(
    ("given", "shown"), [((), False), (("--set", "termlog_verbosity=info", "--set", "flow_detail=1"), True)]
)
def test_mitmproxys_own_lines_come_when_the_operator_asks_for_them(lab, given, shown):
    gateway = lab.gateway(*given, urls=lab.backends(Backend("openAiBackend1")))
    httpx2.post(gateway.url + URL, json=BODY)
    gateway.stop()

    assert ("client connect" in gateway.log) is shown
    assert ("<< 200 OK" in gateway.log) is shown


@pytest.fixture
def starting(lab, tmp_path):
    """A gateway whose ports are open, and whose start is not over yet; its backends refuse connections."""
    (tmp_path / "slow.py").write_text(SLOW_START)

    def start(*options: str):
        nowhere = (f"apim_backends=openAiBackend{number}=http://127.0.0.1:1/openai" for number in (1, 2, 3))
        gateway = lab.start(
            *nowhere, "apim_named_values=retry-interval=0", *options, arguments=("-s", str(tmp_path / "slow.py"))
        )
        return gateway, socket.create_connection(("127.0.0.1", gateway.port), timeout=20)

    return start


def test_a_call_that_fails_during_the_start_does_not_end_the_gateway(starting):
    gateway, client = starting()
    with client:
        client.sendall(REQUEST)
        answer = client.recv(1000)

    assert answer.startswith(b"HTTP/1.1 500 ")
    gateway.wait_for("BackendConnectionFailure")
    assert gateway.log.index("everything is running") < gateway.log.index("BackendConnectionFailure")
    assert httpx2.get(f"{gateway.url}/openai/deployments").status_code == 500


def test_a_client_that_leaves_during_the_start_leaves_nothing(starting):
    gateway, client = starting()
    with client:
        client.sendall(b"no request\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        gateway.wait_for("everything is running")
        answer = b"".join(iter(lambda: client.recv(1000), b""))

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert httpx2.get(f"{gateway.url}/openai/deployments").status_code == 500
    assert "Traceback" not in gateway.log


def test_a_client_at_the_door_adds_nothing_to_the_message_of_a_start_that_fails(starting):
    gateway, client = starting("apim_polcy=x")
    with client:
        client.sendall(REQUEST)
        answer = client.recv(1000)

    assert answer == b""
    assert gateway.exit_code() == 1
    assert "unknown option apim_polcy" in gateway.log
    assert "Traceback" not in gateway.log


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
POLICY = '<policies><inbound><set-backend-service backend-id="backend" /></inbound></policies>'


@pytest.fixture(scope="module")
def secured(confdir, tmp_path_factory):
    """A gateway in front of a backend with a key of its own, and what arrives there."""
    folder = tmp_path_factory.mktemp("secured")
    backend = ScriptedBackend(lambda backend, connection, request: connection.sendall(OK) or True)
    (folder / "policy.xml").write_text(POLICY)
    (folder / "lab.yaml").write_text(CONFIG % backend.url)
    with ExitStack() as stack, closing(backend):
        yield Lab(stack, confdir).gateway("--set", f"apim_config={folder / 'lab.yaml'}"), backend


def status(gateway, request: str) -> int:
    """Send it as it is; the answer's status."""
    with closing(socket.create_connection(("127.0.0.1", gateway.port), timeout=20)) as client:
        client.sendall(request.replace("\n", "\r\n").encode())
        return int(client.recv(1000).split()[1])


@pytest.mark.parametrize(
    ("path", "answered", "target"),
    [
        ("/openai/a/../b", 200, "/base/b"),
        ("/other/../openai/b", 200, "/base/b"),
        ("/openai/./b", 200, "/base/b"),
        ("/openai/a/../../admin", 404, None),
        ("/openai/../../admin", 404, None),
        ("/openai/%2e%2e/admin", 404, None),
        ("/openai/.%2E/admin", 404, None),
        ("/openai/..%2fadmin", 400, None),
        ("/openai/..%5cadmin", 400, None),
        ("/openai/..\\admin", 400, None),
        ("/openai/..;/admin", 400, None),
    ],
)
def test_dot_segments_lead_nowhere_beside_the_backends_base(secured, path, answered, target):
    gateway, backend = secured
    backend.requests.clear()

    assert status(gateway, f"GET {path} HTTP/1.1\nHost: 127.0.0.1\n\n") == answered
    assert [request.split()[1].decode() for request in backend.requests] == ([target] if target else [])


def test_dot_segments_lead_nowhere_over_http2(secured):
    gateway, backend = secured
    backend.requests.clear()
    client = Http2Client(gateway.port)
    streams = client.get("/openai/a/../b") + client.get("/openai/../admin") + client.get("/openai/..%2fadmin")
    statuses = client.wait_for(*streams)
    client.leave()

    assert [statuses[stream] for stream in streams] == [200, 404, 400]
    assert [request.split()[1].decode() for request in backend.requests] == ["/base/b"]


EVIL = "Origin: https://evil.example"


@pytest.mark.parametrize(
    ("head", "answered"),
    [
        ("GET /openai/x HTTP/1.1\nHost: 127.0.0.1:8080", 200),
        ("GET /openai/x HTTP/1.1\nHost: localhost", 200),
        ("GET /openai/x HTTP/1.1\nHost: [::1]:8080", 200),
        ("GET /openai/x HTTP/1.1\nHost: my-resource.openai.azure.com", 200),
        ("GET /openai/x HTTP/1.1\nHost: localhost\nOrigin: http://localhost:3000", 200),
        ("GET /openai/x HTTP/1.1\nHost: evil.example:8080", 403),
        ("GET /elsewhere HTTP/1.1\nHost: evil.example:8080", 403),
        (f"GET /openai/x HTTP/1.1\nHost: localhost\n{EVIL}", 403),
        (f"OPTIONS /openai/x HTTP/1.1\nHost: localhost\n{EVIL}\nAccess-Control-Request-Method: POST", 403),
        (f"POST /openai/x HTTP/1.1\nHost: localhost\n{EVIL}\nContent-Type: text/plain\nContent-Length: 0", 403),
        ("GET /openai/x HTTP/1.1\nHost: localhost\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors", 403),
        (f"GET http://my-resource.openai.azure.com/openai/x HTTP/1.1\nHost: my-resource.openai.azure.com\n{EVIL}", 403),
    ],
)
def test_no_page_of_somebody_else_calls_with_the_backends_key(secured, head, answered):
    gateway, backend = secured
    backend.requests.clear()

    assert status(gateway, f"{head}\n\n") == answered
    assert len(backend.requests) == (answered == 200)


@pytest.mark.parametrize(("fields", "answered"), [({}, 200), ({"origin": "https://evil.example"}, 403)])
def test_no_page_of_somebody_else_calls_over_http2(secured, fields, answered):
    client = Http2Client(secured[0].port)
    (stream,) = client.get("/openai/x", **fields)

    assert client.wait_for(stream) == {stream: answered}
    client.leave()


def test_a_name_made_to_point_here_is_refused_over_http2(secured):
    client = Http2Client(secured[0].port)
    client.host = "evil.example"
    (stream,) = client.get("/openai/x")

    assert client.wait_for(stream) == {stream: 403}
    client.leave()


def test_an_operator_allows_names_and_pages(lab):
    options = ("apim_allowed_hosts=gateway", "apim_allowed_origins=https://app.contoso.com")
    gateway = lab.gateway(*(part for option in options for part in ("--set", option)))

    assert status(gateway, "GET /elsewhere HTTP/1.1\nHost: gateway:8080\n\n") == 404
    assert status(gateway, "GET /elsewhere HTTP/1.1\nHost: gateway\nOrigin: https://app.contoso.com\n\n") == 404
    assert status(gateway, "GET /elsewhere HTTP/1.1\nHost: other\n\n") == 403


def test_no_page_of_somebody_else_reaches_the_target_of_reverse_mode(lab, scripted):
    target = scripted(lambda backend, connection, request: connection.sendall(OK) or True)
    gateway = lab.gateway("--mode", f"reverse:{target.url}@0")

    assert status(gateway, "GET /elsewhere HTTP/1.1\nHost: localhost\n\n") == 200
    assert status(gateway, "GET /elsewhere HTTP/1.1\nHost: evil.example\n\n") == 403
    assert status(gateway, f"GET /elsewhere HTTP/1.1\nHost: localhost\n{EVIL}\n\n") == 403
    assert len(target.requests) == 1


# ---- the gateway as a proxy -------------------------------------------------------------------------------------

SPELLINGS = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::ffff:127.0.0.1]"]
FOLLOWING = """<policies>
    <inbound><set-backend-service backend-id="backend" /></inbound>
    <backend><forward-request follow-redirects="true" /></backend>
</policies>"""


def answer_as_control(control: ScriptedBackend, connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nthe control")


@pytest.fixture(scope="module")
def steered(confdir, tmp_path_factory):
    """A gateway with a live page and a fleet's control; its backend redirects to what the path names."""
    folder = tmp_path_factory.mktemp("steered")

    def redirect(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> bool:
        place = request.split()[1].decode().rpartition("/")[2]
        connection.sendall(f"HTTP/1.1 307 Elsewhere\r\nLocation: http://{place}/\r\nContent-Length: 0\r\n\r\n".encode())
        return True

    backend, control = (
        ScriptedBackend(redirect),
        ScriptedBackend(answer_as_control),
    )
    (folder / "policy.xml").write_text(FOLLOWING)
    (folder / "lab.yaml").write_text(CONFIG % backend.url)
    options = ("apim_page=0", f"apim_fleet={control.url}", f"apim_config={folder / 'lab.yaml'}")
    with ExitStack() as stack, closing(backend), closing(control):
        gateway = Lab(stack, confdir).gateway(*(part for option in options for part in ("--set", option)))
        page = gateway.wait_for("the live page is at").rpartition(":")[2].strip()
        yield gateway, {"page": int(page), "control": int(control.url.rpartition(":")[2])}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("place", ["page", "control"])
@pytest.mark.parametrize("way", ["absolute", "connect", "redirect"])
def test_page_and_controls_are_not_reached_through_the_gateway(steered, way, place, spelling):
    gateway, ports = steered
    target = f"{spelling}:{ports[place]}"
    answer = ask(gateway, way, target)

    assert b"<!doctype html>" not in answer
    assert b"the control" not in answer


def ask(gateway, way: str, target: str) -> bytes:
    """The whole answer to a request that is to be led there."""
    head = {
        "absolute": f"GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n",
        "connect": f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n",
        "redirect": f"GET /openai/{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    }[way]
    with closing(socket.create_connection(("127.0.0.1", gateway.port), timeout=20)) as client:
        client.sendall(head.encode())
        answer = client.recv(1000)
        if way == "connect" and b" 403 " in answer:
            return answer  # the connection stays open
        if way == "connect" and b" 200 " in answer:
            client.sendall(f"GET / HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n".encode())
        while piece := client.recv(65536):
            answer += piece
    return answer


@pytest.mark.parametrize("place", ["page", "control"])
def test_page_and_controls_are_not_reached_over_http2(steered, place):
    gateway, ports = steered
    client = Http2Client(gateway.port)
    (stream,) = client.get("/", **{":scheme": "http", ":authority": f"127.0.0.1:{ports[place]}"})

    assert client.wait_for(stream) == {stream: 403}
    client.leave()


@pytest.mark.parametrize("place", ["page", "control"])
@pytest.mark.parametrize("way", ["absolute", "connect"])
def test_a_client_that_asks_for_them_is_told_why_not(steered, way, place):
    gateway, ports = steered
    target = f"localhost:{ports[place]}"
    answer = ask(gateway, way, target)

    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"no client gets to the live page or to a mock fleet's control through the gateway" in answer
    gateway.wait_for(f"] refused a proxy's request to {target}: no client gets to the live page")


@pytest.fixture
def alone(lab, scripted):
    """A gateway that is a proxy for its hosts alone, of which there are none, and another server."""
    other = scripted(lambda backend, connection, request: connection.sendall(OK) or True)
    return lab.gateway("--set", "apim_proxy=hosts"), other


def test_a_proxy_for_its_hosts_alone_leads_to_no_other(alone):
    gateway, other = alone
    host = other.url.removeprefix("http://")
    client = Http2Client(gateway.port)
    (stream,) = client.get("/", **{":scheme": "http", ":authority": host})

    assert status(gateway, f"GET {other.url}/ HTTP/1.1\nHost: {host}\n\n") == 403
    assert status(gateway, f"CONNECT {host} HTTP/1.1\nHost: {host}\n\n") == 403
    assert client.wait_for(stream) == {stream: 403}
    assert other.requests == []
    client.leave()
    gateway.wait_for_times(f"] refused a proxy's request to {host}: the gateway is no proxy for this host", 3)


def test_nothing_that_a_client_sent_moves_the_cursor_of_a_terminal(lab, tmp_path):
    (tmp_path / "policy.xml").write_text(
        '<policies><inbound><trace source="test" severity="error">'
        '<message>@(context.Request.Headers.GetValueOrDefault("X", ""))</message></trace></inbound></policies>'
    )
    arguments = (
        "--set",
        f"apim_policy={tmp_path / 'policy.xml'}",
        "--set",
        "termlog_verbosity=debug",
        "--set",
        "flow_detail=2",
    )
    gateway = lab.gateway(*arguments)
    for line in ("GET /openai/\x1b[2J", "GET http://\x1b[2J/", "CONNECT \x1b[2J:443", "\x1b[2J /openai/x"):
        answer_to(gateway, f"{line} HTTP/1.1\r\nHost: localhost\r\nX: \x1b[2J\r\napi-key: \x1b[2J\r\n\r\n")
        answer_to(gateway, f"{line} HTTP/1.1\r\nHost: \x1b[2J\r\nOrigin: \x1b[2J\r\n\r\n")
    gateway.stop()

    assert "\x1b[2J" not in gateway.log


def answer_to(gateway, request: str) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", gateway.port), timeout=20)) as client:
        client.sendall(request.encode())
        return client.recv(65536)
