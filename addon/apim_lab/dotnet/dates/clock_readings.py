"""What the text of a date says, and the value that is made of it by the given styles.

Source: learn.microsoft.com/dotnet/api/system.globalization.datetimestyles, and .NET Core 3.1.
"""

import enum
from dataclasses import dataclass

from apim_lab.dotnet.dates.date_refusals import DateRefusal
from apim_lab.dotnet.dates.date_time_offsets import MAX_OFFSET, DateTimeOffset
from apim_lab.dotnet.dates.dates import MAX_DATE_TICKS, DateTime, DateTimeKind
from apim_lab.dotnet.dates.time_spans import TICKS_PER_DAY
from apim_lab.dotnet.exceptions import ArgumentException


class DateTimeStyles(enum.Flag):
    """`None` is NO_STYLE."""

    AllowLeadingWhite = 1
    AllowTrailingWhite = 2
    AllowInnerWhite = 4
    AllowWhiteSpaces = 7
    NoCurrentDateDefault = 8
    AdjustToUniversal = 16
    AssumeLocal = 32
    AssumeUniversal = 64
    RoundtripKind = 128


NO_STYLE = DateTimeStyles(0)
_ASSUMED = DateTimeStyles.AssumeLocal | DateTimeStyles.AssumeUniversal


def checked_styles(styles: DateTimeStyles, parameter: str = "styles") -> DateTimeStyles:
    """Raises ArgumentException for styles that exclude each other."""
    if styles.value & ~0xFF:
        raise ArgumentException("An undefined DateTimeStyles value is being used.", parameter)
    if _ASSUMED in styles:
        raise ArgumentException(
            "The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.", parameter
        )
    if DateTimeStyles.RoundtripKind in styles and styles & (_ASSUMED | DateTimeStyles.AdjustToUniversal):
        raise ArgumentException(
            "The DateTimeStyles value RoundtripKind cannot be used with the values AssumeLocal, AssumeUniversal or "
            "AdjustToUniversal.",
            parameter,
        )
    return styles


def checked_offset_styles(styles: DateTimeStyles, parameter: str = "styles") -> DateTimeStyles:
    """Those of DateTimeOffset: no kind to keep, and a time zone is always local unless told otherwise."""
    checked_styles(styles, parameter)
    if DateTimeStyles.NoCurrentDateDefault in styles:
        raise ArgumentException(
            "The DateTimeStyles value 'NoCurrentDateDefault' is not allowed when parsing DateTimeOffset.", parameter
        )
    return styles & ~(DateTimeStyles.RoundtripKind | DateTimeStyles.AssumeLocal)


@dataclass(frozen=True)
class ClockReading:
    """A time as a clock shows it, in ticks, and the ticks by which the clock is ahead of UTC; None if nothing says so.

    `is_zulu`: the text names UTC, as `Z` or `GMT`.
    """

    ticks: int
    offset: int | None
    is_zulu: bool
    refusal: DateRefusal

    def date(self, styles: DateTimeStyles = NO_STYLE) -> DateTime:
        """A time with an offset becomes a local one."""
        self._check_offset()
        if self.offset is None and not styles & _ASSUMED:
            return DateTime(self.ticks)
        if DateTimeStyles.RoundtripKind in styles and self.is_zulu:
            return DateTime(self.ticks, DateTimeKind.Utc)
        if DateTimeStyles.AdjustToUniversal in styles:
            return DateTime(self._universal(always=True), DateTimeKind.Utc)
        return DateTime(self._universal(always=False), DateTimeKind.Local)

    def instant(self, styles: DateTimeStyles = NO_STYLE) -> DateTimeOffset:
        """Without an offset that of the time zone, UTC."""
        ticks = self.ticks - (self.offset or 0)
        if not 0 <= ticks <= MAX_DATE_TICKS:
            self.refusal.beyond_utc()
        self._check_offset()
        return DateTimeOffset(ticks, 0 if DateTimeStyles.AdjustToUniversal in styles else self.offset or 0)

    def _check_offset(self) -> None:
        if self.offset is not None and abs(self.offset) > MAX_OFFSET:
            self.refusal.offset_too_large()

    def _universal(self, *, always: bool) -> int:
        """A time of the first day goes round, so that one without a date has an offset; a universal one `always`."""
        ticks = self.ticks - (self.offset or 0)
        if ticks < 0 and (always or self.ticks < TICKS_PER_DAY):
            ticks += TICKS_PER_DAY
        if not 0 <= ticks <= MAX_DATE_TICKS:
            self.refusal.beyond_the_range()
        return ticks
