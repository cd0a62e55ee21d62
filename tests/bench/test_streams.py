"""Events of a stream are noted when they arrive, however the network cuts them."""

import asyncio

import pytest

from bench.load import AnswerError
from bench.streams import StreamConnection, Streamed

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENT = b"9\r\ndata: a\n\n\r\n"
END = b"0\r\n\r\n"


class Silent(asyncio.Transport):
    def write(self, data: bytes) -> None:
        pass


async def read(*pieces: bytes) -> list[float]:
    connection = StreamConnection()
    connection.connection_made(Silent())
    reading = asyncio.create_task(connection.read(b"GET / HTTP/1.1\r\n\r\n"))
    await asyncio.sleep(0)
    for piece in pieces:
        connection.data_received(piece)
    connection.connection_lost(None)
    return await reading


async def test_every_event_is_noted_once_whichever_bytes_come_together():
    stream = HEAD + EVENT * 3 + END

    for size in range(1, len(stream)):
        pieces = [stream[begin : begin + size] for begin in range(0, len(stream), size)]
        assert len(await read(*pieces)) == 3


@pytest.mark.parametrize(
    ("pieces", "got"),
    [
        ([HEAD + EVENT], "a connection that was closed"),
        ([HEAD + END], "no event"),
        ([b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"], "no 200"),
    ],
)
async def test_an_answer_that_is_no_complete_stream_is_an_error(pieces, got):
    with pytest.raises(AnswerError, match=got):
        await read(*pieces)


def test_gaps_are_between_the_events_of_one_stream():
    streamed = Streamed(3.0, [[1.0, 1.5, 1.75], [2.0, 3.0]])

    assert streamed.first == [1.0, 2.0]
    assert streamed.gaps == [0.5, 0.25, 1.0]
