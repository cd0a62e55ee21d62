"""The pace of one answer: how long until its first token, and between the tokens of a stream."""

import random

from mockbackends.clock import Clock
from mockbackends.settings import Latency


class Pace:
    """The waits of the `ordinal`-th call of a deployment; the same seed and ordinal give the same waits."""

    def __init__(self, latency: Latency, ordinal: int, clock: Clock) -> None:
        self._latency = latency
        self._clock = clock
        self._random = random.Random(f"{latency.seed}:{ordinal}") if latency.jitter else None  # noqa: S311 - a mock's dice

    def before_the_answer(self) -> None:
        """Wait for the first token."""
        self._wait(self._latency.first_token_ms)

    def before_a_token(self) -> None:
        """Wait for the next token of a stream."""
        self._wait(self._latency.token_ms)

    def _wait(self, milliseconds: float) -> None:
        spread = self._latency.jitter * self._random.uniform(-1, 1) if self._random else 0
        self._clock.sleep(milliseconds / 1000 * (1 + spread))
