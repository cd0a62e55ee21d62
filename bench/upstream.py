"""An upstream that costs next to nothing: `python -m bench.upstream` answers every call with the same bytes.

It listens on three ports that the system chooses, as three backends, and the path's deployment says what a call gets
(ANSWERS, STREAMS), or:

- `throttled`: a 429 to the first call, a chat completion to the next, and so on in turn;
- `reset`: a TCP reset instead of an answer.
"""

import asyncio
import itertools
import json
import re
import socket
import struct
from collections.abc import Iterator

BACKENDS = 3
EVENT_INTERVAL = 0.01
"""Seconds between two events of a stream."""

LARGE = 1_000_000
"""Bytes of the message in the large answer."""

STREAMS = {"streamed": 20, "long": 100}
"""The events of a stream, by its deployment: the first at once, each of the others after an interval."""

DEPLOYMENT = re.compile(rb" /openai/deployments/([a-z]+)/")


def answer(status: str, content: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def chunk(content: bytes) -> bytes:
    """One chunk of a chunked body (RFC 9112, section 7.1)."""
    return b"%x\r\n%s\r\n" % (len(content), content)


def completion(message: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": message}, "finish_reason": "stop"}
    content = {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "gpt-4o",
        "choices": [choice],
        "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
    }
    return answer("200 OK", json.dumps(content).encode())


def event(delta: dict[str, str], finish_reason: str | None = None) -> bytes:
    content = {
        "id": "chatcmpl-bench",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "gpt-4o",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }
    return chunk(b"data: %s\n\n" % json.dumps(content).encode())


COMPLETION = completion("Hello! How can I help you today?")
ANSWERS = {b"plain": COMPLETION, b"large": completion("x" * LARGE)}
THROTTLED = answer("429 Too Many Requests", b'{"error": {"code": "429", "message": "Too many requests."}}')
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENT = event({"content": "Hi"})
LAST_EVENT = event({}, "stop")
STREAM_END = chunk(b"data: [DONE]\n\n") + chunk(b"")


class Upstream(asyncio.Protocol):
    """One connection; `turns` is shared by all."""

    def __init__(self, turns: Iterator[bytes]) -> None:
        self.turns = turns
        self.received = bytearray()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while end := request_end(self.received):
            self.reply(deployment_of(self.received))
            del self.received[:end]

    def reply(self, deployment: bytes) -> None:
        if events := STREAMS.get(deployment.decode()):
            self.transport.write(STREAM_HEAD + EVENT)
            self.send_later(events - 1)
        elif deployment == b"reset":
            reset(self.transport)
        else:
            self.transport.write(next(self.turns) if deployment == b"throttled" else ANSWERS[deployment])

    def send_later(self, events: int) -> None:
        asyncio.get_running_loop().call_later(EVENT_INTERVAL, self.send, events)

    def send(self, events: int) -> None:
        """Send the next event of so many, and the end with the last."""
        if self.transport.is_closing():
            return
        if events > 1:
            self.transport.write(EVENT)
            self.send_later(events - 1)
        else:
            self.transport.write(LAST_EVENT + STREAM_END)


def reset(transport: asyncio.Transport) -> None:
    """Close with a TCP reset: a linger time of zero says so (socket(7), SO_LINGER)."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def request_end(received: bytes | bytearray) -> int:
    """Where the first request in these bytes ends; 0 while it is incomplete. Its length is its Content-Length."""
    blank = received.find(b"\r\n\r\n")
    if blank < 0:
        return 0
    head = received[:blank].lower()
    length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0] or 0)
    end = blank + 4 + length
    return end if len(received) >= end else 0


def deployment_of(received: bytes | bytearray) -> bytes:
    """The deployment that the request line names; `plain` if it names none."""
    named = DEPLOYMENT.search(received, 0, received.index(b"\r\n"))
    return named[1] if named else b"plain"


async def main() -> None:
    turns = itertools.cycle((THROTTLED, COMPLETION))
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: Upstream(turns), "127.0.0.1", 0) for _ in range(BACKENDS)]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
