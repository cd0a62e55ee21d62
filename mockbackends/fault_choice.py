"""Chooses the fault of each call among the faults that are set for a deployment."""

import random
import threading
from collections.abc import Sequence

from mockbackends.settings import Fault


class FaultChoice:
    """Chooses the first fault whose turn it is: its first N calls, a seeded part of the calls, or every call.

    `faults` may be replaced at any time. If the same faults come back, their counts go on. For example, `first: 3` hits
    two calls, is replaced, comes back, and hits one more call.
    """

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self._turns: dict[tuple[Fault, ...], list[_Turn]] = {}
        self._lock = threading.Lock()

    def next(self) -> Fault | None:
        """Count a call and return its fault, or None."""
        with self._lock:
            hits = [turn.fault for turn in self._current() if turn.comes()]
        return hits[0] if hits else None

    def is_certain(self) -> bool:
        """Return whether the next call is certain to meet a fault."""
        with self._lock:
            return any(turn.is_certain() for turn in self._current())

    def start_over(self) -> None:
        """Forget all counts, also those of faults that are not set now."""
        with self._lock:
            self._turns.clear()

    def _current(self) -> "list[_Turn]":
        faults = self.faults
        if faults not in self._turns:
            self._turns[faults] = [_Turn(fault) for fault in faults]
        return self._turns[faults]


class _Turn:
    """Counts the calls of one fault. Every call draws a number, so that other faults do not change the draws."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._calls = 0
        self._random = random.Random(fault.seed)  # noqa: S311 - a mock's dice, to be repeatable

    def comes(self) -> bool:
        self._calls += 1
        drawn = self._random.random() < self.fault.probability
        return drawn and (self.fault.first is None or self._calls <= self.fault.first)

    def is_certain(self) -> bool:
        return self.fault.probability == 1 and (self.fault.first is None or self._calls < self.fault.first)
