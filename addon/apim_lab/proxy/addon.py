"""The gateway as a mitmproxy addon: `mitmdump -s addon/balancer.py`.

Each request to an API becomes a policy run (policy/run.py). The hooks here resume it with what mitmproxy has:
an answer's headers, its body, a failure; and do what it asks for: send the flow to a backend
(again: stream.py), or answer.
"""

import asyncio
import contextlib
import gc
import logging
from functools import partial
from weakref import WeakKeyDictionary

from mitmproxy import ctx, exceptions, http
from mitmproxy.addonmanager import Loader
from mitmproxy.connection import Client, Server
from mitmproxy.proxy import server_hooks
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.mode_specs import ReverseMode
from mitmproxy.utils.human import format_address

from apim_lab.clock import Clock
from apim_lab.errors import BackendConnectionFailure, ForwardTimeout
from apim_lab.policy.context import Forward, ReadBody, Suspension, Wait
from apim_lab.policy.run import Run, as_request_error
from apim_lab.proxy import flows, hook_index, layer, options, passing, uncopied_options
from apim_lab.proxy.admission import Admission
from apim_lab.proxy.call_watchers import CallWatchers
from apim_lab.proxy.connections import (
    backpressure,
    connection_end,
    connection_handler,
    connection_limit,
    descriptors,
    listening,
    startup,
)
from apim_lab.proxy.exchange import Exchange, exchange_of
from apim_lab.proxy.gateway_in_force import GatewayInForce
from apim_lab.proxy.guard import KEPT, Guard
from apim_lab.proxy.http import parts
from apim_lab.service.gateway import Gateway
from apim_lab.tracing.call import Call

logger = logging.getLogger("apim")


