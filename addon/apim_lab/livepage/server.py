"""The page's server: its routes, and who may use them.

It answers only requests whose Host is an address, localhost or the name it listens on, and takes writes only as JSON
and from its own origin. So no other page can steer the gateway, not even one whose name is made to point here (DNS
rebinding). Only /metrics, which has nothing but numbers, is open to every Host: a Prometheus may know it by another
name.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from apim_lab.clock import LONGEST_CLOCK_STEP
from apim_lab.livepage.addresses import is_ours, parse_address, url_of
from apim_lab.livepage.board import Board, Operated
from apim_lab.livepage.classroom import Classroom
from apim_lab.livepage.feed import Feed
from apim_lab.livepage.fleet import FleetControls, FleetError
from apim_lab.livepage.sender import MAX_CALLS_AT_ONCE, Sender

STATIC = Path(__file__).with_name("static")
MAX_BODY = 64 * 1024
"""Bytes of a request."""

CLIENT_TIMEOUT = 30.0
"""Seconds that a client may take to send the rest of a request, to send the next one, and to read an event."""

MAX_CLOCK_AHEAD = 100 * LONGEST_CLOCK_STEP
"""Seconds that the clocks may be ahead in all: years have four digits."""

KEEP_ALIVE_INTERVAL = 15.0
"""Seconds after which a silent stream of events gets a comment: else it might be taken for dead."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


logger = logging.getLogger("apim")

type Exposition = Callable[[], tuple[bytes, str]]
"""Gives the metrics, and their content type."""


@dataclass(frozen=True)
class PageSettings:
    """The page's address, `8081` or `127.0.0.1:8081`; the URLs of the mock fleets' controls; how many calls are kept;
    whether traces show keys and bodies."""

    address: str
    controls: Sequence[str] = ()
    kept: int = 200
    unmasked: bool = False


@dataclass(frozen=True)
class Desk:
    """Everything that the routes work with."""

    host: str
    operated: Operated
    board: Board
    feed: Feed
    fleet: FleetControls
    classroom: Classroom
    sender: Sender
    exposition: Exposition
    unmasked: bool
    advancing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Page:
    """The live page of a gateway: `open` serves it, `close` ends it. Call `changed` for every change of a call."""

    def __init__(self, operated: Operated, settings: PageSettings, exposition: Exposition) -> None:
        host, self._port = parse_address(settings.address)
        board, fleet = Board(operated, settings.kept), FleetControls(settings.controls)
        classroom = Classroom(operated, board, fleet)
        self.changed = board.changed
        self.url = ""
        self._desk = Desk(
            host=host,
            operated=operated,
            board=board,
            feed=Feed(operated, board, fleet, classroom),
            fleet=fleet,
            classroom=classroom,
            sender=Sender(operated),
            exposition=exposition,
            unmasked=settings.unmasked,
        )
        self._server: HTTPServer | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Serve; raise ValueError if the page cannot listen there."""
        desk = self._desk
        try:
            sockets = bind_sockets(self._port, desk.host)
        except (OSError, UnicodeError) as error:  # UnicodeError: a host that cannot be a name
            raise ValueError(f"the page cannot listen on {desk.host}, port {self._port}: {error}") from error
        self.url = url_of(desk.host, sockets[0].getsockname()[1])
        logging.getLogger("tornado.general").addFilter(is_the_gateways)
        self._server = HTTPServer(
            application(desk),
            max_body_size=MAX_BODY,
            max_buffer_size=2 * MAX_BODY,
            body_timeout=CLIENT_TIMEOUT,
            idle_connection_timeout=CLIENT_TIMEOUT,
        )
        self._server.add_sockets(sockets)
        parts = (desk.feed.run(), desk.fleet.run(), desk.classroom.open(self.url))
        self._tasks = [asyncio.get_running_loop().create_task(part) for part in parts]
        for task in self._tasks:
            task.add_done_callback(tell_failure)

    def close(self) -> None:
        """Serve no more, whoever is connected."""
        for task in self._tasks:
            task.cancel()
        if self._server:
            self._server.stop()
            self._ending = asyncio.get_running_loop().create_task(self._server.close_all_connections())
        self._desk.classroom.close()
        self._desk.sender.close()
        self._desk.fleet.close()


# ---- bodies of requests -----------------------------------------------------------------------------------------


class Question(BaseModel):
    """The body of a write."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Send(Question):
    """Calls to send."""

    count: Annotated[int, Field(ge=1, le=1000)] = 1
    stream: bool = False
    key: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")] = "page"
    parallel: Annotated[int, Field(ge=1, le=MAX_CALLS_AT_ONCE)] = MAX_CALLS_AT_ONCE


