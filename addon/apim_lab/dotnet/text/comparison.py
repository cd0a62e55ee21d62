"""How two strings compare: by code unit, by code unit without case, or as the invariant culture does.

Source: learn.microsoft.com/dotnet/api/system.stringcomparison, and .NET Core 3.1.
"""

import enum
from collections.abc import Iterator
from typing import Any

from apim_lab.csharp.runtime.memory import OBJECT, afford, allocate
from apim_lab.dotnet.text import collation
from apim_lab.dotnet.text.characters import to_upper
from apim_lab.dotnet.text.collation import Found


class StringComparison(enum.Enum):
    """The current culture is the invariant one here."""

    CurrentCulture = 0
    CurrentCultureIgnoreCase = 1
    InvariantCulture = 2
    InvariantCultureIgnoreCase = 3
    Ordinal = 4
    OrdinalIgnoreCase = 5

    @classmethod
    def of_culture(cls, *, ignore_case: bool) -> "StringComparison":
        return cls.CurrentCultureIgnoreCase if ignore_case else cls.CurrentCulture

    @property
    def ignores_case(self) -> bool:
        return self.name.endswith("IgnoreCase")

    @property
    def is_ordinal(self) -> bool:
        return self.name.startswith("Ordinal")


ORDINAL, CULTURE = StringComparison.Ordinal, StringComparison.CurrentCulture


def compare(left: str | None, right: str | None, comparison: StringComparison = CULTURE) -> int:
    """Less than 0, 0 or more than 0; by code unit, the difference of the first two that differ. Null is before all."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if comparison is ORDINAL:
        return compare_ordinal(left, right)
    if comparison is StringComparison.OrdinalIgnoreCase:
        return _difference_ignoring_case(left, right)
    afford(max(len(left), len(right)) * OBJECT)
    return collation.compare(left, right, ignore_case=comparison.ignores_case)


def culture_key(text: str, *, ignore_case: bool = False) -> Any:
    """What the culture orders texts by: the same for those that it takes for equal. Counts as memory."""
    allocate(len(text) * OBJECT)
    return collation.sort_key(text, ignore_case=ignore_case)


def compare_ordinal(left: str | None, right: str | None) -> int:
    if left is None or right is None:
        return (left is not None) - (right is not None)
    # .NET takes the first character of an empty string for U+0000
    return (ord(left[:1] or "\0") - ord(right[:1] or "\0")) or difference(left, right)


def difference(left: str, right: str) -> int:
    """Of the first code units that differ, or else of the lengths."""
    for a, b in zip(left, right, strict=False):
        if a != b:
            return ord(a) - ord(b)
    return len(left) - len(right)


def _difference_ignoring_case(left: str, right: str) -> int:
    """From the first character on that is not of ASCII, only which is less."""
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if not (a + b).isascii():
            rest = to_upper(left[index:]), to_upper(right[index:])
            return (rest[0] > rest[1]) - (rest[0] < rest[1])
        if a.upper() != b.upper():
            return ord(a.upper()) - ord(b.upper())
    return len(left) - len(right)


def equals(left: str | None, right: str | None, comparison: StringComparison = ORDINAL) -> bool:
    if left is None or right is None or left == right:
        return left == right
    if comparison is ORDINAL:
        return False
    if comparison is StringComparison.OrdinalIgnoreCase:
        return to_upper(left) == to_upper(right)
    return compare(left, right, comparison) == 0


def starts_with(text: str, value: str, comparison: StringComparison = CULTURE) -> bool:
    folded = _by_code_unit(text, value, comparison)
    if folded:
        return folded[0].startswith(folded[1])
    return value == "" or any(found.start == 0 for found in _all(text, value, comparison))


def ends_with(text: str, value: str, comparison: StringComparison = CULTURE) -> bool:
    folded = _by_code_unit(text, value, comparison)
    if folded:
        return folded[0].endswith(folded[1])
    return value == "" or any(found.end == len(text) > found.start for found in _all(text, value, comparison))


def index_of(text: str, value: str, comparison: StringComparison = CULTURE) -> int:
    folded = _by_code_unit(text, value, comparison)
    if folded:
        return folded[0].find(folded[1])
    return next((found.start for found in _all(text, value, comparison)), -1)


def last_index_of(text: str, value: str, comparison: StringComparison = CULTURE) -> int:
    folded = _by_code_unit(text, value, comparison)
    if folded:
        return folded[0].rfind(folded[1])
    return max((found.start for found in _all(text, value, comparison)), default=-1)


def replaced(text: str, old: str, new: str, comparison: StringComparison) -> str:
    """`Replace(old, new, comparison)`."""
    parts = []
    position = 0
    for found in _occurrences(text, old, comparison):
        if found.start >= position and found.end > found.start:
            parts += [text[position : found.start], new]
            position = found.end
    return "".join([*parts, text[position:]])


def _occurrences(text: str, value: str, comparison: StringComparison) -> Iterator[Found]:
    folded = _by_code_unit(text, value, comparison)
    if not folded:
        yield from _all(text, value, comparison)
        return
    start = folded[0].find(folded[1])
    while start >= 0:
        yield Found(start, start + len(value))
        start = folded[0].find(folded[1], start + len(value))


def _by_code_unit(text: str, value: str, comparison: StringComparison) -> tuple[str, str] | None:
    """The texts to compare by code unit: also for a culture, if they have nothing but ASCII's printable characters."""
    if comparison is ORDINAL or (not comparison.ignores_case and _is_plain(text) and _is_plain(value)):
        return text, value
    if comparison.is_ordinal or (_is_plain(text) and _is_plain(value)):
        return to_upper(text), to_upper(value)
    return None


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _all(text: str, value: str, comparison: StringComparison) -> Iterator[Found]:
    return collation.occurrences(text, value, ignore_case=comparison.ignores_case)
