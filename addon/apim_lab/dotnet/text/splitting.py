"""`Split` and `Join`. Source: learn.microsoft.com/dotnet/api/system.string.split and .join."""

import enum
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.memory import OBJECT, afford
from apim_lab.csharp.runtime.values import Array
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.text.characters import WHITE_SPACE

# `None` is no name that a Python class may give a member
StringSplitOptions = enum.Enum("StringSplitOptions", {"None": 0, "RemoveEmptyEntries": 1})
KEEP_EMPTY_ENTRIES = StringSplitOptions["None"]


def split(
    text: str,
    separators: Sequence[str] | None,
    limit: int | None = None,
    options: StringSplitOptions = KEEP_EMPTY_ENTRIES,
) -> Array:
    """`Split`: the first separator that fits wins; without separators, white space splits."""
    if limit is not None and limit < 0:
        raise ArgumentOutOfRangeException("Count cannot be less than zero.", "count")
    keep_empty = options is KEEP_EMPTY_ENTRIES
    if limit == 0 or not (text or keep_empty):
        return Array([])
    wanted = [each for each in dict.fromkeys(separators or WHITE_SPACE) if each and len(each) <= max(len(text), 1)]
    if any(len(each) > 1 for each in wanted):
        afford(len(wanted) * len(text) >> 6)  # each is tried at each place
    if limit == 1 or not wanted:
        return Array([text])
    found = [match.span() for match in re.finditer("|".join(map(re.escape, wanted)), text)]
    return Array(_parts(text, found, limit, keep_empty=keep_empty))


def _parts(text: str, separators: Sequence[tuple[int, int]], limit: int | None, *, keep_empty: bool) -> list[str]:
    """The last of `limit` parts is all the rest, without the empty parts that it begins with if those are left out."""
    parts: list[str] = []
    start = 0
    for first, end in separators:
        if limit is not None and len(parts) >= limit - 1 and (keep_empty or first > start):
            break
        if keep_empty or first > start:
            afford(len(parts) * OBJECT)
            parts.append(text[start:first])
        start = end
    if keep_empty or start < len(text):
        parts.append(text[start:])
    return parts


def split_at(
    text: str, separator: str | None, limit: int | None = None, options: StringSplitOptions = KEEP_EMPTY_ENTRIES
) -> Array:
    """`Split` at one separator; at none if it is empty."""
    return split(text, [separator or ""], limit, options)


def without_limit(split: Callable[..., Array]) -> Callable[..., Array]:
    return lambda text, separators, options: split(text, separators, None, options)


def joined(separator: str | None, values: Iterable[object]) -> str:
    """The texts of the values with the separator between them."""
    glue = separator or ""
    texts = []
    size = 0
    for value in values:
        texts.append(to_string(value))
        size += len(texts[-1]) + len(glue)
        afford(size)
    return glue.join(texts)


def join(parameter: str) -> Callable[[str | None, Sequence[object] | None], str]:
    """`Join` of an array; `parameter` is its name."""
    return lambda separator, values: joined(separator, given(values, parameter))


def join_part(separator: str | None, values: Sequence[str] | None, start: int, count: int) -> str:
    """`Join` of `count` strings from `start` on."""
    values = given(values)
    if start < 0:
        raise ArgumentOutOfRangeException("StartIndex cannot be less than zero.", "startIndex")
    if count < 0:
        raise ArgumentOutOfRangeException("Count cannot be less than zero.", "count")
    if start > len(values) - count:
        raise ArgumentOutOfRangeException("Index and count must refer to a location within the buffer.", "startIndex")
    return joined(separator, values[start : start + count])


def join_items(type_: TypeArgument) -> Callable[[str | None, Any], str]:
    """`Join<T>` of all that an `IEnumerable<T>` yields."""
    return lambda separator, values: joined(separator, type_.items(given(values, "values")))


def concatenated_items(type_: TypeArgument) -> Callable[[Any], str]:
    """`Concat<T>`."""
    return lambda values: joined("", type_.items(given(values, "values")))


def concatenated_values(*values: object) -> str:
    """`Concat` of so many values."""
    return joined("", values)


def concatenated(parameter: str) -> Callable[[Sequence[object] | None], str]:
    """`Concat` of an array; `parameter` is its name."""
    return lambda values: joined("", given(values, parameter))
