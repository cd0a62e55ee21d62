"""Where a string holds another or a character: `IndexOf`, `LastIndexOf` and their kin, with .NET's checks of the range.

Source: learn.microsoft.com/dotnet/api/system.string.indexof, and .NET Core 3.1.
"""

from collections.abc import Callable, Iterable, Sequence

from apim_lab.csharp.runtime.memory import afford
from apim_lab.csharp.runtime.values import Char
from apim_lab.dotnet.arguments import bad_count, bad_index, given
from apim_lab.dotnet.text.comparison import CULTURE, ORDINAL, StringComparison, index_of, last_index_of


def _range(text: str, start: int, count: int | None) -> tuple[int, int]:
    """The code units [start:end] to search; raises ArgumentOutOfRangeException."""
    if not 0 <= start <= len(text):
        raise bad_index()
    if count is None:
        return start, len(text)
    if not 0 <= count <= len(text) - start:
        raise bad_count()
    return start, start + count


def find(
    text: str,
    value: str | None,
    start: int = 0,
    count: int | None = None,
    comparison: StringComparison | None = None,
) -> int:
    """`IndexOf` of a character, by code unit, or of a string, by the culture unless told otherwise; -1 for nowhere."""
    value = given(value)
    start, end = _range(text, start, count)
    found = index_of(text[start:end], value, comparison or _usual(value))
    return found + start if found >= 0 else -1


def _usual(value: str) -> StringComparison:
    return ORDINAL if isinstance(value, Char) else CULTURE


def find_last(
    text: str,
    value: str | None,
    start: int | None = None,
    count: int | None = None,
    comparison: StringComparison | None = None,
) -> int:
    """`LastIndexOf`: `count` code units are searched backwards from `start` on."""
    value = given(value)
    if comparison is None and not isinstance(value, Char) and (count or 0) < 0:
        raise bad_count()
    part = _before(text, start, count, single=isinstance(value, Char))
    if part is None:
        return 0 if value == "" else -1
    first, end = part
    if value == "":
        return end - 1
    found = last_index_of(text[first:end], value, comparison or _usual(value))
    return found + first if found >= 0 else -1


def _before(text: str, start: int | None, count: int | None, *, single: bool) -> tuple[int, int] | None:
    """The code units [first:end] that lie before `start` and at it; None if there are none."""
    if start is None:
        return (0, len(text)) if text else None
    if not text and (single or start in {-1, 0}):
        return None
    if not 0 <= start <= len(text) - single:
        raise bad_index()
    end = min(start + 1, len(text))
    if count is None:
        return 0, end
    if start == len(text) and count > 0:
        count -= 1
    if not 0 <= count <= end:
        raise bad_count()
    return end - count, end


def distinct(wanted: Iterable[str], text: str) -> list[str]:
    """The characters, or texts, each once. Looking for very many of them in a long text counts as memory."""
    found = list(dict.fromkeys(wanted))
    afford(len(found) * len(text) >> 12)
    return found


def find_any(text: str, characters: Sequence[str] | None, start: int = 0, count: int | None = None) -> int:
    """`IndexOfAny`."""
    wanted = given(characters, "anyOf")
    start, end = _range(text, start, count)
    found = [text.find(character, start, end) for character in distinct(wanted, text)]
    return min((index for index in found if index >= 0), default=-1)


def find_last_any(
    text: str, characters: Sequence[str] | None, start: int | None = None, count: int | None = None
) -> int:
    """`LastIndexOfAny`."""
    wanted = given(characters, "anyOf")
    part = _before(text, start, count, single=True)
    return (
        -1 if part is None else max((text.rfind(character, *part) for character in distinct(wanted, text)), default=-1)
    )


def with_comparison(search: Callable[..., int]) -> Callable[..., int]:
    """The search with the comparison as its last argument, wherever it is to start."""

    def compared(text: str, value: str | None, *rest: object) -> int:
        *place, comparison = rest
        return search(text, value, *place, comparison=comparison)

    return compared
