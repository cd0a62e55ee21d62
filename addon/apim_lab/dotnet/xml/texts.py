"""Values as XML writes and reads them. Source: .NET Core 3.1, XmlConvert.cs; XContainer.cs, `GetStringValue`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.runtime.numbers import Single
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.dates.date_formats import format_date, format_offset
from apim_lab.dotnet.dates.date_parsing import parse_date, parse_offset
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_spans import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    TimeSpan,
    checked_span,
)
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.guids import parse_guid
from apim_lab.dotnet.numbers.number_parsing import parse_decimal, parse_double, parse_integer, parse_single
from apim_lab.dotnet.xml.characters import WHITE_SPACE

# ---- writing -----------------------------------------------------------------------------------------------------


def text_of(value: Any) -> str:
    """The text of a value in an element or attribute."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Single):
        return _INFINITE.get(value, "") or to_string(value)
    if isinstance(value, DateTime):
        return format_date(value, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK")
    if isinstance(value, DateTimeOffset):
        text = format_offset(value, "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz")
        return text.replace("+00:00", "Z")
    return _duration(value) if isinstance(value, TimeSpan) else to_string(value)


_INFINITE = {float("inf"): "INF", float("-inf"): "-INF"}


def _duration(span: TimeSpan) -> str:
    """`PT1M30S`."""
    days, rest = divmod(abs(span.ticks), TICKS_PER_DAY)
    hours, rest = divmod(rest, TICKS_PER_HOUR)
    minutes, rest = divmod(rest, TICKS_PER_MINUTE)
    seconds, fraction = divmod(rest, TICKS_PER_SECOND)
    point = f".{fraction:07}".rstrip("0") if fraction else ""
    parts = ((hours, f"{hours}H"), (minutes, f"{minutes}M"), (rest, f"{seconds}{point}S"))
    time = "".join(text for value, text in parts if value)
    sign = "-" if span.ticks < 0 else ""
    if not span.ticks:
        return "PT0S"
    return f"{sign}P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"


# ---- reading -----------------------------------------------------------------------------------------------------


def _boolean(text: str) -> bool:
    text = text.strip(WHITE_SPACE).lower()
    if text in {"1", "true"}:
        return True
    if text in {"0", "false"}:
        return False
    raise FormatException(f"The string '{text}' is not a valid Boolean value.")


def _real(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        text = text.strip(WHITE_SPACE)
        if text in {"INF", "-INF"}:
            return parse(text.replace("INF", "Infinity"))
        if "," in text:
            raise FormatException
        return parse(text)

    return read


def _integer(keyword: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if keyword[0] == "u" and any(sign in text for sign in "+-"):
            raise FormatException
        return parse_integer(text, keyword)

    return read


def _decimal(text: str) -> Any:
    if "," in text:
        raise FormatException
    return parse_decimal(text)


_DURATION = re.compile(
    r"\s*(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?\s*", re.ASCII
)


def _span(text: str) -> TimeSpan:
    """Of an ISO duration: a year has 365 days, a month 30."""
    found = _DURATION.fullmatch(text)
    if found is None or text.strip().endswith(("P", "T")):
        raise FormatException(f"The string '{text}' is not a valid TimeSpan value.")
    years, months, days, hours, minutes, seconds = (int(found[index] or 0) for index in range(2, 8))
    fraction = int((found[8] or "").ljust(7, "0")[:7] or 0)
    ticks = (
        (years * 365 + months * 30 + days) * TICKS_PER_DAY
        + hours * TICKS_PER_HOUR
        + minutes * TICKS_PER_MINUTE
        + seconds * TICKS_PER_SECOND
        + fraction
    )
    return checked_span(-ticks if found[1] else ticks)


# What the casts of elements and attributes read, by the C# type
READERS: Mapping[str, Callable[[str], Any]] = {
    "bool": _boolean,
    "DateTime": parse_date,
    "DateTimeOffset": parse_offset,
    "decimal": _decimal,
    "double": _real(parse_double),
    "float": _real(parse_single),
    "Guid": parse_guid,
    "TimeSpan": _span,
    **{keyword: _integer(keyword) for keyword in ("int", "long", "uint", "ulong")},
}


def casts(type_: str, parameter: str) -> dict[str, Callable[[Any], Any]]:
    """The explicit operators of `XElement` or `XAttribute`, whose values have a `text`."""
    rows: dict[str, Callable[[Any], Any]] = {
        f"static explicit operator string({type_} {parameter})": lambda owner: None if owner is None else owner.value
    }
    for name, read in READERS.items():
        rows[f"static explicit operator {name}({type_} {parameter})"] = _cast(read, parameter)
        rows[f"static explicit operator {name}?({type_} {parameter})"] = _cast_to_nullable(read)
    return rows


def _cast(read: Callable[[str], Any], parameter: str) -> Callable[[Any], Any]:
    return lambda owner: read(given(owner, parameter).value)


def _cast_to_nullable(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda owner: None if owner is None else read(owner.value)
