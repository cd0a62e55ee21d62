"""`Array.Copy` and `CopyTo`. Source: learn.microsoft.com/dotnet/api/system.array.copy, and .NET Core 3.1."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apim_lab.csharp.binding.reference_conversions import converts_by_reference, is_instance, is_reference, may_hold
from apim_lab.csharp.runtime.exceptions import ArrayTypeMismatchException, InvalidCastException
from apim_lab.csharp.runtime.numeric_conversions import implicit_numeric
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import DECIMAL, Type
from apim_lab.dotnet.arguments import given, negative
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException

type Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Part:
    """An array from an index on."""

    array: Any
    index: int


def copy(library: Library, source: Part, target: Part, length: int) -> None:
    """Copy items, converting each where .NET does: an `int` into a `long[]`, into an `object[]`, and back."""
    sides = ((source, "source"), (target, "destination"))
    for part, side in sides:
        given(part.array, f"{side}Array")
    convert = _conversion(library, *(part.array.type.arguments[0] for part, _ in sides))
    if length < 0:
        raise negative("length")
    for part, side in sides:
        if part.index < 0:
            raise ArgumentOutOfRangeException(_BELOW, f"{side}Index")
    for part, side in sides:
        if length > len(part.array) - part.index:
            raise _too_short(side)
    items = source.array[source.index : source.index + length]
    target.array[target.index : target.index + length] = items if convert is None else list(map(convert, items))


_BELOW = "Number was less than the array's lower bound in the first dimension."


def _too_short(side: str) -> ArgumentException:
    return ArgumentException(
        f"{side.title()} array was not long enough. Check the {side} index, length, and the array's lower bounds.",
        f"{side}Array",
    )


def _conversion(library: Library, source: Type, target: Type) -> Convert | None:
    """What happens to each item; None for nothing. Raises ArrayTypeMismatchException if no item can be one there."""
    if converts_by_reference(library, source, target):
        return None
    widening = implicit_numeric(source, target)
    if widening is not None and target != DECIMAL:
        return widening
    if may_hold(library, source, target):
        return _casting(library, target)
    raise ArrayTypeMismatchException("Source array type cannot be assigned to destination array type.")


def _casting(library: Library, target: Type) -> Convert:
    may_be_null = is_reference(library, target)

    def cast(item: Any) -> Any:
        if is_instance(library, item, target) or (item is None and may_be_null):
            return item
        raise InvalidCastException(
            "At least one element in the source array could not be cast down to the destination array type."
        )

    return cast
