"""`ParseExact` of `DateTime` and `DateTimeOffset` in the invariant culture, as .NET Core 3.1 matches a format."""

import re
from collections.abc import Callable, Mapping, Sequence

from apim_lab.dotnet.dates.clock_readings import ClockReading
from apim_lab.dotnet.dates.date_defaults import full_year, instant_ticks, today_parts
from apim_lab.dotnet.dates.date_formats import DAY_NAMES, ERA, MAX_FRACTION_DIGITS, MONTH_NAMES, standard_format
from apim_lab.dotnet.dates.date_refusals import DateRefusal
from apim_lab.dotnet.dates.date_styles import NO_STYLE, Style
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime, date_ticks, day_of_week, time_ticks
from apim_lab.dotnet.dates.format_parts import quoted_at, run_at
from apim_lab.dotnet.dates.text_cursor import MAX_LENGTH, TextCursor, is_white, trim
from apim_lab.dotnet.dates.time_spans import TICKS_PER_HOUR, TICKS_PER_MINUTE
from apim_lab.dotnet.exceptions import FormatException

_NOON = 12
_LONGEST_NAME = max(map(len, (*DAY_NAMES, *MONTH_NAMES)))


def parse_exact_date(text: str, specifier: str, styles: Style = NO_STYLE) -> DateTime:
    """Raises FormatException. A time with an offset or Z becomes a local one; without a date it is today's."""
    return _read(text, specifier, styles, keeps_offset=False).date(styles)


def parse_exact_offset(text: str, specifier: str, styles: Style = NO_STYLE) -> DateTimeOffset:
    """`DateTimeOffset.ParseExact`; today is that of the clock."""
    return _read(text, specifier, styles, keeps_offset=True).instant(styles)


# What stands for UTC in the formats that write universal time, which DateTime overlooks
_UNIVERSAL_MARKS: Mapping[str, str] = {"r": "GMT", "R": "GMT", "u": "Z"}


def _read(text: str, specifier: str, styles: Style, *, keeps_offset: bool) -> ClockReading:
    if not text or max(len(text), len(specifier)) > MAX_LENGTH:
        DateRefusal(text).refuse()
    if not specifier:
        raise FormatException("Format specifier '' was invalid.")
    if specifier in {"o", "O"}:
        return _round_trip(text)
    reader = _Reader(text, standard_format(specifier), styles)
    if specifier == "U" and keeps_offset:
        raise FormatException("Format specifier 'U' was invalid.")
    if specifier == "U":
        reader.offset, reader.is_zulu = 0, True
    if keeps_offset:
        reader.keeps_offset, reader.universal_mark = True, _UNIVERSAL_MARKS.get(specifier)
    return reader.reading()


_ROUND_TRIP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{7})"
    r"(?:Z|([+-])([0-9]{1,2}):([0-9]{2}))?"
)


def _round_trip(text: str) -> ClockReading:
    """The format "o", which takes minutes of an offset beyond 59."""
    refusal = DateRefusal(text)
    found = _ROUND_TRIP.fullmatch(text) or refusal.refuse()
    year, month, day, hour, minute, second, fraction = map(int, found.groups()[:7])
    midnight, since = date_ticks(year, month, day), time_ticks(hour, minute, second)
    if midnight is None or since is None:
        refusal.refuse()
    sign, hours, minutes = found.groups()[7:]
    offset = None if text[-1].isdigit() and not sign else 0
    if sign:
        offset = int(f"{sign}1") * (int(hours) * TICKS_PER_HOUR + int(minutes) * TICKS_PER_MINUTE)
    return ClockReading(midnight + since + fraction, offset, text[-1] == "Z", refusal)