class ClockJump(Question):
    """How far the clocks jump ahead."""

    seconds: Annotated[float, Field(ge=0, le=LONGEST_CLOCK_STEP, allow_inf_nan=False)]


class HttpRefusal(HTTPError):
    """An error that is answered with its status and its message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status)
        self.message = message


@contextmanager
def refusals() -> Iterator[None]:
    """Answer with the errors of the page's parts: a FleetError has its status, a ValueError is a conflict."""
    try:
        yield
    except FleetError as error:
        raise HttpRefusal(error.status, str(error)) from error
    except ValueError as error:
        raise HttpRefusal(409, str(error)) from error


# ---- routes -----------------------------------------------------------------------------------------------------


class Handler(RequestHandler):
    """What all routes have in common."""

    is_open_to_every_host: ClassVar[bool] = False

    def initialize(self, desk: Desk) -> None:
        self.desk = desk

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def prepare(self) -> None:
        check_sender(self, self.desk.host)

    def question[Asked: Question](self, kind: type[Asked]) -> Asked:
        """The body; raises HTTPError 400 with what is wrong."""
        try:
            return kind.model_validate_json(self.request.body or b"{}")
        except ValidationError as error:
            found = error.errors()[0]
            raise HttpRefusal(400, f"{'.'.join(map(str, found['loc'])) or 'body'}: {found['msg']}") from error

    def answer(self, body: Any, status: int = 200) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(body))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        message = error.message if isinstance(error, HttpRefusal) else HTTPStatus(status_code).phrase
        if status_code == 405:
            self.set_header("Allow", ", ".join(self.methods()))
        self.answer({"error": {"message": message}}, status_code)

    def methods(self) -> list[str]:
        """The methods that the route answers."""
        known = ((name, name.lower()) for name in self.SUPPORTED_METHODS)
        return [name for name, hook in known if getattr(type(self), hook) is not getattr(RequestHandler, hook)]

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)


class Readable(Handler):
    """A route that answers HEAD, too: like GET, and tornado leaves out the body."""

    def head(self, *arguments: str) -> None:
        self.get(*arguments)


class Index(Readable):
    """The page."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish((STATIC / "index.html").read_bytes())


class Static(Handler, StaticFileHandler):
    """The page's files."""

    def initialize(self, desk: Desk) -> None:  # type: ignore[override]  # takes what the other routes take
        super().initialize(desk)
        StaticFileHandler.initialize(self, str(STATIC))


class Events(Handler):
    """The stream of what happens."""

    reading: "asyncio.Task[Any] | None" = None

    async def get(self) -> None:
        if self.desk.feed.is_full:
            raise HttpRefusal(503, "too many pages are open already: close some")
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("X-Accel-Buffering", "no")
        self.reading = asyncio.current_task()
        try:
            await self.tell()
        except TimeoutError:
            self.detach().close()
        except (StreamClosedError, asyncio.CancelledError):
            pass  # the page was closed, or the gateway ends: tornado would log the latter as a failure

    async def tell(self) -> None:
        """Push events as they come."""
        with self.desk.feed.reader() as queue:
            await self.push(await self.desk.feed.state())
            while True:
                await self.push(await next_event(queue))

    async def push(self, message: str) -> None:
        self.write(message)
        await asyncio.wait_for(self.flush(), CLIENT_TIMEOUT)

    def on_connection_close(self) -> None:
        if self.reading:
            self.reading.cancel()


class Traces(Readable):
    """The traces there are."""

    def get(self) -> None:
        self.answer(self.desk.board.traces())


class TraceOfCall(Readable):
    """One trace."""

    def get(self, id_: str) -> None:
        call = self.desk.board.find(id_)
        trace = call.trace(unmasked=self.desk.unmasked) if call else None
        if call is None or trace is None:
            raise HttpRefusal(404, f"there is no trace {id_}: the last ones only are kept")
        self.answer({**trace, "policy": call.policy()})


class PrometheusMetrics(Readable):
    """What Prometheus reads."""

    is_open_to_every_host = True

    def get(self) -> None:
        exposition, content_type = self.desk.exposition()
        self.set_header("Content-Type", content_type)
        self.finish(exposition)


