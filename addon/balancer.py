"""The gateway as a mitmproxy addon: `mitmdump -s addon/balancer.py`.

Each request to an API becomes a policy run (apim/run.py). The hooks here resume it with what mitmproxy has: an answer's
headers, its body, a failure; and do what it asks for: send the flow to a backend (again: replay.py), or answer.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

from mitmproxy import ctx, exceptions, http
from mitmproxy.addonmanager import Loader
from mitmproxy.log import ALERT
from mitmproxy.proxy import server_hooks
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.mode_specs import ReverseMode
from mitmproxy.tools.dump import DumpMaster

import idle_addons
import replay
from apim.config import Overrides, load_gateway, parse_pairs
from apim.context import Context, Forward, ReadBody, Suspension, Wait
from apim.errors import BackendConnectionFailure, DocumentError, ForwardTimeout
from apim.gateway import Gateway
from apim.messages import Body, Headers, Request, Response, Url
from apim.run import Run, as_request_error
from apim.store import open_store

HERE = Path(__file__).parent
RELOAD_INTERVAL = 1.0
"""Seconds between two looks at the files of the configuration."""

WITHOUT_CONTENT = frozenset({204, 304})
"""Statuses whose answers end with their headers, as those to HEAD do (RFC 9110, section 6.4.1)."""

logger = logging.getLogger("apim")


class Balancer:
    """Runs the policy of the API that a request belongs to; leaves everything else to mitmproxy."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self.store = open_store("memory://")
        self.runs: WeakKeyDictionary[http.HTTPFlow, Run] = WeakKeyDictionary()
        self.destinations: set[tuple[str, int]] = set()
        self.is_running = False
        self.watched: tuple[Path, ...] = ()
        self.watcher: asyncio.Task[None] | None = None

    # ---- options ---------------------------------------------------------------------------------------------

    def load(self, loader: Loader) -> None:
        loader.add_option(
            "apim_config",
            str,
            str(HERE / "lab.yaml"),
            "Configuration file (YAML): backends, named values, APIs, hosts. See docs/configuration.md.",
        )
        loader.add_option(
            "apim_policy",
            str,
            "",
            "Policy document for every API, instead of the one that the configuration names.",
        )
        loader.add_option(
            "apim_backends",
            Sequence[str],
            [],
            """
            Backend as "id=url", for example openAiBackend1=http://127.0.0.1:5001/openai. Adds one to the
            configuration or changes its URL. May be given several times.
            """,
        )
        loader.add_option(
            "apim_named_values",
            Sequence[str],
            [],
            """
            Named value as "name=value", for example calls=1000: stands for {{name}} in the policy. May be given
            several times.
            """,
        )
        loader.add_option(
            "apim_store",
            str,
            "memory://",
            "Where counters and cached values are kept: memory:// (this process).",
        )
        loader.add_option(
            "apim_trim",
            bool,
            True,
            "Take out mitmproxy's own addons that the options given leave nothing to do: the gateway then is faster.",
        )
        self.take_options()

    def take_options(self) -> None:
        """Give the options just added what the command line has for them; mitmproxy does so only after `load`, where a
        value that is none would silently leave it without this addon."""
        try:
            ctx.options.process_deferred()
        except exceptions.OptionsError as error:
            logger.error("an option of the gateway has a value that it cannot have: %s", error)
            ctx.options.deferred.clear()

    def configure(self, updated: set[str]) -> None:
        try:
            if ctx.options.stream_large_bodies:
                raise ValueError("stream_large_bodies sends a request on before the policy has seen it: leave it out")
            if "apim_store" in updated:
                self.store = open_store(ctx.options.apim_store)
            if any(name.startswith("apim_") for name in updated):
                self.gateway = self.read_gateway()
        except ValueError as error:
            if self.is_running:
                raise exceptions.OptionsError(str(error)) from error
            # mitmproxy ends a start in which an error was logged; an exception it would log with a traceback.
            logger.error("%s", error)

    def read_gateway(self) -> Gateway:
        """Raises ValueError for whatever is wrong with the options and the files they name."""
        options = ctx.options
        self.watched = (Path(options.apim_config).expanduser(),)
        overrides = Overrides(
            policy=Path(options.apim_policy).expanduser() if options.apim_policy else None,
            backends=parse_pairs(options.apim_backends, "id=url in apim_backends"),
            named_values=parse_pairs(options.apim_named_values, "name=value in apim_named_values"),
        )
        try:
            gateway = load_gateway(self.watched[0], overrides, self.store)
        except DocumentError as error:
            self.watched += (Path(error.path),)
            raise
        self.watched = gateway.files
        return gateway

    def running(self) -> None:
        self.is_running = True
        self.refuse_unknown_options()
        # The policy chooses the server, so one must not be connected to before it has.
        ctx.options.update(connection_strategy="lazy")
        if ctx.options.apim_trim and isinstance(ctx.master, DumpMaster):
            idle_addons.remove(ctx.master)
        for line in self.gateway.describe() if self.gateway else ():
            logger.info("%s", line)
        self.watcher = asyncio.get_running_loop().create_task(self.watch())

    def refuse_unknown_options(self) -> None:
        """mitmproxy keeps an option it does not know for an addon that may come, so a misspelt one goes unnoticed."""
        known = ", ".join(sorted(name for name, _ in ctx.options.items() if name.startswith("apim_")))
        for name in ctx.options.deferred:
            if name.startswith("apim"):
                logger.error("unknown option %s: expected one of %s", name, known)

    def done(self) -> None:
        if self.watcher:
            self.watcher.cancel()

    async def watch(self) -> None:
        """Read the files of the configuration again when one of them changes; keep the old ones if they are wrong."""
        seen = modified_at(self.watched)
        while True:
            await asyncio.sleep(RELOAD_INTERVAL)
            now = modified_at(seen)
            if now != seen:
                self.read_again()
                # The times of before the reading, so that a change during it is not lost
                seen = modified_at(self.watched) | {file: now[file] for file in self.watched if file in now}

    def read_again(self) -> None:
        try:
            self.gateway = self.read_gateway()
            logger.info("the configuration was read again")
        except ValueError as error:
            logger.error("%s\nThe configuration before this change stays in force.", error)

    # ---- connections -----------------------------------------------------------------------------------------

    def next_layer(self, next_layer: NextLayer) -> None:
        ctx.master.addons.get("nextlayer").next_layer(next_layer)
        replay.install(next_layer)

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Speak HTTP/1.1 to backends, as API Management does (forward-request-policy.md, http-version)."""
        if data.server.address in self.destinations:
            data.server.alpn_offers = (b"http/1.1",)

    # ---- flows -----------------------------------------------------------------------------------------------

    async def request(self, flow: http.HTTPFlow) -> None:
        if flow.response or flow.error or flow.is_replay or not flow.live or not self.gateway:
            return
        exchange = replay.exchange_of(flow)
        if run := start(self.gateway, flow, is_direct=exchange.is_direct):
            exchange.is_governed = True
            self.runs[flow] = run
            await self.go_on(flow, run)

    async def responseheaders(self, flow: http.HTTPFlow) -> None:
        run = self.runs.get(flow)
        if run and not run.is_finished:
            exchange = replay.exchange_of(flow)
            exchange.again = False
            run.reply(response_of(flow.response))
            await self.go_on(flow, run)
            exchange.discards = exchange.again or run.has_own_answer

    async def backend_answer(self, flow: http.HTTPFlow) -> None:
        run, response = self.runs[flow], flow.response
        run.context.response.body.arrive(lambda: response.get_content(strict=False) or b"")
        await self.go_on(flow, run)

    async def backend_failure(self, flow: http.HTTPFlow) -> None:
        run, exchange = self.runs[flow], replay.exchange_of(flow)
        failed = ForwardTimeout if exchange.timed_out else BackendConnectionFailure
        error = failed(exchange.failure)
        if run.is_finished:
            # The policy let the answer's headers pass; then its body broke off, before a byte was sent on.
            run = self.runs[flow] = Run.refusing(error, run.context)
        else:
            run.reply(error)
        await self.go_on(flow, run)

    def response(self, flow: http.HTTPFlow) -> None:
        run = self.runs.pop(flow, None)
        if not run or not run.is_finished:
            return
        if run.context.response.body.has_arrived:
            put_answer(run.context.response, flow)
        if len(run.context.attempts) > 1 or run.has_own_answer:
            # What mitmproxy's own line about the flow does not say
            path = flow.request.path.partition("?")[0]
            logger.log(ALERT, "%s %s %d: %s", flow.request.method, path, flow.response.status_code, flow.comment)

    def error(self, flow: http.HTTPFlow) -> None:
        run = self.runs.pop(flow, None)
        if run and not run.is_finished:
            run.close()

    # ---- runs ------------------------------------------------------------------------------------------------

    async def go_on(self, flow: http.HTTPFlow, run: Run) -> None:
        """Resume the run until it needs something that a later hook brings, or is finished."""
        try:
            await self.advance(flow, run)
        except Exception as error:  # noqa: BLE001  # whatever it was, the flow must not go on without its policy
            run = self.runs[flow] = Run.refusing(as_request_error(error), run.context)
            await self.advance(flow, run)

    async def advance(self, flow: http.HTTPFlow, run: Run) -> None:
        question = await self.resume(flow, run)
        exchange = replay.exchange_of(flow)
        if isinstance(question, Forward):
            exchange.again = True
            exchange.timeout = question.timeout
            self.destinations.add((run.context.request.url.host, run.context.request.url.port))
            address(flow.request, run.context)
        elif isinstance(question, ReadBody):
            exchange.wants_body = True
        elif not exchange.is_gone:
            begin_answer(flow, run)
        flow.comment = run.context.journey()

    async def resume(self, flow: http.HTTPFlow, run: Run) -> Suspension | None:
        """The run's next question that is not a wait; waits are done here."""
        while isinstance(question := await run.resume(), Wait):
            if not await pause(replay.exchange_of(flow), question.seconds):
                run.close()
                return None
        return question


