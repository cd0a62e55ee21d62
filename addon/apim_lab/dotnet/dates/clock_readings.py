"""What the text of a date says, and the value that is made of it by the given styles.

Source: learn.microsoft.com/dotnet/api/system.globalization.datetimestyles, and .NET Core 3.1.
"""

from dataclasses import dataclass

from apim_lab.dotnet.dates.date_refusals import DateRefusal
from apim_lab.dotnet.dates.date_styles import ASSUMED, NO_STYLE, Style
from apim_lab.dotnet.dates.date_time_offsets import MAX_OFFSET, DateTimeOffset
from apim_lab.dotnet.dates.dates import MAX_DATE_TICKS, DateTime, DateTimeKind
from apim_lab.dotnet.dates.time_spans import TICKS_PER_DAY


@dataclass(frozen=True)
class ClockReading:
    """A time as a clock shows it, in ticks, and the ticks by which the clock is ahead of UTC; None if nothing says so.

    `is_zulu`: the text names UTC, as `Z` or `GMT`.
    """

    ticks: int
    offset: int | None
    is_zulu: bool
    refusal: DateRefusal

    def date(self, styles: Style = NO_STYLE) -> DateTime:
        """A time with an offset becomes a local one."""
        self._check_offset()
        if self.offset is None and not styles & ASSUMED:
            return DateTime(self.ticks)
        if Style.RoundtripKind in styles and self.is_zulu:
            return DateTime(self.ticks, DateTimeKind.Utc)
        if Style.AdjustToUniversal in styles:
            return DateTime(self._universal(always=True), DateTimeKind.Utc)
        return DateTime(self._universal(always=False), DateTimeKind.Local)

    def instant(self, styles: Style = NO_STYLE) -> DateTimeOffset:
        """Without an offset that of the time zone, UTC."""
        ticks = self.ticks - (self.offset or 0)
        if not 0 <= ticks <= MAX_DATE_TICKS:
            self.refusal.beyond_utc()
        self._check_offset()
        return DateTimeOffset(ticks, 0 if Style.AdjustToUniversal in styles else self.offset or 0)

    def _check_offset(self) -> None:
        if self.offset is not None and abs(self.offset) > MAX_OFFSET:
            self.refusal.offset_too_large()

    def _universal(self, *, always: bool) -> int:
        """The ticks in UTC. Before year 1 they wrap around by a day, for a time without a date, or `always`."""
        ticks = self.ticks - (self.offset or 0)
        if ticks < 0 and (always or self.ticks < TICKS_PER_DAY):
            ticks += TICKS_PER_DAY
        if not 0 <= ticks <= MAX_DATE_TICKS:
            self.refusal.beyond_the_range()
        return ticks
