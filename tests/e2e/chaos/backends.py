"""Backends that play scripts, over plain connections and TLS, and dead ends."""

import asyncio
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import h11

from tests.e2e.chaos.calls import Call
from tests.e2e.chaos.effects import Act, Answer, Unanswered
from tests.e2e.chaos.scripts import Script, Step
from tests.e2e.chaos.sockets import reset
from tests.e2e.chaos.wire import answer, text

LIVE = ("plain", "other", "tls")
DEAD = ("refused", "resetting", "silent", "not tls")
HANG_TIMEOUT = 30.0
"""Seconds until a connection that the gateway should have closed is given up."""


DEAF = Script("deaf after a half-close", (Step.READ, Step.CLOSE), (Unanswered(),))

type Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Request:
    """A request that is read when its script says so."""

    def __init__(self, reader: asyncio.StreamReader, left_over: bytes) -> None:
        self.reader = reader
        self.protocol = h11.Connection(h11.SERVER)
        self.is_read = False
        self.body = b""
        if left_over:
            self.protocol.receive_data(left_over)

    async def event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while (event := self.protocol.next_event()) is h11.NEED_DATA:
            self.protocol.receive_data(await self.reader.read(65536))
        return event

    async def head(self) -> h11.Request | None:
        """The head; None at the end of the connection."""
        event = await self.event()
        return event if isinstance(event, h11.Request) else None

    async def read(self) -> None:
        """Read the rest; raise ConnectionError if it does not come."""
        while not self.is_read:
            event = await self.event()
            if isinstance(event, h11.Data):
                self.body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self.is_read = True
            else:
                raise ConnectionError(f"{event!r} in a request")


class Backends:
    """The backends; `acts` are what they did, by call and attempt, and `findings` what they should not have seen."""

    def __init__(self) -> None:
        self.calls: dict[int, Call] = {}
        self.acts: defaultdict[int, defaultdict[int, list[Act]]] = defaultdict(lambda: defaultdict(list))
        self.findings: list[str] = []
        self.urls: dict[str, str] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    # ---- serving ---------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def serve(self, certificate: Path) -> AsyncIterator[None]:
        """Listen everywhere; `certificate` has the key, too."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        servers = []
        for name, secure in (*((name, name == "tls") for name in LIVE), ("resetting", False), ("silent", False)):
            meet = self.play if name in LIVE else reset_at_once if name == "resetting" else be_silent
            server = await asyncio.start_server(
                self.tracked(meet), "127.0.0.1", 0, ssl=context if secure else None, backlog=1000
            )
            servers.append(server)
            scheme = "https" if secure or name == "silent" else "http"
            self.urls[name] = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.urls["not tls"] = self.urls["resetting"].replace("http:", "https:")
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            self.urls["refused"] = f"http://127.0.0.1:{closed.getsockname()[1]}"
            try:
                yield
            finally:
                for server in servers:
                    server.close()
                for task in self.tasks:
                    task.cancel()
                await asyncio.gather(*self.tasks, return_exceptions=True)

    def tracked(self, meet: Handler) -> Handler:
        """The handler of a connection, which also ends with the backends."""

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task
            self.tasks.add(task)
            try:
                with suppress(OSError, asyncio.CancelledError):
                    await meet(reader, writer)
            finally:
                self.tasks.discard(task)
                writer.transport.abort()

        return connected

    # ---- a connection ----------------------------------------------------------------------------------------

    async def play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script of each request that comes."""
        left_over, is_reused, is_deaf = b"", False, False
        while True:
            request = Request(reader, left_over)
            try:
                head = await request.head()
                if not head:
                    return
                script = self.script_for(head, is_reused=is_reused, is_deaf=is_deaf)
                if not script or not await self.perform(script, request, reader, writer):
                    return
                await request.read()
                self.check(head, request.body)
            except h11.RemoteProtocolError as error:
                if "closed connection" in str(error):
                    return  # its client has left in the middle of it
                self.findings.append(f"a backend got what is no request: {error}")
                return
            left_over, is_reused = request.protocol.trailing_data[0], True
            is_deaf = Step.HALF_CLOSE in script.steps

    def script_for(self, head: h11.Request, *, is_reused: bool, is_deaf: bool) -> Script | None:
        """The script of an attempt, noted as done; for one that comes again a plain answer."""
        fields = {name.decode(): value.decode() for name, value in head.headers}
        if {"content-length", "transfer-encoding"} <= fields.keys():
            self.findings.append(f"call {fields.get('call')} came with two lengths")
        number, attempt = int(fields.get("call", 0)), int(fields.get("attempt", 0))
        call = self.calls.get(number)
        if not call or not 1 <= attempt <= len(call.attempts):
            self.findings.append(f"a backend got attempt {attempt} of call {number}, which nobody made: {head!r}")
            return None
        script = call.attempts[attempt - 1].script
        if self.acts[number][attempt] or not script:
            script = again(call, attempt)
        if is_deaf:
            script = DEAF
        self.acts[number][attempt].append(Act(script.effects, is_reused))
        return script

    def check(self, head: h11.Request, body: bytes) -> None:
        """Whether the request is the one that the client made."""
        number = int(dict(head.headers)[b"call"])
        call = self.calls[number]
        got = head.method.decode(), head.target.decode(), body
        expected = call.method, call.received_path, call.body
        if got != expected:
            self.findings.append(f"{call.describe()}: the backend got {got}"[:1000])

    async def perform(
        self, script: Script, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Do what the script says; whether the connection stays."""
        for step in script.steps:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif isinstance(step, float):
                await asyncio.sleep(step)
            elif step is Step.READ:
                await request.read()
            elif step is Step.HANG:
                await until_closed(reader)
                return False
            elif step is Step.HALF_CLOSE:
                if writer.can_write_eof():
                    writer.write_eof()
            else:
                await end(step, writer)
                return False
        return True


def again(call: Call, attempt: int) -> Script:
    """What an attempt that comes a second time gets."""
    content = b"" if call.method == "HEAD" else text(call.number, attempt, 50)
    wire = answer(200, content, "length", (f"Call: {call.number}",))
    return Script("again", (Step.READ, wire.data), (Answer(200, content),))


async def end(step: Step, writer: asyncio.StreamWriter) -> None:
    if step is Step.RESET:
        reset(writer)
    elif step is Step.CLOSE:
        writer.close()
        await writer.wait_closed()
    else:
        writer.transport.abort()


async def until_closed(reader: asyncio.StreamReader) -> None:
    async with asyncio.timeout(HANG_TIMEOUT):
        while await reader.read(65536):
            pass


async def reset_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await end(Step.RESET, writer)


async def be_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await until_closed(reader)
