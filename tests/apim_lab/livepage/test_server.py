"""The page over HTTP: what it answers, whom it answers, and what it does with what is no HTTP."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from tornado.netutil import bind_sockets

from apim_lab.clock import LONGEST_CLOCK_STEP
from apim_lab.livepage import feed as feed_module
from apim_lab.livepage import sender as sender_module
from apim_lab.livepage import server as server_module
from apim_lab.livepage.board import Board
from apim_lab.livepage.classroom import Classroom
from apim_lab.livepage.server import MAX_BODY, MAX_CLOCK_AHEAD, STATIC
from apim_lab.policy.document import read_document
from mockbackends import Backend, serve

JSON = "Content-Type: application/json"
SECRET = "api-key-of-a-caller"

WRITES = (
    ("POST", "/send", b'{"count": 1}'),
    ("PATCH", "/fleet/one/gpt-4o", b'{"limits": {"rpm": 9}}'),
    ("POST", "/clock/advance", b'{"seconds": 10}'),
    ("POST", "/lessons/1", b"{}"),
    ("DELETE", "/lessons", b"{}"),
)

NOWHERE = "/traces/00000000-0000-0000-0000-000000000000"


@dataclass
class Answer:
    """An answer, as it came over the socket. `status` is 0 where none came."""

    raw: bytes

    @property
    def status(self) -> int:
        return int(self.raw.split(b" ", 2)[1]) if self.raw else 0

    @property
    def headers(self) -> dict[str, str]:
        lines = self.raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]


def home(client) -> str:
    """The Host that the page is asked for by."""
    return f"127.0.0.1:{client.port}"


async def ask(client, method: str, path: str, *fields: str, body: bytes = b"", host: str | None = "") -> Answer:
    """Ask with these header fields, as they are; without `host` by the page's own address, with None by none at all."""
    named = [] if host is None else [f"Host: {host or home(client)}"]
    length = [f"Content-Length: {len(body)}"] if body else []
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *named, "Connection: close", *fields, *length, "", ""])
    return Answer(await send(client, head.encode("latin-1") + body))


async def send(client, data: bytes) -> bytes:
    """What comes back, until the server closes; it may do so while something is still to be sent."""
    try:
        return await client.raw(data)
    except ConnectionError:
        return b""


