"""`TimeSpan.Parse(text)` and `TimeSpan.ParseExact(text, format, provider)` as in .NET Core 3.1's invariant culture."""

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.dotnet.dates.format_parts import quoted_at, run_at
from apim_lab.dotnet.dates.text_cursor import MAX_LENGTH, TextCursor, trim
from apim_lab.dotnet.dates.time_span_formats import MAX_LETTERS
from apim_lab.dotnet.dates.time_spans import (
    MAX_MILLISECONDS,
    MAX_SPAN_TICKS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MILLISECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    TimeSpan,
)
from apim_lab.dotnet.exceptions import FormatException

# What stands between the numbers, and which numbers they are then, days to fraction: the first reading that fits counts
_SHAPES: Mapping[tuple[str, ...], Sequence[str]] = {
    (): ["d"],
    (":",): ["hm"],
    (":", ":"): ["hms", "dhm"],
    (":", ":."): ["hmf"],
    (":", ":", "."): ["hmsf"],
    (":", ":", ":"): ["dhms"],
    (":", ":", ":."): ["dhmf"],
    (":", ":", ":", "."): ["dhmsf"],
}
# With a point after the days, which the formats g and G do not know
_POINTED_SHAPES: Mapping[tuple[str, ...], Sequence[str]] = {
    (".", ":"): ["dhm"],
    (".", ":", ":"): ["dhms"],
    (".", ":", ":."): ["dhmf"],
    (".", ":", ":", "."): ["dhmsf"],
}
_MAX_NUMBERS = 5
_MAX_NUMBER = 2**28 - 1
_MAX_DAYS = MAX_MILLISECONDS * TICKS_PER_MILLISECOND // TICKS_PER_DAY
_LIMITS: Mapping[str, int] = {"d": _MAX_DAYS, "h": 23, "m": 59, "s": 59}
_UNITS: Mapping[str, int] = {"d": TICKS_PER_DAY, "h": TICKS_PER_HOUR, "m": TICKS_PER_MINUTE, "s": TICKS_PER_SECOND}
_MAX_FRACTION = TICKS_PER_SECOND - 1
_FRACTION_DIGITS = 7
_MAX_DAY_DIGITS = 8


def parse_span(text: str) -> TimeSpan:
    """`[-]d`, `[-][d.]hh:mm[:ss[.fffffff]]`; raises FormatException, OverflowException for parts that are too large."""
    return _parse(text, {**_SHAPES, **_POINTED_SHAPES})


def parse_exact_span(text: str, specifier: str) -> TimeSpan:
    """Raises FormatException, OverflowException for parts that are too large."""
    if max(len(text), len(specifier)) > MAX_LENGTH:
        refuse(text)
    if not specifier:
        raise FormatException("Format specifier '' was invalid.")
    if specifier in {"c", "t", "T"}:
        return _ConstantReader(text).span()
    if specifier == "g":
        return _parse(text, _SHAPES)
    if specifier == "G":
        return _parse(text, {(":", ":", ":", "."): ["dhmsf"]})
    if len(specifier) == 1:
        raise FormatException(f"Format specifier '{specifier}' was invalid.")
    return _Reader(text, specifier).span()


def refuse(text: str) -> NoReturn:
    raise FormatException(f"String '{text}' was not recognized as a valid TimeSpan.")


def _overflow(text: str) -> NoReturn:
    raise OverflowException(
        f"The TimeSpan string '{text}' could not be parsed because at least one of the numeric components is out of "
        "range or contains too many digits."
    )


def _parse(text: str, shapes: Mapping[tuple[str, ...], Sequence[str]]) -> TimeSpan:
    if len(text) > MAX_LENGTH:
        refuse(text)
    numbers, separators = _split(text)
    sign, *between, end = separators
    readings = shapes.get(tuple(between), ())
    if sign not in {"", "-"} or end or not readings:
        refuse(text)
    for letters in readings:
        ticks = _ticks(dict(zip(letters, numbers, strict=True)), is_negative=sign == "-")
        if ticks is not None:
            return TimeSpan(ticks)
    _overflow(text)


def _split(text: str) -> tuple[list[str], list[str]]:
    """The numbers, and what stands before, between and after them."""
    numbers: list[str] = []
    separators: list[str] = []
    for found in re.finditer(r"([^0-9]*)([0-9]*)", trim(text)):
        separator, number = found.groups()
        if separator or number:
            separators.append(separator)
        if number:
            if len(number.lstrip("0")) > 9 or int(number) > _MAX_NUMBER:
                _overflow(text)
            numbers.append(number)
            if len(numbers) > _MAX_NUMBERS:
                refuse(text)
    if not numbers:
        refuse(text)
    if len(separators) == len(numbers):
        separators.append("")
    return numbers, separators


