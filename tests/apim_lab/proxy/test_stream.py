"""The stream that mitmproxy gets in the place of its own; what it does with real traffic is in e2e/."""

from mitmproxy import flow, options
from mitmproxy.connection import Client, Server
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import HTTPMode
from mitmproxy.test import tflow

from apim_lab.proxy.layer import ReplayLayer


def test_a_call_that_ends_in_a_hook_ends_its_backends_work():
    """Over HTTP/2 the client's connection stays, and mitmproxy opens at most five to a backend for it."""
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), timestamp_start=0)
    layer, backend = ReplayLayer(Context(client, options.Options()), HTTPMode.regular), Server(address=None)
    list(layer.make_stream(1))
    layer.connections[backend] = layer
    stream = layer.streams[1]
    stream.context.server, stream.flow, stream.exchange.is_governed = backend, tflow.tflow(), True
    stream.flow.error = flow.Error(flow.Error.KILLED_MESSAGE)
    closed = [it for it in stream.check_killed(False) if isinstance(it, commands.CloseConnection)]

    assert [command.connection for command in closed] == [backend]
    assert backend not in layer.connections