async def head_of(client, *fields: str, path: str = "/events", host: str = "") -> Answer:
    """The head of an answer that does not end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    named = f"Host: {host or home(client)}"
    writer.write("\r\n".join([f"GET {path} HTTP/1.1", named, *fields, "", ""]).encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return Answer(head)


class Stream:
    """The events of a page, one after the other."""

    def __init__(self, texts: AsyncIterator[str]) -> None:
        self._texts = texts
        self._rest = ""

    async def next(self) -> tuple[str, Any]:
        """Name and data of the next event; a comment has the name "" and its text."""
        async with asyncio.timeout(10):
            while "\n\n" not in self._rest:
                self._rest += await anext(self._texts)
        block, _, self._rest = self._rest.partition("\n\n")
        if block.startswith(":"):
            return "", block
        name, data = block.split("\n")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def tick_with_calls(self) -> list[int]:
        """The numbers of the calls in the next tick that has some."""
        while True:
            name, data = await self.next()
            if name == "tick" and data["calls"]:
                return [call["number"] for call in data["calls"]]

    async def end(self) -> None:
        """Read what there is to the end."""
        async with asyncio.timeout(5):
            async for _ in self._texts:
                pass


@asynccontextmanager
async def events(client) -> AsyncIterator[Stream]:
    async with client.http.stream("GET", "/events") as response:
        yield Stream(response.aiter_text())


def feed(client) -> Any:
    return client.page._desk.feed


@pytest.fixture
def gateway(gateway):
    """It answers at once, until a test has it wait."""
    gateway.go.set()
    return gateway


@pytest.fixture
async def page(open_page):
    return await open_page()


@pytest.fixture
def no_lessons(monkeypatch):
    """A classroom that asks for none: that takes a program, and the end of one takes a while."""

    async def open_(classroom: Classroom, page: str) -> None:
        pass

    monkeypatch.setattr(Classroom, "open", open_)


@pytest.fixture
async def with_fleet(open_page, mocks, no_lessons, until):
    client = await open_page(mocks.control_url)
    await until(lambda: client.page._desk.fleet.seen)
    return client


@pytest.fixture
async def with_lessons(open_page, mocks, lessons, until):
    client = await open_page(mocks.control_url)
    await until(client.page._desk.classroom.titles)
    return client


def failures(caplog) -> list[str]:
    """What was logged as a failure."""
    return [record.getMessage() for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]


def message(answer: Any) -> str:
    return answer.json()["error"]["message"]


# ---- what it answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/?some=query", "text/html; charset=utf-8"),
        ("/static/page.css", "text/css"),
        ("/static/main.js", "text/javascript"),
        ("/traces", "application/json"),
        ("/metrics", "text/plain"),
    ],
)
async def test_each_route_has_its_type(page, path, content_type):
    answer = await page.get(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(content_type)
    assert answer.content


async def test_the_page_is_the_html_and_every_file_that_it_has(page):
    html = await page.get("/")
    files = [path for path in STATIC.iterdir() if path.is_file() and path.name != "index.html"]
    answers = {path.name: (await page.get(f"/static/{path.name}")).content for path in files}

    assert html.content == (STATIC / "index.html").read_bytes()
    assert answers == {path.name: path.read_bytes() for path in files}


ANSWERS = [
    ("GET", "/", 200, ()),
    ("GET", "/static/main.js", 200, ()),
    ("GET", "/static/main.js", 416, ("Range: bytes=9999999-",)),
    ("GET", "/static/none.js", 404, ()),
    ("GET", "/traces", 200, ()),
    ("GET", NOWHERE, 404, ()),
    ("GET", "/metrics", 200, ()),
    ("GET", "/none", 404, ()),
    ("POST", "/none", 404, ()),
    ("GET", "/traces", 403, ("Origin: http://evil.test",)),
    ("GET", "/metrics", 403, ("Origin: http://evil.test",)),
    ("GET", "/send", 405, ()),
    ("POST", "/events", 405, (JSON,)),
    ("DELETE", "/static/main.js", 405, (JSON,)),
    ("OPTIONS", "/send", 405, ()),
    ("POST", "/send", 400, (JSON, "Content-Length: 1", "", "{")),
    ("POST", "/send", 415, ("Content-Type: text/plain",)),
    ("PATCH", "/fleet/none/none", 404, (JSON,)),
    ("POST", "/lessons/1", 404, (JSON,)),
]


@pytest.mark.parametrize(("method", "path", "status", "fields"), ANSWERS)
async def test_every_answer_tells_browsers_what_they_may_do(page, method, path, status, fields):
    answer = await ask(page, method, path, *fields)
    rules = set(answer.headers["content-security-policy"].split("; "))

    assert answer.status == status
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"} <= rules
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert not [name for name in answer.headers if name == "server" or name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("method", "path", "status", "fields"),
    [row for row in ANSWERS if row[2] >= 400 and row[2] != 416],  # a range that is not there has no file to tell of
)
async def test_every_refusal_has_a_message_as_json(page, method, path, status, fields):
    answer = await ask(page, method, path, *fields)

    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.body)["error"]["message"]


async def test_the_head_of_events_has_the_same_headers(page):
    answer = await head_of(page)

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        *("/none", "/index.html", "//", "/trace", "/traces/", "/traces/1", f"{NOWHERE}/", f"/x{NOWHERE}"),
        *("/traces/00000000-0000-0000-0000-00000000000G", "/events/", "/eventsx", "/xevents", "/metrics/", "/send/1"),
        *("/fleet", "/fleet/one", "/fleet/one/", "/fleet/one/two/three", "/clock", "/clock/advance/1"),
        *("/lessons/", "/lessons/x", "/lessons/-1", "/lessons/12345", "/lessons/1/2", "/favicon.ico", "/.git/config"),
        *("/%00", "/%ff", "/" + "x" * 5000, "*"),
    ],
    ids=lambda path: path[:40],
)
async def test_there_is_nothing_else(page, path):
    answers = [await ask(page, method, path, JSON) for method in ("GET", "POST", "PATCH", "DELETE")]

    assert [answer.status for answer in answers] == [404] * 4


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        *((method, "/", "GET") for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW")),
        *((method, "/events", "GET") for method in ("POST", "PUT", "DELETE")),
        *((method, "/traces", "GET") for method in ("POST", "DELETE")),
        *((method, NOWHERE, "GET") for method in ("POST", "DELETE")),
        *((method, "/metrics", "GET") for method in ("POST", "DELETE")),
        *((method, "/static/main.js", "GET") for method in ("POST", "PUT", "DELETE")),
        *((method, "/send", "POST") for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")),
        *((method, "/fleet/one/gpt-4o", "PATCH") for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS")),
        *((method, "/clock/advance", "POST") for method in ("GET", "PATCH", "OPTIONS")),
        *((method, "/lessons/1", "POST") for method in ("GET", "DELETE", "OPTIONS")),
        *((method, "/lessons", "DELETE") for method in ("GET", "POST", "PUT", "OPTIONS")),
    ],
)
async def test_a_route_says_by_which_method_it_is_asked(page, method, path, allowed):
    answer = await ask(page, method, path, JSON)

    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) - {"HEAD"} == {allowed}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "get", "PROPFIND"])
async def test_other_methods_are_refused_and_nothing_is_echoed(page, method):
    answer = await ask(page, method, "/traces", f"api-key: {SECRET}", JSON)

    assert answer.status in (400, 405, 501)
    assert SECRET.encode() not in answer.raw


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/traces", "/metrics"])
async def test_head_is_get_without_the_body(page, path):
    head, got = await ask(page, "HEAD", path), await ask(page, "GET", path)

    assert (head.status, head.body) == (200, b"")
    assert head.headers | {"date": ""} == got.headers | {"date": ""}


@pytest.mark.parametrize("path", ["/none", "/static/none.js", "/send", "/events", NOWHERE])
async def test_an_answer_to_head_never_has_a_body(page, path):
    assert (await ask(page, "HEAD", path)).body == b""


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/traces", "/metrics"])
async def test_what_a_client_has_already_may_stay_away(page, path):
    first = await page.get(path)
    again = await page.get(path, If_None_Match=first.headers.get("ETag", '"none"'))
    other = await page.get(path, If_None_Match='"another"', If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT")

    assert (again.status_code, again.content) in [(304, b""), (200, first.content)]
    assert (other.status_code, other.content) == (200, first.content)


async def test_preconditions_do_not_stop_events(page):
    assert (await head_of(page, "If-None-Match: *", "Range: bytes=0-1")).status == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/static/%2e%2e%2fserver.py"),
        *("/static/..%5cserver.py", "/static/..\\server.py", "/static/%252e%252e%252fserver.py", "/../server.py"),
        *("/static/....//server.py", "/static/./../server.py", "/static/main.js/../../server.py"),
        "/static/..;/server.py",
        *("/static//etc/passwd", "/static/%2fetc/passwd", "/static/../../../../../../../../etc/passwd", "//etc/passwd"),
        *("/static", "/static/", "/static/.", "/static/..", "/static/%2e", "/static/main.js/", "/static/main.js%00"),
        *("/static/%00main.js", "/static/MAIN.JS", "/static/~root", "/static/%c0%ae%c0%ae/server.py", "static/main.js"),
    ],
)
async def test_only_the_files_of_the_page_are_static(page, path):
    answer = await ask(page, "GET", path)

    assert 400 <= answer.status < 500
    assert b"Handler" not in answer.body
    assert b"root:" not in answer.body


async def test_metrics_are_what_the_gateway_exposes(page):
    answer = await page.get("/metrics")

    assert (answer.text, answer.headers["Content-Type"]) == ("calls 1\n", "text/plain")


async def test_a_failure_is_logged_but_not_told(page, monkeypatch, caplog):
    def fail(board: Board) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Board, "traces", fail)
    answer = await page.get("/traces")

    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert failures(caplog)
    assert (await page.get("/metrics")).status_code == 200


# ---- traces -------------------------------------------------------------------------------------------------------


async def test_without_calls_there_are_no_traces(page):
    assert (await page.get("/traces")).json() == []


async def test_traces_are_listed_the_newest_first(page, make_call, end_call):
    calls = [make_call(1, traced=True), end_call(make_call(2)), end_call(make_call(3, traced=True), 429)]
    for call in calls:
        page.page.changed(call)
    listed = (await page.get("/traces")).json()

    assert [(it["number"], it["id"], it["status"]) for it in listed] == [(3, calls[2].id, 429), (1, calls[0].id, None)]
    assert {(it["method"], it["path"]) for it in listed} == {("POST", "/openai/deployments/gpt-4o/chat/completions")}


async def test_a_trace_has_the_text_of_the_policy_beside_it(page, make_call, end_call):
    text = "<policies><!-- </script> ü --><inbound /></policies>"
    call = end_call(make_call(7, traced=True))
    call.context.trace.document = read_document(text, "/lab/policies/openai.xml")
    page.page.changed(call)
    answer = await page.get(f"/traces/{call.id}")
    trace = answer.json()

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert trace["policy"] == {"name": "openai.xml", "text": text}
    assert (trace["id"], trace["number"], trace["status"], trace["method"]) == (call.id, 7, 200, "POST")


async def test_a_call_that_was_refused_before_has_no_policy(page, make_call):
    call = make_call(1, traced=True)
    page.page.changed(call)

    assert (await page.get(f"/traces/{call.id}")).json()["policy"] is None


@pytest.mark.parametrize("unmasked", [False, True])
async def test_keys_are_shown_only_where_that_is_asked_for(open_page, make_call, unmasked):
    client = await open_page(unmasked=unmasked)
    call = make_call(1, headers=[("api-key", SECRET)], traced=True)
    client.page.changed(call)
    answer = await client.get(f"/traces/{call.id}")

    assert (SECRET in answer.text) is unmasked


async def test_a_trace_that_is_not_there_is_told(open_page, make_call):
    client = await open_page(kept=1)
    forgotten, untraced = make_call(1, traced=True), make_call(2)
    for call in (forgotten, untraced):
        client.page.changed(call)
    answers = [await client.get(path) for path in (NOWHERE, f"/traces/{forgotten.id}", f"/traces/{untraced.id}")]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert all("there is no trace" in message(answer) for answer in answers)


# ---- events -------------------------------------------------------------------------------------------------------


async def test_the_first_event_is_a_state(page, make_call):
    page.page.changed(make_call(3))
    async with events(page) as stream:
        name, state = await stream.next()

    assert name == "state"
    assert [call["number"] for call in state["calls"]] == [3]
    assert state["backends"][0]["id"] == "one"
    assert "c0ffee" not in json.dumps(state)


async def test_a_tick_tells_of_a_call_to_everybody(page, make_call, end_call):
    call = make_call(5)
    async with events(page) as one, events(page) as other:
        await one.next()
        await other.next()
        page.page.changed(call)
        began = [await one.tick_with_calls(), await other.tick_with_calls()]
        page.page.changed(end_call(call))
        ended = await one.tick_with_calls()

    assert (began, ended) == ([[5], [5]], [5])


async def test_too_many_readers_are_told_so(page, monkeypatch):
    monkeypatch.setattr(feed_module, "MAX_READERS", 2)
    async with events(page) as one, events(page) as other:
        await one.next()
        await other.next()
        refused = await page.get("/events")

    assert refused.status_code == 503
    assert "too many" in message(refused)


async def test_one_that_leaves_is_forgotten(page, monkeypatch, until, caplog):
    monkeypatch.setattr(feed_module, "MAX_READERS", 1)
    async with events(page) as stream:
        await stream.next()
        assert feed(page).is_read
    await until(lambda: not feed(page).is_read)
    async with events(page) as stream:
        name, _ = await stream.next()

    assert name == "state"
    assert failures(caplog) == []


async def test_one_that_leaves_at_once_is_forgotten_too(page, until, caplog):
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", page.port)
        writer.write(f"GET /events HTTP/1.1\r\nHost: {home(page)}\r\n\r\n".encode())
        writer.transport.abort()
    await asyncio.sleep(0.1)
    await until(lambda: not feed(page).is_read)

    assert (await page.get("/traces")).status_code == 200
    assert failures(caplog) == []


async def test_a_silent_stream_is_kept_alive(page, monkeypatch):
    monkeypatch.setattr(server_module, "KEEP_ALIVE_INTERVAL", 0.3)
    async with events(page) as stream:
        names = [(await stream.next())[0] for _ in range(5)]

    assert names[0] == "state"
    assert names[-2:] == ["", ""]


async def test_one_that_never_reads_is_dropped(operated, open_page, make_call, monkeypatch, until, caplog):
    monkeypatch.setattr(server_module, "CLIENT_TIMEOUT", 0.3)
    client = await open_page()
    for listening in client.page._server._sockets.values():
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    calls = [make_call(number, "/" + "x" * 290) for number in range(200)]

    def is_dropped() -> bool:
        for call in calls:
            client.page.changed(call)
        return not feed(client).is_read

    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(lazy, ("127.0.0.1", client.port))
        await loop.sock_sendall(lazy, f"GET /events HTTP/1.1\r\nHost: {home(client)}\r\n\r\n".encode())
        await until(lambda: feed(client).is_read)
        await until(is_dropped, 30)
        async with events(client) as stream:
            name, _ = await stream.next()

    assert name == "state"
    assert failures(caplog) == []


# ---- calls --------------------------------------------------------------------------------------------------------


async def test_calls_arrive_at_the_gateway(page, gateway, until):
    answer = await page.write("POST", "/send", {"count": 3, "stream": True, "key": "mine"})
    await until(lambda: len(gateway.calls) == 3)
    await asyncio.sleep(0.05)

    assert answer.status_code == 202
    assert len(gateway.calls) == 3
    for sent, body in gateway.calls:
        head = sent.lower()
        assert head.startswith(b"post /openai/deployments/gpt-4o/chat/completions?")
        assert b"\r\napi-key: mine\r\n" in head
        assert body["stream"] is True


async def test_without_a_say_it_is_one_call(page, gateway, until):
    answer = await page.write("POST", "/send", {})
    await until(lambda: gateway.calls)
    await asyncio.sleep(0.05)

    assert answer.status_code == 202
    assert [body["stream"] for _, body in gateway.calls] == [False]


@pytest.mark.parametrize("body", [{"count": 1000}, {"key": "k" * 100}, {"key": "!~\\\"'<&"}, {"parallel": 1}])
async def test_these_may_be_sent(page, gateway, until, body):
    answer = await page.write("POST", "/send", body)
    await until(lambda: gateway.calls)

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("body", "where"),
    [
        *((text, "") for text in (b"{", b"null", b"[]", b"1", b'"x"', b"count=1", b"\xff", b"{}{}", b"[" * 60_000)),
        *((b'{"count": 1,}', ""), (b'{"key": "\\ud800"}', ""), (b"\xef\xbb\xbf", ""), (b"{'count': 1}", "")),
        *(({"counts": 1}, "counts"), ({"count": 1, "url": "http://evil.test"}, "url")),
        ({"\n\r</script>": 1}, "script"),
        *(({"count": count}, "count") for count in (0, -1, 1001, 10**30, "3", 1.5, True, None, [], {})),
        *((b'{"count": NaN}', "count"), (b'{"count": 1e999}', "count"), (b'{"count": 1' + b"0" * 5000 + b"}", "")),
        *(({"stream": stream}, "stream") for stream in (1, 0, "true", None)),
        *(({"key": key}, "key") for key in ("", "k" * 101, "my key", " ", "key\n", "a\r\nX: y", "a\tb", "a\0b")),
        *(({"key": key}, "key") for key in ("schlüssel", "\x7f", "\u2028", "\U0001f511", 1, None, ["a"], True)),
        *(({"parallel": parallel}, "parallel") for parallel in (0, -1, 101, "2", 1.5, True)),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_cannot_be_sent_is_told(page, gateway, caplog, body, where):
    answer = await page.write("POST", "/send", body)
    await asyncio.sleep(0)

    assert answer.status_code == 400
    assert where in message(answer)
    assert (gateway.calls, failures(caplog)) == ([], [])


async def test_without_a_gateway_nothing_is_sent(page, operated):
    operated.place = ""
    deaf = await page.write("POST", "/send", {})
    operated.gateway = None
    none = await page.write("POST", "/send", {})

    assert (deaf.status_code, none.status_code) == (409, 409)
    assert "does not listen" in message(deaf)
    assert "no valid configuration" in message(none)


async def test_while_many_are_under_way_no_more_are_sent(page, gateway, monkeypatch, until):
    monkeypatch.setattr(sender_module, "MAX_CALLS_WAITING", 3)
    gateway.go.clear()
    first = await page.write("POST", "/send", {"count": 3})
    refused = await page.write("POST", "/send", {"count": 1})
    gateway.go.set()
    await until(lambda: not page.page._desk.sender._tasks)
    later = await page.write("POST", "/send", {"count": 1})

    assert [answer.status_code for answer in (first, refused, later)] == [202, 409, 202]
    assert "3 calls are under way" in message(refused)


# ---- the fleet ----------------------------------------------------------------------------------------------------


def deployment_of(client) -> str:
    return client.page._desk.fleet.seen["backends"][0]["deployments"][0]["name"]


async def test_a_deployment_is_changed(with_fleet):
    answer = await with_fleet.write("PATCH", f"/fleet/one/{deployment_of(with_fleet)}", {"limits": {"rpm": 9}})
    async with events(with_fleet) as stream:
        _, state = await stream.next()

    assert (answer.status_code, answer.json()["limits"]["rpm"]) == (200, 9)
    assert state["fleet"]["backends"][0]["deployments"][0]["limits"]["rpm"] == 9


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/fleet/none/gpt-4o", b"{}", 404),
        ("/fleet/one/none", b"{}", 404),
        ("/fleet/one/..%2f..%2f..%2freset", b"{}", 404),
        ("/fleet/..%2f..%2freset/x", b"{}", 404),
        ("/fleet/one/a%3Fb%23c%0d%0aX:%20y", b"{}", 404),
        ("/fleet/one/%00", b"{}", 404),
        ("/fleet/one/gpt-4o", b"", 400),
        ("/fleet/one/gpt-4o", b"{", 400),
        ("/fleet/one/gpt-4o", b"\xff", 400),
        ("/fleet/one/gpt-4o", b'{"limits": {"rmp": 1}}', 400),
        ("/fleet/one/gpt-4o", b'{"limits": {"rpm": -1}}', 400),
    ],
)
async def test_what_the_fleet_refuses_is_refused(with_fleet, path, body, status, caplog):
    answer = await ask(with_fleet, "PATCH", path, JSON, body=body)

    assert answer.status == status
    assert json.loads(answer.body)["error"]["message"]
    assert failures(caplog) == []


async def test_a_refusal_tells_what_is_wrong(with_fleet):
    answer = await with_fleet.write("PATCH", "/fleet/one/gpt-4o", {"limits": {"rmp": 6}})

    assert "there is no such setting" in message(answer)


async def test_a_name_that_is_no_text_is_refused(with_fleet, caplog):
    answer = await ask(with_fleet, "PATCH", "/fleet/one/%ff", JSON, body=b"{}")

    assert answer.status in (400, 404)
    assert failures(caplog) == []


async def test_a_fleet_that_is_gone_does_not_answer(operated, open_page, no_lessons, until):
    with serve([Backend("one", rpm=6)], control=0) as fleet:
        client = await open_page(fleet.control_url)
        await until(lambda: client.page._desk.fleet.seen)
        name = deployment_of(client)
    change = await client.write("PATCH", f"/fleet/one/{name}", {"limits": {"rpm": 9}})
    advance = await client.write("POST", "/clock/advance", {"seconds": 10})

    assert (change.status_code, advance.status_code) == (502, 502)
    assert "does not answer" in message(change)
    assert operated.clock.ahead == 0


# ---- the clock ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0, 10, 1.5, LONGEST_CLOCK_STEP])
async def test_both_clocks_jump_ahead(with_fleet, operated, mocks, seconds):
    told = []
    operated.clock.on_advance.add(lambda: told.append(operated.clock.ahead))
    before = operated.clock.time(), mocks.clock.seconds()
    answer = await with_fleet.write("POST", "/clock/advance", {"seconds": seconds})
    after = operated.clock.time(), mocks.clock.seconds()

    assert answer.status_code == 200
    assert told == [seconds]
    assert [seconds <= end - start < seconds + 10 for start, end in zip(before, after, strict=True)] == [True, True]


async def test_without_a_fleet_the_clock_of_the_gateway_jumps(page, operated):
    answers = [await page.write("POST", "/clock/advance", {"seconds": 10}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert operated.clock.ahead == 20


@pytest.mark.parametrize(
    "body",
    [
        *(b'{"seconds": %s}' % text for text in (b"-1", b"-0.001", b"31622400.5", b"1e9", b"1e999", b"-1e999")),
        *(b'{"seconds": %s}' % text for text in (b"NaN", b"Infinity", b"-Infinity", b'"NaN"', b'"10"', b"true")),
        *(b"", b"{}", b"{", b"10", b"[10]", b'{"seconds": 10, "minutes": 1}', b'{"Seconds": 10}'),
        *(b'{"seconds": null}', b'{"seconds": []}', b'{"seconds": {}}'),
        *(b'{"seconds": 1' + b"0" * 999 + b"}", b'{"seconds": 10'),
    ],
    ids=lambda body: body[:30].decode(),
)
async def test_a_jump_that_is_none_is_told(with_fleet, operated, mocks, body):
    before = mocks.clock.seconds()
    answer = await with_fleet.write("POST", "/clock/advance", body)

    assert answer.status_code == 400
    assert message(answer)
    assert operated.clock.ahead == 0
    assert mocks.clock.seconds() - before < 10


async def test_the_clock_does_not_get_too_far_ahead(with_fleet, operated, mocks):
    operated.clock.ahead = MAX_CLOCK_AHEAD - 5
    before = mocks.clock.seconds()
    too_far = await with_fleet.write("POST", "/clock/advance", {"seconds": 6})
    stayed = operated.clock.ahead, mocks.clock.seconds()
    just = await with_fleet.write("POST", "/clock/advance", {"seconds": 5})

    assert (too_far.status_code, just.status_code) == (409, 200)
    assert "ahead" in message(too_far)
    assert stayed[0] == MAX_CLOCK_AHEAD - 5
    assert stayed[1] - before < 5
    assert operated.clock.ahead == MAX_CLOCK_AHEAD


async def test_nor_by_two_jumps_at_once(with_fleet, operated):
    operated.clock.ahead = MAX_CLOCK_AHEAD - 5
    answers = await asyncio.gather(*(with_fleet.write("POST", "/clock/advance", {"seconds": 5}) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert operated.clock.ahead == MAX_CLOCK_AHEAD


# ---- lessons ------------------------------------------------------------------------------------------------------


async def test_a_lesson_begins_and_is_left(with_lessons, operated, lessons, until):
    lessons.tells("tell('say', 'Hello'); time.sleep(60)")
    begun = await with_lessons.write("POST", "/lessons/1")
    async with events(with_lessons) as stream:
        _, state = await stream.next()
    left = await with_lessons.write("DELETE", "/lessons")

    assert (begun.status_code, left.status_code) == (202, 200)
    assert [str(policy) for policy, _ in operated.begun] == ["/lab/lesson-1.xml"]
    assert (state["lesson"]["number"], state["lesson"]["state"]) == (1, "running")
    assert operated.restored == 1
    assert with_lessons.page._desk.classroom.lesson() is None


async def test_only_one_lesson_runs(with_lessons, lessons):
    lessons.tells("time.sleep(60)")
    first = await with_lessons.write("POST", "/lessons/1")
    second = await with_lessons.write("POST", "/lessons/2")
    await with_lessons.write("DELETE", "/lessons")

    assert (first.status_code, second.status_code) == (202, 409)
    assert "lesson 1 is running" in message(second)


@pytest.mark.parametrize("number", ["0", "3", "9999"])
async def test_a_lesson_that_is_not_there_is_told(with_lessons, operated, number):
    answer = await with_lessons.write("POST", f"/lessons/{number}")

    assert answer.status_code == 404
    assert f"there is no lesson {number}" in message(answer)
    assert operated.begun == []


async def test_without_a_fleet_there_are_no_lessons(page):
    answer = await page.write("POST", "/lessons/1")

    assert (answer.status_code, message(answer)) == (404, "there is no lesson 1: there are none")


async def test_a_lesson_may_not_be_able_to_begin(with_lessons, operated):
    operated.refusal = "the policy has a mistake"
    wrong = await with_lessons.write("POST", "/lessons/1")
    operated.refusal, operated.place = "", ""
    deaf = await with_lessons.write("POST", "/lessons/1")

    assert [(it.status_code, message(it)) for it in (wrong, deaf)] == [
        (409, "the policy has a mistake"),
        (409, "the gateway does not listen"),
    ]


async def test_the_same_lesson_again_is_another_one(with_lessons, operated, lessons):
    lessons.tells("time.sleep(60)")
    first = (await with_lessons.write("POST", "/lessons/1")).json()
    await with_lessons.write("DELETE", f"/lessons?id={first['id']}")
    second = (await with_lessons.write("POST", "/lessons/1")).json()
    left = await with_lessons.write("DELETE", f"/lessons?id={first['id']}")
    async with events(with_lessons) as stream:
        _, state = await stream.next()
    await with_lessons.write("DELETE", f"/lessons?id={second['id']}")

    assert first["lesson"] == second["lesson"] == 1
    assert left.status_code == 200
    assert (state["lesson"]["id"], state["lesson"]["state"]) == (second["id"], "running")
    assert operated.restored == 2


async def test_a_lesson_is_left_without_its_fleet(open_page, operated, lessons, until):
    with serve([Backend("one", rpm=6)], control=0) as fleet:
        client = await open_page(fleet.control_url)
        await until(client.page._desk.classroom.titles)
        await client.write("POST", "/lessons/1")
    answer = await client.write("DELETE", "/lessons")

    assert answer.status_code == 502
    assert "does not answer" in message(answer)
    assert operated.restored == 1


async def test_a_lesson_needs_its_fleet(open_page, operated, lessons, until):
    with serve([Backend("one", rpm=6)], control=0) as fleet:
        client = await open_page(fleet.control_url)
        await until(client.page._desk.classroom.titles)
    answer = await client.write("POST", "/lessons/1")

    assert (answer.status_code, operated.begun) == (502, [])


# ---- who may ask --------------------------------------------------------------------------------------------------


def did_nothing(operated, gateway) -> bool:
    return (operated.begun, operated.restored, operated.clock.ahead, gateway.calls) == ([], 0, 0, [])


STRANGERS = [
    *("evil.test", "evil.test:8081", "evil.localhost", "localhost.evil.test", "127.0.0.1.evil.test", "localhost.evil"),
    *("xlocalhost", "evil-127.0.0.1", "[::1].evil.test", "[::1]evil.test", "::1.evil.test", "127.0.0.1.nip.io:8081"),
    *("user@localhost", "user@127.0.0.1", "localhost@evil.test", "evil.test#localhost", "evil.test?localhost"),
    *("evil.test/localhost", "localhost/", "localhost:evil.test", "localhost, evil.test", "evil.test\\@localhost"),
    *("http://localhost", "[", "]", "[]", "[::1", "[localhost]", ":", ":8081", "."),
    *("%6cocalhost", "127.0.0.1%00.evil.test"),
]


@pytest.mark.parametrize("host", STRANGERS)
async def test_under_another_name_it_does_not_answer(page, operated, gateway, caplog, host):
    asked = (("GET", "/", b""), ("GET", "/traces", b""), ("GET", "/static/main.js", b""), *WRITES)
    answers = [await ask(page, method, path, JSON, body=body, host=host) for method, path, body in asked]
    answers.append(await head_of(page, host=host))

    assert {answer.status for answer in answers} <= {400, 403}
    assert did_nothing(operated, gateway)
    assert failures(caplog) == []


@pytest.mark.parametrize(
    "head",
    [
        *("GET /traces HTTP/1.1\r\n", "GET /traces HTTP/1.0\r\n"),
        *("GET /traces HTTP/1.1\r\nHost:\r\n", "GET /traces HTTP/1.0\r\nHost:  \r\n"),
        "GET /traces HTTP/1.0\r\nOrigin: http://127.0.0.1\r\n",
        "GET /traces HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n",
        "GET /traces HTTP/1.1\r\nHost: evil.test\r\nHost: localhost\r\n",
        "GET /traces HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n",
        "GET http://localhost/traces HTTP/1.1\r\nHost: evil.test\r\n",
        "GET /traces HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\n",
    ],
)
async def test_without_one_name_it_does_not_answer_either(page, caplog, head):
    answer = Answer(await page.raw(f"{head}Connection: close\r\n\r\n".encode()))

    assert 400 <= answer.status < 500
    assert failures(caplog) == []


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:8081", "LocalHost:1", "127.0.0.1", "127.0.0.1:65535", "127.9.8.7:1"),
        *("[::1]", "[::1]:80"),
        *("192.168.7.8", "192.168.7.8:8081", "8.8.8.8:80", "[2001:db8::1]:99", "[2001:DB8::1]", "0.0.0.0:8081"),
    ],
)
async def test_as_localhost_and_by_addresses_it_answers(page, operated, host):
    page_, traces = await ask(page, "GET", "/", host=host), await ask(page, "GET", "/traces", host=host)
    stream = await head_of(page, host=host)
    write = await ask(page, "POST", "/clock/advance", JSON, body=b'{"seconds": 10}', host=host)

    assert [answer.status for answer in (page_, traces, stream, write)] == [200] * 4
    assert operated.clock.ahead == 10


async def test_it_answers_to_the_name_that_it_listens_on(open_page, monkeypatch):
    monkeypatch.setattr(server_module, "bind_sockets", lambda port, host: bind_sockets(port, "127.0.0.1"))
    client = await open_page(address="Lab.Test:0")
    ours = [await ask(client, "GET", "/traces", host=host) for host in ("lab.test", "LAB.TEST:1", "localhost")]
    others = [await ask(client, "GET", "/traces", host=host) for host in ("x.lab.test", "lab.test.evil.test", "lab")]

    assert [answer.status for answer in ours] == [200] * 3
    assert [answer.status for answer in others] == [403] * 3


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.test", "https://evil.test", "null", "NULL", "*", "file://", "chrome-extension://abc", ""),
        *("https://{host}:{port}", "http://{host}", "http://{host}:1", "HTTP://{host}:{port}", "//{host}:{port}"),
        *("http://x.{host}:{port}", "http://{host}.evil.test:{port}", "http://{host}:{port}.evil.test"),
        "{host}:{port}",
        *("http://{host}:{port}/", "http://{host}:{port}, http://evil.test", "http://evil.test, http://{host}:{port}"),
        *("http://{host}:{port}@evil.test", "http://user@{host}:{port}"),
        *("http://localhost:{port}", "http://[::1]:{port}"),
    ],
)
async def test_pages_of_other_origins_may_not_look_nor_steer(page, operated, gateway, origin):
    sent = "Origin: " + origin.format(host="127.0.0.1", port=page.port)
    asked = (("GET", "/events", b""), ("GET", "/traces", b""), ("GET", NOWHERE, b""), ("GET", "/metrics", b""), *WRITES)
    answers = [await ask(page, method, path, sent, JSON, body=body) for method, path, body in asked]

    assert [answer.status for answer in answers] == [403] * len(asked)
    assert did_nothing(operated, gateway)


@pytest.mark.parametrize("upper", ["http://LOCALHOST:{port}", "http://sub.localhost:{port}", "Http://localhost:{port}"])
async def test_an_origin_is_compared_letter_by_letter(page, operated, upper):
    sent = "Origin: " + upper.format(port=page.port)
    host = f"localhost:{page.port}"
    look = await ask(page, "GET", "/traces", sent, host=host)
    write = await ask(page, "POST", "/clock/advance", sent, JSON, body=b'{"seconds": 10}', host=host)

    assert (look.status, write.status, operated.clock.ahead) == (403, 403, 0)


async def test_two_origins_are_another_one(page):
    own = f"Origin: http://{home(page)}"
    answers = [await ask(page, "GET", "/traces", *fields) for fields in ((own, "Origin: http://evil.test"), (own, own))]

    assert [400 <= answer.status < 500 for answer in answers] == [True, True]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "192.168.7.8"])
async def test_its_own_page_may_look_and_steer(page, operated, name):
    host = f"{name}:{page.port}"
    own = f"Origin: http://{host}"
    looks = [await ask(page, "GET", path, own, host=host) for path in ("/traces", "/metrics", "/")]
    stream = await head_of(page, own, host=host)
    write = await ask(page, "POST", "/clock/advance", own, JSON, body=b'{"seconds": 10}', host=host)

    assert [answer.status for answer in (*looks, stream, write)] == [200] * 5
    assert operated.clock.ahead == 10


@pytest.mark.parametrize("host", ["prometheus", "gateway:8081", "evil.test", "host.docker.internal:8081"])
async def test_metrics_are_open_under_every_name(page, host):
    open_ = await ask(page, "GET", "/metrics", host=host)
    refused = await ask(page, "GET", "/metrics", "Origin: http://another.test", host=host)

    assert (open_.status, open_.body) == (200, b"calls 1\n")
    assert (refused.status, b"calls" in refused.body) == (403, False)


@pytest.mark.parametrize(
    "fields",
    [
        *((), ("Content-Type:",), ("Content-Type: text/plain",), ("Content-Type: application/x-www-form-urlencoded",)),
        *(("Content-Type: multipart/mixed; boundary=x",), ("Content-Type: text/plain; application/json",)),
        *(("Content-Type: text/plain;charset=application/json",), ("Content-Type: application/json, text/plain",)),
        ("Content-Type: text/plain, application/json",),
        *(("Content-Type: text/plain", JSON), (JSON, "Content-Type: text/plain")),
        ("Content-Type: application/jsonp",),
        *(("Content-Type: application/json-patch+json",), ("Content-Type: text/json",)),
        *(("Content-Type: */*",), ("Content-Type: json",), ("Content-Type: application/octet-stream",)),
    ],
    ids=str,
)
async def test_writes_are_json_that_no_form_can_send(page, operated, gateway, fields):
    answers = [await ask(page, method, path, *fields, body=body) for method, path, body in WRITES]

    assert [answer.status for answer in answers] == [415] * len(WRITES)
    assert did_nothing(operated, gateway)


async def test_a_form_with_a_file_is_no_write(page, operated):
    body = b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n{"seconds": 10}\r\n--x--\r\n'
    answer = await ask(page, "POST", "/clock/advance", "Content-Type: multipart/form-data; boundary=x", body=body)

    assert (answer.status, operated.clock.ahead) == (415, 0)


@pytest.mark.parametrize(
    "content_type",
    [
        *("application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"),
        *("application/json ; charset=utf-8", "  application/json  "),
    ],
)
async def test_json_may_have_parameters(page, operated, content_type):
    answer = await ask(page, "POST", "/clock/advance", f"Content-Type: {content_type}", body=b'{"seconds": 10}')

    assert (answer.status, operated.clock.ahead) == (200, 10)


@pytest.mark.parametrize("field", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_a_method_cannot_be_another_one(page, operated, gateway, field):
    answers = [
        await ask(page, "POST", "/lessons", JSON, f"{field}: DELETE", body=b"{}"),
        await ask(page, "POST", "/lessons?_method=DELETE", JSON, body=b"{}"),
        await ask(page, "GET", "/clock/advance", JSON, f"{field}: POST", body=b'{"seconds": 10}'),
        await ask(page, "GET", "/send", JSON, f"{field}: POST", body=b"{}"),
        await ask(page, "POST", "/traces", JSON, f"{field}: GET", body=b"{}"),
    ]

    assert [answer.status for answer in answers] == [405] * 5
    assert did_nothing(operated, gateway)


async def test_a_preflight_allows_nothing(page):
    asked = ("Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type")
    fields = ("Origin: http://evil.test", *asked)
    answers = [await ask(page, "OPTIONS", path, *fields) for path in ("/send", "/clock/advance", "/lessons", "/traces")]

    assert all(answer.status >= 400 for answer in answers)
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control-")]


# ---- what is no HTTP ----------------------------------------------------------------------------------------------

SMUGGLED = b"DELETE /lessons HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"


def post(*fields: str, body: bytes = SMUGGLED) -> bytes:
    head = "\r\n".join(["POST /clock/advance HTTP/1.1", "Host: localhost", JSON, *fields, "", ""])
    return head.encode("latin-1") + body


@pytest.mark.parametrize(
    "data",
    [
        *(post("Content-Length: 5", "Content-Length: 6"), post("Content-Length: 0", "Content-Length: 5")),
        *(post(f"Content-Length: {length}") for length in ("5, 6", "0, 5", ",", "", "-1", "+5", "5 5", "0x5", "1_0")),
        *(post(f"Content-Length: {length}") for length in ("1e1", "5.0", "\xb2")),
        post("Content-Length: 0", "Transfer-Encoding: chunked"),
        post("Transfer-Encoding: chunked", "Content-Length: 0"),
        post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        *(post(f"Transfer-Encoding: {coding}") for coding in ("gzip, chunked", "chunked, gzip", "chunked, identity")),
        *(post(f"Transfer-Encoding: {coding}") for coding in ("x", "xchunked", "\x0bchunked", ",")),
        *(post("Content-Length : 0"), post("Transfer-Encoding : chunked"), post("Content-Length\t: 0"), post(": 0")),
        *(post("X: a\rContent-Length: 5"), post("X: a\0b"), post("no colon"), post("X\0: a"), post("X Y: a")),
        *(post("Transfer-Encoding: chunked", body=size + b"\r\n") for size in (b"-1", b"0x5", b"zz", b"", b"+5")),
        post("Transfer-Encoding: chunked", body=b"1" * 999),
        post("Transfer-Encoding: chunked", body=b"fffffffffffffffff\r\n" + SMUGGLED),
        post("Transfer-Encoding: chunked", body=b"0\r\nX" + SMUGGLED),
    ],
    ids=lambda data: data[76:130].decode("latin-1").encode("unicode_escape").decode(),
)
async def test_no_request_hides_behind_another(page, operated, caplog, data):
    answer = await send(page, data)

    assert answer.count(b"HTTP/1.1 ") <= 1
    assert 400 <= Answer(answer).status < 500 or not answer
    assert (operated.restored, operated.clock.ahead) == (0, 0)
    assert (await page.get("/traces")).status_code == 200
    assert failures(caplog) == []


async def test_a_chunk_that_does_not_end_is_no_failure_of_the_gateway(page, operated, caplog):
    answer = Answer(await send(page, post("Transfer-Encoding: chunked", body=b"2\r\n{}XX" + SMUGGLED)))

    assert 400 <= answer.status < 500 or not answer.raw
    assert operated.restored == 0
    assert failures(caplog) == []


@pytest.mark.parametrize(
    "fields", [("Content-Type: text/plain",), (JSON, "Origin: http://evil.test"), ("Content-Type: multipart/x",)]
)
async def test_the_body_of_what_is_refused_is_no_request(page, operated, fields):
    answer = await ask(page, "POST", "/send", *fields, body=SMUGGLED)
    other = await ask(page, "GET", "/none", *fields, body=SMUGGLED)

    assert [it.raw.count(b"HTTP/1.1 ") for it in (answer, other)] == [1, 1]
    assert operated.restored == 0


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n" * 999 + b"--x--"),
        ("application/x-www-form-urlencoded", b"\xff=%ff&" * 2000),
        ("application/x-www-form-urlencoded", b"a=b&" * 9999),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_forms_that_are_none_are_no_failure(page, caplog, content_type, body):
    answer = await ask(page, "POST", "/send", f"Content-Type: {content_type}", body=body)

    assert answer.status in (400, 415)
    assert failures(caplog) == []


@pytest.mark.parametrize(
    "data",
    [
        *(b"\r\n\r\n", b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n"),
        *(b"GET / HTTP/1.1 x\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        *(b"G\xc3\x84T / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        *(b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"GET / http/1.1\r\nHost: localhost\r\n\r\n"),
        *(b"GET / HTTP/11\r\nHost: localhost\r\n\r\n", b"GET / FTP/1.1\r\nHost: localhost\r\n\r\n"),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 506 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
    ],
    ids=lambda data: data[:40].decode("latin-1").encode("unicode_escape").decode(),
)
async def test_what_is_no_request_is_refused(page, caplog, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", page.port)
    writer.write(data)
    writer.write_eof()
    with contextlib.suppress(ConnectionError):
        answer = Answer(await asyncio.wait_for(reader.read(), 10))
    writer.close()

    assert 400 <= answer.status < 600 or not answer.raw
    assert (await page.get("/traces")).status_code == 200
    assert failures(caplog) == []


@pytest.mark.parametrize(
    "data",
    [
        post(f"Content-Length: {MAX_BODY + 1}", body=b""),
        post(f"Content-Length: {MAX_BODY + 1}", body=b" " * (MAX_BODY + 1)),
        post("Content-Length: 9" + "9" * 30, body=b"{}"),
        post("Content-Length: 9" + "9" * 5000, body=b"{}"),
        post("Transfer-Encoding: chunked", body=b"1000\r\n%b\r\n" % (b" " * 4096) * 20),
        post("Transfer-Encoding: chunked", body=b"10001\r\n"),
    ],
    ids=range(6),
)
async def test_a_body_that_is_too_large_is_not_read(page, operated, caplog, data):
    answer = await send(page, data)

    assert 400 <= Answer(answer).status < 500 or not answer
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert (await page.get("/traces")).status_code == 200
    assert failures(caplog) == []


async def test_the_largest_body_is_read(page, operated):
    body = b'{"seconds": 10}'.ljust(MAX_BODY)
    answer = await ask(page, "POST", "/clock/advance", JSON, body=body)

    assert (answer.status, operated.clock.ahead) == (200, 10)


async def test_a_body_may_come_in_chunks(page, operated):
    data = post("Connection: close", "Transfer-Encoding: chunked", body=b'5\r\n{"sec\r\na\r\nonds": 10}\r\n0\r\n\r\n')
    answer = Answer(await page.raw(data))

    assert (answer.status, operated.clock.ahead) == (200, 10)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1_000_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200_000,
        b"GET /" + b"x" * 1_000_000,
        b"GET" + b" " * 1_000_000,
        b"\n" * 1_000_000,
    ],
    ids=lambda data: data[-6:].decode().encode("unicode_escape").decode(),
)
async def test_a_head_without_an_end_is_not_read_on(page, caplog, data):
    answer = Answer(await send(page, data))

    assert 400 <= answer.status < 500 or not answer.raw
    assert (await page.get("/traces")).status_code == 200
    assert failures(caplog) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\n", post("Content-Length: 10", body=b"{")],
    ids=["nothing", "a line", "a head", "a body"],
)
async def test_what_comes_too_slowly_is_not_waited_for(open_page, operated, monkeypatch, caplog, data):
    monkeypatch.setattr(server_module, "CLIENT_TIMEOUT", 0.3)
    client = await open_page()
    answer = Answer(await client.raw(data, 5))

    assert 400 <= answer.status < 500 or not answer.raw
    assert operated.clock.ahead == 0
    assert (await client.get("/traces")).status_code == 200
    assert failures(caplog) == []


async def test_slow_ones_do_not_hold_up_others(page):
    slow = [await asyncio.open_connection("127.0.0.1", page.port) for _ in range(50)]
    for _, writer in slow:
        writer.write(post("Content-Length: 10", body=b"{"))
    answer = await page.get("/traces")
    for _, writer in slow:
        writer.close()

    assert answer.status_code == 200


async def test_requests_may_come_at_once_and_are_answered_in_turn(page):
    first = f"GET /metrics HTTP/1.1\r\nHost: {home(page)}\r\n\r\n".encode()
    last = f"GET /traces HTTP/1.1\r\nHost: {home(page)}\r\nConnection: close\r\n\r\n".encode()
    answers = (await page.raw(first + last)).split(b"HTTP/1.1 ")[1:]

    assert [answer[:3] for answer in answers] == [b"200", b"200"]
    assert [answer.rpartition(b"\r\n\r\n")[2] for answer in answers] == [b"calls 1\n", b"[]"]


# ---- the end ------------------------------------------------------------------------------------------------------


async def test_after_the_end_the_port_is_free(open_page, caplog):
    first = await open_page()
    first.page.close()
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", first.port)
    second = await open_page(address=home(first))

    assert second.port == first.port
    assert (await second.get("/traces")).status_code == 200
    assert failures(caplog) == []


async def test_the_end_ends_what_is_read(page, caplog):
    async with events(page) as stream:
        await stream.next()
        page.page.close()
        with contextlib.suppress(httpx2.RemoteProtocolError, httpx2.ReadError):  # in order or not
            await stream.end()

    assert not feed(page).is_read
    assert failures(caplog) == []


async def test_after_the_end_nothing_is_answered_on_connections_that_are_open(page, operated):
    request = post("Content-Length: 15", body=b'{"seconds": 10}')
    reader, writer = await asyncio.open_connection("127.0.0.1", page.port)
    writer.write(request)
    before = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    page.page.close()
    await asyncio.sleep(0.05)
    writer.write(request)
    with contextlib.suppress(ConnectionError, TimeoutError):
        await asyncio.wait_for(reader.read(), 1)
    writer.close()

    assert before.startswith(b"HTTP/1.1 200")
    assert operated.clock.ahead == 10


async def test_the_end_gives_up_what_is_under_way(page, gateway, until, caplog):
    gateway.go.clear()
    await page.write("POST", "/send", {"count": 2})
    await until(lambda: gateway.calls)
    page.page.close()
    await until(lambda: not page.page._desk.sender._tasks)

    assert failures(caplog) == []


async def test_a_part_that_fails_is_logged(open_page, monkeypatch, caplog, until):
    async def fail(feed: Any) -> None:
        raise RuntimeError("oh no")

    monkeypatch.setattr(feed_module.Feed, "run", fail)
    client = await open_page()
    await until(lambda: failures(caplog))

    assert "a part of the live page has failed" in caplog.text
    assert (await client.get("/traces")).status_code == 200
