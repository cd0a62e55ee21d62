"""Times from one time zone to another. Source: learn.microsoft.com/dotnet/api/system.timezoneinfo, .NET Core 3.1."""

from apim_lab.csharp.runtime.values import Array
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import MAX_DATE_TICKS, DateTime, DateTimeKind
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.dotnet.dates.time_zones import LOCAL_ZONE, UTC_ZONE, Offset, TimeZoneInfo, find_zone
from apim_lab.dotnet.exceptions import ArgumentException

_KINDS = {id(UTC_ZONE): DateTimeKind.Utc, id(LOCAL_ZONE): DateTimeKind.Local}


def kind_of(zone: TimeZoneInfo) -> DateTimeKind:
    """The kind of the times of a zone: it is known of two objects only."""
    return _KINDS.get(id(zone), DateTimeKind.Unspecified)


# ---- what holds at a time ----------------------------------------------------------------------------------------


def _offset_of(zone: TimeZoneInfo, date: DateTime) -> Offset:
    """A time of unspecified kind is one of the zone: it has standard time if it comes twice or is skipped."""
    if not _is_shown_by(zone, date):
        return zone.rules.at_utc(date.ticks)
    candidates = zone.rules.on_clock(date.ticks)
    return candidates[-1] if candidates else zone.rules.at_gap(date.ticks)


def _is_shown_by(zone: TimeZoneInfo, date: DateTime) -> bool:
    return date.kind is DateTimeKind.Unspecified or date.kind is kind_of(zone)


def utc_offset(zone: TimeZoneInfo, date: DateTime) -> TimeSpan:
    """`GetUtcOffset`."""
    return TimeSpan(_offset_of(zone, date).ticks)


def utc_offset_at(zone: TimeZoneInfo, instant: DateTimeOffset) -> TimeSpan:
    return TimeSpan(zone.rules.at_utc(instant.ticks).ticks)


def is_daylight(zone: TimeZoneInfo, date: DateTime) -> bool:
    """`IsDaylightSavingTime`: what comes twice is standard time."""
    twice = _is_shown_by(zone, date) and len(zone.rules.on_clock(date.ticks)) > 1
    return zone.saves_daylight and not twice and _offset_of(zone, date).is_daylight


def is_daylight_at(zone: TimeZoneInfo, instant: DateTimeOffset) -> bool:
    return zone.rules.at_utc(instant.ticks).is_daylight


def _clock_of(zone: TimeZoneInfo, date: DateTime) -> int:
    """What the zone's clock shows at this time."""
    return date.ticks if _is_shown_by(zone, date) else date.ticks + zone.rules.at_utc(date.ticks).ticks


def is_ambiguous(zone: TimeZoneInfo, date: DateTime) -> bool:
    """`IsAmbiguousTime`: whether the clock shows it twice."""
    return len(zone.rules.on_clock(_clock_of(zone, date))) > 1


def is_ambiguous_at(zone: TimeZoneInfo, instant: DateTimeOffset) -> bool:
    return len(zone.rules.on_clock(instant.ticks + zone.rules.at_utc(instant.ticks).ticks)) > 1


def is_invalid(zone: TimeZoneInfo, date: DateTime) -> bool:
    """`IsInvalidTime`: whether the clock never shows it."""
    return _is_shown_by(zone, date) and not zone.rules.on_clock(date.ticks)


def _ambiguous_offsets(zone: TimeZoneInfo, clock: int, name: str) -> Array:
    candidates = zone.rules.on_clock(clock)
    if len(candidates) < 2:
        raise ArgumentException(f"The supplied {name} is not in an ambiguous time range.", name[0].lower() + name[1:])
    return Array([TimeSpan(ticks) for ticks in sorted(offset.ticks for offset in candidates)], TimeSpan.type)


def ambiguous_offsets(zone: TimeZoneInfo, date: DateTime) -> Array:
    """`GetAmbiguousTimeOffsets`."""
    return _ambiguous_offsets(zone, _clock_of(zone, date), "DateTime")


def ambiguous_offsets_at(zone: TimeZoneInfo, instant: DateTimeOffset) -> Array:
    return _ambiguous_offsets(zone, instant.ticks + zone.rules.at_utc(instant.ticks).ticks, "DateTimeOffset")


# ---- conversions -------------------------------------------------------------------------------------------------


def _within_range(ticks: int) -> int:
    return max(0, min(ticks, MAX_DATE_TICKS))


def convert(date: DateTime, source: TimeZoneInfo | None, target: TimeZoneInfo | None) -> DateTime:
    """`ConvertTime`: raises ArgumentException for a time that its zone does not have."""
    source, target = given(source, "sourceTimeZone"), given(target, "destinationTimeZone")
    if date.kind not in {DateTimeKind.Unspecified, kind_of(source)}:
        raise ArgumentException(
            "The conversion could not be completed because the supplied DateTime did not have the Kind property set "
            "correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be "
            "TimeZoneInfo.Local.",
            "sourceTimeZone",
        )
    candidates = source.rules.on_clock(date.ticks)
    if not candidates:
        raise ArgumentException(
            "The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any "
            "time in the period that is skipped is invalid.",
            "dateTime",
        )
    if date.kind is not DateTimeKind.Unspecified and date.kind is kind_of(target):
        return date
    universal = _within_range(date.ticks - candidates[-1].ticks)
    return DateTime(_within_range(universal + target.rules.at_utc(universal).ticks), kind_of(target))


def convert_from_own(date: DateTime, target: TimeZoneInfo | None) -> DateTime:
    """`ConvertTime(dateTime, destinationTimeZone)`, from the zone that the kind says; the gateway's if it says none."""
    return convert(date, UTC_ZONE if date.kind is DateTimeKind.Utc else LOCAL_ZONE, target)


def convert_instant(instant: DateTimeOffset, target: TimeZoneInfo | None) -> DateTimeOffset:
    offset = given(target, "destinationTimeZone").rules.at_utc(instant.ticks).ticks
    if instant.ticks + offset < 0:
        return DateTimeOffset(0)
    return DateTimeOffset(instant.ticks, offset) if instant.ticks + offset <= MAX_DATE_TICKS else _LAST_INSTANT


_LAST_INSTANT = DateTimeOffset(MAX_DATE_TICKS)


def convert_from_utc(date: DateTime, target: TimeZoneInfo | None) -> DateTime:
    return convert(date, UTC_ZONE, target)


def convert_to_utc(date: DateTime) -> DateTime:
    return date if date.kind is DateTimeKind.Utc else convert(date, LOCAL_ZONE, UTC_ZONE)


def convert_to_utc_from(date: DateTime, source: TimeZoneInfo | None) -> DateTime:
    return convert(date, source, UTC_ZONE)


def convert_by_id(date: DateTime, target: str | None) -> DateTime:
    """`ConvertTimeBySystemTimeZoneId(dateTime, destinationTimeZoneId)`."""
    return convert_from_own(date, find_zone(target))


def convert_instant_by_id(instant: DateTimeOffset, target: str | None) -> DateTimeOffset:
    return convert_instant(instant, find_zone(target))


def convert_between_ids(date: DateTime, source: str | None, target: str | None) -> DateTime:
    """A time whose kind agrees with the id of its zone is one of that zone."""
    is_own = source is not None and source.lower() == LOCAL_ZONE.id.lower()
    if is_own and date.kind is DateTimeKind.Local:
        return convert(date, LOCAL_ZONE, find_zone(target))
    return convert(date, find_zone(source), find_zone(target))
