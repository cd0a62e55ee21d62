"""What one request may use in all, so that no policy and no client stops the gateway for the others."""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType

from apim_lab.errors import LimitExceeded

cpu_time = time.thread_time
"""Seconds of processor time of this thread: the turns of other threads do not count."""

FIRST_STRIDE, LAST_STRIDE = 16, 256
"""Rounds of loops between two looks at the clock, at first and later. Most loops of policies end before."""

LONG_STRIDE = 0.001
"""Seconds: after rounds that took longer, the next look comes sooner."""

HEAVY_SECONDS, HEAVY_BYTES = 0.005, 1 << 20
"""An expression that once took or allocated more is evaluated aside from then on."""

INLINE_SECONDS = 0.1
"""What one call of a function in C may take in the event loop, if its expression cannot be repeated aside."""

STATEMENTS_PER_TURN = 64
"""Statements after which a run lets other calls go on."""

SMALL_VARIABLE = 1024
"""Bytes up to which a variable does not count."""


@dataclass(frozen=True)
class Limits:
    """The most that one request may use; the options have the names of the fields, as `apim_statements`.

    `loop_iterations` are rounds of loops and calls of lambdas, `cpu_seconds` the time of loops and of evaluations
    aside, `variable_bytes` what all variables hold together, roughly.
    """

    statements: int = 10_000
    loop_iterations: int = 1_000_000
    cpu_seconds: int = 10
    variable_bytes: int = 1 << 27


DEFAULT_LIMITS = Limits()
NO_VARIABLES: Mapping[str, int] = MappingProxyType({})


class TooLongInline(Exception):  # not an error: the evaluation begins again, aside
    """An evaluation in the event loop has taken HEAVY_SECONDS."""


class Budget:
    """What one request has used. Its methods raise LimitExceeded when that becomes too much.

    `held` are the sizes of variables, `allocated` what the last evaluation allocated, in bytes; `took` are the seconds
    of that, as far as its loops tell.
    """

    __slots__ = (
        "_began",
        "_is_aside",
        "_may_leave",
        "_since",
        "_stride",
        "allocated",
        "checkpoint",
        "held",
        "iterations",
        "limits",
        "seconds",
        "statements",
        "took",
        "turn_ends_at",
    )

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self.statements = 0
        self.turn_ends_at = STATEMENTS_PER_TURN if limits.statements >= STATEMENTS_PER_TURN else limits.statements + 1
        self.iterations = 0
        self._began = 0
        self.seconds = 0.0
        self.allocated = 0
        self.held = NO_VARIABLES
        self.took = 0.0
        self.checkpoint = FIRST_STRIDE
        self._stride = FIRST_STRIDE
        self._since: float | None = None
        self._may_leave = False
        self._is_aside = False

    # ---- statements and variables ----------------------------------------------------------------------------

    def end_turn(self) -> None:
        """The run has come to `turn_ends_at` statements."""
        if self.statements > self.limits.statements:
            raise LimitExceeded(f"The request ran more than {self.limits.statements} statements (apim_statements).")
        self.turn_ends_at = min(self.statements + STATEMENTS_PER_TURN, self.limits.statements + 1)

    def hold(self, variable: str, size: int) -> None:
        """The variable has a new value, whose evaluation allocated `size` bytes."""
        if size <= SMALL_VARIABLE and variable not in self.held:
            return
        self.held = {**self.held, variable: size}
        if sum(self.held.values()) > self.limits.variable_bytes:
            most = self.limits.variable_bytes
            raise LimitExceeded(f"The variables of the request hold more than {most} bytes (apim_variable_bytes).")

    # ---- one evaluation --------------------------------------------------------------------------------------

    def count(self, rounds: int) -> None:
        """Loops go round so often; raises LimitExceeded when that becomes too much."""
        self.iterations += rounds
        if self.iterations >= self.checkpoint:
            self.check()

    def begin(self, *, may_leave: bool = False, aside: bool = False) -> None:
        """An evaluation begins in this thread. It `may_leave` the event loop by TooLongInline, to be repeated aside."""
        _in_force.set(self)
        self._began = self.iterations
        self.checkpoint = self.iterations + FIRST_STRIDE
        self.took = 0.0
        self._since = cpu_time() if aside else None
        self._may_leave = may_leave
        self._is_aside = aside

    def check(self) -> None:
        """The loops have come to the `checkpoint`."""
        most = self.limits.loop_iterations
        if self.iterations > most:
            raise LimitExceeded(
                f"The expressions of the request went through more than {most} loop iterations (apim_loop_iterations)."
            )
        if self._since is None:
            self._stride = FIRST_STRIDE
        is_long = self.count_time() > LONG_STRIDE
        if self._may_leave and self.took > HEAVY_SECONDS:
            self.iterations = self._began  # they are gone through again
            raise TooLongInline
        self._stride = max(self._stride // 4, 1) if is_long else min(self._stride * 2, LAST_STRIDE)
        self.checkpoint = min(self.iterations + self._stride, most + 1)

    def count_time(self) -> float:
        """Add the time since the clock was read before in this evaluation, and return it; 0 for the first time."""
        now = cpu_time()
        took = 0.0 if self._since is None else now - self._since
        self._since = now
        self.took += took
        self.seconds += took
        if self.seconds > (most := self.limits.cpu_seconds):
            raise LimitExceeded(f"The expressions of the request took more than {most} s (apim_cpu_seconds).")
        return took

    # ---- one call of a function in C, which does not count its rounds ----------------------------------------

    def begin_call(self) -> float:
        """Return the seconds that it may take."""
        if self._since is None:
            self._since = cpu_time()
            self._stride = FIRST_STRIDE
        if self._is_aside:
            return max(self.limits.cpu_seconds - self.seconds, HEAVY_SECONDS)
        return HEAVY_SECONDS if self._may_leave else INLINE_SECONDS

    def end_call(self) -> None:
        """The call has ended, or it was stopped: then the expression begins again aside, if it may."""
        self.count_time()
        if self._may_leave and self.took > HEAVY_SECONDS:
            self.iterations = self._began
            raise TooLongInline


_in_force: ContextVar[Budget | None] = ContextVar("_in_force", default=None)

# The budget of the evaluation that runs
in_force = _in_force.get
