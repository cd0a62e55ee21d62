"""Lets clients wait until the start is over.

mitmproxy opens its ports early in the start, and ends it if an error was logged, even one about a call. And a
gateway whose policy has a mistake would serve calls for a moment.

Written for mitmproxy 12 (mitmproxy/master.py, mitmproxy/addons/errorcheck.py).
"""

import asyncio
import logging

from mitmproxy import ctx
from mitmproxy.connection import Client

POLL_INTERVAL = 0.01
"""Seconds between two looks whether the start is over."""


async def wait(client: Client) -> None:
    """Return once the start is over: then errors do not end the gateway any more. Refuse the client if it failed."""
    try:
        while is_going_on():  # noqa: ASYNC110  # nothing tells of its end
            await asyncio.sleep(POLL_INTERVAL)
    except asyncio.CancelledError:  # asyncio would log it, with a traceback for each client
        client.error = "the gateway does not start"


def is_going_on() -> bool:
    check = ctx.master.addons.get("errorcheck")  # it listens to the log for as long as the start lasts
    return check is not None and check.logger in logging.getLogger().handlers
