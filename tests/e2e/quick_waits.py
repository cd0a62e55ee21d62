"""An addon that advances the gateway's clock by what a policy is about to wait."""

import asyncio
from collections.abc import Awaitable

from mitmproxy import ctx

LONGEST_REAL = 5.0
real_wait_for = asyncio.wait_for


async def wait_for[T](fut: Awaitable[T], timeout: float | None) -> T:  # noqa: ASYNC109  # it stands for asyncio's
    if timeout and timeout > LONGEST_REAL:
        ctx.master.addons.get("balancer").in_force.clock.advance(timeout)
    return await real_wait_for(fut, timeout)


asyncio.wait_for = wait_for
