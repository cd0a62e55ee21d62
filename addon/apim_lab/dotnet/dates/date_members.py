"""`DateTime`, `DateTimeKind` and `DayOfWeek` as expressions see them. Source: learn.microsoft.com/dotnet/api."""

from collections.abc import Callable, Sequence

from apim_lab.csharp.runtime.arithmetic import COMPARISONS
from apim_lab.csharp.runtime.values import Int64
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.conversion.type_codes import TYPE_CODE
from apim_lab.dotnet.dates import date_encodings as encodings
from apim_lab.dotnet.dates import dates
from apim_lab.dotnet.dates.date_alternatives import all_formats, alternative_formats
from apim_lab.dotnet.dates.date_formats import date_text, format_date
from apim_lab.dotnet.dates.date_parse_members import DATE_PARSING
from apim_lab.dotnet.dates.date_styles import DateTimeStyles
from apim_lab.dotnet.dates.dates import DateTime, DateTimeKind, DayOfWeek
from apim_lab.dotnet.dates.time_spans import TICKS_PER_MILLISECOND, TimeSpan
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.formatting import format_value


def _to_string(value: DateTime, specifier: str | None, _provider: object = None) -> str:
    return format_value(value, specifier or "")


def _in_format(specifier: str) -> Callable[[DateTime], str]:
    return lambda value: format_date(value, specifier)


def _subtract(value: DateTime, span: TimeSpan) -> DateTime:
    return dates.move(value, -span.ticks)


def _equals(value: DateTime, other: object) -> bool:
    return isinstance(other, DateTime) and value == other


_UNITS = {"Days": 86_400_000, "Hours": 3_600_000, "Minutes": 60_000, "Seconds": 1000, "Milliseconds": 1}
_PARTS = "int year, int month, int day"
_TIME = "int hour, int minute, int second"

_ENCODINGS = {
    "static DateTime FromBinary(long dateData)": encodings.from_binary,
    "static DateTime FromFileTime(long fileTime)": encodings.from_file_time,
    "static DateTime FromFileTimeUtc(long fileTime)": encodings.from_file_time_utc,
    "static DateTime FromOADate(double d)": encodings.from_oa_date,
    "long ToBinary()": encodings.to_binary,
    "long ToFileTime()": encodings.to_file_time,
    "long ToFileTimeUtc()": encodings.to_file_time,
    "double ToOADate()": encodings.to_oa_date,
}
_DATE = Definition(
    "struct DateTime",
    "System.DateTime",
    python=DateTime,
    default=dates.MIN_DATE,
    members={
        "new()": lambda: dates.MIN_DATE,
        "new(long ticks)": dates.date_of_ticks,
        "new(long ticks, DateTimeKind kind)": lambda ticks, kind: dates.date_of_ticks(ticks).of_kind(kind),
        f"new({_PARTS})": dates.new_date,
        f"new({_PARTS}, {_TIME})": dates.new_date,
        f"new({_PARTS}, {_TIME}, DateTimeKind kind)": dates.new_date_of_kind,
        f"new({_PARTS}, {_TIME}, int millisecond)": dates.new_date,
        f"new({_PARTS}, {_TIME}, int millisecond, DateTimeKind kind)": dates.new_date_of_kind,
        "static DateTime MinValue": lambda: dates.MIN_DATE,
        "static DateTime MaxValue": lambda: dates.MAX_DATE,
        "static DateTime UnixEpoch": lambda: dates.UNIX_EPOCH,
        "static DateTime Now": dates.local_now,
        "static DateTime Today": dates.today,
        "static DateTime UtcNow": dates.utc_now,
        "DateTime Date": dates.midnight,
        "TimeSpan TimeOfDay": lambda value: TimeSpan(value.time_ticks),
        "DateTimeKind Kind": lambda value: value.kind,
        "DayOfWeek DayOfWeek": dates.day_of_week,
        "int Day": lambda value: value.day.day,
        "int DayOfYear": lambda value: value.day.timetuple().tm_yday,
        "int Hour": lambda value: value.hour,
        "int Millisecond": lambda value: value.fraction // TICKS_PER_MILLISECOND,
        "int Minute": lambda value: value.minute,
        "int Month": lambda value: value.day.month,
        "int Second": lambda value: value.second,
        "int Year": lambda value: value.day.year,
        "long Ticks": lambda value: Int64(value.ticks),
        "DateTime Add(TimeSpan value)": lambda value, span: dates.move(value, span.ticks),
        **{f"DateTime Add{name}(double value)": dates.move_by(unit) for name, unit in _UNITS.items()},
        "DateTime AddMonths(int months)": dates.add_months,
        "DateTime AddTicks(long value)": dates.move,
        "DateTime AddYears(int value)": dates.add_years,
        "DateTime Subtract(TimeSpan value)": _subtract,
        "TimeSpan Subtract(DateTime value)": dates.subtract_dates,
        "DateTime ToLocalTime()": dates.to_local,
        "DateTime ToUniversalTime()": dates.to_universal,
        "bool IsDaylightSavingTime()": lambda _value: False,
        "bool Equals(DateTime value)": _equals,
        "bool Equals(object value)": _equals,
        "int CompareTo(DateTime value)": dates.compare,
        "int CompareTo(object value)": dates.compare_to(DateTime),
        "string ToString()": date_text,
        "string ToString(string format)": _to_string,
        "string ToString(IFormatProvider provider)": lambda value, _provider: date_text(value),
        "string ToString(string format, IFormatProvider provider)": _to_string,
        "string ToLongDateString()": _in_format("D"),
        "string ToLongTimeString()": _in_format("T"),
        "string ToShortDateString()": _in_format("d"),
        "string ToShortTimeString()": _in_format("t"),
        "static int Compare(DateTime t1, DateTime t2)": dates.compare,
        "static int DaysInMonth(int year, int month)": dates.days_in_month,
        "static bool Equals(DateTime t1, DateTime t2)": _equals,
        "static bool IsLeapYear(int year)": dates.is_leap_year,
        "static DateTime SpecifyKind(DateTime value, DateTimeKind kind)": DateTime.of_kind,
        **_ENCODINGS,
        **DATE_PARSING,
        "string[] GetDateTimeFormats()": all_formats,
        "string[] GetDateTimeFormats(IFormatProvider provider)": all_formats,
        "string[] GetDateTimeFormats(char format)": alternative_formats,
        "string[] GetDateTimeFormats(char format, IFormatProvider provider)": alternative_formats,
        **TYPE_CODE,
        **{f"static bool operator {sign}(DateTime d1, DateTime d2)": test for sign, test in COMPARISONS.items()},
        "static DateTime operator +(DateTime d, TimeSpan t)": lambda d, span: dates.move(d, span.ticks, "t"),
        "static DateTime operator -(DateTime d, TimeSpan t)": lambda d, span: dates.move(d, -span.ticks, "t"),
        "static TimeSpan operator -(DateTime d1, DateTime d2)": dates.subtract_dates,
    },
)

DEFINITIONS: Sequence[Definition] = (
    _DATE,
    enumeration("System.DateTimeKind", DateTimeKind),
    enumeration("System.DayOfWeek", DayOfWeek),
    enumeration("System.Globalization.DateTimeStyles", DateTimeStyles),
)
