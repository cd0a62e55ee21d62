"""`object`, arrays, nullable values, `Guid`, `DateTime` and `TimeSpan`. Source: learn.microsoft.com/dotnet/api."""

import operator
import re
import uuid
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from apim_lab import clock
from apim_lab.csharp.definitions import Definition
from apim_lab.csharp.exceptions import IndexOutOfRangeException, InvalidOperationException, OverflowException
from apim_lab.dotnet import library
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException, FormatException
from apim_lab.dotnet.formatting import format_value, to_string
from apim_lab.dotnet.numbers import COMPARISONS, to_int64
from apim_lab.dotnet.strings import given


def _equal(left: object, right: object) -> bool:
    """`Object.Equals`: an int is no long and 1 is not true."""
    if left is None or right is None:
        return left is right
    return left is right or (library.type_of(left) == library.type_of(right) and _is_simple(left) and left == right)


def _is_simple(value: object) -> bool:
    return not isinstance(value, list)


_OBJECT = Definition(
    "class object",
    "System.Object",
    python=object,
    members={
        "string ToString()": to_string,
        "bool Equals(object obj)": _equal,
        "static bool Equals(object objA, object objB)": _equal,
        "static bool ReferenceEquals(object objA, object objB)": operator.is_,
        "new()": object,
    },
)


def _item(array: Sequence[Any], index: int) -> Any:
    if not 0 <= index < len(array):
        raise IndexOutOfRangeException
    return array[index]


def _set_item(array: list[Any], index: int, value: Any) -> None:
    _item(array, index)
    array[index] = value


_ARRAY = Definition(
    "class Array<T> : IEnumerable<T>",
    "System.Array",
    members={
        "int Length": len,
        "T this[int index]": _item,
        "T this[int index] { set; }": _set_item,
    },
)


def _nullable_value(value: Any) -> Any:
    if value is None:
        raise InvalidOperationException("Nullable object must have a value.")
    return value


_ENUMERABLE = Definition("interface IEnumerable<out T>", "System.Collections.Generic.IEnumerable")


_NULLABLE = Definition(
    "struct Nullable<T>",
    "System.Nullable",
    members={
        "bool HasValue": lambda value: value is not None,
        "T Value": _nullable_value,
        "T GetValueOrDefault(T defaultValue)": lambda value, default: default if value is None else value,
    },
)


_PAIR = Definition(
    "struct KeyValuePair<TKey, TValue>",
    "System.Collections.Generic.KeyValuePair",
    members={
        "TKey Key": lambda pair: pair.key,
        "TValue Value": lambda pair: pair.value,
    },
)


def _parsed_guid(text: str | None) -> uuid.UUID:
    stripped = given(text, "input").strip()
    if not re.fullmatch(r"\{?\(?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\)?\}?", stripped):
        raise FormatException("Guid should contain 32 digits with 4 dashes (-xxxx-xxxx-xxxx-xxxx).")
    return uuid.UUID(stripped.strip("(){}"))


def _try[T](parse: Callable[[str | None], T], default: T) -> Callable[[str | None], tuple[bool, T]]:
    def try_parse(text: str | None) -> tuple[bool, T]:
        try:
            return (False, default) if text is None else (True, parse(text))
        except (FormatException, OverflowException):
            return False, default

    return try_parse


_EMPTY_GUID = uuid.UUID(int=0)
_GUID = Definition(
    "struct Guid",
    "System.Guid",
    python=uuid.UUID,
    default=_EMPTY_GUID,
    members={
        "string ToString(string format)": format_value,
        "static Guid Empty": lambda: _EMPTY_GUID,
        "static Guid NewGuid()": uuid.uuid4,
        "static Guid Parse(string input)": _parsed_guid,
        "static bool TryParse(string input, out Guid result)": _try(_parsed_guid, _EMPTY_GUID),
        "new(string g)": _parsed_guid,
        "static bool operator ==(Guid a, Guid b)": operator.eq,
        "static bool operator !=(Guid a, Guid b)": operator.ne,
    },
)


