"""Dates in JSON texts: which texts Newtonsoft reads as dates.

Source: Newtonsoft.Json 13.0.1, Utilities/DateTimeParser.cs and DateTimeUtils.cs. The gateway's zone is UTC.
"""

import re

from apim_lab.dotnet.dates.date_formats import format_offset, json_date
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import (
    MAX_DATE_TICKS,
    UNIX_EPOCH,
    DateTime,
    DateTimeKind,
    date_of_ticks,
    date_ticks,
    move,
    time_ticks,
)
from apim_lab.dotnet.dates.time_spans import TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE

# Minutes stand for themselves where there are no hours: Newtonsoft takes the two digits and forgets them
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,7}))?"
    r"(?:([Zz])|(?:([-+])([0-9]{2}))?(?::?([0-9]{2})|:)?)"
)
_MICROSOFT = re.compile(r"/Date\((-?[0-9]+)(?:[-+][0-9]{2}.*)?\)/", re.DOTALL)
# Shorter and longer texts are no dates for Newtonsoft
_LENGTHS = range(19, 41)


def is_like_a_date(text: str) -> bool:
    """A quick look: whether it is worth to read the text as a date."""
    return (len(text) in _LENGTHS and text[10] == "T" and text[0] in "0123456789") or text[:6] == "/Date("


def read_date(text: str) -> DateTime | None:
    """The date that a text is read as, None if it stays a text."""
    if text[0] == "/":
        return _microsoft_date(text)
    found = _ISO.fullmatch(text)
    return None if found is None else _iso_date(found)


def _microsoft_date(text: str) -> DateTime | None:
    """Milliseconds since 1970; an offset says only that it is a local time."""
    found = _MICROSOFT.fullmatch(text)
    if found is None or int(found[1]) not in _LONG:
        return None
    ticks = UNIX_EPOCH.ticks + int(found[1]) * TICKS_PER_MILLISECOND
    is_local = any(sign in text[7:] for sign in "+-")
    return date_of_ticks(ticks).of_kind(DateTimeKind.Local if is_local else DateTimeKind.Utc)


_LONG = range(-(2**63), 2**63)


def _iso_date(found: re.Match[str]) -> DateTime | None:
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction = int((found[7] or "").ljust(7, "0"))
    is_midnight = hour == 24 and not fraction
    midnight, since_midnight = date_ticks(year, month, day), time_ticks(0 if is_midnight else hour, minute, second)
    if midnight is None or since_midnight is None or (is_midnight and since_midnight):
        return None
    date = DateTime(midnight + since_midnight + fraction)
    return _in_zone(move(date, TICKS_PER_DAY) if is_midnight else date, found)


def _in_zone(date: DateTime, found: re.Match[str]) -> DateTime:
    """A time with an offset becomes a local one, within what a DateTime holds."""
    if found[8]:
        return date.of_kind(DateTimeKind.Utc)
    if not found[9]:
        return date
    offset = int(found[10]) * TICKS_PER_HOUR + int(found[11] or 0) * TICKS_PER_MINUTE
    ticks = date.ticks + (offset if found[9] == "-" else -offset)
    return DateTime(min(max(ticks, 0), MAX_DATE_TICKS), DateTimeKind.Local)


def written_date(value: DateTime | DateTimeOffset) -> str:
    """`2024-05-06T07:08:09.5Z`: with the offset of a local time and of a DateTimeOffset, none if it is unspecified."""
    return format_offset(value, _WRITTEN) if isinstance(value, DateTimeOffset) else json_date(value)


_WRITTEN = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"
