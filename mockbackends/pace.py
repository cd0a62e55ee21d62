"""The pace of one answer: the wait for its first token, and the waits between the tokens of a stream."""

import random

from mockbackends.clock import MILLISECOND, SECOND, Clock
from mockbackends.settings import Latency


class Pace:
    """The waits of the `ordinal`-th call of a deployment; the same seed and ordinal give the same waits.

    Each wait ends at an appointment, counted from `start`: about the arrival of the call, in nanoseconds. So the
    machine's own work does not lengthen the waits, and a jump of the clock is a jump in the stream.
    """

    def __init__(self, latency: Latency, ordinal: int, clock: Clock, start: int) -> None:
        self._latency = latency
        self._clock = clock
        self._due = start
        self._random = random.Random(f"{latency.seed}:{ordinal}") if latency.jitter else None  # noqa: S311 - a mock's dice

    def before_the_answer(self) -> None:
        """Wait for the first token."""
        self._wait(self._latency.first_token_ms)

    def before_a_token(self) -> None:
        """Wait for the next token of a stream."""
        self._wait(self._latency.token_ms)

    def hold(self, seconds: float) -> None:
        """Wait for seconds, and put off every later appointment by them."""
        self._due += round(seconds * SECOND)
        self._clock.sleep_until(self._due)

    def _wait(self, milliseconds: float) -> None:
        spread = self._latency.jitter * self._random.uniform(-1, 1) if self._random else 0
        self._due += round(milliseconds * (1 + spread) * MILLISECOND)
        self._clock.sleep_until(self._due)
