"""Compiled code: Python closures over a frame, with the static type of what they yield."""

import enum
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from apim_lab.csharp.runtime.budget import Budget
from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.symbols.observations import Observation
from apim_lab.csharp.symbols.signatures import Signature
from apim_lab.csharp.types import INVALID, Type

# The `try` statements around a point of the evaluation, the innermost first: what finds the `catch` of it that takes an
# exception, the frame it is in, and those further out
type Find = Callable[["Frame", DotNetError], Any]
type Handlers = tuple[Find, "Frame", "Handlers"] | None


class Frame:
    """The state of an evaluation, or of a call of a lambda.

    It holds the local variables by slot, what `return` gave, the budget of the request, and what catches exceptions.
    """

    __slots__ = ("budget", "context", "handlers", "locals", "result")

    def __init__(self, context: object, slots: int, budget: Budget, handlers: Handlers = None) -> None:
        self.context = context
        self.locals: list[Any] = [None] * slots
        self.result: Any = None
        self.budget = budget
        self.handlers = handlers

    def count_iteration(self) -> None:
        """Raises LimitExceeded when the loops of this request have gone round too often, or for too long."""
        budget = self.budget
        budget.iterations += 1
        if budget.iterations >= budget.checkpoint:
            budget.check()

    def inner(self, slots: int) -> "Frame":
        """The state of a call of a lambda that was made here; it counts as a round of a loop."""
        self.count_iteration()
        return Frame(self.context, slots, self.budget, self.handlers)


Run = Callable[[Frame], Any]


class _NoConstant:
    """Marks code whose value is known only at run time."""


NO_CONSTANT: Final = _NoConstant()


Convert = Callable[[Any], Any]


class ConversionKind(enum.Enum):
    """The classes of conversions in the C# specification."""

    IDENTITY = enum.auto()
    NUMERIC = enum.auto()
    NULLABLE = enum.auto()
    NULL = enum.auto()
    DEFAULT = enum.auto()
    REFERENCE = enum.auto()
    BOXING = enum.auto()
    UNBOXING = enum.auto()
    CONSTANT = enum.auto()
    USER_DEFINED = enum.auto()
    TUPLE = enum.auto()
    ANONYMOUS_FUNCTION = enum.auto()
    METHOD_GROUP = enum.auto()


@dataclass(frozen=True)
class Conversion:
    """What makes a value of one type out of one of another.

    `convert` is None where the value stays as it is; that of a lambda is made by `choose`, once the conversion is the
    one that takes place. `mistake` is what C# has then against a method group.
    """

    kind: ConversionKind
    convert: Convert | None = None
    choose: Callable[[], Convert] | None = None
    mistake: str = ""


class Function(Protocol):
    """A lambda, or a method group as `int.Parse`: what it does is known once its parameters' types are."""

    @property
    def types(self) -> Sequence[Type] | None:
        """The types of the parameters where they are written."""

    @property
    def mistakes(self) -> Sequence[tuple[int, str]]:
        """Those in the body that was tried last, as (offset, message)."""

    def result(self, types: Sequence[Type]) -> Type | None:
        """What it returns for parameters of these types; None if it does not take them, or returns nothing."""

    def conversion(self, delegate: Signature, target: Type) -> Conversion | None:
        """To a delegate type; None if it does not do."""


@dataclass(frozen=True)
class Code:
    """A compiled expression.

    `constant` is its value where C# calls it a constant, `observation` the use that goes on if it is used further.
    `function` is set for a lambda and a method group, which have no type of their own; `items` are the elements of a
    tuple that is written here, each of which is converted by itself.
    """

    type: Type
    run: Run
    constant: object = NO_CONSTANT
    observation: Observation | None = field(default=None, compare=False)
    function: Function | None = None
    items: tuple["Code", ...] | None = None

    @property
    def is_constant(self) -> bool:
        return self.constant is not NO_CONSTANT


def constant(type_: Type, value: object) -> Code:
    """Equal strings are one object, as in C#."""
    if value.__class__ is str:
        value = sys.intern(str(value))
    return Code(type_, lambda _: value, value)


def in_slot(type_: Type, slot: int) -> Code:
    """What the frame holds at this place."""
    return Code(type_, lambda frame: frame.locals[slot])


# What stands for an expression with a mistake in it, so that compiling goes on to the next mistake
BROKEN = Code(INVALID, lambda _: None)
