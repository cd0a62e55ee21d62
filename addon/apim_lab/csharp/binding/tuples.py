"""Tuple types: the names of their elements, and their conversions.

Source: the C# 7 reference, "Tuple types"; Roslyn's tuples.md ("Tuple names", "Conversions").
"""

import re
from collections.abc import Sequence
from typing import Any

from apim_lab.csharp.code import Conversion, ConversionKind, Convert
from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.csharp.types import Type

_FIELD = re.compile(r"Item([1-9][0-9]*)")
_RESERVED = frozenset({"CompareTo", "Deconstruct", "Equals", "GetHashCode", "Rest", "ToString"})


def name_mistake(names: Sequence[str]) -> str:
    """What C# has against the names of a tuple's elements; "" if nothing."""
    for position, name in enumerate(names, 1):
        if name in _RESERVED:
            return f"Tuple element name '{name}' is disallowed at any position."
        field = _FIELD.fullmatch(name)
        if field and int(field[1]) != position:
            return f"Tuple element name '{name}' is only allowed at position {field[1]}."
    written = [name for name in names if name]
    return "Tuple element names must be unique." if len(set(written)) < len(written) else ""


def without_ambiguity(names: Sequence[str], implied: Sequence[str]) -> list[str]:
    """The names of a tuple's elements: those that are written, and the implied ones that are no mistake."""
    found = [name or other for name, other in zip(names, implied, strict=True)]

    def keeps(position: int, name: str) -> bool:
        is_plain = name not in _RESERVED and not _FIELD.fullmatch(name)
        return bool(names[position]) or (is_plain and found.count(name) == 1)

    return [name if keeps(position, name) else "" for position, name in enumerate(found)]


def elementwise(conversions: Sequence[Conversion | None], target: Type) -> Conversion | None:
    """The conversion of a tuple whose elements have these; None if one has none."""
    found = [conversion for conversion in conversions if conversion is not None]
    if len(found) != len(conversions):
        return None
    convert = _converting([conversion.convert for conversion in found], target)
    is_chosen = any(conversion.choose for conversion in found)
    return Conversion(ConversionKind.TUPLE, convert, (lambda: _chosen(found, target)) if is_chosen else None)


def _chosen(conversions: Sequence[Conversion], target: Type) -> Convert:
    return _converting([each.choose() if each.choose else each.convert for each in conversions], target)


def _converting(converts: Sequence[Convert | None], target: Type) -> Convert:
    def convert(value: Any) -> ValueTuple:
        pairs = zip(converts, value.values, strict=True)
        return ValueTuple(target, [item if each is None else each(item) for each, item in pairs])

    return convert
