"""What is left of a connection when its client is gone."""

import asyncio
from unittest.mock import Mock

import pytest
from mitmproxy.proxy import commands, events, mode_specs
from mitmproxy.proxy.server import ConnectionIO
from mitmproxy.test import taddons

from apim_lab.proxy.connections import connection_end
from apim_lab.proxy.connections.connection_handler import ConnectionHandler


class SetsTimer:
    """A layer that sets a timer when it hears of the end."""

    def handle_event(self, event):
        if isinstance(event, events.ConnectionClosed):
            yield commands.RequestWakeup(300)


@pytest.fixture
def handler(monkeypatch):
    """A handler whose client is gone, which the layers do not know yet."""
    with taddons.context() as context:
        writer = Mock(get_extra_info=Mock(return_value=("127.0.0.1", 1)))
        mode = mode_specs.ProxyMode.parse("regular")
        handler = ConnectionHandler(context.master, Mock(), writer, context.options, mode)
        handler.layer = SetsTimer()
        handler.transports = {handler.client: ConnectionIO(writer=writer)}
        monkeypatch.setattr(connection_end, "handler_of", lambda client: handler)
        yield handler


async def test_no_timer_outlives_the_client(handler):
    await connection_end.finish(handler.client)
    await asyncio.sleep(0)

    assert not [task for task in asyncio.all_tasks() if "wakeup" in task.get_name()]


async def test_its_connection_is_closed(handler):
    await connection_end.finish(handler.client)

    assert handler.transports == {}
