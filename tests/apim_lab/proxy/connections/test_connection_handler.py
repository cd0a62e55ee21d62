"""Hooks that wait, and hooks that do not, between events of a connection."""

import asyncio
from unittest.mock import AsyncMock, Mock

import pytest
from mitmproxy import exceptions
from mitmproxy.connection import Server
from mitmproxy.proxy import commands, events, mode_servers, mode_specs
from mitmproxy.proxy.layers.http import HttpRequestHook
from mitmproxy.test import taddons, tflow

from apim_lab.proxy import hook_index
from apim_lab.proxy.connections.connection_handler import ConnectionHandler


class Layer:
    """Runs the `request` hook at the start, and notes the events that come to it."""

    def __init__(self):
        self.seen: list[str] = []

    def handle_event(self, event):
        self.seen.append(type(event).__name__)
        if isinstance(event, events.Start):
            yield HttpRequestHook(tflow.tflow())
            self.seen.append("the rest of Start")


class Waits:
    def __init__(self):
        self.over = asyncio.Event()

    async def request(self, flow):
        await self.over.wait()


class WaitsForNothing:
    async def request(self, flow): ...


@pytest.fixture
def connected():
    """A handler, as mitmproxy makes them, whose layer is the one above, with an addon."""

    def connect(addon) -> tuple[ConnectionHandler, Layer]:
        context = taddons.context(addon)
        hook_index.install(context.master)
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)  # as mitmproxy does
        writer = Mock(get_extra_info=Mock(return_value=("127.0.0.1", 1)), drain=AsyncMock())
        mode = mode_specs.ProxyMode.parse("regular")
        handler = ConnectionHandler(context.master, Mock(), writer, context.options, mode)
        handler.layer = Layer()
        return handler, handler.layer

    return connect


async def test_what_follows_a_hook_that_waits_for_nothing_comes_in_the_same_round_of_the_loop(connected):
    handler, layer = connected(WaitsForNothing())
    rounds = []
    asyncio.get_running_loop().call_soon(rounds.append, 1)
    await handler.server_event(events.Start())
    assert layer.seen == ["Start", "the rest of Start", "HookCompleted"]
    assert not rounds


async def test_other_events_are_handled_while_a_hook_waits(connected):
    addon = Waits()
    handler, layer = connected(addon)
    await handler.server_event(events.Start())
    await handler.server_event(events.ConnectionClosed(handler.client))
    assert layer.seen == ["Start", "the rest of Start", "ConnectionClosed"]
    addon.over.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert layer.seen[3:] == ["HookCompleted"]


class Crashes(Layer):
    """The same, but fails at the end of the start."""

    def handle_event(self, event):
        yield from super().handle_event(event)
        if isinstance(event, events.Start):
            raise ZeroDivisionError


async def test_an_event_that_fails_keeps_no_other_back(connected, caplog):
    handler, _ = connected(WaitsForNothing())
    handler.layer = Crashes()
    await handler.server_event(events.Start())
    assert handler.layer.seen[-1] == "HookCompleted"
    assert "has crashed" in caplog.text


class SetsNoOption:
    def request(self, flow):
        raise exceptions.OptionsError("No such option")


async def test_an_addon_that_fails_to_set_an_option_ends_nothing(connected, caplog):
    handler, layer = connected(SetsNoOption())
    await handler.server_event(events.Start())
    assert layer.seen == ["Start", "the rest of Start", "HookCompleted"]
    assert "Addon error: No such option" in caplog.text


class Opens:
    """Opens a connection at the start, and notes how that ended."""

    def __init__(self, server: Server):
        self.server = server
        self.replies: list[str | None] = []
        self.replied = asyncio.Event()

    def handle_event(self, event):
        if isinstance(event, events.Start):
            yield commands.OpenConnection(self.server)
        elif isinstance(event, events.OpenConnectionCompleted):
            self.replies.append(event.reply)
            self.replied.set()


async def test_a_server_that_has_reset_the_connection_when_it_is_there_is_a_failure(connected, monkeypatch):
    async def open_connection(*_, **__):
        return Mock(), Mock(get_extra_info=Mock(return_value=None))  # the system names no peer any more

    monkeypatch.setattr(asyncio, "open_connection", open_connection)
    handler, _ = connected(WaitsForNothing())
    handler.layer = Opens(Server(address=("127.0.0.1", 5001)))
    await handler.server_event(events.Start())
    await asyncio.wait_for(handler.layer.replied.wait(), 10)

    assert handler.layer.replies == ["the server reset the connection"]
    assert not handler.layer.server.connected


async def test_a_host_that_cannot_be_encoded_is_a_failure(connected):
    handler, _ = connected(WaitsForNothing())
    handler.layer = Opens(Server(address=("a..b", 80)))
    await handler.server_event(events.Start())
    await asyncio.wait_for(handler.layer.replied.wait(), 10)

    assert "label" in handler.layer.replies[0]


def test_mitmproxy_makes_its_handlers_of_it(monkeypatch):
    from apim_lab.proxy.connections import connection_handler

    monkeypatch.setattr(mode_servers, "ProxyConnectionHandler", mode_servers.ProxyConnectionHandler)
    connection_handler.install()
    assert mode_servers.ProxyConnectionHandler is ConnectionHandler


class Closes:
    """A layer that closes the connection as soon as anything comes."""

    def handle_event(self, event):
        if isinstance(event, events.DataReceived):
            yield commands.CloseConnection(event.connection)


async def test_a_connection_can_be_closed_because_of_bytes_that_were_there_before_its_task(connected, caplog):
    handler, _ = connected(WaitsForNothing())
    handler.layer = Closes()
    reader = asyncio.StreamReader()
    reader.feed_data(b"nonsense")
    handler.transports[handler.client].reader = reader
    await asyncio.wait_for(handler.handle_client(), 5)

    assert "has crashed" not in caplog.text
