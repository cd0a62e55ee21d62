"""`TimeZoneInfo` and `TimeZone` as expressions see them. Source: learn.microsoft.com/dotnet/api/system.timezoneinfo.

Without what tells the rules of a zone: those of one that is found come from another database than those of Windows.
"""

import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.dates import time_zone_conversions as conversions
from apim_lab.dotnet.dates.adjustment_rules import (
    NO_TRANSITION,
    AdjustmentRule,
    CustomRules,
    TransitionTime,
    adjustment_rule,
    checked_rules,
    fixed_date,
    floating_date,
)
from apim_lab.dotnet.dates.date_time_offsets import MAX_OFFSET
from apim_lab.dotnet.dates.dates import DateTime, DayOfWeek, to_local, to_universal
from apim_lab.dotnet.dates.time_spans import TICKS_PER_MINUTE, ZERO, TimeSpan
from apim_lab.dotnet.dates.time_zones import LOCAL_ZONE, UTC_ZONE, TimeZoneInfo, find_zone, fixed_zone
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException


def _equals(zone: TimeZoneInfo, other: object) -> bool:
    """By id and rules."""
    return isinstance(other, TimeZoneInfo) and _key(zone) == _key(other)


def _key(zone: TimeZoneInfo) -> tuple[object, ...]:
    return zone.id.lower(), zone.base_offset, zone.saves_daylight, zone.rules


def _custom(
    id_: str | None, offset: TimeSpan, display_name: str | None, standard_name: str | None, *rest: Any
) -> TimeZoneInfo:
    """`CreateCustomTimeZone`; `rest` is the name of daylight saving time, its rules, perhaps whether to drop them."""
    id_ = given(id_, "id")
    if not id_:
        raise ArgumentException(f"The specified ID parameter '{id_}' is not supported.", "id")
    if abs(offset.ticks) > MAX_OFFSET:
        raise ArgumentOutOfRangeException(
            "The TimeSpan parameter must be within plus or minus 14.0 hours.", "baseUtcOffset"
        )
    if offset.ticks % TICKS_PER_MINUTE:
        raise ArgumentException(
            "The TimeSpan parameter cannot be specified more precisely than whole minutes.", "baseUtcOffset"
        )
    fixed = fixed_zone(id_, offset.ticks, display_name or "", standard_name or "")
    daylight_name, given_rules, is_disabled = (*rest, None, None, False)[:3] if rest else (None, None, True)
    if is_disabled or not given_rules:
        return fixed if not rest else replace(fixed, daylight_name="" if is_disabled else daylight_name or "")
    rules = CustomRules(offset.ticks, checked_rules(given_rules))
    return replace(fixed, daylight_name=daylight_name or "", rules=rules, saves_daylight=True)


