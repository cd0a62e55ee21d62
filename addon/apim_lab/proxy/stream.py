"""An HTTP stream that sends its flow again, in place.

mitmproxy makes an HttpStream for each request: it runs the hooks, gets a connection to the server, sends the request
and returns the answer. The stream here can do the sending again, to another server, before the client has got anything:
the client's connection, the flow and the kept-alive connections to each server stay. It asks the addon what to do
with an answer or a failure through the hooks of exchange.py.

Written for mitmproxy 12 (mitmproxy/proxy/layers/http/__init__.py), whose state machine it extends.
"""

import math
import time
from typing import Protocol
from weakref import WeakSet

from mitmproxy import http
from mitmproxy.connection import Connection
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import DropStream, GetHttpConnection, HTTPMode, HttpStream, SendHttp
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _hooks as http_hooks

from apim_lab.proxy.connections import backpressure
from apim_lab.proxy.exchange import BackendAnswerHook, BackendDrainedHook, BackendFailureHook, Exchange, carry
from apim_lab.proxy.flows import answer_of
from apim_lab.proxy.http import head_check, hop_by_hop
from apim_lab.proxy.http.flow_control import Full, Room

DRAIN_TIMEOUT = 5.0
"""Seconds that the body of a discarded answer may take to arrive, so that its connection can be used again."""

FROM_THE_BACKEND = (
    http_events.ResponseHeaders,
    http_events.ResponseData,
    http_events.ResponseTrailers,
    http_events.ResponseEndOfMessage,
    http_events.ResponseProtocolError,
)


class Carrier(Protocol):
    """The layer of the stream (layer.py): its connections, and its alarms.

    `answered`: the connections on which an answer has come. The stream sets `has_gone` when its client hangs up.
    """

    connections: dict[Connection, layer.Layer]
    answered: WeakSet[Connection]
    has_gone: bool

    def forget(self, connection: Connection) -> layer.Layer | None:
        """Know a connection no more."""
        ...

    def set_alarm(self, deadline: float) -> layer.CommandGenerator[None]:
        """Send the stream an Overdue when the deadline is over."""
        ...


class Overdue(events.Event):
    """The stream's deadline is over."""


