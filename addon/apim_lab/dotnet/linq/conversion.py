"""What makes a collection of a sequence: `ToArray`."""

from collections.abc import Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.values import Array, Bytes
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.csharp.types import BYTE
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source


def _to_array(source_type: TypeArgument) -> Implementation:
    element = source_type.type

    def to_array(source: Source) -> Any:
        return Bytes(source) if element == BYTE else Array(source, element)

    return to_array


MEMBERS: Mapping[str, Implementation] = rows(
    {"static TSource[] ToArray<TSource>(this IEnumerable<TSource> source)": Typed(_to_array)}
)
