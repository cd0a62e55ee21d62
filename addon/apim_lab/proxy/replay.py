"""An HTTP stream that sends its flow again, in place.

mitmproxy makes an HttpStream for each request: it runs the hooks, gets a connection to the server, sends the request
and returns the answer. The stream here can do the sending again, to another server, before the client has got anything:
the client's connection, the flow and the kept-alive connections to each server stay. It asks the addon what to do
with an answer or a failure through hooks of its own, so that mitmproxy's `response` and `error` hooks still come once
per request, and what else listens to them (the flow list, `-w`) sees one request with one answer.

Written for mitmproxy 12 (mitmproxy/proxy/layers/http/__init__.py), whose state machine it extends.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary, WeakSet

from mitmproxy import http
from mitmproxy.connection import Connection, ConnectionState, Server
from mitmproxy.net.http.validate import validate_headers
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import (
    GetHttpConnection,
    GetHttpConnectionCompleted,
    HttpLayer,
    HTTPMode,
    HttpStream,
    RegisterHttpConnection,
    SendHttp,
)
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _hooks as http_hooks
from mitmproxy.proxy.layers.http import _http1 as http1

from apim_lab.proxy.flows import answer_of
from apim_lab.proxy.http2 import Http2Server

DRAIN_TIMEOUT = 5.0
"""Seconds that the body of a discarded answer may take to arrive, so that its connection can be used again."""


@dataclass
class Exchange:
    """What the addon and the stream of one flow tell each other.

    The stream says: `is_direct`, the request names no server, it is for the proxy itself; `failure`, why
    the backend gave no answer, `timed_out`, whether that was the timeout; `is_gone`, the client hung up. The addon
    says: `is_governed`, it decides about this flow; `timeout`, seconds until the headers of the answer; `again`, send
    `flow.request` once more; `discards`, the rest of the answer is read only to keep its connection; `wants_body`, run
    the hook `backend_answer` when the answer is complete; `on_hang_up`, call this when the client hangs up.
    """

    is_direct: bool = False
    failure: str = ""
    timed_out: bool = False
    is_gone: bool = False
    is_governed: bool = False
    timeout: float = math.inf
    again: bool = False
    discards: bool = False
    wants_body: bool = False
    on_hang_up: Callable[[], None] | None = None

    def hang_up(self) -> None:
        self.is_gone = True
        if self.on_hang_up:
            self.on_hang_up()


_exchanges: WeakKeyDictionary[http.HTTPFlow, Exchange] = WeakKeyDictionary()


def exchange_of(flow: http.HTTPFlow) -> Exchange:
    """The flow's Exchange; a new one for a flow that no stream of ours carries (one loaded from a file)."""
    if flow not in _exchanges:
        _exchanges[flow] = Exchange()
    return _exchanges[flow]


@dataclass
class BackendAnswerHook(commands.StartHook):
    """The answer that the addon `wants_body` of is complete: `flow.response`."""

    flow: http.HTTPFlow


@dataclass
class BackendDrainedHook(commands.StartHook):
    """The answer that is discarded is complete. While the stream waits for the hook, mitmproxy's connection ends its
    exchange, which otherwise would be the end of a request sent again on it."""

    flow: http.HTTPFlow


@dataclass
class BackendFailureHook(commands.StartHook):
    """The backend gave no answer. The addon sets `exchange.again` or `flow.response`."""

    flow: http.HTTPFlow


FROM_THE_BACKEND = (
    http_events.ResponseHeaders,
    http_events.ResponseData,
    http_events.ResponseTrailers,
    http_events.ResponseEndOfMessage,
    http_events.ResponseProtocolError,
)


class ChunkedReader(http1.ChunkedReader):  # type: ignore[name-defined,misc]  # it comes from h11, untyped
    """Discards trailers, as a recipient may (RFC 9112, section 7.1.2); mitmproxy knows none, and would crash."""

    def __call__(self, buffer: object) -> object:
        event = super().__call__(buffer)
        return type(event)() if getattr(event, "headers", None) else event  # only the end of the message has any


