"""`DateTimeOffset`: an instant, and how far ahead of UTC the clock is that shows it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from apim_lab.csharp.types import Type
from apim_lab.dotnet.dates import dates
from apim_lab.dotnet.dates.dates import MAX_DATE_TICKS, DateTime, DateTimeKind, ZonedTime
from apim_lab.dotnet.dates.time_spans import TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND, TimeSpan
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException

MAX_OFFSET = 14 * 60 * TICKS_PER_MINUTE


@dataclass(frozen=True, slots=True, order=True)
class DateTimeOffset:
    """`ticks` are those of UTC, `offset` is in ticks. Two of the same instant are equal, whatever their offsets."""

    type: ClassVar[Type] = Type("DateTimeOffset", full_name="System.DateTimeOffset")
    ticks: int
    offset: int = field(default=0, compare=False)

    @property
    def clock(self) -> ZonedTime:
        """What the clock shows."""
        return ZonedTime(self.ticks + self.offset, DateTimeKind.Unspecified, self.offset)

    @property
    def utc(self) -> DateTime:
        return DateTime(self.ticks, DateTimeKind.Utc)

    @property
    def clock_time(self) -> DateTime:
        return DateTime(self.ticks + self.offset)


MIN_VALUE, MAX_VALUE = DateTimeOffset(0), DateTimeOffset(MAX_DATE_TICKS)
UNIX_EPOCH = DateTimeOffset(dates.UNIX_EPOCH.ticks)


# ---- making ------------------------------------------------------------------------------------------------------


def _checked_offset(offset: TimeSpan) -> int:
    if offset.ticks % TICKS_PER_MINUTE:
        raise ArgumentException("Offset must be specified in whole minutes.", "offset")
    if abs(offset.ticks) > MAX_OFFSET:
        raise ArgumentOutOfRangeException("Offset must be within plus or minus 14 hours.", "offset")
    return offset.ticks


def of_clock(clock: DateTime, offset: TimeSpan) -> DateTimeOffset:
    """The instant at which a clock with this offset shows this time."""
    ticks = _checked_offset(offset)
    if not 0 <= clock.ticks - ticks <= MAX_DATE_TICKS:
        raise ArgumentOutOfRangeException(
            "The UTC time represented when the offset is applied must be between year 0 and 10,000.", "offset"
        )
    return DateTimeOffset(clock.ticks - ticks, ticks)


def of_date(date: DateTime) -> DateTimeOffset:
    """The gateway's time zone is UTC, so that no time has an offset."""
    return DateTimeOffset(date.ticks)


def of_date_at(date: DateTime, offset: TimeSpan) -> DateTimeOffset:
    """`new DateTimeOffset(dateTime, offset)`: a local and a universal time have their own offset."""
    if offset.ticks and date.kind is DateTimeKind.Local:
        raise ArgumentException(
            "The UTC Offset of the local dateTime parameter does not match the offset argument.", "offset"
        )
    if offset.ticks and date.kind is DateTimeKind.Utc:
        raise ArgumentException("The UTC Offset for Utc DateTime instances must be 0.", "offset")
    return of_clock(date, offset)


def of_ticks(ticks: int, offset: TimeSpan) -> DateTimeOffset:
    """`new DateTimeOffset(ticks, offset)`."""
    _checked_offset(offset)
    return of_clock(dates.date_of_ticks(ticks), offset)


def of_parts(*parts: object) -> DateTimeOffset:
    """`new DateTimeOffset(year, ..., offset)`, perhaps with milliseconds."""
    *numbers, offset = parts
    _checked_offset(offset)  # type: ignore[arg-type]  # the rows have the types
    return of_clock(dates.new_date(*numbers), offset)  # type: ignore[arg-type]


def now() -> DateTimeOffset:
    """By the clock of the run."""
    return DateTimeOffset(dates.utc_now().ticks)


# ---- Unix time ---------------------------------------------------------------------------------------------------


def from_unix(name: str, unit: int) -> Callable[[int], DateTimeOffset]:
    """`FromUnixTimeSeconds` and its like, for a unit in ticks; `name` is that of the parameter."""
    least = -(UNIX_EPOCH.ticks // unit)
    most = (MAX_DATE_TICKS - UNIX_EPOCH.ticks) // unit

    def made(count: int) -> DateTimeOffset:
        if not least <= count <= most:
            raise ArgumentOutOfRangeException(f"Valid values are between {least} and {most}, inclusive.", name)
        return DateTimeOffset(UNIX_EPOCH.ticks + count * unit)

    return made


def to_unix(unit: int) -> Callable[[DateTimeOffset], int]:
    """How many whole units since 1970, rounded down."""
    return lambda value: value.ticks // unit - UNIX_EPOCH.ticks // unit


from_unix_seconds = from_unix("seconds", TICKS_PER_SECOND)
from_unix_milliseconds = from_unix("milliseconds", TICKS_PER_MILLISECOND)


# ---- arithmetic --------------------------------------------------------------------------------------------------


def on_clock(change: Callable[..., DateTime]) -> Callable[..., DateTimeOffset]:
    """A member of DateTime, applied to what the clock shows."""

    def changed(value: DateTimeOffset, *arguments: object) -> DateTimeOffset:
        return of_clock(change(value.clock_time, *arguments), TimeSpan(value.offset))

    return changed


def move(value: DateTimeOffset, ticks: int, parameter: str = "value") -> DateTimeOffset:
    """The instant so many ticks later, on the same clock."""
    return of_clock(dates.move(value.clock_time, ticks, parameter), TimeSpan(value.offset))


def to_offset(value: DateTimeOffset, offset: TimeSpan) -> DateTimeOffset:
    """The same instant on another clock."""
    return of_clock(DateTime(_shown_at(value.ticks, offset)), offset)


def _shown_at(ticks: int, offset: TimeSpan) -> int:
    shown = ticks + offset.ticks
    if not 0 <= shown <= MAX_DATE_TICKS:
        raise dates.unrepresentable("t")
    return shown


def subtract(left: DateTimeOffset, right: DateTimeOffset) -> TimeSpan:
    return TimeSpan(left.ticks - right.ticks)


def compare(left: DateTimeOffset, right: DateTimeOffset) -> int:
    return (left.ticks > right.ticks) - (left.ticks < right.ticks)
