"""The values of enumerations: their members, and the numbers that no member has.

Source: the C# specification, "Enums": any value of the underlying type is one of the enumeration.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from weakref import WeakValueDictionary


class Flags(Enum):
    """The base of enumerations that are marked [Flags]: their values are written as a list of members."""


def flags(name: str, members: Mapping[str, int]) -> type[Enum]:
    """An enumeration marked [Flags] one of whose members may have a name that Python keeps to itself, as `None`."""
    made: type[Enum] = Flags(name, members)  # type: ignore[call-arg,assignment]  # as Enum(name, members) makes one
    return made


# While one of these is in use, it is the only one with this number
_others: WeakValueDictionary[tuple[type[Enum], int], Enum] = WeakValueDictionary()


def member[E: Enum](enumeration: type[E], number: int) -> E:
    """The value with this number, which may have no name."""
    try:
        return enumeration(number)
    except ValueError:
        pass
    found = _others.get((enumeration, number))
    if found is None:
        found = _others[enumeration, number] = _unnamed(enumeration, number)
    return found  # type: ignore[return-value]  # it is under the key of its class


def _unnamed[E: Enum](enumeration: type[E], number: int) -> E:
    value = object.__new__(enumeration)
    names = reversed(list(_names(enumeration, number))) if issubclass(enumeration, Flags) else ()
    value._name_ = ", ".join(names) or str(int(number))
    value._value_ = int(number)
    return value


def _names(enumeration: type[Enum], number: int) -> Iterator[str]:
    """The members that make up the number, the largest first; none if they do not. Source: .NET Core 3.1, Enum.cs."""
    names: list[str] = []
    for found in sorted(enumeration, key=lambda each: each.value, reverse=True):
        if found.value and number & found.value == found.value:
            number -= found.value
            names.append(found.name)
    return iter(names if not number else ())