def modified_at(files: Iterable[Path]) -> dict[Path, int]:
    """When each file was changed last, in nanoseconds; 0 where it is not there."""
    return {file: file.stat().st_mtime_ns if file.exists() else 0 for file in files}


async def pause(exchange: replay.Exchange, seconds: float) -> bool:
    """Wait; False as soon as the client hangs up."""
    gone = asyncio.Event()
    exchange.on_hang_up = gone.set
    if not exchange.is_gone:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(gone.wait(), seconds)
    exchange.on_hang_up = None
    return not exchange.is_gone


def start(gateway: Gateway, flow: http.HTTPFlow, *, is_direct: bool) -> Run | None:
    """The run for a flow; None for traffic that is not the gateway's.

    The gateway's are requests that are made to it as a server, and those it sees as a proxy for one of its hosts.
    The latter have a server of their own, which gets them unless the policy sets a backend.
    """
    is_reverse = isinstance(flow.client_conn.proxy_mode, ReverseMode)
    if not (is_direct or is_reverse or flow.request.host.lower() in gateway.hosts):
        return None
    request = request_of(flow)
    if served := gateway.find(request.url.path):
        return gateway.start(served, request, has_server=not is_direct)
    return gateway.refuse(request) if is_direct else None


# ---- from mitmproxy's messages to the gateway's --------------------------------------------------------------


