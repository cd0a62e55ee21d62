"""The layer that mitmproxy gets in the place of its own; what it does with real traffic is in e2e/."""

import time

import pytest
from mitmproxy import options
from mitmproxy.connection import Client, ConnectionState, Server
from mitmproxy.proxy import commands, events, layers
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.layers.http import GetHttpConnection, HttpLayer, HTTPMode

from apim_lab.proxy.layer import Alarm, ReplayLayer, install


@pytest.fixture
def context() -> Context:
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), timestamp_start=0)
    return Context(client, options.Options())


@pytest.fixture
def layer(context: Context) -> ReplayLayer:
    return ReplayLayer(context, HTTPMode.regular)


def server(state: ConnectionState = ConnectionState.OPEN, error: str | None = None) -> Server:
    made = Server(address=("127.0.0.1", 5001))
    made.state, made.error = state, error
    return made


class Told:
    """Stands for a stream that is told of events."""

    def __init__(self) -> None:
        self.events: list[events.Event] = []

    def __call__(self, event: events.Event) -> list[commands.Command]:
        self.events.append(event)
        return []


class TestInstall:
    def test_an_http_layer_is_replaced_by_one_that_replays(self, context):
        next_layer = NextLayer(context)
        next_layer.layer = HttpLayer(context, HTTPMode.transparent)
        install(next_layer)

        assert isinstance(next_layer.layer, ReplayLayer)
        assert next_layer.layer.mode is HTTPMode.transparent
        assert context.layers == [next_layer.layer]

    def test_one_inside_a_tls_layer_too(self, context):
        next_layer = NextLayer(context)
        proxy = layers.modes.HttpProxy(context)
        next_layer.layer = layers.ClientTLSLayer(context)
        next_layer.layer.child_layer = HttpLayer(context, HTTPMode.regular)
        install(next_layer)

        assert isinstance(next_layer.layer.child_layer, ReplayLayer)
        assert context.layers == [proxy, next_layer.layer, next_layer.layer.child_layer]

    def test_what_is_not_http_is_left_alone(self, context):
        next_layer = NextLayer(context)
        install(next_layer)
        assert next_layer.layer is None

        chosen = next_layer.layer = layers.TCPLayer(context)
        install(next_layer)
        assert next_layer.layer is chosen


class TestConnections:
    def test_closed_and_failed_ones_are_forgotten(self, layer):
        alive, closed, failed = server(), server(ConnectionState.CLOSED), server(error="refused")
        layer.connections.update(dict.fromkeys((layer.context.client, alive, closed, failed), layer))
        layer.forget_closed_connections()

        assert set(layer.connections) == {layer.context.client, alive}

    def test_those_that_are_being_opened_or_in_use_are_kept(self, layer):
        opening, in_use = server(ConnectionState.CLOSED), server(ConnectionState.CLOSED)
        layer.connections.update({opening: layer, in_use: layer})
        layer.waiting_for_establishment[opening] = []
        list(layer.make_stream(1))
        layer.streams[1].context.server = in_use
        layer.forget_closed_connections()

        assert set(layer.connections) == {opening, in_use}

    def test_what_a_forgotten_one_still_has_to_say_is_not_heard(self, layer):
        assert list(layer.handle_event(events.ConnectionClosed(server(ConnectionState.CLOSED)))) == []


class TestAlarm:
    def test_one_is_set_for_the_earliest_deadline_only(self, layer):
        first, later, sooner = (list(layer.set_alarm(deadline)) for deadline in (100.0, 200.0, 50.0))

        assert [isinstance(command, Alarm) for command in first + sooner] == [True, True]
        assert later == []
        assert layer.alarms == {100.0, 50.0}

    def test_without_a_waiting_stream_none_is_set_again(self, layer):
        alarm = next(layer.set_alarm(1.0))

        assert list(layer.handle_event(events.Wakeup(alarm))) == []
        assert layer.alarms == set()

    def test_one_that_rang_does_not_bring_another_while_a_later_one_is_set(self, layer):
        list(layer.make_stream(1))
        layer.streams[1].deadline = time.monotonic() + 300
        _, soon = (next(layer.set_alarm(deadline)) for deadline in (layer.streams[1].deadline, 1.0))

        assert list(layer.handle_event(events.Wakeup(soon))) == []
        assert layer.alarms == {layer.streams[1].deadline}

    def test_a_stream_that_is_still_connecting_has_its_attempt_ended(self, layer):
        list(layer.make_stream(1))
        opening, waiting = server(ConnectionState.CLOSED), GetHttpConnection(("127.0.0.1", 5001), False, None)
        layer.waiting_for_establishment[opening] = [waiting]
        layer.command_sources[waiting] = layer.streams[1]
        layer.streams[1].deadline = 0.0
        layer.streams[1].handle_event = told = Told()
        ended = list(layer.on_alarm())

        assert isinstance(ended[0], commands.CloseConnection)
        assert ended[0].connection is opening
        assert layer.command_sources == {}
        assert told.events[0].reply == (None, "not connected in time")

    @pytest.mark.parametrize(("overdue", "other"), [(1, 3), (3, 1)])
    def test_others_that_wait_for_the_same_connection_go_on_waiting(self, layer, overdue, other):
        opening = server(ConnectionState.CLOSED)
        for stream_id in (1, 3):
            list(layer.make_stream(stream_id))
            waiting = GetHttpConnection(("127.0.0.1", 5001), False, None)
            layer.waiting_for_establishment[opening].append(waiting)
            layer.command_sources[waiting] = layer.streams[stream_id]
        layer.streams[overdue].deadline = 0.0
        layer.streams[overdue].handle_event = Told()

        assert not [command for command in layer.on_alarm() if isinstance(command, commands.CloseConnection)]
        assert [layer.command_sources[command] for command in layer.waiting_for_establishment[opening]] == [
            layer.streams[other]
        ]


class TestCrash:
    def test_the_client_is_not_left_waiting(self, layer, monkeypatch):
        def fail(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(layer, "on_alarm", fail)
        told = layer.handle_event(events.Wakeup(Alarm(1, layer)))

        closing = next(told)
        assert isinstance(closing, commands.CloseConnection)
        assert closing.connection is layer.context.client
        with pytest.raises(ZeroDivisionError):
            next(told)
