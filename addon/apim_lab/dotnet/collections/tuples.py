"""`Tuple<...>`, the class. Source: learn.microsoft.com/dotnet/api/system.tuple, and .NET Core 3.1, Tuple.cs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.memory import LOOK, allocate
from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.collections.ordering import Compare
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.identity import equal, hash_code

# Items in one tuple; what there is more is in another one, its `Rest`
_MOST = 7


def tuple_type(arguments: Sequence[Type]) -> Type:
    return Type("Tuple", tuple(arguments), "System.Tuple")


class Tuple:
    """A `Tuple<T1, T2>` or another one, up to the one with seven items and a `Rest`, which is its last value."""

    __slots__ = ("type", "values")

    def __init__(self, values: Sequence[Any], type_: Type) -> None:
        self.values = values
        self.type = type_

    def items(self) -> Iterator[tuple[str, Any]]:
        """The properties: their names and values."""
        names = [f"Item{number}" for number in range(1, _MOST + 1)]
        return zip([*names, "Rest"], self.values, strict=False)

    @property
    def rest(self) -> "Tuple | None":
        return self.values[_MOST] if len(self.values) > _MOST else None

    def all_values(self) -> list[Any]:
        """Its own and those of the rest."""
        return [*self.values[:_MOST], *(self.rest.all_values() if self.rest else ())]

    def __eq__(self, other: object) -> bool:
        allocate(LOOK)
        return isinstance(other, Tuple) and self.type == other.type and all(map(equal, self.values, other.values))

    def __hash__(self) -> int:
        allocate(LOOK)
        codes = [0 if value is None else hash_code(value) for value in self.all_values()]
        return _combined(codes[-8:])

    def order(self, other: Any, compare: Compare) -> int:
        """`IComparable.CompareTo`."""
        if other is None:
            return 1
        if not isinstance(other, Tuple) or other.type != self.type:
            raise ArgumentException(f"Argument must be of type {self.type.runtime_name}.", "other")
        allocate(LOOK)
        orders = map(compare, self.values, other.values)
        return next((order for order in orders if order), 0)


def _combined(codes: Sequence[int]) -> int:
    """Of up to four, one after the other; more of them in halves of four."""
    if len(codes) > 4:
        return _pair(_combined(codes[:4]), _combined(codes[4:]))
    if len(codes) == 4:
        return _pair(_pair(*codes[:2]), _pair(*codes[2:]))
    first, *rest = codes
    for code in rest:
        first = _pair(first, code)
    return first


def _pair(first: int, second: int) -> int:
    return ((first << 5) + first & 0xFFFFFFFF) ^ (second & 0xFFFFFFFF)


@object_text.register
def _text(value: Tuple) -> str:
    allocate(LOOK)
    texts = [to_string(item) for item in value.all_values()]
    allocate(sum(map(len, texts)))
    return f"({', '.join(texts)})"


def _constructor(*types: TypeArgument) -> Callable[..., Tuple]:
    type_ = tuple_type([argument.type for argument in types])

    def create(*values: Any) -> Tuple:
        if len(values) > _MOST and not isinstance(values[-1], Tuple):
            raise ArgumentException("The last element of an eight element tuple must be a Tuple.")
        return Tuple(values, type_)

    return create


def _create_with_rest(*types: TypeArgument) -> Callable[..., Tuple]:
    """`Tuple.Create` of eight: the last one is alone in the rest."""
    *own, last = [argument.type for argument in types]
    rest_type = tuple_type([last])
    type_ = tuple_type([*own, rest_type])
    return lambda *values: Tuple((*values[:-1], Tuple(values[-1:], rest_type)), type_)


def _value(index: int) -> Callable[[Tuple], Any]:
    return lambda value: value.values[index]


def _names(count: int) -> str:
    return ", ".join(f"T{number}" for number in range(1, count + 1))


def _parameters(count: int) -> str:
    return ", ".join(f"T{number} item{number}" for number in range(1, count + 1))


def _of_size(count: int) -> Definition:
    items = {f"T{number} Item{number}": _value(number - 1) for number in range(1, count + 1)}
    # In .NET this is an extension method, of a class that no policy may name
    outs = ", ".join(f"out T{number} item{number}" for number in range(1, count + 1))
    taken_apart = {f"void Deconstruct({outs})": lambda value: (None, *value.values)}
    members = {f"new({_parameters(count)})": _constructor, **items, **taken_apart}
    return Definition(f"class Tuple<{_names(count)}>", "System.Tuple", members=members)


_SIZES = range(1, _MOST + 1)
DEFINITIONS = (
    Definition(
        "static class Tuple",
        "System.Tuple",
        members={
            **{f"static Tuple<{_names(n)}> Create<{_names(n)}>({_parameters(n)})": _constructor for n in _SIZES},
            f"static Tuple<{_names(_MOST)}, Tuple<T8>> Create<{_names(8)}>({_parameters(8)})": _create_with_rest,
        },
    ),
    *map(_of_size, _SIZES),
    Definition(
        f"class Tuple<{_names(_MOST)}, TRest>",
        "System.Tuple",
        members={
            f"new({_parameters(_MOST)}, TRest rest)": _constructor,
            **{f"T{number} Item{number}": _value(number - 1) for number in _SIZES},
            "TRest Rest": _value(_MOST),
        },
    ),
)
