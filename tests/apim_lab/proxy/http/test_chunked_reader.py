"""Chunked bodies, as RFC 9112, section 7.1, has them."""

import h11
import pytest
from h11._receivebuffer import ReceiveBuffer

from apim_lab.proxy.http.chunked_reader import MAX_EXTENSIONS, MAX_LINE, MAX_OVERHEAD, MAX_TRAILERS, ChunkedReader


def read(*arriving: bytes) -> list[object]:
    """What the reader returns as the pieces arrive: data, and None at the end of the message."""
    reader, buffer, events = ChunkedReader(), ReceiveBuffer(), []
    for piece in arriving:
        buffer += piece
        while (event := reader(buffer)) is not None:
            events.append(event.data if isinstance(event, h11.Data) else None)
            if events[-1] is None:
                return [*events, *([bytes(buffer)] if buffer else [])]
    return events


BODY = b"4\r\nWiki\r\n5;a=b\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\nX-Checksum: 1\r\n\r\n"
CONTENT = b"Wikipedia in\r\n\r\nchunks."


def test_all_chunks_that_have_arrived_are_one_piece():
    """Each piece goes through all layers, so 100,000 chunks of one byte must not be as many pieces."""
    assert read(b"1\r\nx\r\n" * 100_000) == [b"x" * 100_000]


def test_extensions_and_trailers_are_discarded():
    assert read(BODY) == [CONTENT, None]


@pytest.mark.parametrize("cut", range(1, len(BODY)))
def test_a_body_may_be_cut_anywhere(cut):
    events = read(BODY[:cut], BODY[cut:])

    assert b"".join(events[:-1]) == CONTENT
    assert events[-1] is None


def test_it_may_come_byte_by_byte():
    events = read(*(BODY[at : at + 1] for at in range(len(BODY))))

    assert b"".join(events[:-1]) == CONTENT


def test_what_follows_the_body_is_left_for_the_next_request():
    assert read(b"2\r\nhi\r\n0\r\n\r\nGET / HTTP/1.1\r\n") == [b"hi", None, b"GET / HTTP/1.1\r\n"]


@pytest.mark.parametrize("line", [b"a", b"A", b"000000000000000a", b"a ", b"a;x", b'a ; x="y;z"'])
def test_the_size_is_hexadecimal_and_may_have_extensions(line):
    assert read(line + b"\r\n0123456789\r\n0\r\n\r\n") == [b"0123456789", None]


@pytest.mark.parametrize(
    "wrong",
    [
        b"\r\n",
        b"g\r\n",
        b"-1\r\n",
        b"+1\r\n",
        b"0x1\r\n",
        b"1_0\r\n",
        b" 1\r\n",
        b"1\n1\r\n",
        b"1;a\rb\r\n",
        b"1;a\nb\r\n",
    ],
)
def test_nothing_else_is_a_size(wrong):
    for before in (b"", b"2\r\nhi\r\n"):
        with pytest.raises(h11.LocalProtocolError, match="size"):
            read(before + wrong + b"x\r\n")


@pytest.mark.parametrize("size", [b"1" * 17, b"f" * 400])
def test_a_size_has_no_more_digits_than_a_number_of_64_bits(size):
    with pytest.raises(h11.LocalProtocolError):
        read(size + b"\r\n")


@pytest.mark.parametrize("rest", [b"hij\r\n", b"hi\n\n", b"hi\rx"])
def test_a_chunk_ends_where_its_size_says(rest):
    with pytest.raises(h11.LocalProtocolError, match="longer than its size"):
        read(b"2\r\n" + rest)


@pytest.mark.parametrize(
    "endless",
    [
        b"1;" + b"a" * MAX_LINE,
        b"1\r\nx\r\n" * (MAX_OVERHEAD // 4 + 1),
        b"1;aaaaaaa\r\nx\r\n" * (MAX_EXTENSIONS // 7 + 1),
        b"0\r\n" + b"X: y\r\n" * (MAX_TRAILERS // 6 + 1),
    ],
)
def test_nothing_beside_the_body_is_without_end(endless):
    with pytest.raises(h11.LocalProtocolError, match="more than"):
        read(endless)


def test_a_long_body_may_have_small_chunks_as_long_as_most_of_it_is_content():
    assert read(b"5\r\nhello\r\n" * (MAX_OVERHEAD // 4 + 1)) == [b"hello" * (MAX_OVERHEAD // 4 + 1)]


def test_a_body_that_ends_before_its_last_chunk_is_broken():
    with pytest.raises(h11.RemoteProtocolError):
        ChunkedReader().read_eof()
