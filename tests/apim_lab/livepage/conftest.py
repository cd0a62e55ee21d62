"""A gateway as the live page has it, without a proxy: calls are made up, policies are noted."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from apim_lab.clock import Clock
from apim_lab.expressions.entities import Api
from apim_lab.livepage import classroom
from apim_lab.livepage.server import Page, PageSettings
from apim_lab.livepage.watched_store import WatchedStore
from apim_lab.messages import Body, Headers, Request, Response, Url
from apim_lab.policy.backends import Backend
from apim_lab.policy.context import Attempt, Context
from apim_lab.policy.document import read_document
from apim_lab.service.gateway import Gateway, ServedApi
from apim_lab.stores.memory import MemoryStore, Store
from apim_lab.tracing.call import Call
from apim_lab.tracing.trace import Trace
from mockbackends import Backend as MockBackend
from mockbackends import serve
from mockbackends.fleet import Fleet as MockFleet

CHAT = "/openai/deployments/gpt-4o/chat/completions"


class Operated:
    """A gateway that notes what the page makes of it. `refusal` is why a policy cannot be."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store: Store = WatchedStore(MemoryStore(self.clock))
        self.gateway: Gateway | None = self.load()
        self.place: str = "http://127.0.0.1:8080"
        self.begun: list[tuple[Path, Mapping[str, str]]] = []
        self.restored = 0
        self.refusal = ""

    def load(self, policy: str = "<policies />") -> Gateway:
        document = read_document(policy, "/lab/policies/openai.xml")
        api = ServedApi(Api("azure-openai", "Azure OpenAI", "openai"), document, None)
        backends = {"one": Backend("one", Url.parse("http://127.0.0.1:5001/openai?sig=c0ffee"))}
        return Gateway((api,), backends, self.store, clock=self.clock)

    def url(self) -> str:
        if not self.place:
            raise ValueError("the gateway does not listen")
        return self.place

    async def begin(self, policy: Path, named_values: Mapping[str, str]) -> None:
        self.begun.append((policy, named_values))
        if self.refusal:
            raise ValueError(self.refusal)
        self.gateway = self.load()

    async def restore(self) -> None:
        self.restored += 1
        self.gateway = self.load()


def a_call(number: int = 1, path: str = CHAT, *, method: str = "POST", headers: Any = (), traced: bool = False) -> Call:
    request = Request(method, Url("http", "gateway", 80, path, "?api-version=1"), Headers(list(headers)), Body(b"{}"))
    context = Context(request, MemoryStore(), api=Api("azure-openai", "Azure OpenAI", "openai"))
    context.trace = Trace(context.clock, context.started) if traced else None
    return Call.of(number, context)


def end(call: Call, status: int = 200) -> Call:
    call.context.attempts.append(Attempt("one", 0.001, 0.0, str(status), 0.03))
    call.context.response = Response(status)
    call.answer_begins(status, is_stream=False)
    call.end(status)
    return call


@pytest.fixture
def operated() -> Operated:
    return Operated()


@pytest.fixture
def make_call() -> Callable[..., Call]:
    return a_call


@pytest.fixture
def end_call() -> Callable[..., Call]:
    return end


@pytest.fixture
def mocks() -> Iterator[MockFleet]:
    with serve([MockBackend("one", rpm=6)], control=0) as fleet:
        yield fleet


