"""A handler of a client's connections that goes on at once after a hook that did not wait, and misses nothing.

mitmproxy runs each hook in a task, which then has to queue for its turn to tell the layers that the hook has ended: a
future, a wake-up and a round of the event loop, four times a request. Most hooks wait for nothing and have ended before
the layers have finished with the event that ran them, since mitmproxy's tasks begin to run where they are made.

Written for mitmproxy 12 (mitmproxy/proxy/server.py).
"""

import asyncio
from collections import deque
from typing import Any

from mitmproxy.connection import Connection, ConnectionState
from mitmproxy.proxy import commands, events, mode_servers
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler


class ConnectionHandler(ProxyConnectionHandler):
    """mitmproxy's handler; `ended` are hooks that have ended while the layers are still at the event that ran them."""

    def __init__(self, *arguments: Any) -> None:
        ProxyConnectionHandler.__init__(self, *arguments)
        self.ended: deque[events.HookCompleted] = deque()

    async def handle_connection(self, connection: Connection) -> None:
        if connection is self.client:
            # mitmproxy notes the client's task when it has made it, but by then it may have read, and even have ended.
            await asyncio.sleep(0)
        await super().handle_connection(connection)

    async def server_event(self, event: events.Event) -> None:
        await super().server_event(event)
        while self.ended:
            await super().server_event(self.ended.popleft())

    async def open_connection(self, command: commands.OpenConnection) -> None:
        """mitmproxy answers the command if the system refuses the connection, but not if its own code fails: the peer
        has no name any more if it has reset the connection already; and a host like "a..b" cannot be encoded."""
        try:
            await super().open_connection(command)
        except (AssertionError, ValueError) as error:
            command.connection.state = ConnectionState.CLOSED
            command.connection.error = str(error) or "the server reset the connection"
            await self.server_event(events.OpenConnectionCompleted(command, command.connection.error))

    async def hook_task(self, hook: commands.StartHook) -> None:
        await self.handle_hook(hook)
        if not hook.blocking:
            return
        if self._server_event_lock.locked():  # never across a wait, so the hook has not waited
            self.ended.append(events.HookCompleted(hook))
        else:
            await self.server_event(events.HookCompleted(hook))


def install() -> None:
    """Let mitmproxy make its handlers of this class; it looks for theirs in its own module."""
    mode_servers.ProxyConnectionHandler = ConnectionHandler  # type: ignore[misc]  # see above
