"""Where the gateway listens."""

import logging

import pytest
from mitmproxy.addons.next_layer import NextLayer
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.proxy import mode_specs
from mitmproxy.proxy.mode_servers import AsyncioServerInstance
from mitmproxy.test import taddons

from apim_lab.proxy.connections.listening import announcer, listen_on_loopback


@pytest.fixture
async def opened(caplog: pytest.LogCaptureFixture):
    """Open a server of each mode as mitmproxy does at the start, with the gateway loaded in between."""
    proxyserver = Proxyserver()
    with taddons.context(proxyserver, NextLayer()) as tools, caplog.at_level(logging.INFO, announcer.name):
        tools.options.update(listen_port=0)

        async def open_(*modes: str, **given: str):
            tools.options.update(**given)
            specs = [mode_specs.ProxyMode.parse(mode) for mode in modes]
            listen_on_loopback(tools.master)
            tools.options.update(listen_host=given.get("listen_host", ""))  # what mitmproxy read before
            await proxyserver.servers.update(specs)
            return [server.listen_addrs for server in proxyserver.servers]

        yield open_
        await proxyserver.servers.update([])
        announcer.filters.clear()


@pytest.mark.parametrize("mode", ["regular", "reverse:http://127.0.0.1:1", "upstream:http://127.0.0.1:1", "socks5"])
async def test_a_server_listens_on_loopback_alone_and_only_that_is_announced(opened, caplog, mode):
    ((address,),) = await opened(mode)

    assert address[0] == "127.0.0.1"
    assert [line for line in caplog.messages if "listening" in line] == [
        f"{mode_specs.ProxyMode.parse(mode).description} listening at 127.0.0.1:{address[1]}."
    ]


@pytest.mark.parametrize("given", ["0.0.0.0", ""])
async def test_a_server_listens_where_the_operator_says(opened, given):
    ((address, *_),) = await opened("regular", listen_host=given)

    assert address[0] in ("0.0.0.0", "::")


async def test_a_mode_with_an_address_of_its_own_keeps_it(opened):
    own, other = await opened("regular@0.0.0.0:0", "socks5@0")

    assert (own[0][0], other[0][0]) == ("0.0.0.0", "127.0.0.1")


async def test_a_port_that_cannot_be_moved_is_an_error(opened, caplog, monkeypatch):
    listen = AsyncioServerInstance.listen

    async def refuse(self, host: str, port: int):
        if host == "127.0.0.1":
            raise OSError("taken")
        return await listen(self, host, port)

    monkeypatch.setattr(AsyncioServerInstance, "listen", refuse)
    await opened("regular")

    assert [record.getMessage().split()[-1] for record in caplog.records if record.levelname == "ERROR"] == ["taken"]


async def test_mitmproxy_announces_later_servers_itself(opened):
    await opened("regular")

    assert not announcer.filters