class Lessons:
    """A package of the test's own, whose command `lesson` does as it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "apim_lab"
        (self.folder / "lessons").mkdir(parents=True)
        (self.folder / "__init__.py").touch()
        self.lists([1, 2])
        self.tells("")

    def lists(self, numbers: list[int], listing: str | None = None, code: int = 0) -> None:
        lessons = [
            {
                "number": number,
                "title": f"Lesson {number}",
                "watch": "the lanes",
                "question": "Why?",
                "answer": "So.",
                "policy": f"/lab/lesson-{number}.xml",
                "named_values": {"calls": "3"},
                "scenario": f"lesson: Lesson {number}",
            }
            for number in numbers
        ]
        self.listing, self.code = json.dumps(lessons) if listing is None else listing, code

    def tells(self, program: str) -> None:
        """What `perform` does, in Python."""
        indented = "".join(f"    {line}\n" for line in ("pass\n" + program).splitlines())
        (self.folder / "__main__.py").write_text(
            "import json, os, sys, time\n"
            f"(open({str(self.folder / 'arguments')!r}, 'a').write(json.dumps([os.getpid(), *sys.argv[2:]]) + chr(10)))\n"
            "def tell(kind, text, ok=None):\n"
            "    print(json.dumps({'kind': kind, 'text': text, 'ok': ok}), flush=True)\n"
            "if sys.argv[2] == 'list':\n"
            f"    print({self.listing!r}); sys.exit({self.code})\n"
            "else:\n" + indented
        )

    @property
    def arguments(self) -> list[list[Any]]:
        """Process id and arguments of each program that began."""
        with suppress(FileNotFoundError):
            return [json.loads(line) for line in (self.folder / "arguments").read_text().splitlines()]
        return []


@pytest.fixture
def lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lessons:
    monkeypatch.setattr(classroom, "ROOT", tmp_path)
    return Lessons(tmp_path)


class Client:
    """Asks a page, and keeps the page for the test."""

    def __init__(self, page: Page, http: httpx2.AsyncClient) -> None:
        self.page = page
        self.http = http

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return await self.http.get(path, headers=named(headers))

    async def write(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        sent = {"Content-Type": "application/json", **named(headers)}
        return await self.http.request(method, path, content=content, headers=sent)

    async def raw(self, data: bytes, seconds: float = 10.0) -> bytes:
        """All that comes back for these bytes until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        try:
            return await asyncio.wait_for(reader.read(), seconds)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    @property
    def port(self) -> int:
        return int(self.page.url.rpartition(":")[2])


class Receiver:
    """Takes the calls of the page, and answers each with `answer` once `go` is set."""

    def __init__(self) -> None:
        self.calls: list[tuple[bytes, dict[str, Any]]] = []
        self.most = self.under_way = 0
        self.go = asyncio.Event()
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            self.calls.append((head, json.loads(await reader.readexactly(length))))
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            await self.go.wait()
            self.under_way -= 1
            writer.write(self.answer)
        writer.close()


@pytest.fixture
async def gateway(operated: Operated) -> AsyncIterator[Receiver]:
    gateway = Receiver()
    server = await asyncio.start_server(gateway, "127.0.0.1", 0, backlog=200)
    operated.place = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield gateway
    gateway.go.set()
    server.close()
    await asyncio.sleep(0.01)


def named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


type Opener = Callable[..., Awaitable[Client]]


@pytest.fixture
async def open_page(operated: Operated) -> AsyncIterator[Opener]:
    opened: list[Client] = []

    async def opener(*controls: str, kept: int = 200, address: str = "127.0.0.1:0", **settings: Any) -> Client:
        page = Page(operated, PageSettings(address, controls, kept, **settings), lambda: (b"calls 1\n", "text/plain"))
        page.open()
        http = httpx2.AsyncClient(base_url=page.url, timeout=10, trust_env=False, verify=False)
        opened.append(Client(page, http))
        return opened[-1]

    yield opener
    for client in opened:
        await client.http.aclose()
        client.page.close()
        server = client.page._server
        assert server is not None
        await server.close_all_connections()
    await asyncio.sleep(0.05)


async def eventually(check: Callable[[], object], seconds: float = 10.0) -> Any:
    """What `check` gives, once it is true."""
    async with asyncio.timeout(seconds):
        while not (found := check()):  # noqa: ASYNC110  # waits for whatever it is, also in another process
            await asyncio.sleep(0.005)
    return found


@pytest.fixture
def until() -> Callable[..., Awaitable[Any]]:
    return eventually