class _Reader(TextCursor):
    """Matches a text with a format; `fields` are the numbers found, by the letter of the format."""

    def __init__(self, text: str, pattern: str, styles: Style) -> None:
        super().__init__(text)
        self.pattern = pattern
        self.styles = styles
        self.keeps_offset = False
        self.universal_mark: str | None = None
        self.refusal = DateRefusal(text)
        self.at = 0
        self.fields: dict[str, int] = {}
        self.fraction: float | None = None
        self.offset: int | None = None
        self.is_zulu = False
        self.has_short_year = False
        self.has_half_days = False

    @property
    def skips_inner_white(self) -> bool:
        return Style.AllowInnerWhite in self.styles

    def reading(self) -> ClockReading:
        self.trim()
        while self.at < len(self.pattern):
            if self.skips_inner_white:
                self.skip_white()
            self.match_part()
        if not self.at_end:
            self.refusal.refuse()
        return self.result()

    def trim(self) -> None:
        """White space around text and format, also inside of quotes there, does not count if the styles say so."""
        if Style.AllowTrailingWhite in self.styles:
            self.pattern = _without_quoted_end(_trim_end(self.pattern))
            self.text = _trim_end(self.text)
        if Style.AllowLeadingWhite in self.styles:
            self.pattern = _without_quoted_start(trim(self.pattern + "|")[:-1])
            self.skip_white()

    def match_part(self) -> None:
        letter = self.pattern[self.at]
        if letter in _READERS:
            run = run_at(self.pattern, self.at)
            self.at += len(run)
            _READERS[letter](self, letter, len(run))
        elif letter in _SIGNS:
            _SIGNS[letter](self)
        elif self.pattern[self.at : self.at + 3].upper() == "GMT":
            self.at += 3
            self.offset = 0
            self.expect("GMT")
        elif letter == " ":
            self.match_space()
        else:
            self.at += 1
            self.expect(letter)

    def match_space(self) -> None:
        """A space that is missing does not count either if white space at the end does not."""
        self.at += 1
        if self.skips_inner_white or self.accept(" "):
            return
        if Style.AllowTrailingWhite not in self.styles or self.at >= len(self.pattern):
            self.refusal.refuse()

    # ---- the text ------------------------------------------------------------------------------------------------

    def expect(self, expected: str) -> None:
        if not self.accept(expected):
            self.refusal.refuse()

    def some_digits(self, at_least: int, at_most: int) -> str:
        digits = self.digits(at_most)
        if len(digits) < at_least:
            self.refusal.refuse()
        return digits

    def number(self, length: int) -> int:
        """So many digits; one stands for one or two."""
        return int(self.some_digits(length, max(length, 2)))

    def name(self, names: Sequence[str]) -> int:
        """The index of the name in the text, whatever its case."""
        rest = self.peek(_LONGEST_NAME).lower()
        found = next((index for index, name in enumerate(names) if rest.startswith(name.lower())), None)
        if found is None:
            self.refusal.refuse()
        self.position += len(names[found])
        return found

    def set(self, field: str, value: int, letter: str) -> None:
        """A field that occurs twice must be the same."""
        if self.fields.setdefault(field, value) != value:
            self.differs(letter)

    def differs(self, letter: str) -> None:
        raise FormatException(f"DateTime pattern '{letter}' appears more than once with different values.")

    def set_offset(self, offset: int, letter: str) -> None:
        if self.offset is not None and self.offset != offset:
            self.differs(letter)
        self.offset = offset

    def zone_offset(self, length: int) -> int:
        """`+8` for z, `+08` for zz, `+8:30` or `+0830` for zzz, in ticks."""
        sign = self.peek()
        if sign not in {"+", "-"}:
            self.refusal.refuse()
        self.position += 1
        hours = self.number(length if length < 3 else 1)  # z and zz
        minutes = 0
        if length >= 3:  # zzz
            self.accept(":")
            minutes = self.number(2)
        if minutes >= 60:  # of an hour
            self.refusal.refuse()
        return int(f"{sign}1") * (hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE)

    # ---- the parts of a format -----------------------------------------------------------------------------------

    def read_year(self, letter: str, length: int) -> None:
        self.has_short_year |= length <= 2  # y and yy
        self.set("year", self.number(length), letter)

    def read_month(self, letter: str, length: int) -> None:
        if length <= 2:
            self.set("month", self.number(length), letter)
        else:
            self.set("month", self.name(_SHORT_MONTHS if length == 3 else MONTH_NAMES) + 1, letter)

    def read_day(self, letter: str, length: int) -> None:
        if length <= 2:  # d and dd
            self.set("day", self.number(length), letter)
        else:
            self.set("name", self.name(_SHORT_DAYS if length == 3 else DAY_NAMES), letter)  # ddd

    def read_era(self, _letter: str, _length: int) -> None:
        self.name((ERA, "AD"))

    def read_hour_of_twelve(self, letter: str, length: int) -> None:
        self.has_half_days = True
        self.read_hour(letter, length)

    def read_hour(self, letter: str, length: int) -> None:
        self.set("hour", self.number(min(length, 2)), letter)

    def read_minute(self, letter: str, length: int) -> None:
        self.set("minute", self.number(min(length, 2)), letter)

    def read_second(self, letter: str, length: int) -> None:
        self.set("second", self.number(min(length, 2)), letter)

    def read_fraction(self, letter: str, length: int) -> None:
        if length > MAX_FRACTION_DIGITS:
            self.refusal.refuse()
        digits = self.some_digits(length if letter == "f" else 0, length)
        value = int(digits) / 10 ** len(digits) if digits else 0.0
        if self.fraction not in {None, value}:
            self.differs(letter)
        self.fraction = value

    def read_half(self, letter: str, length: int) -> None:
        if length > 1:
            self.set("half", self.name(("AM", "PM")), letter)
            return
        mark = self.peek()
        if mark not in {"A", "P"}:
            self.refusal.refuse()
        self.position += 1
        self.set("half", "AP".index(mark), letter)

    def read_zone(self, letter: str, length: int) -> None:
        self.set_offset(self.zone_offset(length), letter)

    # ---- single signs of a format --------------------------------------------------------------------------------

    def read_zone_name(self) -> None:
        self.at += 1
        self.set_offset(0, "Z")
        self.is_zulu = True
        self.name(("GMT", "Z"))
        if self.peek().isalpha():
            self.refusal.refuse()

    def read_kind(self) -> None:
        """Z, an offset, or nothing."""
        self.at += 1
        if self.accept("Z"):
            self.set_offset(0, "K")
            self.is_zulu = True
        elif self.peek() in {"+", "-"}:
            self.set_offset(self.zone_offset(3), "K")

    def read_quoted(self) -> None:
        quote = self.pattern[self.at]
        try:
            quoted, length = quoted_at(self.pattern, self.at)
        except FormatException:
            raise FormatException(f"Cannot find a matching quote character for the character '{quote}'.") from None
        self.at += length
        for character in quoted:
            if character == " " and self.skips_inner_white:
                self.skip_white()
            else:
                self.expect(character)
        if quoted == self.universal_mark:
            self.offset = 0

    def read_percent(self) -> None:
        self.at += 1
        if self.pattern[self.at : self.at + 1] in {"", "%"}:
            raise FormatException(f"Format specifier '{self.pattern}' was invalid.")

    def read_escaped(self) -> None:
        if self.at + 1 == len(self.pattern):
            raise FormatException(f"Format specifier '{self.pattern}' was invalid.")
        self.expect(self.pattern[self.at + 1])
        self.at += 2

    def read_point(self) -> None:
        """A point that is missing takes `.FF` with it; .NET looks one letter too far, so that `.F` is no such case."""
        self.at += 1
        if self.accept("."):
            return
        if self.pattern[self.at + 1 : self.at + 2] != "F":
            self.refusal.refuse()
        self.at += 1 + len(run_at(self.pattern, self.at + 1))

    # ---- the result ----------------------------------------------------------------------------------------------

    def result(self) -> ClockReading:
        time = self.hour(), self.fields.get("minute", 0), self.fields.get("second", 0)
        ticks = instant_ticks(self.calendar_day(), time, self.fraction or 0.0, self.refusal)
        if self.fields.get("name", day_of_week(DateTime(ticks)).value) != day_of_week(DateTime(ticks)).value:
            self.refusal.wrong_day()
        return ClockReading(ticks, self.offset, self.is_zulu, self.refusal)

    def calendar_day(self) -> tuple[int, int, int]:
        """What is missing is this year or the first month or day; today if all is, or the first day of all."""
        if not self.fields.keys() & {"year", "month", "day"}:
            return (1, 1, 1) if Style.NoCurrentDateDefault in self.styles else self.today()
        return self.full_year(), self.fields.get("month", 1), self.fields.get("day", 1)

    def today(self) -> tuple[int, int, int]:
        return today_parts(self.offset or 0 if self.keeps_offset else 0)

    def full_year(self) -> int:
        year = self.fields.get("year", self.today()[0])
        if self.has_short_year and year >= 100:  # two digits
            self.refusal.refuse()
        return full_year(year) if self.has_short_year else year

    def hour(self) -> int:
        hour, half = self.fields.get("hour", -1), self.fields.get("half")
        if not self.has_half_days:
            if (half == 0 and hour >= _NOON) or (half == 1 and hour < _NOON):
                self.refusal.refuse()
            return max(hour, 0)
        if hour > _NOON:
            self.refusal.refuse()
        return hour % _NOON + (half or 0) * _NOON