class SendCalls(Handler):
    """Sends calls to the gateway."""

    def post(self) -> None:
        asked = self.question(Send)
        with refusals():
            self.desk.sender.send(asked.count, asked.key, stream=asked.stream, parallel=asked.parallel)
        self.answer({"sending": asked.count}, 202)


class ChangeDeployment(Handler):
    """Changes a deployment of the mock fleet."""

    async def patch(self, backend: str, deployment: str) -> None:
        with refusals():
            changed = await self.desk.fleet.change(backend, deployment, self.request.body)
        self.answer(changed)


class AdvanceClock(Handler):
    """Lets the clocks of the gateway and of the fleet jump ahead. The fleet's jumps first: a call that waits in the
    gateway goes on when its clock jumps, and has to find recovered limits."""

    async def post(self) -> None:
        seconds, clock = self.question(ClockJump).seconds, self.desk.operated.clock
        async with self.desk.advancing:
            if clock.ahead + seconds > MAX_CLOCK_AHEAD:
                raise HttpRefusal(409, f"the clock would be more than {MAX_CLOCK_AHEAD:g} s ahead")
            with refusals():
                await self.desk.fleet.advance(seconds)
            clock.advance(seconds)
        self.answer({"seconds": clock.ahead})


class BeginLesson(Handler):
    """Begins a lesson."""

    async def post(self, number: str) -> None:
        try:
            with refusals():
                id_ = await self.desk.classroom.begin(int(number))
        except LookupError as error:
            raise HttpRefusal(404, str(error.args[0])) from error
        self.answer({"lesson": int(number), "id": id_}, 202)


class LeaveLesson(Handler):
    """Leaves the lesson; with `?id=` that one only."""

    async def delete(self) -> None:
        with refusals():
            await self.desk.classroom.leave(self.get_query_argument("id", None))
        self.answer({})


class Unknown(Handler):
    """Everything else."""

    def prepare(self) -> None:
        raise HttpRefusal(404, "there is nothing here")


def application(desk: Desk) -> Application:
    """The routes."""
    routes: tuple[tuple[str, type[RequestHandler]], ...] = (
        (r"/", Index),
        (r"/static/([a-z0-9][a-z0-9_.-]*)", Static),
        (r"/events", Events),
        (r"/traces", Traces),
        (r"/traces/([0-9a-f-]{36})", TraceOfCall),
        (r"/metrics", PrometheusMetrics),
        (r"/send", SendCalls),
        (r"/fleet/([^/]+)/([^/]+)", ChangeDeployment),
        (r"/clock/advance", AdvanceClock),
        (r"/lessons/([0-9]{1,4})", BeginLesson),
        (r"/lessons", LeaveLesson),
        (r".*", Unknown),
    )
    table = [(path, handler, {"desk": desk}) for path, handler in routes]
    return Application(table, log_function=lambda _: None)


# ---- who may ask ------------------------------------------------------------------------------------------------


def check_sender(handler: RequestHandler, host: str) -> None:
    """Raise HTTPError 403 for a Host that does not name this machine and for another page's origin, 415 for a write
    that a form could send."""
    request = handler.request
    asked = request.headers.get("Host", "")
    if not (is_ours(asked, host) or getattr(handler, "is_open_to_every_host", False)):
        raise HttpRefusal(403, f"Host {asked!r} is not this machine: ask for its address, or for localhost")
    origin = request.headers.get("Origin")
    if origin not in (None, f"http://{request.host}"):
        raise HttpRefusal(403, f"pages of {origin} may not look at the gateway, nor steer it")
    is_write = request.method not in ("GET", "HEAD", "OPTIONS")
    if is_write and request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise HttpRefusal(415, "expected Content-Type: application/json")


def is_the_gateways(record: logging.LogRecord) -> bool:
    """Whether a failure that tornado logs is the gateway's own; an AssertionError is the client's."""
    return not (record.exc_info and isinstance(record.exc_info[1], AssertionError))


def tell_failure(part: asyncio.Task[None]) -> None:
    """Log the exception of a task that nobody awaits."""
    if not part.cancelled() and (error := part.exception()):
        logger.error("a part of the live page has failed, restart the gateway to have it again", exc_info=error)


async def next_event(queue: "asyncio.Queue[str]") -> str:
    """The next event, or a comment if none comes within KEEP_ALIVE_INTERVAL."""
    try:
        return await asyncio.wait_for(queue.get(), KEEP_ALIVE_INTERVAL)
    except TimeoutError:
        return ": still here\n\n"