class ReplayStream(HttpStream):
    """An HttpStream that asks the addon before it gives the client an answer, and can send the request again."""

    def __init__(self, context: Context, stream_id: int, layer: Carrier) -> None:
        super().__init__(context, stream_id)
        self.layer = layer
        self.exchange = Exchange()
        self.deadline = math.inf
        self.is_reused = False
        self.is_listening = True
        self.has_told_end = False

    # ---- what comes in ---------------------------------------------------------------------------------------

    def handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        # While a hook runs the event is only queued, so the hook has to be told that nobody waits for it.
        if isinstance(event, http_events.RequestProtocolError):
            self.exchange.hang_up()
            self.layer.has_gone = True
        if isinstance(event, FROM_THE_BACKEND) and not self.is_listening:
            return  # the connection was dropped, but its layer goes on with what it has read already
        yield from super().handle_event(event)

    def leads_to_proxy(self) -> bool:
        """Whether another proxy, or mitmproxy's own `proxyauth`, has yet to see the credentials for a proxy."""
        return self.mode is HTTPMode.upstream or bool(getattr(self.context.options, "proxyauth", None))

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, Full | Room):
            return self.tell_sender(event)
        return self.on_overdue() if isinstance(event, Overdue) else super()._handle_event(event)

    def tell_sender(self, event: Full | Room) -> layer.CommandGenerator[None]:
        """Tell whoever sends to one side whether that has room."""
        client, server = self.context.client, self.context.server
        sender = server if event.receiver is client else client
        if sender.alpn != b"h2":
            (backpressure.pause_reading if isinstance(event, Full) else backpressure.resume_reading)(client, sender)
        elif sender in self.layer.connections:
            yield SendHttp(event, sender)

    def state_wait_for_request_headers(self, event: http_events.RequestHeaders) -> layer.CommandGenerator[None]:
        # Made here and not by mitmproxy, so that the flow's exchange is known in the first hook.
        event.replay_flow = event.replay_flow or http.HTTPFlow(self.context.client, self.context.server)
        carry(event.replay_flow, self.exchange)
        # Over TLS to the proxy itself HTTP/2 names a host where HTTP/1 names none; what is for others comes by CONNECT.
        names_none = not event.request.host or (event.request.is_http2 and event.request.scheme == "https")
        self.exchange.is_direct = self.mode is HTTPMode.regular and names_none
        hop_by_hop.remove_from_request(event.request, is_for_proxy=self.leads_to_proxy())
        self.exchange.asked = event.request.host_header or ""  # in reverse mode it becomes that of the server
        yield from super().state_wait_for_request_headers(event)

    # ---- sending ---------------------------------------------------------------------------------------------

    def start_request_stream(self) -> layer.CommandGenerator[None]:
        """Send the request as it comes, as an addon wants it; but a policy needs it whole, and so does an answer."""
        if self.exchange.passes and not self.flow.response and "upgrade" not in self.flow.request.headers:
            self.exchange.is_sent = True
            yield from super().start_request_stream()
        else:
            self.flow.request.stream = False
            self.client_state = self.state_consume_request_body

    def make_server_connection(self) -> layer.CommandGenerator[bool]:
        """Get a connection to the flow's destination; as often as the policy wants another one after a failure."""
        if not self.exchange.is_governed:
            is_connected = yield from super().make_server_connection()
            if is_connected:
                self.begin_to_pass()
            return is_connected
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

    def begin_to_pass(self) -> None:
        """The request goes on by this connection, which a call that a policy governs may have used before."""
        if self.exchange.is_sent:
            backpressure.wait_again(self.context.client, self.context.server)
        if self.context.server.alpn != b"h2":
            self.delimit_body()

    def delimit_body(self) -> None:
        """HTTP/2 needs no length. Without one HTTP/1.1 would take the body for the next request."""
        request = self.flow.request
        has_body = self.exchange.is_sent or request.raw_content
        if has_body and request.is_http2 and "content-length" not in request.headers:
            request.headers["transfer-encoding"] = "chunked"

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
        hop_by_hop.remove_from_response(event.response, is_for_proxy=self.leads_to_proxy())
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
            if self.is_sending() and self.server_state == self.state_done:
                yield from self.tell_end()

    def is_sending(self) -> bool:
        """Whether the rest of the request is still to come, and goes on as it comes."""
        return bool(self.client_state == self.state_stream_request_body)

    def tell_end(self) -> layer.CommandGenerator[None]:
        """Say at once that the answer is complete. mitmproxy waits for the end of the request, which may never come:
        a client that reads in the answer that its upload is too large stops sending, and waits for that end."""
        self.has_told_end = True
        yield SendHttp(http_events.ResponseEndOfMessage(self.stream_id), self.context.client)

    def is_owed_to_server(self, event: http_events.HttpEvent) -> bool:
        """Whether the server still waits for the rest of a request that breaks off after its answer."""
        is_break = isinstance(event, http_events.RequestProtocolError)
        return is_break and self.has_told_end and self.is_sending() and self.context.server in self.layer.connections

    def flow_done(self) -> layer.CommandGenerator[None]:
        if self.has_told_end:
            self.flow.live = False
            yield DropStream(self.stream_id)
        else:
            yield from super().flow_done()

    def go_on_without_the_rest(self) -> layer.CommandGenerator[None]:
        """The answer that is discarded did not come whole; nobody needs it."""
        self.response_body_buf.clear()
        yield from self.send_response()

    # ---- no answer -------------------------------------------------------------------------------------------

    def handle_protocol_error(
        self, event: http_events.RequestProtocolError | http_events.ResponseProtocolError
    ) -> layer.CommandGenerator[None]:
        if not isinstance(event, http_events.ResponseProtocolError) or not self.owes_an_answer():
            if self.is_owed_to_server(event):
                yield SendHttp(event, self.context.server)
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
        if self.context.options.validate_inbound_headers:
            try:
                head_check.check(answer_of(self.flow))
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
