"""Chooses which of a deployment's faults befalls a call: those of the first N calls, of a seeded part, or of all."""

import random
import threading
from collections.abc import Sequence

from mockbackends.settings import Fault


class FaultChoice:
    """Chooses, call by call, which of a deployment's faults befalls it: the first one whose turn it is.

    `faults` may be replaced at any time; when the same ones come back, their turns go on.
    """

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self._turns: dict[tuple[Fault, ...], list[_Turn]] = {}
        self._lock = threading.Lock()

    def next(self) -> Fault | None:
        """The fault of the next call, or None."""
        with self._lock:
            befallen = [turn.fault for turn in self._current() if turn.comes()]
        return befallen[0] if befallen else None

    def is_certain(self) -> bool:
        """Whether the next call is sure to be befallen."""
        with self._lock:
            return any(turn.is_certain() for turn in self._current())

    def start_over(self) -> None:
        """Forget the turns, also those of faults that may come back."""
        with self._lock:
            self._turns.clear()

    def _current(self) -> "list[_Turn]":
        faults = self.faults
        if faults not in self._turns:
            self._turns[faults] = [_Turn(fault) for fault in faults]
        return self._turns[faults]


class _Turn:
    """Counts the calls that one fault has seen; every call draws, so that the draws do not depend on other faults."""

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
