"""`TimeZoneInfo` and `TimeZone` as expressions see them. Source: learn.microsoft.com/dotnet/api/system.timezoneinfo.

Without the rules of a zone and what reads or writes them: they come from another database than those of Windows.
"""

from collections.abc import Sequence

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.dates import time_zone_conversions as conversions
from apim_lab.dotnet.dates.date_time_offsets import MAX_OFFSET
from apim_lab.dotnet.dates.dates import DateTime, to_local, to_universal
from apim_lab.dotnet.dates.time_spans import TICKS_PER_MINUTE, ZERO, TimeSpan
from apim_lab.dotnet.dates.time_zones import LOCAL_ZONE, UTC_ZONE, TimeZoneInfo, find_zone, fixed_zone
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.text.searches import given


def _equals(zone: TimeZoneInfo, other: object) -> bool:
    """By id and rules."""
    return isinstance(other, TimeZoneInfo) and _key(zone) == _key(other)


def _key(zone: TimeZoneInfo) -> tuple[object, ...]:
    return zone.id.lower(), zone.base_offset, zone.saves_daylight, zone.rules


def _custom(id_: str | None, offset: TimeSpan, display_name: str | None, standard_name: str | None) -> TimeZoneInfo:
    """`CreateCustomTimeZone` without daylight saving time."""
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
    return fixed_zone(id_, offset.ticks, display_name or "", standard_name or "")


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

DEFINITIONS: Sequence[Definition] = (_ZONE, _OLD_ZONE, _CURRENT_ZONE)
