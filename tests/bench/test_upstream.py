"""Where the upstream takes a request to end, which deployment it reads, and how it frames chunks."""

import pytest

from bench.upstream import chunk, deployment_of, request_end

FIRST = b"POST /openai HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"


@pytest.mark.parametrize(
    ("received", "end"),
    [
        (b"", 0),
        (FIRST[:-1], 0),
        (FIRST, len(FIRST)),
        (FIRST + b"POST", len(FIRST)),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27),
    ],
)
def test_a_request_ends_after_its_content_length(received: bytes, end: int) -> None:
    assert request_end(received) == end


def test_a_chunk_bears_its_length_in_hexadecimal() -> None:
    assert chunk(b"0123456789") == b"a\r\n0123456789\r\n"


@pytest.mark.parametrize(
    ("target", "deployment"),
    [
        (b"/openai/deployments/streamed/chat/completions?api-version=2024-10-21", b"streamed"),
        (b"/openai/deployments/large/chat/completions", b"large"),
        (b"/openai/models", b"plain"),
    ],
)
def test_the_deployment_is_that_of_the_path(target: bytes, deployment: bytes) -> None:
    request = b"POST %s HTTP/1.1\r\nX: /openai/deployments/other/\r\n\r\n" % target

    assert deployment_of(request) == deployment
