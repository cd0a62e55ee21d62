"""The load generator's arithmetic, and where it takes an answer to end."""

import pytest

from bench.load import Load, is_complete, percentile


@pytest.mark.parametrize(("percent", "seconds"), [(50, 0.5), (51, 0.6), (99, 1.0), (100, 1.0), (1, 0.1)])
def test_a_percentile_is_a_latency_by_nearest_rank(percent: float, seconds: float) -> None:
    assert percentile([tenths / 10 for tenths in range(10, 0, -1)], percent) == seconds


def test_the_rate_is_calls_per_second() -> None:
    assert Load(seconds=2.0, latencies=[0.1] * 10).rate == 5.0


@pytest.mark.parametrize(
    ("received", "complete"),
    [
        (b"", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nDate: x\r\n\r\nhi", True),
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", True),
    ],
)
def test_an_answer_is_complete_with_its_content_length_or_its_last_chunk(received: bytes, complete: bool) -> None:
    assert is_complete(received) is complete
