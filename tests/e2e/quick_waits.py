"""A clock for mitmdump in which waits of a policy pass at once; everything else takes the time it takes."""

import asyncio

REAL = asyncio.wait_for
LONGEST_REAL = 5.0


async def wait_for(awaitable, timeout):  # noqa: ASYNC109  # it stands for asyncio's
    return await REAL(awaitable, 0 if timeout and timeout > LONGEST_REAL else timeout)


asyncio.wait_for = wait_for