_ADJUSTMENT_RULE = Definition(
    "sealed class TimeZoneInfo.AdjustmentRule",
    "System.TimeZoneInfo.AdjustmentRule",
    python=AdjustmentRule,
    members={
        "DateTime DateStart": lambda rule: rule.first,
        "DateTime DateEnd": lambda rule: rule.last,
        "TimeSpan DaylightDelta": lambda rule: rule.delta,
        "TimeZoneInfo.TransitionTime DaylightTransitionStart": lambda rule: rule.start,
        "TimeZoneInfo.TransitionTime DaylightTransitionEnd": lambda rule: rule.end,
        "bool Equals(TimeZoneInfo.AdjustmentRule other)": lambda rule, other: rule == other,
        "static TimeZoneInfo.AdjustmentRule CreateAdjustmentRule(DateTime dateStart, DateTime dateEnd, "
        "TimeSpan daylightDelta, TimeZoneInfo.TransitionTime daylightTransitionStart, "
        "TimeZoneInfo.TransitionTime daylightTransitionEnd)": adjustment_rule,
    },
)
_TRANSITION_TIME = Definition(
    "struct TimeZoneInfo.TransitionTime",
    "System.TimeZoneInfo.TransitionTime",
    python=TransitionTime,
    default=NO_TRANSITION,
    members={
        "new()": lambda: NO_TRANSITION,
        "DateTime TimeOfDay": lambda transition: transition.time,
        "int Month": lambda transition: transition.month,
        "int Week": lambda transition: transition.week,
        "int Day": lambda transition: transition.day,
        "DayOfWeek DayOfWeek": lambda transition: DayOfWeek(transition.weekday),
        "bool IsFixedDateRule": lambda transition: transition.is_date,
        "bool Equals(TimeZoneInfo.TransitionTime other)": operator.eq,
        "bool Equals(object obj)": operator.eq,
        "static TimeZoneInfo.TransitionTime CreateFixedDateRule(DateTime timeOfDay, int month, int day)": fixed_date,
        "static TimeZoneInfo.TransitionTime CreateFloatingDateRule"
        "(DateTime timeOfDay, int month, int week, DayOfWeek dayOfWeek)": floating_date,
        "static bool operator ==(TimeZoneInfo.TransitionTime t1, TimeZoneInfo.TransitionTime t2)": operator.eq,
        "static bool operator !=(TimeZoneInfo.TransitionTime t1, TimeZoneInfo.TransitionTime t2)": operator.ne,
    },
)
_NAMED = "string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName"
_WITH_RULES = "string daylightDisplayName, TimeZoneInfo.AdjustmentRule[] adjustmentRules"
_ZONE = Definition(
    "sealed class TimeZoneInfo",
    "System.TimeZoneInfo",
    python=TimeZoneInfo,
    members={
        "static TimeZoneInfo Local": lambda: LOCAL_ZONE,
        "static TimeZoneInfo Utc": lambda: UTC_ZONE,
        "string Id": lambda zone: zone.id,
        "string DisplayName": lambda zone: zone.display_name,
        "string StandardName": lambda zone: zone.standard_name,
        "string DaylightName": lambda zone: zone.daylight_name,
        "TimeSpan BaseUtcOffset": lambda zone: TimeSpan(zone.base_offset),
        "bool SupportsDaylightSavingTime": lambda zone: zone.saves_daylight,
        "TimeSpan GetUtcOffset(DateTime dateTime)": conversions.utc_offset,
        "TimeSpan GetUtcOffset(DateTimeOffset dateTimeOffset)": conversions.utc_offset_at,
        "TimeSpan[] GetAmbiguousTimeOffsets(DateTime dateTime)": conversions.ambiguous_offsets,
        "TimeSpan[] GetAmbiguousTimeOffsets(DateTimeOffset dateTimeOffset)": conversions.ambiguous_offsets_at,
        "bool IsAmbiguousTime(DateTime dateTime)": conversions.is_ambiguous,
        "bool IsAmbiguousTime(DateTimeOffset dateTimeOffset)": conversions.is_ambiguous_at,
        "bool IsDaylightSavingTime(DateTime dateTime)": conversions.is_daylight,
        "bool IsDaylightSavingTime(DateTimeOffset dateTimeOffset)": conversions.is_daylight_at,
        "bool IsInvalidTime(DateTime dateTime)": conversions.is_invalid,
        "bool Equals(TimeZoneInfo other)": _equals,
        "bool Equals(object obj)": _equals,
        "int GetHashCode()": lambda zone: hash(zone.id.lower()) % 2**31,
        "string ToString()": lambda zone: zone.display_name,
        "static TimeZoneInfo FindSystemTimeZoneById(string id)": find_zone,
        "static void ClearCachedData()": lambda: None,
        "static TimeZoneInfo CreateCustomTimeZone"
        "(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName)": _custom,
        f"static TimeZoneInfo CreateCustomTimeZone({_NAMED}, {_WITH_RULES})": _custom,
        f"static TimeZoneInfo CreateCustomTimeZone({_NAMED}, {_WITH_RULES}, bool disableDaylightSavingTime)": _custom,
        "static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone)": (
            conversions.convert_from_own
        ),
        "static DateTime ConvertTime"
        "(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone)": conversions.convert,
        "static DateTimeOffset ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone)": (
            conversions.convert_instant
        ),
        "static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId)": (
            conversions.convert_by_id
        ),
        "static DateTime ConvertTimeBySystemTimeZoneId"
        "(DateTime dateTime, string sourceTimeZoneId, string destinationTimeZoneId)": conversions.convert_between_ids,
        "static DateTimeOffset ConvertTimeBySystemTimeZoneId"
        "(DateTimeOffset dateTimeOffset, string destinationTimeZoneId)": conversions.convert_instant_by_id,
        "static DateTime ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone)": (
            conversions.convert_from_utc
        ),
        "static DateTime ConvertTimeToUtc(DateTime dateTime)": conversions.convert_to_utc,
        "static DateTime ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone)": (
            conversions.convert_to_utc_from
        ),
    },
)


class CurrentTimeZone:
    """The only `TimeZone` there is: the gateway's."""

    type = Type("CurrentSystemTimeZone", full_name="System.CurrentSystemTimeZone")


_CURRENT = CurrentTimeZone()


def _offset(_zone: CurrentTimeZone, _time: DateTime) -> TimeSpan:
    return ZERO


_OLD_ZONE = Definition(
    "class TimeZone",
    "System.TimeZone",
    python=CurrentTimeZone,
    members={
        "static TimeZone CurrentTimeZone": lambda: _CURRENT,
        "string StandardName": lambda _zone: LOCAL_ZONE.standard_name,
        "string DaylightName": lambda _zone: LOCAL_ZONE.daylight_name,
        "TimeSpan GetUtcOffset(DateTime time)": _offset,
        "bool IsDaylightSavingTime(DateTime time)": lambda _zone, _time: False,
        "DateTime ToLocalTime(DateTime time)": lambda _zone, time: to_local(time),
        "DateTime ToUniversalTime(DateTime time)": lambda _zone, time: to_universal(time),
    },
)

_CURRENT_ZONE = Definition("class CurrentSystemTimeZone : TimeZone", "System.CurrentSystemTimeZone")

DEFINITIONS: Sequence[Definition] = (_ADJUSTMENT_RULE, _TRANSITION_TIME, _ZONE, _OLD_ZONE, _CURRENT_ZONE)
