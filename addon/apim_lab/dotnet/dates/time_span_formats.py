"""`TimeSpan.ToString(format)` in the invariant culture: the standard formats c, g and G, and the custom ones.

Source: learn.microsoft.com/dotnet/standard/base-types, "Standard TimeSpan format strings" and "Custom …".
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from apim_lab.dotnet.dates.format_parts import format_parts
from apim_lab.dotnet.dates.time_spans import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    TimeSpan,
)
from apim_lab.dotnet.exceptions import FormatException


def span_text(span: TimeSpan) -> str:
    """`ToString()`, the format "c": `[-][d.]hh:mm:ss[.fffffff]`."""
    days, rest = divmod(abs(span.ticks), TICKS_PER_DAY)
    day = f"{days}." if days else ""
    fraction = rest % TICKS_PER_SECOND
    decimals = f".{fraction:07}" if fraction else ""
    return f"{_sign(span)}{day}{_clock(rest, '02')}{decimals}"


def _short(span: TimeSpan) -> str:
    """The format "g": `[-][d:]h:mm:ss[.FFFFFFF]`."""
    days, rest = divmod(abs(span.ticks), TICKS_PER_DAY)
    day = f"{days}:" if days else ""
    decimals = f".{rest % TICKS_PER_SECOND:07}".rstrip("0").rstrip(".")
    return f"{_sign(span)}{day}{_clock(rest, '')}{decimals}"


def _long(span: TimeSpan) -> str:
    """The format "G": `[-]d:hh:mm:ss.fffffff`."""
    days, rest = divmod(abs(span.ticks), TICKS_PER_DAY)
    return f"{_sign(span)}{days}:{_clock(rest, '02')}.{rest % TICKS_PER_SECOND:07}"


def _sign(span: TimeSpan) -> str:
    return "-" if span.ticks < 0 else ""


def _clock(ticks: int, hour_digits: str) -> str:
    seconds = ticks // TICKS_PER_SECOND
    return f"{seconds // 3600:{hour_digits}}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_STANDARD: Mapping[str, Callable[[TimeSpan], str]] = {
    **dict.fromkeys("ctT", span_text),
    "g": _short,
    "G": _long,
}


def format_span(span: TimeSpan, specifier: str) -> str:
    """A custom format writes no sign. Raises FormatException for a format that .NET does not know."""
    if not specifier:
        return span_text(span)
    if len(specifier) == 1:
        if specifier not in _STANDARD:
            raise FormatException
        return _STANDARD[specifier](span)
    ticks = abs(span.ticks)
    return "".join(write(ticks) for write in _writers(specifier))


_Writer = Callable[[int], str]


@lru_cache(maxsize=256)
def _writers(text: str) -> tuple[_Writer, ...]:
    return tuple(_writer(letter, part) for letter, part in format_parts(text, "dhmsfF"))


# How many letters there may be in a run
MAX_LETTERS: Mapping[str, int] = {"d": 8, "h": 2, "m": 2, "s": 2, "f": 7, "F": 7}
_UNITS: Mapping[str, tuple[int, int]] = {
    "d": (TICKS_PER_DAY, 2**31),
    "h": (TICKS_PER_HOUR, 24),
    "m": (TICKS_PER_MINUTE, 60),
    "s": (TICKS_PER_SECOND, 60),
}


def _writer(letter: str, part: str) -> _Writer:
    """Text that is neither quoted nor escaped is an error."""
    if not letter:
        return lambda _: part
    length = len(part)
    if length > MAX_LETTERS.get(letter, 0):
        raise FormatException
    if letter == "f":
        return lambda ticks: f"{ticks % TICKS_PER_SECOND:07}"[:length]
    if letter == "F":
        return lambda ticks: f"{ticks % TICKS_PER_SECOND:07}"[:length].rstrip("0")
    unit, carry = _UNITS[letter]
    return lambda ticks: f"{ticks // unit % carry:0{length}}"