class Balancer:
    """Runs the policy of the API that a request belongs to; leaves everything else to mitmproxy."""

    def __init__(self) -> None:
        self.in_force = GatewayInForce()
        self.watchers = CallWatchers()
        self.admission = Admission()
        self.runs: WeakKeyDictionary[http.HTTPFlow, Run] = WeakKeyDictionary()
        self.calls: WeakKeyDictionary[http.HTTPFlow, Call] = WeakKeyDictionary()
        self.destinations: WeakKeyDictionary[http.HTTPFlow, tuple[str, int]] = WeakKeyDictionary()
        self.is_running = False

    # ---- options ---------------------------------------------------------------------------------------------

    def load(self, loader: Loader) -> None:
        options.declare(loader)
        listening.listen_on_loopback(ctx.master)
        hook_index.install(ctx.master)
        connection_handler.install()
        uncopied_options.install(ctx.master)
        parts.replace()
        self.take_options()
        self.watchers.open_log(ctx.master)

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
            options.check(ctx.options)
            self.admission.configure(ctx.options)
            self.in_force.configure(updated)
        except ValueError as error:
            if self.is_running:
                raise exceptions.OptionsError(str(error)) from error
            # mitmproxy ends a start in which an error was logged; an exception it would log with a traceback.
            logger.error("%s", error)

    def running(self) -> None:
        self.is_running = True
        if not self.knows_options():
            return  # mitmproxy ends this start
        descriptors.raise_limit()
        descriptors.watch(asyncio.get_running_loop())
        # The policy chooses the server, so one must not be connected to before it has.
        ctx.options.update(connection_strategy="lazy")
        for line in self.in_force.gateway.describe() if self.in_force.gateway else ():
            logger.info("%s", line)
        self.in_force.open()
        try:
            self.watchers.open(ctx.master, self.in_force)
        except ValueError as error:
            logger.error("%s", error)
        self.admission.guard = Guard(self.watchers.page.url if self.watchers.page else "", ctx.options.apim_fleet)
        gc.collect()
        gc.freeze()  # what is there at the start stays: the collector need not look through it again and again

    def knows_options(self) -> bool:
        """Log an error for each option that nobody knows; whether there was none.

        mitmproxy keeps an option it does not know for an addon that may come, so a misspelt one goes unnoticed.
        """
        known = ", ".join(sorted(name for name, _ in ctx.options.items() if name.startswith("apim_")))
        unknown = [name for name in ctx.options.deferred if name.startswith("apim")]
        for name in unknown:
            logger.error("unknown option %s: expected one of %s", name, known)
        return not unknown

    def done(self) -> None:
        for flow in list(self.runs):  # mitmproxy tells nothing of those that wait in a hook
            exchange_of(flow).is_gone = True
            self.error(flow)
            if flow.killable:
                flow.kill()  # so that its stream asks for nothing more
        self.in_force.close()
        self.watchers.close()

    # ---- connections -----------------------------------------------------------------------------------------

    def next_layer(self, next_layer: NextLayer) -> None:
        ctx.master.addons.get("nextlayer").next_layer(next_layer)
        layer.install(next_layer)

    async def client_connected(self, client: Client) -> None:
        await startup.wait(client)

    async def client_disconnected(self, client: Client) -> None:
        await connection_end.finish(client)

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Speak HTTP/1.1 to backends, as API Management does (forward-request-policy.md, http-version)."""
        connection_end.close_with_task(data)  # mitmproxy runs this hook in the connection's task
        if self.is_destination(data.client, data.server):
            data.server.alpn_offers = (b"http/1.1",)
            connection_limit.lift(data.client, data.server)

    async def server_connected(self, data: server_hooks.ServerConnectionHookData) -> None:
        client, server = data.client, data.server
        if problem := await self.problem_of_connection(client, server):
            backpressure.abort(client, server)
            place = format_address(server.peername)
            logger.warning("closed the connection to %s: %s", place, problem, extra={"client": client.peername})
        elif self.is_destination(client, server):
            backpressure.send_without_waiting(client, server)

    async def problem_of_connection(self, client: Client, server: Server) -> str:
        if await self.admission.guard.keeps(server):
            return KEPT
        if self.is_destination(client, server):
            return ""
        return self.admission.problem_of_connection(client, server, self.hosts)

    def is_destination(self, client: Client, server: Server) -> bool:
        """Whether a policy sends a request of this client there now."""
        return any(
            address == server.address and flow.client_conn is client for flow, address in self.destinations.items()
        )

    # ---- flows -----------------------------------------------------------------------------------------------

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the configuration in force."""
        return self.in_force.gateway.hosts if self.in_force.gateway else frozenset()

    def http_connect(self, flow: http.HTTPFlow) -> None:
        if refusal := self.admission.refusal_of_proxy(flow, self.hosts):
            flow.response = http.Response.make(refusal.status, refusal.message)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        gateway, exchange = self.in_force.gateway, exchange_of(flow)
        if flow.error or flow.is_replay or not flow.live or not gateway:
            return
        exchange.refusal = self.admission.refusal(flow, exchange, gateway.hosts)
        if not (exchange.refusal or is_taken(gateway, flow, exchange)):
            exchange.passes = True
            passing.stream(flow.request, "request")

    async def request(self, flow: http.HTTPFlow) -> None:
        exchange = exchange_of(flow)
        if exchange.is_sent:
            passing.complete(flow.request)
            return
        if flow.response or flow.error or flow.is_replay or not flow.live or not self.in_force.gateway:
            return
        if run := start(self.in_force.gateway, flow, exchange):
            exchange.is_governed = True
            self.runs[flow] = run
            self.calls[flow] = self.watchers.begin(run.context)
            await self.go_on(flow, run)

    async def responseheaders(self, flow: http.HTTPFlow) -> None:
        run = self.runs.get(flow)
        if run and not run.is_finished:
            exchange = exchange_of(flow)
            exchange.again = False
            run.reply(flows.response_of(flows.answer_of(flow)))
            await self.go_on(flow, run)
            exchange.discards = exchange.again or run.has_own_answer
        elif not run and exchange_of(flow).passes:
            passing.stream(flows.answer_of(flow), "response")

    async def backend_answer(self, flow: http.HTTPFlow) -> None:
        if run := self.runs.get(flow):  # or the gateway stops
            run.context.answer.body.arrive(*flows.content_of(flows.answer_of(flow)))
            await self.go_on(flow, run)

    def backend_drained(self, flow: http.HTTPFlow) -> None:
        backpressure.close_if_unsent(flow.client_conn, flow.server_conn)

    async def backend_failure(self, flow: http.HTTPFlow) -> None:
        run, exchange = self.runs[flow], exchange_of(flow)
        failed = ForwardTimeout if exchange.timed_out else BackendConnectionFailure
        error = failed(exchange.failure)
        if run.is_finished:
            # The policy let the answer's headers pass; then its body broke off, before a byte was sent on.
            run = self.runs[flow] = Run.refusing(error, run.context)
        else:
            run.reply(error)
        await self.go_on(flow, run)

    def response(self, flow: http.HTTPFlow) -> None:
        run = self.forget(flow)
        if not run or not run.is_finished:
            if exchange_of(flow).passes:
                passing.complete(flows.answer_of(flow))
            return
        response = flows.answer_of(flow)
        if response.status_code == 101:
            backpressure.wait_again(flow.client_conn, flow.server_conn)
        else:
            backpressure.close_if_unsent(flow.client_conn, flow.server_conn)
        if run.context.answer.body.has_arrived:
            flows.put_answer(run.context.answer, flow)
        call = self.calls[flow]
        call.find_usage = call.find_usage or partial(flows.usage_of, response)
        call.end(response.status_code)
        self.watchers.ended(call)

    def error(self, flow: http.HTTPFlow) -> None:
        run = self.forget(flow)
        if not run:
            return
        if not run.is_finished:
            run.close()
        call = self.calls[flow]
        call.break_off(by_client=exchange_of(flow).is_gone)
        self.watchers.ended(call)

    def forget(self, flow: http.HTTPFlow) -> Run | None:
        """The run of a flow that ends; None for a flow without one."""
        self.destinations.pop(flow, None)
        return self.runs.pop(flow, None)

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
        exchange = exchange_of(flow)
        if isinstance(question, Forward):
            flows.address(flow.request, run.context)
            self.destinations[flow] = run.context.request.url.host, run.context.request.url.port
            exchange.again, exchange.timeout = True, question.timeout
        elif isinstance(question, ReadBody):
            exchange.wants_body = True
        elif not exchange.is_gone:
            flows.begin_answer(flow, run, self.calls[flow])
        flow.comment = run.context.journey()
        self.watchers.changed(self.calls[flow])

    async def resume(self, flow: http.HTTPFlow, run: Run) -> Suspension | None:
        """The run's next question that is not a wait; waits are done here."""
        while isinstance(question := await run.resume(), Wait):
            self.watchers.changed(self.calls[flow])
            if not await pause(exchange_of(flow), question.seconds, self.in_force.clock):
                run.close()
                return None
        return question


