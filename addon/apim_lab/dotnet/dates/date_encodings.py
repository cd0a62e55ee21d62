"""A `DateTime` as one number: file times, OLE Automation dates, and .NET's own binary form.

Source: learn.microsoft.com/dotnet/api/system.datetime, and .NET Core 3.1.
"""

import math

from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.values import Int64
from apim_lab.dotnet.dates.dates import MAX_DATE_TICKS, DateTime, DateTimeKind, date_ticks
from apim_lab.dotnet.dates.time_spans import TICKS_PER_DAY, TICKS_PER_MILLISECOND
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException

# Ticks of 1 January 1601, at which file times begin, and of 30 December 1899, at which OLE Automation dates do
_FILE_EPOCH = date_ticks(1601, 1, 1) or 0
_OA_EPOCH = date_ticks(1899, 12, 30) or 0
_FIRST_OA_TICKS = date_ticks(100, 1, 1) or 0
_MILLISECONDS_PER_DAY = 86_400_000
_MIN_OA_DATE, _MAX_OA_DATE = -657435.0, 2958466.0
_TICKS_MASK = (1 << 62) - 1


def to_file_time(date: DateTime) -> Int64:
    """`ToFileTimeUtc`, and `ToFileTime` in the time zone UTC."""
    ticks = date.ticks - _FILE_EPOCH
    if ticks < 0:
        raise ArgumentOutOfRangeException("Not a valid Win32 FileTime.", "")
    return Int64(ticks)


def from_file_time_utc(file_time: int) -> DateTime:
    if not 0 <= file_time <= MAX_DATE_TICKS - _FILE_EPOCH:
        raise ArgumentOutOfRangeException("Not a valid Win32 FileTime.", "fileTime")
    return DateTime(file_time + _FILE_EPOCH, DateTimeKind.Utc)


def from_file_time(file_time: int) -> DateTime:
    return from_file_time_utc(file_time).of_kind(DateTimeKind.Local)


def to_oa_date(date: DateTime) -> float:
    """Days since 30 December 1899; before it the fraction is that of the day, counted forward. None is 0."""
    if date.ticks == 0:
        return 0.0
    ticks = date.ticks + (_OA_EPOCH if date.ticks < TICKS_PER_DAY else 0)
    if ticks < _FIRST_OA_TICKS:
        raise OverflowException("Not a legal OleAut date.")
    after = ticks - _OA_EPOCH
    milliseconds = after // TICKS_PER_MILLISECOND if after >= 0 else -(-after // TICKS_PER_MILLISECOND)
    if milliseconds < 0 and (fraction := milliseconds % _MILLISECONDS_PER_DAY):
        milliseconds -= 2 * fraction
    return milliseconds / _MILLISECONDS_PER_DAY


def from_oa_date(days: float) -> DateTime:
    if not _MIN_OA_DATE < days < _MAX_OA_DATE:
        raise ArgumentException("Not a legal OleAut date.")
    milliseconds = int(days * _MILLISECONDS_PER_DAY + math.copysign(0.5, days))
    if milliseconds < 0:
        milliseconds -= int(math.fmod(milliseconds, _MILLISECONDS_PER_DAY)) * 2
    ticks = milliseconds * TICKS_PER_MILLISECOND + _OA_EPOCH
    if not 0 <= ticks <= MAX_DATE_TICKS:
        raise ArgumentException("OleAut date did not convert to a DateTime correctly.")
    return DateTime(ticks)


def to_binary(date: DateTime) -> Int64:
    """The kind in the upper two bits."""
    number = date.ticks | date.kind.value << 62
    return Int64(number - (1 << 64) if number >> 63 else number)


def from_binary(number: int) -> DateTime:
    bits = number % (1 << 64)
    kind, ticks = bits >> 62, bits & _TICKS_MASK
    if kind >= 2:
        return _local_from_binary(ticks)
    if ticks > MAX_DATE_TICKS:
        raise _no_binary_date()
    return DateTime(ticks, DateTimeKind(kind))


def _local_from_binary(ticks: int) -> DateTime:
    """A local time is written as a universal one. One a little before the year 1 goes round to the end of a day."""
    if ticks > _TICKS_MASK + 1 - TICKS_PER_DAY:
        ticks -= _TICKS_MASK + 1 - TICKS_PER_DAY
    if not 0 <= ticks <= MAX_DATE_TICKS:
        raise _no_binary_date()
    return DateTime(ticks, DateTimeKind.Local)


def _no_binary_date() -> ArgumentException:
    return ArgumentException(
        "The binary data must result in a DateTime with ticks between DateTime.MinValue.Ticks and "
        "DateTime.MaxValue.Ticks.",
        "dateData",
    )
