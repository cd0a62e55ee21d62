"""Bodies by length and by chunks, and clients that leave in the middle; the rules are those of RFC 9112."""

import io
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from mockbackends import Backend, serve
from mockbackends.framing import MAX_CHUNK_LINE, MAX_OVERHEAD, ChunkedBody, FramingError, SizedBody

# The next request on the connection; a body must not eat of it.
NEXT_REQUEST = b"GET / HTTP/1.1\r\n\r\n"


def read_in_parts(body: io.RawIOBase, size: int) -> bytes:
    return b"".join(iter(lambda: body.read(size) or b"", b""))


WELL_FORMED = [
    pytest.param(b"5\r\nHello\r\n0\r\n\r\n", b"Hello", id="one chunk"),
    pytest.param(b"5\r\nHello\r\n1\r\n!\r\n0\r\n\r\n", b"Hello!", id="two chunks"),
    pytest.param(b"0\r\n\r\n", b"", id="no chunk"),
    pytest.param(b"000\r\n\r\n", b"", id="several zeros"),
    pytest.param(b"0A\r\n0123456789\r\n0\r\n\r\n", b"0123456789", id="a capital digit"),
    pytest.param(b"0000000000000005\r\nHello\r\n0\r\n\r\n", b"Hello", id="leading zeros"),
    pytest.param(b"6\r\na\r\n0\r\n\r\n0\r\n\r\n", b"a\r\n0\r\n", id="a body like chunks"),
    pytest.param(b"5;a\r\nHello\r\n0;b\r\n\r\n", b"Hello", id="extensions without a value"),
    pytest.param(b"5;a=b;c=d\r\nHello\r\n0\r\n\r\n", b"Hello", id="two extensions"),
    pytest.param(b"5 ;\ta = b\r\nHello\r\n0\r\n\r\n", b"Hello", id="bad whitespace"),
    pytest.param(b'5;a="b;\\"c"\r\nHello\r\n0\r\n\r\n', b"Hello", id="a quoted extension"),
    pytest.param(b"5\r\nHello\r\n0\r\nDigest: 1\r\n\r\n", b"Hello", id="a trailer field"),
    pytest.param(b"5\r\nHello\r\n0\r\nDigest: 1\r\nX-Empty:\r\n\r\n", b"Hello", id="two trailer fields"),
]


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(("encoded", "decoded"), WELL_FORMED)
def test_chunks_are_decoded(encoded: bytes, decoded: bytes, size: int) -> None:
    connection = io.BytesIO(encoded + NEXT_REQUEST)

    assert read_in_parts(ChunkedBody(connection), size) == decoded
    assert connection.read() == NEXT_REQUEST


@pytest.mark.parametrize(("encoded", "decoded"), WELL_FORMED)
def test_chunks_that_break_off_are_never_a_whole_body(encoded: bytes, decoded: bytes) -> None:
    for length in range(len(encoded)):
        with pytest.raises(FramingError, match="the body ends too early"):
            read_in_parts(ChunkedBody(io.BytesIO(encoded[:length])), 100)


@pytest.mark.parametrize(
    ("encoded", "mistake"),
    [
        pytest.param(b"zz\r\n", "begin with its size", id="no number"),
        pytest.param(b"\r\n", "begin with its size", id="no size"),
        pytest.param(b"-5\r\nHello\r\n", "begin with its size", id="a sign"),
        pytest.param(b"0x5\r\nHello\r\n", "begin with its size", id="a prefix"),
        pytest.param(b"1_0\r\n0123456789012345\r\n", "begin with its size", id="an underscore"),
        pytest.param(b" 5\r\nHello\r\n", "begin with its size", id="a space before the size"),
        pytest.param(b"5\nHello\r\n", "begin with its size", id="a bare LF"),
        pytest.param(b"5;a=b\rc\r\nHello\r\n", "begin with its size", id="a bare CR"),
        pytest.param(b"5;\r\nHello\r\n", "begin with its size", id="an extension without a name"),
        pytest.param(b'5;a="b\r\nHello\r\n', "begin with its size", id="a quote without an end"),
        pytest.param(b"F" * 17 + b"\r\n", "begin with its size", id="a size beyond 64 bits"),
        pytest.param(b"5\r\nHello!\r\n0\r\n\r\n", "end with CRLF", id="more bytes than its size"),
        pytest.param(b"5\r\nHello\n0\r\n\r\n", "end with CRLF", id="a chunk that ends with LF"),
        pytest.param(b"0\r\nno field\r\n\r\n", "consist of fields", id="a trailer without a colon"),
        pytest.param(b"0\r\nA: b\r\n c\r\n\r\n", "consist of fields", id="a folded field"),
        pytest.param(b"0\r\nA: \0\r\n\r\n", "consist of fields", id="a field with a NUL"),
        pytest.param(b"0\r\nA : b\r\n\r\n", "consist of fields", id="a space before the colon"),
    ],
)
def test_malformed_chunks_are_refused(encoded: bytes, mistake: str) -> None:
    with pytest.raises(FramingError, match=mistake):
        read_in_parts(ChunkedBody(io.BytesIO(encoded)), 100)


def extend(size: int) -> bytes:
    """A chunk whose first line has `size` bytes."""
    return b"1;a=" + b"x" * (size - 6) + b"\r\n!\r\n"


def test_the_first_line_of_a_chunk_is_limited() -> None:
    longest, longer = (extend(size) + b"0\r\n\r\n" for size in (MAX_CHUNK_LINE, MAX_CHUNK_LINE + 1))

    assert read_in_parts(ChunkedBody(io.BytesIO(longest)), 100) == b"!"
    with pytest.raises(FramingError, match="longer than 4096 bytes"):
        read_in_parts(ChunkedBody(io.BytesIO(longer)), 100)