async def pause(exchange: Exchange, seconds: float, clock: Clock) -> bool:
    """Wait, on the gateway's clock; False as soon as the client hangs up."""
    changed = asyncio.Event()
    due = clock.monotonic() + seconds
    exchange.on_hang_up = changed.set
    clock.on_advance.add(changed.set)
    try:
        while not exchange.is_gone and (left := due - clock.monotonic()) > 0:
            changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), left)
    finally:
        clock.on_advance.discard(changed.set)
        exchange.on_hang_up = None
    return not exchange.is_gone


def start(gateway: Gateway, flow: http.HTTPFlow, exchange: Exchange) -> Run | None:
    """The run for a flow; None for traffic that is not the gateway's.

    A proxied request has a server of its own, which gets it unless the policy sets a backend.
    """
    if exchange.refusal:
        return gateway.refuse(flows.request_of(flow), exchange.refusal)
    if not is_addressed(gateway, flow, exchange):
        return None
    return gateway.serve(flows.request_of(flow), has_server=not exchange.is_direct)


def is_taken(gateway: Gateway, flow: http.HTTPFlow, exchange: Exchange) -> bool:
    """Whether the gateway answers a request, which can be told from its head; all others pass."""
    if exchange.is_direct:
        return True
    return is_addressed(gateway, flow, exchange) and gateway.takes(flow.request.path.partition("?")[0])


def is_addressed(gateway: Gateway, flow: http.HTTPFlow, exchange: Exchange) -> bool:
    """Whether a request is made to the gateway as a server, or to one of its hosts through it as a proxy."""
    is_reverse = isinstance(flow.client_conn.proxy_mode, ReverseMode)
    return exchange.is_direct or is_reverse or flow.request.host.lower() in gateway.hosts
