"""`DateTime`: an instant of the Gregorian calendar in ticks of 100 ns since the year 1, with its Kind.

The gateway's time zone is UTC: a local time differs from the universal one by its Kind only.
"""

import enum
from calendar import isleap, monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import isnan
from typing import ClassVar

from apim_lab import clock
from apim_lab.csharp.types import Type
from apim_lab.dotnet.dates.time_spans import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MICROSECOND,
    TICKS_PER_MILLISECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    TimeSpan,
)
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException


class DateTimeKind(enum.Enum):
    Unspecified = 0
    Utc = 1
    Local = 2


DayOfWeek = enum.Enum(
    "DayOfWeek", ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"], start=0
)

MAX_DATE_TICKS = date.max.toordinal() * TICKS_PER_DAY - 1
MAX_YEAR = 9999


@dataclass(frozen=True, slots=True, order=True)
class DateTime:
    """`ticks` is from 0 to MAX_DATE_TICKS. Instants compare by their ticks, whatever their kinds."""

    type: ClassVar[Type] = Type("DateTime", full_name="System.DateTime")
    ticks: int
    kind: DateTimeKind = field(default=DateTimeKind.Unspecified, compare=False)

    @property
    def day(self) -> date:
        """The calendar day."""
        return date.fromordinal(self.ticks // TICKS_PER_DAY + 1)

    @property
    def time_ticks(self) -> int:
        """Ticks since midnight."""
        return self.ticks % TICKS_PER_DAY

    @property
    def hour(self) -> int:
        return self.ticks // TICKS_PER_HOUR % 24

    @property
    def minute(self) -> int:
        return self.ticks // TICKS_PER_MINUTE % 60

    @property
    def second(self) -> int:
        return self.ticks // TICKS_PER_SECOND % 60

    @property
    def fraction(self) -> int:
        """Ticks since the last full second."""
        return self.ticks % TICKS_PER_SECOND

    def of_kind(self, kind: DateTimeKind) -> "DateTime":
        """The same reading of the clock."""
        return DateTime(self.ticks, kind)

    @classmethod
    def of(cls, instant: datetime) -> "DateTime":
        """A Python datetime that knows its offset, in universal time."""
        since_epoch = instant - _EPOCH
        seconds = since_epoch.days * 86_400 + since_epoch.seconds
        ticks = seconds * TICKS_PER_SECOND + since_epoch.microseconds * TICKS_PER_MICROSECOND
        return cls(_EPOCH_TICKS + ticks, DateTimeKind.Utc)


@dataclass(frozen=True, slots=True)
class ZonedTime(DateTime):
    """What a clock shows that is `offset` ticks ahead of UTC."""

    offset: int = 0


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_TICKS = (_EPOCH.toordinal() - 1) * TICKS_PER_DAY
MIN_DATE, MAX_DATE = DateTime(0), DateTime(MAX_DATE_TICKS)
UNIX_EPOCH = DateTime(_EPOCH_TICKS, DateTimeKind.Utc)


def utc_now() -> DateTime:
    """By the clock of the run."""
    return DateTime.of(clock.of_the_run.get().utc())


def local_now() -> DateTime:
    return utc_now().of_kind(DateTimeKind.Local)


def midnight(instant: DateTime) -> DateTime:
    return DateTime(instant.ticks - instant.time_ticks, instant.kind)


def today() -> DateTime:
    return midnight(local_now())


def day_of_week(instant: DateTime) -> enum.Enum:
    return DayOfWeek((instant.ticks // TICKS_PER_DAY + 1) % 7)


def to_universal(instant: DateTime) -> DateTime:
    return instant.of_kind(DateTimeKind.Utc)


def to_local(instant: DateTime) -> DateTime:
    return instant.of_kind(DateTimeKind.Local)


# ---- making instants ---------------------------------------------------------------------------------------------


def date_ticks(year: int, month: int, day: int) -> int | None:
    """Midnight of the day in ticks; None if there is no such day."""
    try:
        return (date(year, month, day).toordinal() - 1) * TICKS_PER_DAY
    except (ValueError, OverflowError):
        return None


def time_ticks(hour: int, minute: int, second: int) -> int | None:
    """The time of day in ticks; None if there is no such time."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    return ((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND


def new_date(year: int, month: int, day: int, *time: int) -> DateTime:
    """`time` is nothing, or hour, minute, second and perhaps millisecond."""
    hour, minute, second, millisecond = (*time, 0, 0, 0, 0)[:4]
    if not 0 <= millisecond < 1000:
        raise ArgumentOutOfRangeException("Valid values are between 0 and 999, inclusive.", "millisecond")
    midnight_ticks, since_midnight = date_ticks(year, month, day), time_ticks(hour, minute, second)
    if midnight_ticks is None:
        raise ArgumentOutOfRangeException("Year, Month, and Day parameters describe an un-representable DateTime.")
    if since_midnight is None:
        raise ArgumentOutOfRangeException("Hour, Minute, and Second parameters describe an un-representable DateTime.")
    return DateTime(midnight_ticks + since_midnight + millisecond * TICKS_PER_MILLISECOND)


def new_date_of_kind(*parts: object) -> DateTime:
    """The arguments of `new_date`, then the kind."""
    *numbers, kind = parts
    return specify_kind(new_date(*numbers), kind)  # type: ignore[arg-type]  # the rows have the types


def date_of_ticks(ticks: int) -> DateTime:
    if not 0 <= ticks <= MAX_DATE_TICKS:
        raise ArgumentOutOfRangeException(
            "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.", "ticks"
        )
    return DateTime(int(ticks))


def specify_kind(instant: DateTime, kind: DateTimeKind) -> DateTime:
    return instant.of_kind(kind)


# ---- arithmetic --------------------------------------------------------------------------------------------------


def move(instant: DateTime, ticks: int, parameter: str = "value") -> DateTime:
    """The instant so many ticks later; the exception names the parameter."""
    moved = instant.ticks + ticks
    if not 0 <= moved <= MAX_DATE_TICKS:
        raise unrepresentable(parameter)
    return DateTime(moved, instant.kind)


def unrepresentable(parameter: str) -> ArgumentOutOfRangeException:
    """What arithmetic throws beyond the first and the last day."""
    return ArgumentOutOfRangeException(
        "The added or subtracted value results in an un-representable DateTime.", parameter
    )


_MAX_MILLISECONDS = (MAX_DATE_TICKS + 1) // TICKS_PER_MILLISECOND


def move_by(unit: int) -> Callable[[DateTime, float], DateTime]:
    """`AddSeconds` and its like, for a unit in milliseconds: rounded to whole ones, halves away from zero.

    Not-a-number adds nothing, as in .NET Core 3.1.
    """
    scale = float(unit)

    def moved(instant: DateTime, value: float) -> DateTime:
        milliseconds = value * scale + (0.5 if value >= 0 else -0.5)
        if abs(milliseconds) >= _MAX_MILLISECONDS:
            raise ArgumentOutOfRangeException("Value to add was out of range.", "value")
        if isnan(milliseconds):
            return instant
        return move(instant, int(milliseconds) * TICKS_PER_MILLISECOND)

    return moved


def add_months(instant: DateTime, months: int) -> DateTime:
    """The day is cut to the length of the month: 31 January and one month is 28 or 29 February."""
    if not -120_000 <= months <= 120_000:
        raise ArgumentOutOfRangeException("Months value must be between +/-120000.", "months")
    day = instant.day
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= MAX_YEAR:
        raise unrepresentable("months")
    moved = day.replace(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return DateTime((moved.toordinal() - 1) * TICKS_PER_DAY + instant.time_ticks, instant.kind)


def add_years(instant: DateTime, years: int) -> DateTime:
    if not -10_000 <= years <= 10_000:
        raise ArgumentOutOfRangeException("Years value must be between +/-10000.", "years")
    return add_months(instant, years * 12)


def subtract_dates(left: DateTime, right: DateTime) -> TimeSpan:
    return TimeSpan(left.ticks - right.ticks)


def compare[T: (DateTime, TimeSpan)](left: T, right: T) -> int:
    return (left.ticks > right.ticks) - (left.ticks < right.ticks)


def compare_to[T: (DateTime, TimeSpan)](class_: type[T]) -> Callable[[T, object], int]:
    """`CompareTo(object)`: null comes before everything."""

    def comparison(value: T, other: object) -> int:
        if other is None:
            return 1
        if not isinstance(other, class_):
            raise ArgumentException(f"Object must be of type {class_.__name__}.")
        return compare(value, other)

    return comparison


def days_in_month(year: int, month: int) -> int:
    if not 1 <= month <= 12:
        raise ArgumentOutOfRangeException("Month must be between one and twelve.", "month")
    return monthrange(_checked_year(year), month)[1]


def is_leap_year(year: int) -> bool:
    return isleap(_checked_year(year))


def _checked_year(year: int) -> int:
    if not 1 <= year <= MAX_YEAR:
        raise ArgumentOutOfRangeException("Year must be between 1 and 9999.", "year")
    return year
