"""`DateTimeOffset` as expressions see it. Source: learn.microsoft.com/dotnet/api/system.datetimeoffset."""

from collections.abc import Callable, Sequence
from typing import Any

from apim_lab.csharp.runtime.arithmetic import COMPARISONS
from apim_lab.csharp.runtime.values import Int64
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.dates import date_time_offsets as offsets
from apim_lab.dotnet.dates import dates
from apim_lab.dotnet.dates.date_encodings import from_file_time_utc, to_file_time
from apim_lab.dotnet.dates.date_parse_members import OFFSET_PARSING
from apim_lab.dotnet.dates.date_time_offsets import MIN_VALUE, DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime, DateTimeKind
from apim_lab.dotnet.dates.time_spans import TICKS_PER_MILLISECOND, TICKS_PER_SECOND, TimeSpan
from apim_lab.dotnet.formatting import format_value


def _of_clock(read: Callable[[DateTime], Any]) -> Callable[[DateTimeOffset], Any]:
    return lambda value: read(value.clock_time)


def _to_string(value: DateTimeOffset, specifier: str | None, _provider: object = None) -> str:
    return format_value(value, specifier or "")


def _equals(value: DateTimeOffset, other: object) -> bool:
    return isinstance(other, DateTimeOffset) and value == other


def _equals_exactly(value: DateTimeOffset, other: DateTimeOffset) -> bool:
    return value == other and value.offset == other.offset


def _plus(value: DateTimeOffset, span: TimeSpan) -> DateTimeOffset:
    return offsets.move(value, span.ticks, "t")


def _minus(value: DateTimeOffset, span: TimeSpan) -> DateTimeOffset:
    return offsets.move(value, -span.ticks, "t")


_PARTS = "int year, int month, int day, int hour, int minute, int second"
_UNITS = {"Days": 86_400_000, "Hours": 3_600_000, "Minutes": 60_000, "Seconds": 1000, "Milliseconds": 1}

DEFINITIONS: Sequence[Definition] = (
    Definition(
        "struct DateTimeOffset",
        "System.DateTimeOffset",
        python=DateTimeOffset,
        default=MIN_VALUE,
        members={
            "new()": lambda: MIN_VALUE,
            "new(DateTime dateTime)": offsets.of_date,
            "new(DateTime dateTime, TimeSpan offset)": offsets.of_date_at,
            "new(long ticks, TimeSpan offset)": offsets.of_ticks,
            f"new({_PARTS}, TimeSpan offset)": offsets.of_parts,
            f"new({_PARTS}, int millisecond, TimeSpan offset)": offsets.of_parts,
            "static DateTimeOffset MinValue": lambda: MIN_VALUE,
            "static DateTimeOffset MaxValue": lambda: offsets.MAX_VALUE,
            "static DateTimeOffset UnixEpoch": lambda: offsets.UNIX_EPOCH,
            "static DateTimeOffset Now": offsets.now,
            "static DateTimeOffset UtcNow": offsets.now,
            "DateTime Date": _of_clock(dates.midnight),
            "DateTime DateTime": lambda value: value.clock_time,
            "DateTime LocalDateTime": lambda value: value.utc.of_kind(DateTimeKind.Local),
            "DateTime UtcDateTime": lambda value: value.utc,
            "DayOfWeek DayOfWeek": _of_clock(dates.day_of_week),
            "TimeSpan Offset": lambda value: TimeSpan(value.offset),
            "TimeSpan TimeOfDay": _of_clock(lambda clock: TimeSpan(clock.time_ticks)),
            "int Day": _of_clock(lambda clock: clock.day.day),
            "int DayOfYear": _of_clock(lambda clock: clock.day.timetuple().tm_yday),
            "int Hour": _of_clock(lambda clock: clock.hour),
            "int Millisecond": _of_clock(lambda clock: clock.fraction // TICKS_PER_MILLISECOND),
            "int Minute": _of_clock(lambda clock: clock.minute),
            "int Month": _of_clock(lambda clock: clock.day.month),
            "int Second": _of_clock(lambda clock: clock.second),
            "int Year": _of_clock(lambda clock: clock.day.year),
            "long Ticks": _of_clock(lambda clock: Int64(clock.ticks)),
            "long UtcTicks": lambda value: Int64(value.ticks),
            "DateTimeOffset Add(TimeSpan timeSpan)": lambda value, span: offsets.move(value, span.ticks),
            **{
                f"DateTimeOffset Add{name}(double {name.lower()})": offsets.on_clock(dates.move_by(unit))
                for name, unit in _UNITS.items()
            },
            "DateTimeOffset AddMonths(int months)": offsets.on_clock(dates.add_months),
            "DateTimeOffset AddTicks(long ticks)": offsets.move,
            "DateTimeOffset AddYears(int years)": offsets.on_clock(dates.add_years),
            "DateTimeOffset Subtract(TimeSpan value)": lambda value, span: offsets.move(value, -span.ticks),
            "TimeSpan Subtract(DateTimeOffset value)": offsets.subtract,
            "DateTimeOffset ToLocalTime()": lambda value: DateTimeOffset(value.ticks),
            "DateTimeOffset ToOffset(TimeSpan offset)": offsets.to_offset,
            "DateTimeOffset ToUniversalTime()": lambda value: DateTimeOffset(value.ticks),
            "long ToFileTime()": lambda value: to_file_time(value.utc),
            "long ToUnixTimeMilliseconds()": lambda value: Int64(offsets.to_unix(TICKS_PER_MILLISECOND)(value)),
            "long ToUnixTimeSeconds()": lambda value: Int64(offsets.to_unix(TICKS_PER_SECOND)(value)),
            "bool Equals(DateTimeOffset other)": _equals,
            "bool Equals(object obj)": _equals,
            "bool EqualsExact(DateTimeOffset other)": _equals_exactly,
            "int CompareTo(DateTimeOffset other)": offsets.compare,
            "string ToString()": lambda value: format_value(value, ""),
            "string ToString(string format)": _to_string,
            "string ToString(IFormatProvider formatProvider)": lambda value, _provider: format_value(value, ""),
            "string ToString(string format, IFormatProvider formatProvider)": _to_string,
            "static int Compare(DateTimeOffset first, DateTimeOffset second)": offsets.compare,
            "static bool Equals(DateTimeOffset first, DateTimeOffset second)": _equals,
            "static DateTimeOffset FromFileTime(long fileTime)": lambda time: offsets.of_date(from_file_time_utc(time)),
            "static DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)": offsets.from_unix_milliseconds,
            "static DateTimeOffset FromUnixTimeSeconds(long seconds)": offsets.from_unix_seconds,
            **OFFSET_PARSING,
            "static implicit operator DateTimeOffset(DateTime dateTime)": offsets.of_date,
            **{
                f"static bool operator {sign}(DateTimeOffset left, DateTimeOffset right)": test
                for sign, test in COMPARISONS.items()
            },
            "static DateTimeOffset operator +(DateTimeOffset dateTimeOffset, TimeSpan timeSpan)": _plus,
            "static DateTimeOffset operator -(DateTimeOffset dateTimeOffset, TimeSpan timeSpan)": _minus,
            "static TimeSpan operator -(DateTimeOffset left, DateTimeOffset right)": offsets.subtract,
        },
    ),
)