def _trim_end(text: str) -> str:
    end = len(text)
    while end and is_white(text[end - 1]):
        end -= 1
    return text[:end]


_QUOTES = "'\""


def _without_quoted_end(pattern: str) -> str:
    """Without the white space before a quote at the end; quotes that hold nothing else are kept."""
    if len(pattern) <= 1 or pattern[-1] not in _QUOTES:
        return pattern
    return f"{_trim_end(pattern[:-1])}{pattern[-1]}"


def _without_quoted_start(pattern: str) -> str:
    if len(pattern) <= 1 or pattern[0] not in _QUOTES:
        return pattern
    start = 1
    while start < len(pattern) - 1 and is_white(pattern[start]):
        start += 1
    return f"{pattern[0]}{pattern[start:]}"


_SHORT_MONTHS = [name[:3] for name in MONTH_NAMES]
_SHORT_DAYS = [name[:3] for name in DAY_NAMES]

_READERS: Mapping[str, Callable[[_Reader, str, int], None]] = {
    "y": _Reader.read_year,
    "M": _Reader.read_month,
    "d": _Reader.read_day,
    "g": _Reader.read_era,
    "h": _Reader.read_hour_of_twelve,
    "H": _Reader.read_hour,
    "m": _Reader.read_minute,
    "s": _Reader.read_second,
    "f": _Reader.read_fraction,
    "F": _Reader.read_fraction,
    "t": _Reader.read_half,
    "z": _Reader.read_zone,
}
_SIGNS: Mapping[str, Callable[[_Reader], None]] = {
    "Z": _Reader.read_zone_name,
    "K": _Reader.read_kind,
    "'": _Reader.read_quoted,
    '"': _Reader.read_quoted,
    "%": _Reader.read_percent,
    "\\": _Reader.read_escaped,
    ".": _Reader.read_point,
}
