"""Compiled code: Python closures over a frame, with the static type of what they yield."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from apim_lab.csharp.exceptions import LoopLimitExceeded
from apim_lab.csharp.observations import Observation
from apim_lab.csharp.types import INVALID, Type

# The gateway serves all requests from one thread: a loop that does not end would stop it
MAX_ITERATIONS = 1_000_000


class Frame:
    """The state of one evaluation: the local variables by slot, what `return` gave, and how often loops went round."""

    __slots__ = ("context", "iterations", "locals", "result")

    def __init__(self, context: object, slots: int) -> None:
        self.context = context
        self.locals: list[Any] = [None] * slots
        self.result: Any = None
        self.iterations = 0

    def count_iteration(self) -> None:
        """Raises LoopLimitExceeded when the loops of this evaluation have gone round too often."""
        self.iterations += 1
        if self.iterations > MAX_ITERATIONS:
            raise LoopLimitExceeded(f"The expression went through more than {MAX_ITERATIONS} loop iterations.")


Run = Callable[[Frame], Any]


class _NoConstant:
    """Marks code whose value is known only at run time."""


NO_CONSTANT: Final = _NoConstant()


@dataclass(frozen=True)
class Code:
    """A compiled expression.

    `constant` is its value where C# calls it a constant, `observation` the use that goes on if it is used further.
    """

    type: Type
    run: Run
    constant: object = NO_CONSTANT
    observation: Observation | None = field(default=None, compare=False)

    @property
    def is_constant(self) -> bool:
        return self.constant is not NO_CONSTANT


def constant(type_: Type, value: object) -> Code:
    return Code(type_, lambda _: value, value)


def in_slot(type_: Type, slot: int) -> Code:
    """What the frame holds at this place."""
    return Code(type_, lambda frame: frame.locals[slot])


# What stands for an expression with a mistake in it, so that compiling goes on to the next mistake
BROKEN = Code(INVALID, lambda _: None)