http1.ChunkedReader = ChunkedReader  # type: ignore[attr-defined]  # where mitmproxy's make_body_reader looks for it


class Alarm(commands.RequestWakeup):
    """Wake the layer at `due`, when the first of its streams may be overdue."""

    def __init__(self, due: float) -> None:
        super().__init__(max(0.0, due - time.monotonic()))
        self.due = due


class Overdue(events.Event):
    """The stream's deadline is over."""


class ReplayStream(HttpStream):
    """An HttpStream that asks the addon before it gives the client an answer, and can send the request again."""

    def __init__(self, context: Context, stream_id: int, layer: "ReplayLayer") -> None:
        super().__init__(context, stream_id)
        self.layer = layer
        self.exchange = Exchange()
        self.deadline = math.inf
        self.is_reused = False
        self.is_listening = True

    # ---- what comes in ---------------------------------------------------------------------------------------

    def handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        # While a hook runs the event is only queued, so the hook has to be told that nobody waits for it.
        if isinstance(event, http_events.RequestProtocolError):
            self.exchange.hang_up()
            self.layer.has_gone = True
        if isinstance(event, FROM_THE_BACKEND) and not self.is_listening:
            return  # the connection was dropped, but its layer goes on with what it has read already
        yield from super().handle_event(event)

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        return self.on_overdue() if isinstance(event, Overdue) else super()._handle_event(event)

    def state_wait_for_request_headers(self, event: http_events.RequestHeaders) -> layer.CommandGenerator[None]:
        # Made here and not by mitmproxy, so that the flow's exchange is known in the first hook.
        event.replay_flow = event.replay_flow or http.HTTPFlow(self.context.client, self.context.server)
        _exchanges[event.replay_flow] = self.exchange
        # Over TLS to the proxy itself HTTP/2 names a host where HTTP/1 names none; what is for others comes by CONNECT.
        names_none = not event.request.host or (event.request.is_http2 and event.request.scheme == "https")
        self.exchange.is_direct = self.mode is HTTPMode.regular and names_none
        yield from super().state_wait_for_request_headers(event)

    # ---- sending ---------------------------------------------------------------------------------------------

    def make_server_connection(self) -> layer.CommandGenerator[bool]:
        """Get a connection to the flow's destination; as often as the policy wants another one after a failure."""
        if not self.exchange.is_governed:
            return (yield from super().make_server_connection())
        if not self.exchange.again:
            # The addon failed before it said where to: the request must not go where the client meant it to go.
            failed = http_events.ResponseProtocolError(
                self.stream_id, "gateway failure", http_events.ErrorCode.CONNECT_FAILED
            )
            yield from super().handle_protocol_error(failed)
            return False
        while True:
            self.exchange.again = False
            yield from self.set_deadline(self.exchange.timeout)
            request, via = self.flow.request, self.flow.server_conn.via
            connection, failure = yield GetHttpConnection((request.host, request.port), request.scheme == "https", via)
            if not failure:
                self.context.server = self.flow.server_conn = connection
                self.is_reused = connection in self.layer.answered
                self.is_listening = True
                return True
            timed_out = time.monotonic() >= self.deadline
            if not (yield from self.resolve(failure, timed_out=timed_out)):
                return False

    def send_again(self) -> layer.CommandGenerator[None]:
        """Send the request as it is in the flow now, and wait for its answer from the start."""
        self.exchange.again, self.exchange.discards = True, False
        self.flow.response = None
        self.response_body_buf.clear()
        self.server_state = self.state_wait_for_response_headers
        if not (yield from self.make_server_connection()):
            return
        content = self.flow.request.raw_content
        headers = http_events.RequestHeaders(self.stream_id, self.flow.request, end_stream=not content)
        yield SendHttp(headers, self.context.server)
        if content:
            yield SendHttp(http_events.RequestData(self.stream_id, content), self.context.server)
        yield SendHttp(http_events.RequestEndOfMessage(self.stream_id), self.context.server)

    # ---- the answer ------------------------------------------------------------------------------------------

    def state_wait_for_response_headers(self, event: http_events.ResponseHeaders) -> layer.CommandGenerator[None]:
        self.deadline = math.inf
        self.layer.answered.add(self.context.server)
        yield from super().state_wait_for_response_headers(event)
        if self.exchange.discards and self.server_state == self.state_consume_response_body:
            yield from self.set_deadline(DRAIN_TIMEOUT)

    def send_response(self, already_streamed: bool = False) -> layer.CommandGenerator[None]:
        self.deadline = math.inf
        if self.exchange.wants_body or self.exchange.again:
            hook = BackendAnswerHook if self.exchange.wants_body else BackendDrainedHook
            self.exchange.wants_body = False
            yield hook(self.flow)
            if (yield from self.check_killed(True)):
                return
        if self.exchange.again:
            yield from self.send_again()
        else:
            yield from super().send_response(already_streamed)

    def go_on_without_the_rest(self) -> layer.CommandGenerator[None]:
        """The answer that is discarded did not come whole; nobody needs it."""
        self.response_body_buf.clear()
        yield from self.send_response()

    # ---- no answer -------------------------------------------------------------------------------------------

    def handle_protocol_error(
        self, event: http_events.RequestProtocolError | http_events.ResponseProtocolError
    ) -> layer.CommandGenerator[None]:
        if not isinstance(event, http_events.ResponseProtocolError) or not self.owes_an_answer():
            yield from super().handle_protocol_error(event)
            return
        yield from self.drop_connection()
        if self.exchange.discards:
            yield from self.go_on_without_the_rest()
        elif self.is_reused and event.message == "server closed connection" and not self.flow.response:
            # A kept-alive connection that the backend closed while the request was on its way: not one byte
            # of an answer, and another connection may well work (RFC 9112, section 9.3.1).
            yield from self.send_again()
        else:
            yield from self.fail(event.message)

    def owes_an_answer(self) -> bool:
        """Whether the addon decides about the flow and the client has not got a byte of an answer yet."""
        waiting = (self.state_wait_for_response_headers, self.state_consume_response_body)
        return self.exchange.is_governed and self.client_state == self.state_done and self.server_state in waiting

    def check_killed(self, emit_error_hook: bool) -> layer.CommandGenerator[bool]:
        is_killed = yield from super().check_killed(emit_error_hook)
        if is_killed and self.exchange.is_governed and self.context.server in self.layer.connections:
            yield from self.drop_connection()  # what the backend is still sending is for nobody
        return is_killed

    def check_invalid(self, request: bool) -> layer.CommandGenerator[bool]:
        if request or not self.exchange.is_governed:
            return (yield from super().check_invalid(request))
        if problem := self.problem_of_answer():
            yield from self.drop_connection()
            yield from self.fail(f"invalid answer: {problem}")
        return bool(problem)

    def problem_of_answer(self) -> str:
        response = answer_of(self.flow)
        status = response.status_code
        if status == 101 and "upgrade" not in self.flow.request.headers:
            return "it switches protocols, which nobody asked for"
        if status < 200 and status != 101:
            return f"interim status {status}, which mitmproxy takes for the final one"
        if self.context.options.validate_inbound_headers:
            try:
                validate_headers(response)
            except ValueError as error:
                return str(error)
        return ""

    def on_overdue(self) -> layer.CommandGenerator[None]:
        if self.deadline > time.monotonic() or not self.owes_an_answer():
            return  # the answer came while the event was on its way
        yield from self.drop_connection()
        if self.exchange.discards:
            yield from self.go_on_without_the_rest()
        else:
            yield from self.fail(f"no answer within {self.exchange.timeout:g} s", timed_out=True)

    def fail(self, failure: str, *, timed_out: bool = False) -> layer.CommandGenerator[None]:
        if (yield from self.resolve(failure, timed_out=timed_out)):
            yield from self.send_again()

    def resolve(self, failure: str, *, timed_out: bool) -> layer.CommandGenerator[bool]:
        """Let the addon decide about a failure: True for another attempt; else its own answer was sent."""
        self.deadline = math.inf
        if (yield from self.check_killed(True)):
            return False
        self.exchange.failure, self.exchange.timed_out = failure, timed_out
        self.exchange.again = self.exchange.wants_body = False
        self.flow.response = None
        yield BackendFailureHook(self.flow)
        if (yield from self.check_killed(True)):
            return False
        if not self.exchange.again:
            yield from self.send_own_answer()
        return self.exchange.again

    def send_own_answer(self) -> layer.CommandGenerator[None]:
        """Send the response that the addon has made, with the hooks that mitmproxy runs for such a one."""
        answer_of(self.flow).timestamp_start = time.time()
        yield http_hooks.HttpResponseHeadersHook(self.flow)
        if not (yield from self.check_killed(True)):
            yield from super().send_response()

    def drop_connection(self) -> layer.CommandGenerator[None]:
        """Close the connection to the server, and hear no more of it: it may still be speaking of the last attempt."""
        self.is_listening = False
        queued = [event for event in self._paused_event_queue if not isinstance(event, FROM_THE_BACKEND)]
        self._paused_event_queue.clear()
        self._paused_event_queue.extend(queued)
        self.layer.forget(self.context.server)
        yield commands.CloseConnection(self.context.server)

    def set_deadline(self, seconds: float) -> layer.CommandGenerator[None]:
        self.deadline = time.monotonic() + seconds
        yield from self.layer.set_alarm(self.deadline)


