"""The HTTP layer of a client's connection, whose streams can replay (stream.py).

It watches the deadlines of its streams, releases those whose client is gone, and forgets closed connections.
"""

import math
import time
from collections.abc import Sequence
from copy import copy
from weakref import WeakSet

from mitmproxy.connection import Connection, ConnectionState, Server
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import (
    GetHttpConnection,
    GetHttpConnectionCompleted,
    HttpLayer,
    HTTPMode,
    RegisterHttpConnection,
)

from apim_lab.proxy.bounded_stream import BoundedStream
from apim_lab.proxy.http.http2_connection import Http2Server
from apim_lab.proxy.stream import Overdue, ReplayStream


class Alarm(commands.RequestWakeup):
    """Wake `sleeper` at `due`, when the first of its streams may be overdue.

    mitmproxy gives it to the outermost layer first. In a CONNECT that is not the one that set it.
    """

    def __init__(self, due: float, sleeper: HttpLayer) -> None:
        super().__init__(max(0.0, due - time.monotonic()))
        self.due = due
        self.sleeper = sleeper


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
        if isinstance(event, events.Wakeup) and isinstance(event.command, Alarm) and event.command.sleeper is self:
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
        self.streams[stream_id] = BoundedStream(fork(self.context), stream_id, self)
        yield from self.event_to_child(self.streams[stream_id], events.Start())

    # ---- deadlines -------------------------------------------------------------------------------------------

    def set_alarm(self, deadline: float) -> layer.CommandGenerator[None]:
        """One alarm serves all streams: a timer of its own for each request would outlive it by minutes."""
        if deadline < min(self.alarms, default=math.inf):
            self.alarms.add(deadline)
            yield Alarm(deadline, self)

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
        ended = [known for known in self.connections if known.error or known.state is ConnectionState.CLOSED]
        if not ended:
            return
        in_use = {stream.context.server for stream in self.streams.values()}
        for connection in ended:
            if not isinstance(connection, Server) or connection in self.waiting_for_establishment:
                continue
            if connection.error or connection not in in_use:
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


def fork(context: Context) -> Context:
    """A context of the same connections, as `Context.fork`, which makes a server first that nobody needs."""
    forked = copy(context)
    forked.layers = context.layers.copy()
    return forked
