"""The load generator's arithmetic, and where it takes an answer to end."""

import pytest

from bench.load import Load, is_complete


@pytest.mark.parametrize(("percent", "seconds"), [(50, 0.5), (51, 0.6), (99, 1.0), (100, 1.0), (1, 0.1)])
def test_a_percentile_is_a_latency_by_nearest_rank(percent: float, seconds: float) -> None:
    load = Load(seconds=2.0, latencies=[tenths / 10 for tenths in range(10, 0, -1)])

    assert load.percentile(percent) == seconds


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
    ],
)
def test_an_answer_is_complete_when_its_content_length_has_come(received: bytes, complete: bool) -> None:
    assert is_complete(received) is complete