def _ticks(numbers: Mapping[str, str], *, is_negative: bool) -> int | None:
    """The length in ticks of numbers by their letters; None if one of them is too large."""
    parts = {letter: int(number) for letter, number in numbers.items() if letter != "f"}
    fraction = _fraction(numbers.get("f", "0"))
    if fraction is None or any(number > _LIMITS[letter] for letter, number in parts.items()):
        return None
    whole = sum(number * _UNITS[letter] for letter, number in parts.items())
    if whole > MAX_MILLISECONDS * TICKS_PER_MILLISECOND:
        return None
    ticks = whole + fraction
    if ticks > 2**63 - (not is_negative):
        return None
    return -ticks if is_negative else ticks


def _fraction(digits: str) -> int | None:
    """The digits after the point in ticks, rounded if zeros lead more than seven; None if they are too many."""
    value = int(digits)
    if value > _MAX_FRACTION and not digits.startswith("0"):
        return None
    if len(digits) <= _FRACTION_DIGITS:
        return int(digits.ljust(_FRACTION_DIGITS, "0"))
    parts: int = 10 ** (len(digits) - _FRACTION_DIGITS)
    return (2 * value + parts) // (2 * parts)


class _ConstantReader(TextCursor):
    """Reads the format "c" number by number, `[-]d` or `[-][d.]hh:mm[:ss[.fffffff]]`, and tells the first fault."""

    def span(self) -> TimeSpan:
        self.skip_blanks()
        is_negative = self.accept("-")
        ticks = self.time() if self.next_mark() == ":" else self.days()
        if ticks > MAX_SPAN_TICKS + is_negative:
            _overflow(self.text)
        self.skip_blanks()
        if not self.at_end:
            refuse(self.text)
        return TimeSpan(-ticks if is_negative else ticks)

    def days(self) -> int:
        ticks = self.number("d")
        return ticks + self.time() if self.accept(".") else ticks

    def time(self) -> int:
        ticks = self.number("h")
        if not self.accept(":"):
            refuse(self.text)
        ticks += self.number("m")
        return ticks + self.seconds() if self.accept(":") else ticks

    def seconds(self) -> int:
        """There may be none before the point, and no digits after it."""
        ticks = 0 if self.peek() == "." else self.number("s")
        if self.accept("."):
            ticks += int(self.digits(_FRACTION_DIGITS).ljust(_FRACTION_DIGITS, "0"))
        return ticks

    def number(self, letter: str) -> int:
        digits = self.digits()
        if not digits:
            refuse(self.text)
        if len(digits.lstrip("0")) > _MAX_DAY_DIGITS or int(digits) > _LIMITS[letter]:
            _overflow(self.text)
        return int(digits) * _UNITS[letter]

    def next_mark(self) -> str:
        return self.text[self.position :].lstrip("0123456789")[:1]

    def skip_blanks(self) -> None:
        while self.peek() in {" ", "\t"}:
            self.position += 1


class _Reader(TextCursor):
    """Matches a text with a custom format; `numbers` are the digits found, by the letter of the format."""

    def __init__(self, text: str, pattern: str) -> None:
        super().__init__(text)
        self.pattern = pattern
        self.numbers: dict[str, str] = {}

    def span(self) -> TimeSpan:
        at = 0
        while at < len(self.pattern):
            at += self.match_part(at)
        if not self.at_end:
            refuse(self.text)
        ticks = _ticks(self.numbers, is_negative=False)
        if ticks is None:
            _overflow(self.text)
        return TimeSpan(ticks)

    def match_part(self, at: int) -> int:
        """The length of the part of the format at this place."""
        letter, following = self.pattern[at], self.pattern[at + 1 : at + 2]
        if letter in MAX_LETTERS:
            return self.read_number(letter, len(run_at(self.pattern, at)))
        if letter in "'\"":
            return self.read_quoted(at)
        if not following or letter not in "%\\" or following == letter == "%":
            raise FormatException
        if letter == "%":
            return 1
        self.expect(following)
        return 2

    def read_number(self, letter: str, length: int) -> int:
        """One letter stands for one or two digits, for up to eight of days; F for as many as there are."""
        field = letter.lower()
        if length > MAX_LETTERS[letter] or field in self.numbers:
            raise FormatException
        most = length if letter in "fF" or length > 1 else 8 if letter == "d" else 2
        digits = self.digits(most)
        if len(digits) < length and letter != "F":
            raise FormatException
        self.numbers[field] = digits or "0"
        return length

    def read_quoted(self, at: int) -> int:
        quote = self.pattern[at]
        try:
            quoted, length = quoted_at(self.pattern, at)
        except FormatException:
            raise FormatException(f"Cannot find a matching quote character for the character '{quote}'.") from None
        self.expect(quoted)
        return length

    def expect(self, expected: str) -> None:
        if not self.accept(expected):
            raise FormatException