class ReplayLayer(HttpLayer):
    """An HttpLayer whose streams can replay; it also watches their deadlines and forgets closed connections."""

    def __init__(self, context: Context, mode: HTTPMode) -> None:
        super().__init__(context, mode)
        self.answered: WeakSet[Connection] = WeakSet()
        self.alarms: set[float] = set()
        self.has_gone = False  # whether streams may wait for a connection whose client hung up

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        try:
            yield from self.dispatch(event)
        except Exception:
            # mitmproxy logs it and would leave the client waiting for an answer that cannot come any more.
            yield commands.CloseConnection(self.context.client)
            raise

    def dispatch(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, events.Wakeup) and isinstance(event.command, Alarm):
            self.command_sources.pop(event.command, None)
            self.alarms.discard(event.command.due)
            yield from self.on_alarm()
        elif not self.is_forgotten(event):
            if isinstance(event, events.Start) and self.context.client.alpn == b"h2":
                self.connections[self.context.client] = Http2Server(self.context.fork())
            yield from super()._handle_event(event)
            if self.has_gone:
                yield from self.release_gone()

    def make_stream(self, stream_id: int) -> layer.CommandGenerator[None]:
        self.streams[stream_id] = ReplayStream(self.context.fork(), stream_id, self)
        yield from self.event_to_child(self.streams[stream_id], events.Start())

    # ---- deadlines -------------------------------------------------------------------------------------------

    def set_alarm(self, deadline: float) -> layer.CommandGenerator[None]:
        """One alarm serves all streams: a timer of its own for each request would outlive it by minutes."""
        if deadline < min(self.alarms, default=math.inf):
            self.alarms.add(deadline)
            yield Alarm(deadline)

    def on_alarm(self) -> layer.CommandGenerator[None]:
        now = time.monotonic()
        for stream in list(self.streams.values()):
            if isinstance(stream, ReplayStream) and stream.deadline <= now:
                yield from self.expire(stream)
        waiting = [stream.deadline for stream in self.streams.values() if isinstance(stream, ReplayStream)]
        yield from self.set_alarm(min(waiting, default=math.inf))

    def expire(self, stream: ReplayStream) -> layer.CommandGenerator[None]:
        """Tell the stream, or answer it in the place of the connection that it still waits for."""
        for connection, waiting in self.waiting_for_establishment.items():
            for command in waiting:
                if self.command_sources.get(command) is stream:
                    yield from self.give_up(connection, [command], "not connected in time")
                    return
        yield from self.event_to_child(stream, Overdue())

    # ---- clients that are gone -------------------------------------------------------------------------------

    def release_gone(self) -> layer.CommandGenerator[None]:
        """Let the calls that nobody waits for any more wait for no connection: mitmproxy may never bring it."""
        self.has_gone = False
        for connection, waiting in list(self.waiting_for_establishment.items()):
            if gone := [command for command in waiting if self.stream_of(command).exchange.is_gone]:
                yield from self.give_up(connection, gone, "the client is gone")

    def stream_of(self, command: GetHttpConnection) -> ReplayStream:
        """The stream that asked for a connection."""
        stream = self.command_sources[command]
        assert isinstance(stream, ReplayStream)
        return stream

    def give_up(
        self, connection: Connection, given_up: Sequence[GetHttpConnection], reason: str
    ) -> layer.CommandGenerator[None]:
        """Answer some streams that wait for a connection; end the attempt if no other does."""
        apart = set(given_up)  # by identity, as they are hashed; as values all that wait for a connection are equal
        waiting = self.waiting_for_establishment[connection]
        waiting[:] = [command for command in waiting if command not in apart]
        if not waiting:
            yield from self.stop_opening(connection)
        for command in given_up:
            stream = self.command_sources.pop(command)
            yield from self.event_to_child(stream, GetHttpConnectionCompleted(command, (None, reason)))

    def stop_opening(self, connection: Connection) -> layer.CommandGenerator[None]:
        """End the attempt. Whether its end is told depends on how far mitmproxy has got with it."""
        del self.waiting_for_establishment[connection]
        opening = self.forget(connection)
        if opening and opening._paused and isinstance(opening._paused.command, commands.OpenConnection):
            for around in self.http_layers():
                around.command_sources.pop(opening._paused.command, None)
        yield commands.CloseConnection(connection)

    # ---- connections -----------------------------------------------------------------------------------------

    def get_connection(self, event: GetHttpConnection, *, reuse: bool = True) -> layer.CommandGenerator[None]:
        self.forget_closed_connections()
        yield from super().get_connection(event, reuse=reuse)

    def register_connection(self, command: RegisterHttpConnection) -> layer.CommandGenerator[None]:
        if command.connection in self.waiting_for_establishment:  # or nobody waits for it any more
            yield from super().register_connection(command)

    def forget_closed_connections(self) -> None:
        """mitmproxy keeps them all: they would pile up, and one that once failed would fail every later attempt."""
        in_use = {stream.context.server for stream in self.streams.values()}
        for connection in list(self.connections):
            if not isinstance(connection, Server) or connection in self.waiting_for_establishment:
                continue
            if connection.error or (connection.state is ConnectionState.CLOSED and connection not in in_use):
                self.forget(connection)

    def forget(self, connection: Connection) -> layer.Layer | None:
        """The layer of a connection that is known no more, neither here nor in the layer of a CONNECT around this."""
        speaking = self.connections.get(connection)
        for around in self.http_layers():
            around.connections.pop(connection, None)
        return speaking

    def http_layers(self) -> list[HttpLayer]:
        """This layer, after those of the CONNECTs around it."""
        return [around for around in self.context.layers if isinstance(around, HttpLayer)]

    def is_forgotten(self, event: events.Event) -> bool:
        if isinstance(event, events.OpenConnectionCompleted):
            return event.command not in self.command_sources
        return (
            isinstance(event, events.ConnectionEvent)
            and event.connection not in self.connections
            and event.connection != self.context.server
        )


def install(next_layer: layer.NextLayer) -> None:
    """Put a ReplayLayer in the place of the HttpLayer that was chosen, which may be inside a TLS layer."""
    parent, chosen = None, next_layer.layer
    while chosen is not None and type(chosen) is not HttpLayer:
        parent, chosen = chosen, getattr(chosen, "child_layer", None)
    if chosen is None:
        return
    chosen.context.layers.remove(chosen)
    replacement = ReplayLayer(chosen.context, chosen.mode)
    if parent is None:
        next_layer.layer = replacement
    else:
        parent.child_layer = replacement  # type: ignore[attr-defined]  # the loop came here through it


__all__ = ["BackendAnswerHook", "BackendFailureHook", "Exchange", "exchange_of", "install"]
