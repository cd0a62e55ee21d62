"""`TimeZoneInfo.AdjustmentRule` and `TransitionTime`: when daylight saving time begins and ends in a zone of one's own.

Source: learn.microsoft.com/dotnet/api/system.timezoneinfo.adjustmentrule, and .NET Core 3.1.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from apim_lab.csharp.types import Type
from apim_lab.dotnet.dates.date_time_offsets import MAX_OFFSET
from apim_lab.dotnet.dates.dates import MAX_DATE_TICKS, MIN_DATE, DateTime, DateTimeKind, DayOfWeek
from apim_lab.dotnet.dates.time_span_formats import span_text
from apim_lab.dotnet.dates.time_spans import TICKS_PER_DAY, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TimeSpan
from apim_lab.dotnet.dates.time_zones import Offset
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, InvalidTimeZoneException

_LAST_WEEK = 5


@dataclass(frozen=True)
class TransitionTime:
    """A time on a day of each year: a date, or such a weekday in a month as "the last Sunday", which is of week 5."""

    type: ClassVar[Type] = Type("TimeZoneInfo.TransitionTime", full_name="System.TimeZoneInfo.TransitionTime")
    time: DateTime
    month: int
    week: int
    day: int
    weekday: int
    is_date: bool = False

    def in_year(self, year: int) -> int:
        """In ticks."""
        last = monthrange(year, self.month)[1]
        day = min(self.day, last) if self.is_date else self._weekday_in(year, last)
        return (date(year, self.month, day).toordinal() - 1) * TICKS_PER_DAY + self.time.ticks

    def _weekday_in(self, year: int, last: int) -> int:
        first = 1 + (self.weekday - date(year, self.month, 1).isoweekday()) % 7
        return max(day for day in range(first, min(first + 7 * self.week, last + 1), 7))


def _check_time(time: DateTime, month: int) -> None:
    if time.kind is not DateTimeKind.Unspecified:
        raise _bad_kind("timeOfDay")
    if not 1 <= month <= 12:
        raise ArgumentOutOfRangeException("The Month parameter must be in the range 1 through 12.", "month")


def _check_precision(time: DateTime) -> None:
    if time.ticks >= TICKS_PER_DAY or time.ticks % TICKS_PER_MILLISECOND:
        raise ArgumentException(
            "The supplied DateTime must have the Year, Month, and Day properties set to 1.  The time cannot be "
            "specified more precisely than whole milliseconds.",
            "timeOfDay",
        )


def _bad_kind(parameter: str) -> ArgumentException:
    return ArgumentException(
        "The supplied DateTime must have the Kind property set to DateTimeKind.Unspecified.", parameter
    )


def fixed_date(time: DateTime, month: int, day: int) -> TransitionTime:
    """`CreateFixedDateRule`."""
    _check_time(time, month)
    if not 1 <= day <= 31:
        raise ArgumentOutOfRangeException("The Day parameter must be in the range 1 through 31.", "day")
    _check_precision(time)
    return TransitionTime(time, month, 1, day, 0, is_date=True)


def floating_date(time: DateTime, month: int, week: int, weekday: DayOfWeek) -> TransitionTime:
    """`CreateFloatingDateRule`."""
    _check_time(time, month)
    if not 1 <= week <= _LAST_WEEK:
        raise ArgumentOutOfRangeException("The Week parameter must be in the range 1 through 5.", "week")
    if not 0 <= weekday.value <= 6:
        raise ArgumentOutOfRangeException("The DayOfWeek enumeration must be in the range 0 through 6.", "dayOfWeek")
    _check_precision(time)
    return TransitionTime(time, month, week, 1, weekday.value)


NO_TRANSITION = TransitionTime(MIN_DATE, 0, 0, 0, 0)


@dataclass(frozen=True)
class AdjustmentRule:
    """From one day to another, both included, the clock is `delta` ahead between two times of each year."""

    type: ClassVar[Type] = Type("TimeZoneInfo.AdjustmentRule", full_name="System.TimeZoneInfo.AdjustmentRule")
    first: DateTime
    last: DateTime
    delta: TimeSpan
    start: TransitionTime
    end: TransitionTime

    def saves(self, time: int, start: int, end: int) -> bool:
        """Whether a time is between the two, which are of its year."""
        return start <= time < end if start <= end else time < end or time >= start


def adjustment_rule(
    first: DateTime, last: DateTime, delta: TimeSpan, start: TransitionTime, end: TransitionTime
) -> AdjustmentRule:
    """`CreateAdjustmentRule`: raises ArgumentException."""
    for name, day in (("dateStart", first), ("dateEnd", last)):
        if day.kind is DateTimeKind.Local:
            raise _bad_kind(name)
    if start == end:
        raise ArgumentException(
            "The DaylightTransitionStart property must not equal the DaylightTransitionEnd property.",
            "daylightTransitionEnd",
        )
    if first > last:
        raise ArgumentException("The DateStart property must come before the DateEnd property.", "dateStart")
    if abs(delta.ticks) > MAX_OFFSET:
        raise ArgumentOutOfRangeException.of(
            span_text(delta), "The TimeSpan parameter must be within plus or minus 14.0 hours.", "daylightDelta"
        )
    if delta.ticks % TICKS_PER_MINUTE:
        raise ArgumentException(
            "The TimeSpan parameter cannot be specified more precisely than whole minutes.", "daylightDelta"
        )
    for name, day in (("dateStart", first), ("dateEnd", last)):
        if day.time_ticks and day.kind is DateTimeKind.Unspecified:
            raise ArgumentException(
                "The supplied DateTime includes a TimeOfDay setting.   This is not supported.", name
            )
    return AdjustmentRule(first, last, delta, start, end)


@dataclass(frozen=True)
class CustomRules:
    """Those of a zone of one's own, with an offset in ticks for standard time."""

    base: int
    rules: tuple[AdjustmentRule, ...]

    def _rule(self, clock: int) -> AdjustmentRule | None:
        day = clock - clock % TICKS_PER_DAY
        return next((rule for rule in self.rules if rule.first.ticks <= day <= rule.last.ticks), None)

    def at_utc(self, ticks: int) -> Offset:
        clock = max(0, min(ticks + self.base, MAX_DATE_TICKS))
        rule = self._rule(clock)
        if rule is None:
            return Offset(self.base)
        year = DateTime(clock).day.year
        start = rule.start.in_year(year) - self.base
        end = rule.end.in_year(year) - self.base - rule.delta.ticks
        return self._offset(rule, saves=rule.saves(ticks, start, end))

    def on_clock(self, ticks: int) -> tuple[Offset, ...]:
        rule = self._rule(ticks)
        if rule is None:
            return (Offset(self.base),)
        year, delta = DateTime(ticks).day.year, rule.delta.ticks
        start, end = rule.start.in_year(year), rule.end.in_year(year)
        forward, back = (start, end) if delta > 0 else (end, start)
        if forward <= ticks < forward + abs(delta):
            return ()
        if back - abs(delta) <= ticks < back:
            return (self._offset(rule, saves=True), Offset(self.base))
        return (self._offset(rule, saves=rule.saves(ticks, start, end)),)

    def at_gap(self, _ticks: int) -> Offset:
        return Offset(self.base)

    def _offset(self, rule: AdjustmentRule, *, saves: bool) -> Offset:
        return Offset(self.base + rule.delta.ticks, True) if saves else Offset(self.base)


def checked_rules(rules: Sequence[AdjustmentRule | None]) -> tuple[AdjustmentRule, ...]:
    """Raises InvalidTimeZoneException for rules that are null or not in order."""
    found: list[AdjustmentRule] = []
    for rule in rules:
        if rule is None:
            raise InvalidTimeZoneException("The AdjustmentRule array cannot contain null elements.")
        if found and found[-1].last >= rule.first:
            raise InvalidTimeZoneException(
                "The elements of the AdjustmentRule array must be in chronological order and must not overlap."
            )
        found.append(rule)
    return tuple(found)
