"""A stream that keeps no body without limit, and waits for no body without end.

A request that is too large is refused with 413, one that stops coming with 408. An answer that stops coming is a
failure of the backend, and so is one that is too large and that the policy reads. A large answer that nobody reads
passes on piece by piece, as fast as the client takes it. All bodies that are kept at the same time have a limit, too:
a request beyond it is refused with 503.
"""

import math
import time
from functools import cached_property
from logging import WARNING
from weakref import WeakSet

from mitmproxy import http
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import _events as http_events

from apim_lab.proxy.flows import MAX_DECODED, answer_of
from apim_lab.proxy.http.http1_connection import LINGER
from apim_lab.proxy.stream import Carrier, ReplayStream

MEGABYTE = 1 << 20

MAX_UNREAD = MAX_DECODED
"""Bytes of an answer that no policy reads; the usage of a larger one is not searched for, so it need not be kept."""

MAX_DRAINED = MEGABYTE
"""Bytes that are read of an answer that is discarded; a new connection costs less than more of it."""

LARGE_BODIES: WeakSet["BoundedStream"] = WeakSet()
"""The streams that keep, or have kept, a megabyte or more; what smaller bodies take is not counted."""

PIECES = (http_events.RequestData, http_events.ResponseData)


class BoundedStream(ReplayStream):
    """A ReplayStream with limits.

    `patience` is how many seconds it waits for the next piece of a body, 0 if it waits for none; `drained` is how many
    bytes it has read of an answer that is discarded.
    """

    def __init__(self, context: Context, stream_id: int, layer: Carrier) -> None:
        super().__init__(context, stream_id, layer)
        self.patience = 0
        self.drained = 0
        self.counted_at = MEGABYTE

    @cached_property
    def has_other_limits(self) -> bool:
        """Whether mitmproxy's own option limits bodies; `stream_large_bodies` is refused (options.py)."""
        return bool(self.context.options.body_size_limit)

    @property
    def limit(self) -> int:
        limit: int = self.context.options.apim_body_limit
        return limit * MEGABYTE

    @property
    def kept(self) -> int:
        """Bytes of the bodies of a call that is under way."""
        if not self.flow.live:
            return 0
        return len(self.request_body_buf) + len(self.response_body_buf) + len(self.flow.request.raw_content or b"")

    def is_too_much(self, size: int) -> bool:
        """Whether all bodies together are too large; they are counted with each megabyte of this one."""
        if size < self.counted_at:
            return False
        self.counted_at = (size // MEGABYTE + 1) * MEGABYTE
        LARGE_BODIES.add(self)
        limit: int = self.context.options.apim_memory_limit
        return sum(stream.kept for stream in LARGE_BODIES) > limit * MEGABYTE

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, events.Wakeup):
            return self.say_farewell()
        if self.patience and isinstance(event, PIECES):
            self.deadline = time.monotonic() + self.patience
        return super()._handle_event(event)

    # ---- requests --------------------------------------------------------------------------------------------

    def state_wait_for_request_headers(self, event: http_events.RequestHeaders) -> layer.CommandGenerator[None]:
        yield from super().state_wait_for_request_headers(event)
        is_kept = self.client_state == self.state_consume_request_body and not self.exchange.passes
        if is_kept and not event.end_stream:
            if length_of(self.flow.request) > self.limit:
                yield from self.refuse_large_request()
            else:
                yield from self.be_patient()

    def state_consume_request_body(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, http_events.RequestEndOfMessage):
            self.patience, self.deadline = 0, math.inf
        yield from super().state_consume_request_body(event)

    def refuse_large_request(self) -> layer.CommandGenerator[None]:
        limit = self.context.options.apim_body_limit
        yield from self.refuse(413, f"The request body has more than {limit} MB (apim_body_limit).")

    def refuse(self, status: int, message: str) -> layer.CommandGenerator[None]:
        """Answer before the request is complete, and end its connection, which has the rest still to come."""
        yield commands.Log(f"refused a request ({status}): {message}", WARNING)
        self.request_body_buf.clear()
        self.client_state = self.state_done
        self.flow.response = http.Response.make(
            status, f'{{ "statusCode": {status}, "message": "{message}" }}', {"Content-Type": "application/json"}
        )
        is_alone = self.context.client.alpn != b"h2"
        if is_alone:
            self.flow.response.headers["Connection"] = "close"
        yield from self.send_own_answer()
        if is_alone:
            # A connection that is closed with unread bytes is reset, and the client may lose the answer.
            yield commands.RequestWakeup(LINGER)

    def state_done(self, event: events.Event) -> layer.CommandGenerator[None]:
        """Discard what was on its way already of a request that is refused; mitmproxy would end the connection."""
        yield from ()

    def say_farewell(self) -> layer.CommandGenerator[None]:
        yield commands.CloseConnection(self.context.client)

    # ---- answers ---------------------------------------------------------------------------------------------

    def state_wait_for_response_headers(self, event: http_events.ResponseHeaders) -> layer.CommandGenerator[None]:
        self.patience, self.drained, self.counted_at = 0, 0, MEGABYTE
        yield from super().state_wait_for_response_headers(event)
        if event.end_stream or not self.exchange.is_governed or self.exchange.discards:
            return
        if self.server_state in (self.state_consume_response_body, self.state_stream_response_body):
            yield from self.be_patient()
        if self.server_state == self.state_consume_response_body:
            yield from self.check_answer_size(length_of(answer_of(self.flow)))

    def state_consume_response_body(self, event: events.Event) -> layer.CommandGenerator[None]:
        if self.exchange.discards and isinstance(event, http_events.ResponseData):
            self.drained += len(event.data)
            if self.drained > MAX_DRAINED:
                yield from self.drop_connection()
                yield from self.go_on_without_the_rest()
        else:
            yield from super().state_consume_response_body(event)

    def check_body_size(self, request: bool) -> layer.CommandGenerator[bool]:
        """Look at mitmproxy's own limits where they are set, and at those here: no body below a megabyte meets one."""
        if self.has_other_limits and (yield from super().check_body_size(request)):
            return True
        if len(self.request_body_buf if request else self.response_body_buf) < MEGABYTE:
            return False
        if request and len(self.request_body_buf) > self.limit and not self.exchange.passes:
            yield from self.refuse_large_request()
            return True
        if request and self.is_too_much(len(self.request_body_buf)):
            yield from self.refuse(503, "The gateway keeps too many large bodies (apim_memory_limit).")
            return True
        if not request and self.exchange.is_governed:
            yield from self.check_answer_size(len(self.response_body_buf))
        return False

    def check_answer_size(self, size: int) -> layer.CommandGenerator[None]:
        is_too_much = self.is_too_much(len(self.response_body_buf))
        if not self.exchange.wants_body:
            if is_too_much or size > min(self.limit, MAX_UNREAD):
                yield from self.pass_on()
        elif is_too_much or size > self.limit:
            yield from self.drop_connection()
            option = "apim_memory_limit" if is_too_much else "apim_body_limit"
            yield from self.fail(f"the policy reads an answer that is too large ({option})")

    def pass_on(self) -> layer.CommandGenerator[None]:
        """Send what has come of the answer, and the rest as it comes."""
        answer_of(self.flow).stream = True
        begun = bytes(self.response_body_buf)
        self.response_body_buf.clear()
        yield from self.start_response_stream()
        if begun:
            yield from self.state_stream_response_body(http_events.ResponseData(self.stream_id, begun))

    # ---- silence ---------------------------------------------------------------------------------------------

    def be_patient(self) -> layer.CommandGenerator[None]:
        """Wait for each piece of the body, but for none too long."""
        self.patience = self.context.options.apim_idle_timeout
        yield from self.set_deadline(self.patience)

    def on_overdue(self) -> layer.CommandGenerator[None]:
        if self.deadline > time.monotonic() or not self.patience:
            yield from super().on_overdue()
            return
        silence = f"nothing came for {self.patience} s (apim_idle_timeout)"
        if self.client_state == self.state_consume_request_body:
            yield from self.refuse(408, f"The request body is incomplete: {silence}.")
        elif self.owes_an_answer():
            yield from self.drop_connection()
            yield from self.fail(f"the answer is incomplete: {silence}", timed_out=True)
        elif self.server_state == self.state_stream_response_body:
            yield from self.drop_connection()
            code = http_events.ErrorCode.GENERIC_SERVER_ERROR
            failure = http_events.ResponseProtocolError(self.stream_id, f"the answer is incomplete: {silence}", code)
            yield from self.handle_protocol_error(failure)


def length_of(message: http.Message) -> int:
    """The length that the head declares; 0 if it declares none."""
    length = message.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0