def _comparisons(name: str) -> dict[str, Callable[[Any, Any], bool]]:
    return {f"static bool operator {sign}({name} left, {name} right)": compare for sign, compare in COMPARISONS.items()}


def _span(unit: str) -> Callable[[float], timedelta]:
    def span(value: float) -> timedelta:
        try:
            return timedelta(**{unit: value})
        except (OverflowError, ValueError):
            raise OverflowException("TimeSpan overflowed because the duration is too long.") from None

    return span


def _moved(unit: str) -> Callable[[datetime, float], datetime]:
    span = _span(unit)

    def moved(instant: datetime, value: float) -> datetime:
        return _added(instant, span(value))

    return moved


def _added(instant: datetime, span: timedelta) -> datetime:
    try:
        return instant + span
    except OverflowError:
        raise ArgumentOutOfRangeException(
            "The added or subtracted value results in an un-representable DateTime.\r\nParameter name: value"
        ) from None


def _months_later(instant: datetime, months: int) -> datetime:
    """The day is cut to the length of the month, as `AddMonths` does."""
    year, month = divmod(instant.year * 12 + instant.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ArgumentOutOfRangeException
    return instant.replace(year=year, month=month + 1, day=min(instant.day, monthrange(year, month + 1)[1]))


def _parsed_date(text: str | None) -> datetime:
    """ISO 8601 and the like; a time without an offset is taken for UTC."""
    try:
        parsed = datetime.fromisoformat(given(text, "s").strip())
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise FormatException("String was not recognized as a valid DateTime.") from None


def _new_date(*parts: int) -> datetime:
    try:
        return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # mypy takes a part for tzinfo
    except ValueError:
        raise ArgumentOutOfRangeException(
            "Year, Month, and Day parameters describe an un-representable DateTime."
        ) from None


def _now() -> datetime:
    return clock.of_the_run.get().utc()


def _midnight(instant: datetime) -> datetime:
    return datetime.combine(instant.date(), time(), UTC)


_FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
_DATE = Definition(
    "struct DateTime",
    "System.DateTime",
    python=datetime,
    default=_FIRST_INSTANT,
    members={
        "DateTime Date": _midnight,
        "TimeSpan TimeOfDay": lambda d: d - _midnight(d),
        "int Day": lambda d: d.day,
        "int DayOfYear": lambda d: d.timetuple().tm_yday,
        "int Hour": lambda d: d.hour,
        "int Millisecond": lambda d: d.microsecond // 1000,
        "int Minute": lambda d: d.minute,
        "int Month": lambda d: d.month,
        "int Second": lambda d: d.second,
        "int Year": lambda d: d.year,
        "long Ticks": lambda d: to_int64((d - _FIRST_INSTANT) // timedelta(microseconds=1) * 10),
        "DateTime Add(TimeSpan value)": _added,
        "DateTime AddDays(double value)": _moved("days"),
        "DateTime AddHours(double value)": _moved("hours"),
        "DateTime AddMilliseconds(double value)": _moved("milliseconds"),
        "DateTime AddMinutes(double value)": _moved("minutes"),
        "DateTime AddMonths(int months)": _months_later,
        "DateTime AddSeconds(double value)": _moved("seconds"),
        "DateTime AddYears(int value)": lambda d, years: _months_later(d, years * 12),
        "DateTime Subtract(TimeSpan value)": lambda d, span: _added(d, -span),
        "DateTime ToUniversalTime()": lambda d: d,
        "TimeSpan Subtract(DateTime value)": operator.sub,
        "int CompareTo(DateTime value)": lambda a, b: (a > b) - (a < b),
        "string ToString(string format)": format_value,
        "static DateTime MinValue": lambda: _FIRST_INSTANT,
        "static DateTime MaxValue": lambda: datetime.max.replace(tzinfo=UTC),
        "static DateTime Now": _now,
        "static DateTime Today": lambda: _midnight(_now()),
        "static DateTime UtcNow": _now,
        "static DateTime Parse(string s)": _parsed_date,
        "static bool TryParse(string s, out DateTime result)": _try(_parsed_date, _FIRST_INSTANT),
        "new(int year, int month, int day)": _new_date,
        "new(int year, int month, int day, int hour, int minute, int second)": _new_date,
        **_comparisons("DateTime"),
        "static DateTime operator +(DateTime d, TimeSpan t)": _added,
        "static DateTime operator -(DateTime d, TimeSpan t)": lambda d, span: _added(d, -span),
        "static TimeSpan operator -(DateTime d1, DateTime d2)": operator.sub,
    },
)
_UNITS: Mapping[str, timedelta] = {
    "Days": timedelta(days=1),
    "Hours": timedelta(hours=1),
    "Minutes": timedelta(minutes=1),
    "Seconds": timedelta(seconds=1),
    "Milliseconds": timedelta(milliseconds=1),
}
# What a unit counts up to before it carries into the next larger one
_CARRIES = {"Days": 2**31, "Hours": 24, "Minutes": 60, "Seconds": 60, "Milliseconds": 1000}


def _total(unit: timedelta) -> Callable[[timedelta], float]:
    return lambda span: span / unit


def _component(unit: timedelta, carry: int) -> Callable[[timedelta], int]:
    """Of a negative span the components are negative."""

    def component(span: timedelta) -> int:
        count = abs(span) // unit % carry
        return count if span >= timedelta() else -count

    return component


# Of TimeSpan.MaxValue
_MAX_DAY_DIGITS = 8


def _parsed_span(text: str | None) -> timedelta:
    found = re.fullmatch(r"\s*(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d{1,7})?)?\s*", given(text, "s"))
    if found is None:
        raise FormatException("String was not recognized as a valid TimeSpan.")
    sign, days, hours, minutes, seconds, fraction = found.groups(default="0")
    if len(days) > _MAX_DAY_DIGITS:
        raise OverflowException("TimeSpan overflowed because the duration is too long.")
    span = timedelta(int(days), int(seconds) + float(fraction), minutes=int(minutes), hours=int(hours))
    return -span if sign == "-" else span


_TIME_SPAN = Definition(
    "struct TimeSpan",
    "System.TimeSpan",
    python=timedelta,
    default=timedelta(),
    members={
        **{f"double Total{name}": _total(unit) for name, unit in _UNITS.items()},
        **{f"int {name}": _component(unit, _CARRIES[name]) for name, unit in _UNITS.items()},
        "long Ticks": lambda span: to_int64(span // timedelta(microseconds=1) * 10),
        "TimeSpan Add(TimeSpan ts)": operator.add,
        "TimeSpan Negate()": operator.neg,
        "TimeSpan Subtract(TimeSpan ts)": operator.sub,
        "string ToString(string format)": format_value,
        "static TimeSpan Zero": timedelta,
        **{f"static TimeSpan From{name}(double value)": _span(name.lower()) for name in _UNITS},
        "static TimeSpan Parse(string s)": _parsed_span,
        "static bool TryParse(string s, out TimeSpan result)": _try(_parsed_span, timedelta()),
        "new(int hours, int minutes, int seconds)": lambda h, m, s: timedelta(hours=h, minutes=m, seconds=s),
        "new(int days, int hours, int minutes, int seconds)": lambda d, h, m, s: timedelta(
            days=d, hours=h, minutes=m, seconds=s
        ),
        **_comparisons("TimeSpan"),
        "static TimeSpan operator +(TimeSpan t1, TimeSpan t2)": operator.add,
        "static TimeSpan operator -(TimeSpan t1, TimeSpan t2)": operator.sub,
        "static TimeSpan operator -(TimeSpan t)": operator.neg,
    },
)

DEFINITIONS = (_OBJECT, _ARRAY, _ENUMERABLE, _NULLABLE, _PAIR, _GUID, _DATE, _TIME_SPAN)
