"""What .NET supplies where a text says less than a date: the century and today."""

from apim_lab.dotnet.dates.date_refusals import DateRefusal
from apim_lab.dotnet.dates.dates import MAX_DATE_TICKS, DateTime, date_ticks, time_ticks, utc_now
from apim_lab.dotnet.dates.time_spans import TICKS_PER_SECOND

# Two digits up to this are years of the 21st century
_LAST_SHORT_YEAR = 29


def full_year(year: int) -> int:
    """The year that two digits mean: 29 is 2029, 30 is 1930."""
    if year >= 100:
        return year
    return year + (2000 if year <= _LAST_SHORT_YEAR else 1900)


def today_parts(offset: int = 0) -> tuple[int, int, int]:
    """Year, month and day on a clock that is so many ticks ahead of UTC."""
    day = DateTime(utc_now().ticks + offset).day
    return day.year, day.month, day.day


def instant_ticks(date: tuple[int, int, int], time: tuple[int, int, int], fraction: float, refusal: DateRefusal) -> int:
    """The day and the time with its fraction of a second, in ticks."""
    midnight, since_midnight = date_ticks(*date), time_ticks(*time)
    if midnight is None or since_midnight is None:
        refusal.not_in_calendar()
    ticks = midnight + since_midnight + round(fraction * TICKS_PER_SECOND)
    if ticks > MAX_DATE_TICKS:
        refusal.refuse()
    return ticks