def request_of(flow: http.HTTPFlow) -> Request:
    request = flow.request
    path, mark, query = request.path.partition("?")
    peer = flow.client_conn.peername
    return Request(
        method=request.method,
        url=Url(request.scheme, request.host, request.port, path, mark + query),
        headers=headers_of(request.headers),
        body=Body(decode=lambda: request.get_content(strict=False) or b"", is_original=True),
        ip_address=peer[0] if peer else "",
    )


def response_of(response: http.Response) -> Response:
    """The backend's answer as far as it has come: without its body."""
    headers = headers_of(response.headers)
    return Response(response.status_code, response.reason, headers, Body(None, is_original=True))


def headers_of(headers: http.Headers) -> Headers:
    return Headers((decoded(name), decoded(value)) for name, value in headers.fields)


def decoded(field: bytes) -> str:
    return field.decode("utf-8", "surrogateescape")


# ---- and back --------------------------------------------------------------------------------------------------


def address(target: http.Request, context: Context) -> None:
    """Make the flow's request the one that the policy sends."""
    request, url = context.request, context.request.url
    headers = request.headers.copy()
    headers.set("Host", url.authority)
    if context.backend:
        context.backend.authorize(headers)
    data = target.data  # the setters of Request would each look through the headers
    data.scheme, data.host, data.port = url.scheme.encode(), url.host, url.port
    data.method, data.path, data.authority = encoded(request.method), encoded(url.target), b""
    data.headers = fields_of(headers)
    if not request.body.is_original:
        target.content = request.body.content


def begin_answer(flow: http.HTTPFlow, run: Run) -> None:
    """Answer with what the run ended with, as far as that can be done now.

    An answer of the gateway's own that replaces a backend's is put in place in the `response` hook, once the
    backend's has been read.
    """
    response = run.context.response
    if flow.response is None:
        flow.response = http.Response.make(response.status_code)
        put_answer(response, flow)
    elif not response.body.has_arrived:
        put_head(response, flow.response)
        flow.response.stream = not run.context.buffers_response or is_event_stream(response)


def fields_of(headers: Headers) -> http.Headers:
    return http.Headers((encoded(name), encoded(value)) for name, value in headers.fields)


def encoded(text: str) -> bytes:
    """Bytes that are no UTF-8 go back as they came; what no UTF-8 can be made of becomes "?"."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def put_head(response: Response, target: http.Response) -> None:
    target.status_code = response.status_code
    target.data.reason = response.status_reason.encode("latin-1", "replace")  # RFC 9112, section 4
    target.headers = fields_of(response.headers)


def put_answer(response: Response, flow: http.HTTPFlow) -> None:
    put_head(response, flow.response)
    if not response.body.is_original:
        flow.response.content = response.body.content
    if flow.request.method == "HEAD" or response.status_code in WITHOUT_CONTENT:
        flow.response.raw_content = b""
    if response.status_code in WITHOUT_CONTENT:
        flow.response.headers.pop("Content-Length", None)


def is_event_stream(response: Response) -> bool:
    return (response.headers.get("Content-Type") or "").lower().startswith("text/event-stream")


addons = [Balancer()]
