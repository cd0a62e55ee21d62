"""`object`, arrays, nullable values, `Guid`, `DateTime` and `TimeSpan`. Source: learn.microsoft.com/dotnet/api."""

import operator
import re
import uuid
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from apim_lab import clock
from apim_lab.csharp.types import Definition
from apim_lab.dotnet import library
from apim_lab.dotnet.exceptions import (
    ArgumentOutOfRangeException,
    FormatException,
    IndexOutOfRangeException,
    InvalidOperationException,
    OverflowException,
)
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
    "object",
    "System.Object",
    python=object,
    base="",
    methods={"string ToString()": to_string, "bool Equals(object obj)": _equal},
    static_methods={
        "bool Equals(object objA, object objB)": _equal,
        "bool ReferenceEquals(object objA, object objB)": operator.is_,
    },
    constructors={"object new()": object},
)


def _item(array: Sequence[Any], index: int) -> Any:
    if not 0 <= index < len(array):
        raise IndexOutOfRangeException
    return array[index]


def _set_item(array: list[Any], index: int, value: Any) -> None:
    _item(array, index)
    array[index] = value


_ARRAY = Definition(
    "Array<T>",
    "System.Array",
    elements="T",
    properties={"int Length": len},
    indexers={"T this[int index]": _item},
    index_setters={"T this[int index]": _set_item},
)


def _nullable_value(value: Any) -> Any:
    if value is None:
        raise InvalidOperationException("Nullable object must have a value.")
    return value


_NULLABLE = Definition(
    "Nullable<T>",
    "System.Nullable",
    properties={"bool HasValue": lambda value: value is not None, "T Value": _nullable_value},
    methods={"T GetValueOrDefault(T defaultValue)": lambda value, default: default if value is None else value},
)


_PAIR = Definition(
    "KeyValuePair<TKey, TValue>",
    "System.Collections.Generic.KeyValuePair",
    value=True,
    properties={"TKey Key": lambda pair: pair.key, "TValue Value": lambda pair: pair.value},
)


def _parsed_guid(text: str | None) -> uuid.UUID:
    stripped = given(text, "input").strip()
    if not re.fullmatch(r"\{?\(?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\)?\}?", stripped):
        raise FormatException("Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).")
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
    "Guid",
    "System.Guid",
    python=uuid.UUID,
    value=True,
    default=_EMPTY_GUID,
    methods={"string ToString(string format)": format_value},
    static_properties={"Guid Empty": lambda: _EMPTY_GUID},
    static_methods={
        "Guid NewGuid()": uuid.uuid4,
        "Guid Parse(string input)": _parsed_guid,
        "bool TryParse(string input, out Guid result)": _try(_parsed_guid, _EMPTY_GUID),
    },
    constructors={"Guid new(string g)": _parsed_guid},
    operators={"bool operator ==(Guid a, Guid b)": operator.eq, "bool operator !=(Guid a, Guid b)": operator.ne},
)


def _comparisons(name: str) -> dict[str, Callable[[Any, Any], bool]]:
    return {f"bool operator {sign}({name} left, {name} right)": compare for sign, compare in COMPARISONS.items()}


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
    "DateTime",
    "System.DateTime",
    python=datetime,
    value=True,
    default=_FIRST_INSTANT,
    properties={
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
    },
    methods={
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
    },
    static_properties={
        "DateTime MinValue": lambda: _FIRST_INSTANT,
        "DateTime MaxValue": lambda: datetime.max.replace(tzinfo=UTC),
        "DateTime Now": _now,
        "DateTime Today": lambda: _midnight(_now()),
        "DateTime UtcNow": _now,
    },
    static_methods={
        "DateTime Parse(string s)": _parsed_date,
        "bool TryParse(string s, out DateTime result)": _try(_parsed_date, _FIRST_INSTANT),
    },
    constructors={
        "DateTime new(int year, int month, int day)": _new_date,
        "DateTime new(int year, int month, int day, int hour, int minute, int second)": _new_date,
    },
    operators={
        **_comparisons("DateTime"),
        "DateTime operator +(DateTime d, TimeSpan t)": _added,
        "DateTime operator -(DateTime d, TimeSpan t)": lambda d, span: _added(d, -span),
        "TimeSpan operator -(DateTime d1, DateTime d2)": operator.sub,
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
    "TimeSpan",
    "System.TimeSpan",
    python=timedelta,
    value=True,
    default=timedelta(),
    properties={
        **{f"double Total{name}": _total(unit) for name, unit in _UNITS.items()},
        **{f"int {name}": _component(unit, _CARRIES[name]) for name, unit in _UNITS.items()},
        "long Ticks": lambda span: to_int64(span // timedelta(microseconds=1) * 10),
    },
    methods={
        "TimeSpan Add(TimeSpan ts)": operator.add,
        "TimeSpan Negate()": operator.neg,
        "TimeSpan Subtract(TimeSpan ts)": operator.sub,
        "string ToString(string format)": format_value,
    },
    static_properties={"TimeSpan Zero": timedelta},
    static_methods={
        **{f"TimeSpan From{name}(double value)": _span(name.lower()) for name in _UNITS},
        "TimeSpan Parse(string s)": _parsed_span,
        "bool TryParse(string s, out TimeSpan result)": _try(_parsed_span, timedelta()),
    },
    constructors={
        "TimeSpan new(int hours, int minutes, int seconds)": lambda h, m, s: timedelta(hours=h, minutes=m, seconds=s),
        "TimeSpan new(int days, int hours, int minutes, int seconds)": lambda d, h, m, s: timedelta(
            days=d, hours=h, minutes=m, seconds=s
        ),
    },
    operators={
        **_comparisons("TimeSpan"),
        "TimeSpan operator +(TimeSpan t1, TimeSpan t2)": operator.add,
        "TimeSpan operator -(TimeSpan t1, TimeSpan t2)": operator.sub,
        "TimeSpan operator -(TimeSpan t)": operator.neg,
    },
)

DEFINITIONS = (_OBJECT, _ARRAY, _NULLABLE, _PAIR, _GUID, _DATE, _TIME_SPAN)
