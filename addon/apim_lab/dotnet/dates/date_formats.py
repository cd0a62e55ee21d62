"""`DateTime.ToString(format)` in the invariant culture: the standard and the custom formats of .NET.

Source: learn.microsoft.com/dotnet/standard/base-types, "Standard date and time format strings" and "Custom …".
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime, DateTimeKind, ZonedTime, day_of_week, to_universal
from apim_lab.dotnet.dates.format_parts import format_parts
from apim_lab.dotnet.dates.time_spans import TICKS_PER_HOUR, TICKS_PER_MINUTE
from apim_lab.dotnet.exceptions import FormatException

DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ERA = "A.D."

_LONG_DATE = "dddd, dd MMMM yyyy"
STANDARD_FORMATS: Mapping[str, str] = {
    "d": "MM/dd/yyyy",
    "D": _LONG_DATE,
    "f": f"{_LONG_DATE} HH:mm",
    "F": f"{_LONG_DATE} HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    **dict.fromkeys("mM", "MMMM dd"),
    **dict.fromkeys("oO", "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK"),
    **dict.fromkeys("rR", "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"),
    "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
    "U": f"{_LONG_DATE} HH:mm:ss",
    **dict.fromkeys("yY", "yyyy MMMM"),
}
MAX_FRACTION_DIGITS = 7


def date_text(value: DateTime) -> str:
    """`ToString()`, the format "G"."""
    day, seconds = value.day, value.time_ticks // 10_000_000
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{day.month:02}/{day.day:02}/{day.year:04} {clock}"


def format_date(value: DateTime, specifier: str) -> str:
    """Raises FormatException for a format that .NET does not know."""
    if not specifier:
        return date_text(value)
    if specifier == "U":
        value = to_universal(value)
    return _written(value, standard_format(specifier))


# The formats that write universal time
_UNIVERSAL = "rRu"


def format_offset(value: DateTimeOffset, specifier: str) -> str:
    """`DateTimeOffset.ToString(format)`."""
    if specifier == "U":
        raise FormatException
    pattern = standard_format(specifier) if specifier else f"{STANDARD_FORMATS['G']} zzz"
    return _written(value.utc if specifier in _UNIVERSAL and specifier else value.clock, pattern)


def _written(value: DateTime, pattern: str) -> str:
    written = ""
    for write in _writers(pattern):
        text = write(value)
        written = written.removesuffix(".") if text is None else written + text
    return written


def standard_format(specifier: str) -> str:
    """The custom format that a single letter stands for; any longer text is a custom format already."""
    if len(specifier) > 1:
        return specifier
    if specifier not in STANDARD_FORMATS:
        raise FormatException
    return STANDARD_FORMATS[specifier]


# Writes a part; None where a fraction of seconds is left out, and with it the point before it
_Writer = Callable[[DateTime], str | None]
_LETTERS = "dfFghHmMstyz"


@lru_cache(maxsize=256)
def _writers(text: str) -> tuple[_Writer, ...]:
    return tuple(_writer(letter, part) for letter, part in format_parts(text, _LETTERS))


def _writer(letter: str, part: str) -> _Writer:
    make = _WRITERS.get(letter)
    return make(len(part)) if make else lambda _: part


def _padded(number: Callable[[DateTime], int]) -> Callable[[int], _Writer]:
    """A number of one or two digits: more letters write no more digits."""
    return lambda length: lambda value: f"{number(value):0{min(length, 2)}}"


def _hour_of_twelve(value: DateTime) -> int:
    return (value.hour - 1) % 12 + 1


def _named(number: Callable[[DateTime], int], name: Callable[[DateTime], str]) -> Callable[[int], _Writer]:
    """One or two letters write a number, three its abbreviated name, more its name."""

    def writer(length: int) -> _Writer:
        if length <= 2:
            return lambda value: f"{number(value):0{length}}"
        return (lambda value: name(value)[:3]) if length == 3 else name  # of three letters

    return writer


def _day_name(value: DateTime) -> str:
    return day_of_week(value).name


def _month_name(value: DateTime) -> str:
    return MONTH_NAMES[value.day.month - 1]


def _year(length: int) -> _Writer:
    if length <= 2:  # a year within its century
        return lambda value: f"{value.day.year % 100:0{length}}"
    return lambda value: f"{value.day.year:0{length}}"


def _fraction(length: int) -> _Writer:
    _check_fraction(length)
    return lambda value: f"{value.fraction:07}"[:length]


def _optional_fraction(length: int) -> _Writer:
    _check_fraction(length)
    return lambda value: f"{value.fraction:07}"[:length].rstrip("0") or None


def _check_fraction(length: int) -> None:
    if length > MAX_FRACTION_DIGITS:
        raise FormatException


def _half_day(length: int) -> _Writer:
    return lambda value: ("AM" if value.hour < 12 else "PM")[: min(length, 2)]  # noon


def _offset(length: int) -> _Writer:
    """`+8`, `+08` or `+08:00`."""

    def written(value: DateTime) -> str:
        offset = value.offset if isinstance(value, ZonedTime) else 0
        sign, hours = "-" if offset < 0 else "+", abs(offset) // TICKS_PER_HOUR
        if length <= 2:
            return f"{sign}{hours:0{length}}"
        return f"{sign}{hours:02}:{abs(offset) // TICKS_PER_MINUTE % 60:02}"

    return written


_write_offset = _offset(3)


def _zone(_length: int) -> _Writer:
    """The kind, or how far a clock is ahead of UTC."""
    kinds = {DateTimeKind.Utc: "Z", DateTimeKind.Unspecified: ""}
    return lambda value: _write_offset(value) if isinstance(value, ZonedTime) else kinds.get(value.kind, "+00:00")


_WRITERS: Mapping[str, Callable[[int], _Writer]] = {
    "d": _named(lambda value: value.day.day, _day_name),
    "f": _fraction,
    "F": _optional_fraction,
    "g": lambda _length: lambda _: ERA,
    "h": _padded(_hour_of_twelve),
    "H": _padded(lambda value: value.hour),
    "K": _zone,
    "m": _padded(lambda value: value.minute),
    "M": _named(lambda value: value.day.month, _month_name),
    "s": _padded(lambda value: value.second),
    "t": _half_day,
    "y": _year,
    "z": _offset,
}


def json_date(value: DateTime) -> str:
    """As Newtonsoft.Json writes it: `2024-05-06T07:08:09.5Z`, with the offset of a local time, none if unspecified."""
    return format_date(value, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK")
