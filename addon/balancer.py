"""The gateway as a mitmproxy addon: `mitmdump -s addon/balancer.py`.

Each request to an API becomes a policy run (apim/run.py). The hooks here resume it with what mitmproxy has: an answer's
headers, its body, a failure; and do what it asks for: send the flow to a backend (again: replay.py), or answer.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

from mitmproxy import ctx, exceptions, http
from mitmproxy.addonmanager import Loader
from mitmproxy.log import ALERT
from mitmproxy.proxy import server_hooks
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.mode_specs import RegularMode, ReverseMode
from mitmproxy.tools.dump import DumpMaster

import flows
import gateway_options
import idle_addons
import replay
from apim.call import Call
from apim.clock import Clock
from apim.config import Overrides, load_gateway, parse_pairs
from apim.context import Forward, ReadBody, Suspension, Wait
from apim.errors import BackendConnectionFailure, DocumentError, ForwardTimeout
from apim.gateway import Gateway
from apim.run import Run, as_request_error
from apim.store import Store, open_store
from apim.watched_store import WatchedStore
from livepage.server import Page, Settings
from reporting import Reporting
from watchers.json_log import JsonLog
from watchers.metrics import Metrics
from watchers.otlp import Otlp
from watchers.terminal import Terminal

RELOAD_INTERVAL = 1.0
"""Seconds between two looks at the files of the configuration."""

AT_HOME = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # not listened on, but replaced
"""Where this machine reaches itself, for a gateway that listens everywhere."""

logger = logging.getLogger("apim")


class Balancer:
    """Runs the policy of the API that a request belongs to; leaves everything else to mitmproxy."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self.clock = Clock()
        self.store: Store = open_store("memory://", self.clock)
        self.reporting = Reporting()
        self.runs: WeakKeyDictionary[http.HTTPFlow, Run] = WeakKeyDictionary()
        self.calls: WeakKeyDictionary[http.HTTPFlow, Call] = WeakKeyDictionary()
        self.destinations: set[tuple[str, int]] = set()
        self.is_running = False
        self.watched: tuple[Path, ...] = ()
        self.watcher: asyncio.Task[None] | None = None
        self.json_log: JsonLog | None = None
        self.at_start: tuple[str, list[str]] | None = None

    # ---- options ---------------------------------------------------------------------------------------------

    def load(self, loader: Loader) -> None:
        gateway_options.declare(loader)
        self.take_options()
        self.open_log()

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
            gateway_options.check(ctx.options)
            if "apim_store" in updated:
                self.store = self.new_store()
            if any(name.startswith("apim_") for name in updated):
                self.gateway = self.read_gateway()
        except ValueError as error:
            if self.is_running:
                raise exceptions.OptionsError(str(error)) from error
            # mitmproxy ends a start in which an error was logged; an exception it would log with a traceback.
            logger.error("%s", error)

    def new_store(self) -> Store:
        store = open_store(ctx.options.apim_store, self.clock)
        return WatchedStore(store) if ctx.options.apim_page else store

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
            gateway = load_gateway(self.watched[0], overrides, self.store, self.clock)
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
        self.quieten()
        if ctx.options.apim_page:
            self.open_page()
        if ctx.options.apim_otlp:
            self.open_otlp()
        self.watcher = asyncio.get_running_loop().create_task(self.watch())

    def open_log(self) -> None:
        """Tell of each call in a way of our own."""
        if ctx.options.apim_log == "text" and not is_quiet():
            terminal = Terminal()
            self.reporting.tell(terminal, terminal.close)
        elif ctx.options.apim_log == "json":
            self.json_log = JsonLog()
            self.reporting.tell(self.json_log)
            logging.getLogger().addHandler(self.json_log)
            if termlog := ctx.master.addons.get("termlog"):
                termlog.uninstall()

    def quieten(self) -> None:
        """Leave out mitmproxy's lines about connections and flows, which say nothing new, unless they are asked for."""
        options = ctx.options
        if not options.has_changed("termlog_verbosity"):
            options.update(termlog_verbosity="alert")
            if self.json_log:
                self.json_log.setLevel(ALERT)
        if not options.has_changed("flow_detail") and isinstance(ctx.master, DumpMaster):
            options.update(flow_detail=0)

    def open_otlp(self) -> None:
        try:
            otlp = Otlp(ctx.options.apim_otlp)
        except ValueError as error:
            logger.error("%s", error)
            return
        self.reporting.tell(otlp, otlp.close)

    def open_page(self) -> None:
        options, metrics = ctx.options, Metrics()
        settings = Settings(options.apim_page, options.apim_fleet, options.apim_traces, options.apim_unmasked)
        try:
            page = Page(self, settings, metrics.exposition)
            page.open()
        except ValueError as error:
            logger.error("%s", error)
            return
        self.reporting.show_on(page)
        self.reporting.tell(metrics)
        logger.log(ALERT, "the live page is at %s", page.url)

    def refuse_unknown_options(self) -> None:
        """mitmproxy keeps an option it does not know for an addon that may come, so a misspelt one goes unnoticed."""
        known = ", ".join(sorted(name for name, _ in ctx.options.items() if name.startswith("apim_")))
        for name in ctx.options.deferred:
            if name.startswith("apim"):
                logger.error("unknown option %s: expected one of %s", name, known)

    def done(self) -> None:
        if self.watcher:
            self.watcher.cancel()
        self.reporting.close()
        if self.json_log:
            logging.getLogger().removeHandler(self.json_log)

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
            logger.log(ALERT, "the configuration was read again")
        except ValueError as error:
            logger.error("%s\nThe configuration before this change stays in force.", error)

    # ---- for the live page -----------------------------------------------------------------------------------

    def url(self) -> str:
        """Where the gateway takes calls; raise ValueError if it does not listen for a client's own requests."""
        for server in ctx.master.addons.get("proxyserver").servers:
            if isinstance(server.mode, (RegularMode, ReverseMode)) and server.listen_addrs:
                host, port, *_ = server.listen_addrs[0]
                return f"http://{AT_HOME.get(host, f'[{host}]' if ':' in host else host)}:{port}"
        raise ValueError("the gateway does not listen in regular or reverse mode")

    def begin(self, policy: Path, named_values: Mapping[str, str]) -> None:
        """Serve by another policy, with nothing counted or cached; raise ValueError if that is not possible."""
        self.at_start = self.at_start or (ctx.options.apim_policy, list(ctx.options.apim_named_values))
        self.serve_by(str(policy), [f"{name}={value}" for name, value in named_values.items()])

    def restore(self) -> None:
        """Serve again as at the start."""
        if self.at_start:
            self.serve_by(*self.at_start)
            self.at_start = None

    def serve_by(self, policy: str, named_values: list[str]) -> None:
        self.store = self.new_store()
        try:
            ctx.options.update(apim_policy=policy, apim_named_values=named_values)
        except exceptions.OptionsError as error:
            raise ValueError(str(error)) from error
        self.gateway = self.read_gateway()

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
            self.calls[flow] = self.reporting.begin(run.context)
            await self.go_on(flow, run)

    async def responseheaders(self, flow: http.HTTPFlow) -> None:
        run = self.runs.get(flow)
        if run and not run.is_finished:
            exchange = replay.exchange_of(flow)
            exchange.again = False
            run.reply(flows.response_of(flow.response))
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
            flows.put_answer(run.context.response, flow)
        call = self.calls[flow]
        call.usage = call.usage or flows.usage_of(flow.response)
        call.end(flow.response.status_code)
        self.reporting.ended(call)

    def error(self, flow: http.HTTPFlow) -> None:
        run = self.runs.pop(flow, None)
        if not run:
            return
        if not run.is_finished:
            run.close()
        call = self.calls[flow]
        call.break_off(by_client=replay.exchange_of(flow).is_gone)
        self.reporting.ended(call)

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
            flows.address(flow.request, run.context)
        elif isinstance(question, ReadBody):
            exchange.wants_body = True
        elif not exchange.is_gone:
            flows.begin_answer(flow, run, self.calls[flow])
        flow.comment = run.context.journey()
        self.reporting.changed(self.calls[flow])

    async def resume(self, flow: http.HTTPFlow, run: Run) -> Suspension | None:
        """The run's next question that is not a wait; waits are done here."""
        while isinstance(question := await run.resume(), Wait):
            self.reporting.changed(self.calls[flow])
            if not await pause(replay.exchange_of(flow), question.seconds, self.clock):
                run.close()
                return None
        return question


def is_quiet() -> bool:
    """Whether mitmproxy was told so: `mitmdump --quiet`."""
    return "termlog_verbosity" in ctx.options and ctx.options.termlog_verbosity == "error"


def modified_at(files: Iterable[Path]) -> dict[Path, int]:
    """When each file was changed last, in nanoseconds; 0 where it is not there."""
    return {file: file.stat().st_mtime_ns if file.exists() else 0 for file in files}


async def pause(exchange: replay.Exchange, seconds: float, clock: Clock) -> bool:
    """Wait, on the gateway's clock; False as soon as the client hangs up."""
    changed = asyncio.Event()
    due = clock.monotonic() + seconds
    exchange.on_hang_up = changed.set
    clock.on_advance.add(changed.set)
    while not exchange.is_gone and (left := due - clock.monotonic()) > 0:
        changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), left)
    clock.on_advance.discard(changed.set)
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
    request = flows.request_of(flow)
    if served := gateway.find(request.url.path):
        return gateway.start(served, request, has_server=not is_direct)
    return gateway.refuse(request) if is_direct else None


addons = [Balancer()]
