"""A handler of a client's connections that goes on at once after a hook that does not wait, and misses nothing.

mitmproxy runs each hook in a task, which then has to queue for its turn to tell the layers that the hook has ended: a
task, a future, a wake-up and a round of the event loop, four times a request. Most hooks wait for nothing. Here they
are called where they come up; only one that wants to wait gets a task.

Written for mitmproxy 12 (mitmproxy/proxy/server.py).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from typing import Any

from mitmproxy.connection import Connection, ConnectionState
from mitmproxy.flow import Flow
from mitmproxy.proxy import commands, events, mode_servers
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler
from mitmproxy.proxy.server import ConnectionIO
from mitmproxy.utils.asyncio_utils import create_task

from apim_lab.proxy.connections.send_data import join_sends
from apim_lab.proxy.hook_index import Dispatch, IndexedAddonManager, arguments_of, finish


class ConnectionHandler(ProxyConnectionHandler):
    """mitmproxy's handler; `events` are those that the layers have yet to get, one after the other."""

    def __init__(self, *arguments: Any) -> None:
        ProxyConnectionHandler.__init__(self, *arguments)
        self.events: deque[events.Event] = deque()

    # ---- connections -----------------------------------------------------------------------------------------

    async def handle_client(self) -> None:
        with suppress(asyncio.CancelledError):  # at the stop: asyncio would log it, with a traceback for each client
            await super().handle_client()

    async def handle_connection(self, connection: Connection) -> None:
        if connection is self.client:
            # mitmproxy notes the client's task when it has made it, but by then it may have read, and even have ended.
            await asyncio.sleep(0)
        await super().handle_connection(connection)

    async def open_connection(self, command: commands.OpenConnection) -> None:
        """mitmproxy answers the command if the system refuses the connection, but not if its own code fails: the peer
        has no name any more if it has reset the connection already; and a host like "a..b" cannot be encoded."""
        try:
            await super().open_connection(command)
        except (AssertionError, ValueError) as error:
            command.connection.state = ConnectionState.CLOSED
            command.connection.error = str(error) or "the server reset the connection"
            await self.server_event(events.OpenConnectionCompleted(command, command.connection.error))

    def note_reset(self, connection: Connection) -> None:
        """mitmproxy tells the end of a connection in the same way, whether it was closed or reset."""
        reader = self.transports[connection].reader if connection in self.transports else None
        if isinstance(reader, asyncio.StreamReader) and reader.exception() and not connection.error:
            connection.error = "the connection was reset"

    # ---- events ----------------------------------------------------------------------------------------------

    async def server_event(self, event: events.Event) -> None:
        if isinstance(event, events.ConnectionClosed):
            self.note_reset(event.connection)
        async with self._server_event_lock:  # a task begins to run where it is made, and may come here
            self.timeout_watchdog.register_activity()
            self.events.append(event)
            while self.events:
                self.handle_event(self.events.popleft())

    def handle_event(self, event: events.Event) -> None:
        try:
            for command in join_sends(self.layer.handle_event(event)):
                self.carry_out(command)
        except Exception:  # noqa: BLE001  # as mitmproxy does: other events may go well
            self.log("mitmproxy has crashed!", logging.ERROR, exc_info=True)

    def carry_out(self, command: commands.Command) -> None:
        match command:
            case commands.StartHook():
                self.run_hook(command)
            case commands.Log():
                self.log(command.message, command.level)
            case commands.RequestWakeup():
                self.wakeup_timer.add(self.start(self.wakeup(command), "wakeup timer"))
            case commands.OpenConnection():
                assert command.connection not in self.transports
                task = self.start(self.open_connection(command), f"connection to {command.connection.address}")
                self.transports[command.connection] = ConnectionIO(handler=task)
            case commands.ConnectionCommand():
                if command.connection in self.transports:  # or it is closed already
                    self.use_connection(command)
            case _:
                raise RuntimeError(f"Unexpected command: {command}")

    def use_connection(self, command: commands.ConnectionCommand) -> None:
        match command:
            case commands.SendData():
                writer = self.transports[command.connection].writer
                assert writer
                if not writer.is_closing():
                    writer.write(command.data)
            case commands.CloseTcpConnection():
                self.close_connection(command.connection, command.half_close)
            case commands.CloseConnection():
                self.close_connection(command.connection)
            case _:
                raise RuntimeError(f"Unexpected command: {command}")

    def start(self, coroutine: Coroutine[Any, Any, None], name: str, *, keep_ref: bool = False) -> asyncio.Task[None]:
        return create_task(coroutine, name=name, keep_ref=keep_ref, client=self.client.peername)

    # ---- hooks -----------------------------------------------------------------------------------------------

    def run_hook(self, hook: commands.StartHook) -> None:
        """Call the addons. If one wants to wait, or holds the flow back, the rest is done in a task."""
        addons = self.master.addons
        assert isinstance(addons, IndexedAddonManager)
        dispatch = addons.lifecycle(hook, to_caller=())  # which is the connection, with all its calls
        awaited = next(dispatch, None)
        if awaited or is_held_back(hook):
            self.start(self.finish_hook(hook, dispatch, awaited), f"handle_hook({hook.name})", keep_ref=True)
        elif hook.blocking:
            self.events.append(events.HookCompleted(hook))

    async def finish_hook(
        self, hook: commands.StartHook, dispatch: Dispatch, awaited: Awaitable[object] | None
    ) -> None:
        with self.timeout_watchdog.disarm():
            await finish(dispatch, awaited)
            if is_held_back(hook):
                await arguments_of(hook)[0].wait_for_resume()
        if not hook.blocking:
            return
        if self._server_event_lock.locked():  # never across a wait: so nothing has waited in the end
            self.events.append(events.HookCompleted(hook))
        else:
            await self.server_event(events.HookCompleted(hook))


def is_held_back(hook: commands.StartHook) -> bool:
    """Whether an addon has intercepted the flow."""
    subject = arguments_of(hook)[0]
    return isinstance(subject, Flow) and subject.intercepted


def install() -> None:
    """Let mitmproxy make its handlers of this class; it looks for theirs in its own module."""
    mode_servers.ProxyConnectionHandler = ConnectionHandler  # type: ignore[misc]  # see above
