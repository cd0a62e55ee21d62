"""`TimeZoneInfo`: a time zone by its id of Windows or of the IANA, with the rules of the IANA's database.

Windows keeps rules of its own, which tell less of the past. An IANA id is known to no Windows before .NET 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.dates.dates import MAX_DATE_TICKS, date_ticks, utc_now
from apim_lab.dotnet.dates.time_spans import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MICROSECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
)
from apim_lab.dotnet.dates.windows_zones import STANDARD_NAMES, WINDOWS_ZONES
from apim_lab.dotnet.exceptions import TimeZoneNotFoundException

UTC_ID, UTC_NAME = "UTC", "Coordinated Universal Time"


@dataclass(frozen=True)
class Offset:
    """How far the clock is ahead of UTC, in ticks, and whether that is daylight saving time."""

    ticks: int
    is_daylight: bool = False


class Rules(Protocol):
    """When which offset holds."""

    def at_utc(self, ticks: int) -> Offset:
        """At an instant."""

    def on_clock(self, ticks: int) -> tuple[Offset, ...]:
        """The offsets for a time of the clock: one, two if it comes twice, none if it is skipped."""

    def at_gap(self, ticks: int) -> Offset:
        """The offset that .NET takes for a time that is skipped."""


@dataclass(frozen=True)
class FixedRules:
    """The same offset always."""

    offset: int

    def at_utc(self, _ticks: int) -> Offset:
        return Offset(self.offset)

    def on_clock(self, _ticks: int) -> tuple[Offset, ...]:
        return (Offset(self.offset),)

    def at_gap(self, _ticks: int) -> Offset:
        return Offset(self.offset)


@dataclass(frozen=True)
class IanaRules:
    """Those of a zone of the IANA's database. What an offset differs by from the `base` one is cut to whole minutes, as
    .NET does with the local mean times of before 1900."""

    zone: ZoneInfo
    base: int = 0

    def at_utc(self, ticks: int) -> Offset:
        return self._offset(_datetime(ticks).replace(tzinfo=UTC).astimezone(self.zone))

    def on_clock(self, ticks: int) -> tuple[Offset, ...]:
        first, second = self._candidates(ticks)
        if first.ticks < second.ticks:  # the clock is set forward here
            return ()
        return (first,) if first == second else (first, second)

    def at_gap(self, ticks: int) -> Offset:
        return self._candidates(ticks)[0]

    def _candidates(self, ticks: int) -> tuple[Offset, Offset]:
        clock = _datetime(ticks).replace(tzinfo=self.zone)
        return self._offset(clock), self._offset(clock.replace(fold=1))

    def _offset(self, moment: datetime) -> Offset:
        offset, saving = moment.utcoffset() or timedelta(), moment.dst()
        more = offset // timedelta(seconds=1) * TICKS_PER_SECOND - self.base
        minutes = abs(more) // TICKS_PER_MINUTE * (1 if more >= 0 else -1)
        return Offset(self.base + minutes * TICKS_PER_MINUTE, bool(saving))


# Python's dates end a little before .NET's, and have no room for offsets at both ends
_FIRST_DAY = datetime(1, 1, 1)  # noqa: DTZ001  # the zone comes later
_LEAST, _MOST = TICKS_PER_DAY, MAX_DATE_TICKS - TICKS_PER_DAY


def _datetime(ticks: int) -> datetime:
    ticks = max(_LEAST, min(ticks, _MOST))
    return _FIRST_DAY + timedelta(
        days=ticks // TICKS_PER_DAY, microseconds=ticks % TICKS_PER_DAY // TICKS_PER_MICROSECOND
    )


@dataclass(frozen=True)
class TimeZoneInfo:
    """`saves_daylight`: whether it has, or had, daylight saving time."""

    type: ClassVar[Type] = Type("TimeZoneInfo", full_name="System.TimeZoneInfo")
    id: str
    base_offset: int
    display_name: str
    standard_name: str
    daylight_name: str
    rules: Rules
    saves_daylight: bool


@object_text.register
def _(zone: TimeZoneInfo) -> str:
    return zone.display_name


def fixed_zone(id_: str, offset: int, display_name: str, standard_name: str) -> TimeZoneInfo:
    """One without daylight saving time."""
    return TimeZoneInfo(id_, offset, display_name, standard_name, standard_name, FixedRules(offset), False)


UTC_ZONE = fixed_zone(UTC_ID, 0, f"(UTC) {UTC_NAME}", UTC_NAME)
# The gateway's own, which is no other than that, but another object
LOCAL_ZONE = fixed_zone(UTC_ID, 0, f"(UTC) {UTC_NAME}", UTC_NAME)


def find_zone(id_: str | None) -> TimeZoneInfo:
    """`FindSystemTimeZoneById`, whatever the case of the letters; a new object each time, except for UTC."""
    key = given(id_, "id").lower()
    if key == UTC_ID.lower():
        return UTC_ZONE
    windows_id, iana_id = _windows_ids().get(key), _iana_ids().get(key)
    if windows_id is not None:
        return _windows_zone(windows_id)
    if iana_id is not None:
        return _iana_zone(given(id_), iana_id)
    raise TimeZoneNotFoundException(f"The time zone ID '{id_}' was not found on the local computer.")


@lru_cache(maxsize=1)
def _windows_ids() -> Mapping[str, str]:
    return {id_.lower(): id_ for id_ in WINDOWS_ZONES}


@lru_cache(maxsize=1)
def _iana_ids() -> Mapping[str, str]:
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return {id_.lower(): id_ for id_ in listed.split()}


def _windows_zone(id_: str) -> TimeZoneInfo:
    iana_id, text = WINDOWS_ZONES[id_]
    standard, _ = _offsets_now(iana_id)
    saves = any(offset.is_daylight for offset in _offsets_since(iana_id, _FIRST_WINDOWS_YEAR))
    name = STANDARD_NAMES.get(id_, id_)
    daylight_name = name.replace("Standard", "Daylight")
    rules = IanaRules(ZoneInfo(iana_id), standard)
    return TimeZoneInfo(id_, standard, f"(UTC{_shown(standard)}) {text}", name, daylight_name, rules, saves)


def _iana_zone(written: str, iana_id: str) -> TimeZoneInfo:
    """As .NET Core on Linux has it: a zone whose offset ever changed has rules of daylight saving time."""
    standard, daylight = _offsets_now(iana_id)
    saves = len(_offsets_since(iana_id, _FIRST_IANA_YEAR)) > 1
    name = _zone_name(standard)
    rules = IanaRules(ZoneInfo(iana_id), standard)
    return TimeZoneInfo(written, standard, f"(UTC{_shown(standard)}) {name}", name, _zone_name(daylight), rules, saves)


# Windows has known no zone longer
_FIRST_WINDOWS_YEAR = 2006
_FIRST_IANA_YEAR = 1900
_SAMPLES_PER_YEAR = 6
_SAMPLE = 365 * TICKS_PER_DAY // _SAMPLES_PER_YEAR


@lru_cache(maxsize=1024)
def _offsets_since(iana_id: str, year: int) -> frozenset[Offset]:
    """Those of every other month from the year until next year."""
    rules, first = IanaRules(ZoneInfo(iana_id)), date_ticks(year, 1, 1) or 0
    last = utc_now().ticks + _SAMPLES_PER_YEAR * _SAMPLE
    return frozenset(rules.at_utc(ticks) for ticks in range(first, last, _SAMPLE))


def _offsets_now(iana_id: str) -> tuple[int, int]:
    """The offsets of standard and of daylight saving time in the year from now on."""
    rules, now = IanaRules(ZoneInfo(iana_id)), utc_now().ticks
    offsets = [rules.at_utc(now + sample * _SAMPLE) for sample in range(_SAMPLES_PER_YEAR)]
    standard = next((offset.ticks for offset in offsets if not offset.is_daylight), offsets[0].ticks)
    return standard, next((offset.ticks for offset in offsets if offset.is_daylight), standard)


def _shown(offset: int) -> str:
    """`+05:30`."""
    return f"{'-' if offset < 0 else '+'}{abs(offset) // TICKS_PER_HOUR:02}:{abs(offset) // TICKS_PER_MINUTE % 60:02}"


def _zone_name(offset: int) -> str:
    """.NET Core names zones by their offsets where it has no names."""
    return f"GMT{_shown(offset)}" if offset else "GMT"
