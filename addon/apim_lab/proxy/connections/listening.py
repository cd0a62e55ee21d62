"""Listens on loopback unless the operator names an address (`listen_host`): whoever reaches the gateway spends the keys
of its backends.

mitmproxy loads the gateway while it opens its ports, on all interfaces. So they are moved as soon as they are open, and
only then announced; clients that were faster wait until the start is over (startup.py).

Written for mitmproxy 12 (mitmproxy/addons/proxyserver.py, mitmproxy/proxy/mode_servers.py).
"""

import logging

from mitmproxy import ctx
from mitmproxy.master import Master
from mitmproxy.proxy.mode_servers import AsyncioServerInstance, ServerInstance
from mitmproxy.proxy.mode_specs import ProxyMode, RegularMode, ReverseMode, Socks5Mode, UpstreamMode
from mitmproxy.utils.human import format_address

from apim_lab.proxy.options import is_given

LOOPBACK = "127.0.0.1"

MODES = (RegularMode, ReverseMode, Socks5Mode, UpstreamMode)
"""Modes that this machine's clients use, too; the others exist for the traffic of other machines."""

announcer = logging.getLogger("mitmproxy.proxy.mode_servers")


def listen_on_loopback(master: Master) -> None:
    """Let the ports that are being opened, and those that will be, take connections from this machine alone."""
    if is_given(master.options, "listen_host"):
        return
    master.options.update(listen_host=LOOPBACK)
    proxyserver = master.addons.get("proxyserver")
    if proxyserver and not proxyserver.is_running:  # else the gateway was added to a mitmproxy that has started before
        announcer.addFilter(announces_nothing)
        proxyserver.servers.changed.connect(move_all)


async def move_all() -> None:
    """Move the servers, and announce them; mitmproxy awaits this before it goes on with the start."""
    servers = ctx.master.addons.get("proxyserver").servers
    if not any(server.is_running for server in servers):
        return  # they are about to be opened, or mitmproxy ends this start
    servers.changed.disconnect(move_all)
    announcer.removeFilter(announces_nothing)
    for server in servers:
        if isinstance(server, AsyncioServerInstance) and isinstance(server.mode, MODES) and server.is_running:
            await move(server)
        announce(server)


async def move(server: AsyncioServerInstance[ProxyMode]) -> None:
    """Let the server listen on the same port of loopback, and nowhere else."""
    if server.mode.custom_listen_host is not None:
        return
    port = server.listen_addrs[0][1]
    await server._stop()
    try:
        server._servers = await server.listen(LOOPBACK, port)
    except OSError as error:
        announcer.error("%s failed to listen on %s:%d with %s", server.mode.description, LOOPBACK, port, error)


def announce(server: ServerInstance[ProxyMode]) -> None:
    """Log where the server listens, in mitmproxy's words."""
    if server.listen_addrs:
        addresses = " and ".join({format_address(address) for address in server.listen_addrs})
        announcer.info("%s listening at %s.", server.mode.description, addresses)


def announces_nothing(record: logging.LogRecord) -> bool:
    return " listening at " not in record.getMessage()
