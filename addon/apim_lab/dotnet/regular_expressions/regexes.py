"""`Regex`. Source: learn.microsoft.com/dotnet/api/system.text.regularexpressions.regex, and .NET Core 3.1."""

from collections.abc import Callable, Iterator
from enum import Enum
from itertools import islice

from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.dates.time_spans import TICKS_PER_MILLISECOND, TICKS_PER_SECOND, TimeSpan
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException
from apim_lab.dotnet.regular_expressions.engine import LONGEST_SEARCH, engine_for
from apim_lab.dotnet.regular_expressions.matches import Match, MatchCollection
from apim_lab.dotnet.regular_expressions.regex_options import (
    ECMA_SCRIPT,
    LARGEST,
    RIGHT_TO_LEFT,
    WITH_ECMA_SCRIPT,
    RegexOptions,
)
from apim_lab.dotnet.regular_expressions.replacements import replacement
from apim_lab.dotnet.regular_expressions.searches import Search
from apim_lab.dotnet.values import Convertible

type Evaluator = Callable[[Match], str | None]

NO_OPTIONS = RegexOptions(0)
INFINITE = TimeSpan(-TICKS_PER_MILLISECOND)
_LONGEST_TIMEOUT = (2**31 - 2) * TICKS_PER_MILLISECOND


class Regex(Convertible):
    """A pattern with its options; `timeout` is the limit of a search, `INFINITE` for none."""

    type = Type("Regex", full_name="System.Text.RegularExpressions.Regex")

    def __init__(self, pattern: str | None, options: Enum = NO_OPTIONS, timeout: TimeSpan = INFINITE) -> None:
        self.pattern = given(pattern, "pattern")
        _check(options.value, timeout)
        self.options = options
        self.timeout = timeout
        self.engine = engine_for(self.pattern, options.value)

    def text(self) -> str:
        return self.pattern

    @property
    def is_right_to_left(self) -> bool:
        return bool(self.options.value & RIGHT_TO_LEFT)

    def _search(self, text: str | None, start: int | None) -> tuple[Search, int]:
        """The search, and where it starts: at the end that the options name unless told."""
        text = given(text, "input")
        if start is None:
            start = len(text) if self.is_right_to_left else 0
        if not 0 <= start <= len(text):
            raise ArgumentOutOfRangeException(_BAD_START, "startat")
        return Search(self.engine, text, self._seconds, text), start

    @property
    def _seconds(self) -> float:
        return LONGEST_SEARCH if self.timeout == INFINITE else self.timeout.ticks / TICKS_PER_SECOND

    def match(self, text: str | None, start: int | None = None) -> Match:
        search, start = self._search(text, start)
        return search.first(start)

    def match_part(self, text: str | None, beginning: int, length: int) -> Match:
        """Of a part, as if the text had no more; the indices are those of the whole."""
        text = given(text, "input")
        start = beginning + length if self.is_right_to_left else beginning
        if not 0 <= start <= len(text):
            raise ArgumentOutOfRangeException(_BAD_START, "startat")
        if not 0 <= length <= len(text):
            raise ArgumentOutOfRangeException("Length cannot be less than 0 or exceed input length.", "length")
        part = text[beginning : beginning + length]
        search = Search(self.engine, part, self._seconds, text, beginning)
        return search.first(len(part) if self.is_right_to_left else 0)

    def is_match(self, text: str | None, start: int | None = None) -> bool:
        return self.match(text, start).success

    def matches(self, text: str | None, start: int | None = None) -> MatchCollection:
        search, start = self._search(text, start)
        return MatchCollection(search.all(start))

    # ---- replace

    def replace(self, text: str | None, template: str | None, count: int = -1, start: int | None = None) -> str:
        given(text, "input")
        ecma_script = bool(self.options.value & ECMA_SCRIPT)
        make = replacement(given(template, "replacement"), self.engine.groups, ecma_script=ecma_script)
        return self._replaced(text, make, count, start)

    def replace_by(
        self,
        text: str | None,
        evaluator: Callable[[Match], str | None] | None,
        count: int = -1,
        start: int | None = None,
    ) -> str:
        given(text, "input")
        evaluate = given(evaluator, "evaluator")
        return self._replaced(text, lambda match: evaluate(match) or "", count, start)

    def _replaced(self, text: str | None, make: Callable[[Match], str], count: int, start: int | None) -> str:
        found = self._limited(text, count, start)
        text = given(text, "input")
        pieces: list[str] = []
        position = len(text) if self.is_right_to_left else 0
        for match in found:
            kept = text[match.end : position] if self.is_right_to_left else text[position : match.start]
            pieces += [kept, make(match)]
            allocate(len(kept) + 2 * REFERENCE)
            position = match.start if self.is_right_to_left else match.end
        if not pieces:
            return text
        pieces.append(text[:position] if self.is_right_to_left else text[position:])
        allocate(len(text))
        return "".join(reversed(pieces) if self.is_right_to_left else pieces)

    def _limited(self, text: str | None, count: int, start: int | None) -> Iterator[Match]:
        """The matches, at most `count` unless it is -1."""
        if count < -1:
            raise ArgumentOutOfRangeException("Count cannot be less than -1.", "count")
        search, start = self._search(text, start)
        return islice(search.all(start), None if count < 0 else count)

    # ---- split

    def split(self, text: str | None, count: int = 0, start: int | None = None) -> Array:
        """At most `count` parts unless it is 0, with what the groups captured in between."""
        text = given(text, "input")
        if count < 0:
            raise ArgumentOutOfRangeException("Count cannot be less than -1.", "count")
        parts: list[str] = []
        position = len(text) if self.is_right_to_left else 0
        for match in self._limited(text, count - 1, start):
            parts.append(text[match.end : position] if self.is_right_to_left else text[position : match.start])
            position = match.start if self.is_right_to_left else match.end
            groups = [match.groups.numbered(number) for number in match.groups.numbers[1:]]
            parts += [group.text() for group in groups if group.success]
            allocate(len(parts[-1]) + REFERENCE)
        parts.append(text[:position] if self.is_right_to_left else text[position:])
        return Array(reversed(parts) if self.is_right_to_left else parts)


_BAD_START = "Start index cannot be less than 0 or greater than input length."


def _check(options: int, timeout: TimeSpan) -> None:
    if not 0 <= options <= LARGEST or (options & ECMA_SCRIPT and options & ~WITH_ECMA_SCRIPT):
        raise ArgumentOutOfRangeException(parameter="options")
    if timeout != INFINITE and not 0 < timeout.ticks <= _LONGEST_TIMEOUT:
        raise ArgumentOutOfRangeException(parameter="matchTimeout")
