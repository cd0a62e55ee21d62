"""Sends calls to the gateway for the buttons of the page, as any client would: through a socket of its own."""

import asyncio
import contextlib
import itertools
import json

from tornado.httpclient import HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from apim_lab.livepage.board import Operated
from apim_lab.livepage.fleet import FAILURES

MAX_CALLS_AT_ONCE = 100
MAX_CALLS_WAITING = 2000
"""Calls under way, or waiting for their turn."""

CALL_TIMEOUT = 900.0
"""Seconds that one call may take: a policy may wait for long."""

PATH = "/deployments/gpt-4o/chat/completions?api-version=2024-10-21"


class Sender:
    """Sends chat completions. Every message is different, so that each call can be told from the others."""

    def __init__(self, operated: Operated) -> None:
        self._operated = operated
        self._client = SimpleAsyncHTTPClient(force_instance=True, max_clients=MAX_CALLS_AT_ONCE)
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, count: int, key: str, *, stream: bool, parallel: int = MAX_CALLS_AT_ONCE) -> None:
        """Begin to send `count` calls, `parallel` at once; raise ValueError if they cannot be sent."""
        url = self._url()
        if len(self._tasks) + count > MAX_CALLS_WAITING:
            raise ValueError(f"{len(self._tasks)} calls are under way already: wait until there are fewer")
        turns = asyncio.Semaphore(parallel)
        for _ in range(count):
            task = asyncio.get_running_loop().create_task(self._call(url, key, turns, stream=stream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        self._client.close()

    def _url(self) -> str:
        gateway = self._operated.gateway
        if gateway is None:
            raise ValueError("the gateway has no valid configuration")
        return self._operated.url() + gateway.apis[0].prefix + PATH

    async def _call(self, url: str, key: str, turns: asyncio.Semaphore, *, stream: bool) -> None:
        async with turns:
            message = {"role": "user", "content": f"Hello, this is call {next(self._numbers)} of the page"}
            request = HTTPRequest(
                url,
                "POST",
                {"Content-Type": "application/json", "api-key": key},
                json.dumps({"messages": [message], "stream": stream}),
                connect_timeout=CALL_TIMEOUT,  # counts the time in the queue, too
                request_timeout=CALL_TIMEOUT,
                follow_redirects=False,
                decompress_response=False,
                streaming_callback=lambda _: None,
            )
            with contextlib.suppress(*FAILURES):  # how the call ended is on the page
                await self._client.fetch(request, raise_error=False)
