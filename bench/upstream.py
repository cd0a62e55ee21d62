"""An upstream that costs next to nothing: `python -m bench.upstream` answers every call with the same few bytes.

It listens on three ports that the system chooses, as three backends, and the path's deployment says what a call gets:

- `plain`: a chat completion;
- `throttled`: a 429 to the first call, a chat completion to the next, and so on in turn;
- `streamed`: a chat completion as server-sent events, the first at once and each of the others a little later.
"""

import asyncio
import itertools
import json
from collections.abc import Iterator

BACKENDS = 3
EVENTS = 10
EVENT_INTERVAL = 0.01
"""Seconds between two events of a stream."""


def answer(status: str, content: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def chunk(content: bytes) -> bytes:
    """One chunk of a chunked body (RFC 9112, section 7.1)."""
    return b"%x\r\n%s\r\n" % (len(content), content)


COMPLETION = answer(
    "200 OK",
    json.dumps(
        {
            "id": "chatcmpl-bench",
            "object": "chat.completion",
            "created": 1700000000,
            "model": "gpt-4o",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "Hello! How can I help you today?"},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
        }
    ).encode(),
)
THROTTLED = answer("429 Too Many Requests", b'{"error": {"code": "429", "message": "Too many requests."}}')
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENT = chunk(b'data: {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}\n\n')
STREAM_END = chunk(b"data: [DONE]\n\n") + chunk(b"")


class Upstream(asyncio.Protocol):
    """One connection; `turns` is shared by all."""

    def __init__(self, turns: Iterator[bytes]) -> None:
        self.turns = turns
        self.received = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while end := request_end(self.received):
            request, self.received = self.received[:end], self.received[end:]
            self.reply(request)

    def reply(self, request: bytes) -> None:
        target = request.split(b"\r\n", 1)[0]
        if b"/streamed/" in target:
            self.transport.write(STREAM_HEAD + EVENT)
            self.send_events(EVENTS - 1)
        else:
            self.transport.write(next(self.turns) if b"/throttled/" in target else COMPLETION)

    def send_events(self, number: int) -> None:
        """Send so many events, one after each interval, and the end."""
        if self.transport.is_closing():
            return
        if number:
            asyncio.get_running_loop().call_later(EVENT_INTERVAL, self.send_event, number)
        else:
            self.transport.write(STREAM_END)

    def send_event(self, number: int) -> None:
        self.transport.write(EVENT)
        self.send_events(number - 1)


def request_end(received: bytes) -> int:
    """Where the first request in these bytes ends; 0 while it is incomplete. Its length is its Content-Length."""
    head, blank, body = received.partition(b"\r\n\r\n")
    if not blank:
        return 0
    length = int(head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0] or 0)
    return len(head) + len(blank) + length if len(body) >= length else 0


async def main() -> None:
    turns = itertools.cycle((THROTTLED, COMPLETION))
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: Upstream(turns), "127.0.0.1", 0) for _ in range(BACKENDS)]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
