"""`string.Compare` and `CompareOrdinal` of up to `length` characters of two strings, from an index of each on.

Each checks its arguments in a way of its own. Source: .NET Core 3.1, String.Comparison.cs and CompareInfo.cs.
"""

from apim_lab.dotnet.arguments import bad_index
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException
from apim_lab.dotnet.text.comparison import CULTURE, StringComparison, compare, difference

type _Side = tuple[str | None, int]


def compare_by_culture(left: _Side, right: _Side, length: int, comparison: StringComparison) -> int:
    """Without a StringComparison: null counts as an empty text until all else is checked."""
    sides = []
    for text, index in (left, right):
        size = length if text is None else min(length, len(text) - index)
        sides.append((text, index, size))
    for number, (_, _, size) in enumerate(sides, 1):
        if size < 0:
            raise ArgumentOutOfRangeException("Positive number required.", f"length{number}")
    for number, (_, index, _) in enumerate(sides, 1):
        if index < 0:
            raise ArgumentOutOfRangeException("Positive number required.", f"offset{number}")
    for number, (text, index, size) in enumerate(sides, 1):
        if index > len(text or "") - size:
            raise ArgumentOutOfRangeException(
                "Offset and length must refer to a position in the string.", f"string{number}"
            )
    first, second = (None if text is None else text[index : index + size] for text, index, size in sides)
    return compare(first, second, comparison)


def compare_as_told(left: _Side, right: _Side, length: int, comparison: StringComparison) -> int:
    """With a StringComparison."""
    (first, start), (second, other) = left, right
    if first is None or second is None:
        return (first is not None) - (second is not None)
    if length < 0:
        raise ArgumentOutOfRangeException("Length cannot be less than zero.", "length")
    _check(first, start, second, other)
    return compare(first[start : start + length], second[other : other + length], comparison)


def compare_by_code_unit(left: _Side, right: _Side, length: int) -> int:
    (first, start), (second, other) = left, right
    if first is None or second is None:
        return (first is not None) - (second is not None)
    if length < 0:
        raise ArgumentOutOfRangeException("Count cannot be less than zero.", "length")
    _check(first, start, second, other)
    return difference(first[start : start + length], second[other : other + length])


def _check(first: str, start: int, second: str, other: int) -> None:
    if start < 0 or other < 0:
        raise bad_index("indexA" if start < 0 else "indexB")
    if start > len(first) or other > len(second):
        raise bad_index("indexA" if start > len(first) else "indexB")


# Rows of the table of string, whose parameters come one by one
_PARTS = "string strA, int indexA, string strB, int indexB, int length"
PARTIAL_COMPARISONS = {
    f"static int Compare({_PARTS})": lambda a, i, b, j, length: compare_by_culture((a, i), (b, j), length, CULTURE),
    f"static int Compare({_PARTS}, bool ignoreCase)": lambda a, i, b, j, length, ignored: compare_by_culture(
        (a, i), (b, j), length, StringComparison.of_culture(ignore_case=ignored)
    ),
    f"static int Compare({_PARTS}, StringComparison comparisonType)": lambda a, i, b, j, length, comparison: (
        compare_as_told((a, i), (b, j), length, comparison)
    ),
    f"static int CompareOrdinal({_PARTS})": lambda a, i, b, j, length: compare_by_code_unit((a, i), (b, j), length),
}
