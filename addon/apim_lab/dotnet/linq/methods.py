"""How the methods of `Enumerable` are declared: a signature, and a function over plain Python iterables.

    rows({"static int Count<TSource>(this IEnumerable<TSource> source)": count})

The function gets a Source for each `IEnumerable<T>` and a Python function for each delegate, which are never null: what
.NET throws for null is thrown when the method is called. One that returns an `IEnumerable<T>` is called when that is
enumerated, each time anew, and returns an iterable. A function in `Typed` is made for the type arguments of a call.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.csharp.symbols.signatures import Parameter, parse_signature
from apim_lab.csharp.types import OBJECT
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.linq.sequences import Source
from apim_lab.dotnet.values import Enumerable

# What an argument is for the function, by the value
type _Take = Callable[[Any], Any]


@dataclass(frozen=True)
class Typed:
    """A function that is made for type arguments."""

    make: Callable[..., Implementation]


def rows(table: Mapping[str, Implementation | Typed]) -> Mapping[str, Implementation]:
    """The table with functions that the library can call."""
    return {text: _implementation(text, function) for text, function in table.items()}


def _implementation(text: str, function: Implementation | Typed) -> Implementation:
    signature = parse_signature(text, OBJECT)
    is_lazy = signature.result.name == "IEnumerable"

    def of_types(*types: TypeArgument) -> Implementation:
        known = dict(zip(signature.type_parameters, (argument.type for argument in types), strict=True))
        takes = [_take(parameter, known, types) for parameter in signature.parameters]
        made = function.make(*types) if isinstance(function, Typed) else function
        if not is_lazy:
            return lambda *values: made(*_taken(takes, values))
        element = signature.result.arguments[0].substitute(known)

        def lazily(*values: Any) -> Enumerable[Any]:
            taken = _taken(takes, values)
            return Enumerable(lambda: made(*taken), element)

        return lazily

    return of_types if signature.type_parameters else of_types()


def _taken(takes: Sequence[_Take], values: Sequence[Any]) -> list[Any]:
    return [take(value) for take, value in zip(takes, values, strict=True)]


def _take(parameter: Parameter, known: Mapping[str, Any], types: Sequence[TypeArgument]) -> _Take:
    type_, name = parameter.type.substitute(known), parameter.name
    if type_.name == "Func":
        return lambda function: given(function, name).call
    if type_.name not in _SEQUENCES:
        return lambda value: value
    element = type_.arguments[0] if type_.arguments else OBJECT
    iterate = TypeArgument(types[0].library, element).items if types else _items
    return lambda value: Source(iterate, given(value, name))


_SEQUENCES = {"IEnumerable", "IOrderedEnumerable", "System.Collections.IEnumerable"}


def _items(value: Iterable[Any]) -> Iterable[Any]:
    """Those of an `IEnumerable<int>` and the like, which needs no look at what else it enumerates."""
    return value