def test_extensions_and_trailer_fields_together_are_limited() -> None:
    extensions = extend(4000) * 4  # each extension has 3 bytes less than its line
    left = MAX_OVERHEAD - 4 * 3997
    field = b"A: " + b"x" * (left - 5) + b"\r\n"

    assert read_in_parts(ChunkedBody(io.BytesIO(extensions + b"0\r\n" + field + b"\r\n")), 100) == b"!!!!"
    for more in (extensions + b"0\r\n" + b"x" + field + b"\r\n", extend(4000) * 5):
        with pytest.raises(FramingError, match="longer than 16384 bytes"):
            read_in_parts(ChunkedBody(io.BytesIO(more)), 100)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_body_with_a_length_ends_there(size: int) -> None:
    connection = io.BytesIO(b"Hello" + NEXT_REQUEST)

    assert read_in_parts(SizedBody(connection, 5), size) == b"Hello"
    assert connection.read() == NEXT_REQUEST


def test_half_a_body_with_a_length_is_refused() -> None:
    body = SizedBody(io.BytesIO(b"Hello"), 6)

    with pytest.raises(FramingError, match="the body ends too early"):
        read_in_parts(body, 100)


@pytest.mark.parametrize(
    "make",
    [
        lambda data: SizedBody(io.BytesIO(data), len(data)),
        lambda data: ChunkedBody(io.BytesIO(b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data))),
    ],
)
def test_a_buffer_that_is_too_large_keeps_its_length(make: Callable[[bytes], io.RawIOBase]) -> None:
    buffer = bytearray(b"-" * 8)

    assert (make(b"Hello").readinto(buffer), bytes(buffer)) == (5, b"Hello---")


# Each client announces a million bytes, sends a tenth of them and leaves.
ATTACK = """
import socket, time
from urllib.parse import urlsplit
from mockbackends import Backend, serve

HEAD = b"POST /v1/chat/completions HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n"
with serve([Backend("east")]) as fleet:
    target = urlsplit(fleet.urls["east"])
    for number in range(1, 5):
        with socket.create_connection((target.hostname, target.port)) as client:
            client.sendall(HEAD + b"f4240\\r\\n" + b"x" * 100_000)
        until = time.monotonic() + 10
        while not any(attempt.ended_at for attempt in fleet.journal.since(number - 1)) and time.monotonic() < until:
            time.sleep(0.01)
    print([attempt.status for attempt in fleet.journal.since()])
"""


def test_clients_that_leave_in_the_middle_of_a_chunk_do_not_end_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", ATTACK], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "[400, 400, 400, 400]\n", "")


def ask(url: str, headers: str, body: bytes) -> tuple[int, str]:
    """The status and the body of the answer to a request whose client sends nothing more."""
    target = urlsplit(url)
    with socket.create_connection((str(target.hostname), target.port or 0), timeout=10) as connection:
        connection.sendall(f"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n".encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, text = answer.decode().partition("\r\n\r\n")
    return int(head.split()[1]), text


HELLO = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hello"}]}).encode()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param(f"Content-Length: {len(HELLO) + 1}", HELLO, id="length"),
        pytest.param("Transfer-Encoding: chunked", b"%x\r\n%b\r\n" % (len(HELLO), HELLO), id="chunks"),
    ],
)
def test_a_body_that_ends_too_early_is_a_bad_request_though_it_is_json(headers: str, body: bytes) -> None:
    with serve([Backend("east")]) as fleet:
        status, text = ask(fleet.urls["east"], headers, body)
        attempts = list(fleet.journal.since())

    assert status == 400
    assert json.loads(text)["error"]["message"] == "The body of the request cannot be read: the body ends too early."
    assert [attempt.deployment for attempt in attempts] == [""]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param("Content-Length: -1", id="negative"),
        pytest.param("Content-Length: +2", id="plus"),
        pytest.param("Content-Length: 1_0", id="underscore"),
        pytest.param("Content-Length: 2, 2", id="two lengths"),
        pytest.param("Content-Length: ", id="empty"),
        pytest.param("Transfer-Encoding: chunked, chunked", id="chunked twice"),
        pytest.param("Transfer-Encoding: ,", id="no coding"),
    ],
)
def test_a_head_that_does_not_say_where_its_body_ends_is_a_bad_request(
    headers: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serve([Backend("east")]) as fleet:
        status, _ = ask(fleet.urls["east"], headers, HELLO)

        assert (status, len(fleet.journal), caplog.text) == (400, 0, "")


def test_chunks_of_http_1_0_are_a_bad_request() -> None:
    with serve([Backend("east")]) as fleet:
        target = urlsplit(fleet.urls["east"])
        with socket.create_connection((str(target.hostname), target.port or 0), timeout=10) as connection:
            connection.sendall(
                b"POST /v1/x HTTP/1.0\r\nConnection: Keep-Alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            )

            assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")


def test_a_client_whose_head_is_refused_may_send_its_body_to_the_end() -> None:
    with serve([Backend("east")]) as fleet:
        target = urlsplit(fleet.urls["east"])
        with socket.create_connection((str(target.hostname), target.port or 0), timeout=10) as connection:
            connection.sendall(b"POST /v1/x HTTP/1.1\r\nContent-Length: -1\r\n\r\n")
            answer = connection.recv(65_536)
            for _ in range(3):  # a connection that is closed answers the first with a reset
                connection.sendall(b"x")
                time.sleep(0.02)

    assert answer.startswith(b"HTTP/1.1 400 ")
