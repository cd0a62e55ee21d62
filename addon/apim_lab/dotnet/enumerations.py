"""Enumerations: their names are constants; they compare and are cast to int by the numbers of their members."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum

from apim_lab.csharp.symbols.definitions import Definition, enum_definition
from apim_lab.dotnet.formatting import format_value

_Order = Callable[[int, int], bool]
_ORDERS: Mapping[str, _Order] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def enumeration(full_name: str, members: type[Enum]) -> Definition:
    """The type of an enumeration whose Python members have the values of .NET's."""
    named = enum_definition(full_name, members)
    name = named.name
    rows = {
        f"static explicit operator int({name} value)": _number,
        "string ToString(string format)": format_value,
        **{
            f"static bool operator {sign}({name} left, {name} right)": _by_number(order)
            for sign, order in _ORDERS.items()
        },
    }
    return replace(named, members={**named.members, **rows})


def _number(member: Enum) -> int:
    return int(member.value)


def _by_number(order: _Order) -> Callable[[Enum, Enum], bool]:
    return lambda left, right: order(left.value, right.value)
