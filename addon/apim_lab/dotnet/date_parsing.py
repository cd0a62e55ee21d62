"""`DateTime.Parse(text)` in the invariant culture: a text is read token by token, and a table says what may follow.

What is taken and refused, and with which words, is that of .NET Core 3.1; see learn.microsoft.com, "DateTime.Parse".
"""

from collections.abc import Callable, Mapping
from typing import NoReturn

from apim_lab.dotnet.date_formats import DAY_NAMES, ERA, MONTH_NAMES
from apim_lab.dotnet.dates import (
    MAX_DATE_TICKS,
    DateTime,
    DateTimeKind,
    date_ticks,
    day_of_week,
    local_now,
    time_ticks,
)
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.time_spans import TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND

_WORDS: Mapping[str, tuple[str, int]] = {
    **{name[:size].lower(): ("month", number) for number, name in enumerate(MONTH_NAMES, 1) for size in (3, len(name))},
    **{name[:size].lower(): ("day", number) for number, name in enumerate(DAY_NAMES) for size in (3, len(name))},
    "am": ("half", 0),
    "pm": ("half", 12),
    "ad": ("era", 0),
    "gmt": ("zone", 0),
    "z": ("zone", 0),
}
"""Words by their lower case: what they are and their value."""

# Of a number; a longer one is no part of a date
_MAX_DIGITS = 8
# From so many digits on a number is a year
_YEAR_DIGITS = 3
_MAX_NUMBERS = 3
_NOON = 12
_MAX_OFFSET = 14 * TICKS_PER_HOUR
# Two digits up to this are years of the 21st century
_LAST_SHORT_YEAR = 29


# A state is what has been read of a date or a time: n a number, m a month's name, y a year, each with the separator
# after it, - in a date and : in a time. A token is n, m or y with what follows: _ space, . end, - or : a separator,
# a AM or PM. Upper case ends a date or a time, and another one may begin. Day, zone and era are tokens by themselves.
_TRANSITIONS: Mapping[str, Mapping[str, str]] = {
    state: dict(pair.split(">") for pair in row.split())
    for state, row in {
        "": "end> na>N: n_>n n->n- n:>n: m_>m m->m day> y_>y y->y zone> era>",
        "n": "n.>NN n_>nn n->n-n- m.>NM m_>nm m->mn- day>n y_>yn y->yn- y.>YN zone>n era>n",
        "nn": "end>NN n.>NNN na>N: n_>NNN n:>n: m.>MNN m_>MNN day>nn y_>NNY y.>NNY zone>nn era>nn",
        "n-": "n.>NN n_>n-n n->n-n- m.>NM m_>mn m->mn- day>n- y_>yn y->yn- y.>YN era>n-",
        "n-n": "end>NN n.>NNN na>N: n_>NNN n:>n: m.>MNN m_>MNN day>n-n y_>NNY y.>NNY era>n-n",
        "n-n-": "n.>NNN na>NNN n_>NNN m.>MNN m_>MNN day>n-n- y_>NNY y.>NNY era>n-n-",
        "m": "n.>MN n_>mn n->mn- day>m y_>ym y->ym- y.>YM era>m",
        "mn": "end>MN n.>MNN na>MNN n_>MNN n:>n: day>mn y_>YMN y.>YMN era>mn",
        "nm": "end>NM n.>MNN na>MNN n_>MNN n:>n: day>nm y_>YMN y.>YMN era>nm",
        "mn-": "n.>MNN n_>MNN day>mn- y_>YMN y.>YMN era>mn-",
        "y": "n.>YN n_>yn n->yn- m.>YM m_>ym m->ym- day>y era>y",
        "yn": "end>YN n.>YNN na>YNN n_>YNN m.>YMN m_>YMN day>yn era>yn",
        "yn-": "n.>YNN na>YNN n_>YNN m.>YMN m_>YMN day>yn era>yn",
        "ym": "end>YM n.>YMN na>YMN n_>YMN day>ym era>ym",
        "ym-": "n.>YMN na>YMN n_>YMN day>ym era>ym",
        "n:": "n.>N:N na>N:N n_>N:N n:>n:n: m.>NM m_>nm zone>n: era>n:",
        "n:n:": "n.>N:N:N na>N:N:N n_>N:N:N day>n:n: zone>n:n: era>n:n:",
    }.items()
}
_LAST_TOKENS = {"end", "n.", "m."}


def parse_date(text: str) -> DateTime:
    """Raises FormatException. A time with an offset or Z becomes a local one; without a date it is today's."""
    return _Reader(text).date()


class Failure:
    """The exceptions for a text, in .NET's words."""

    def __init__(self, text: str) -> None:
        self.text = text

    def refuse(self) -> NoReturn:
        raise FormatException(f"String '{self.text}' was not recognized as a valid DateTime.")

    def unknown_word(self, position: int) -> NoReturn:
        raise FormatException(
            f"The string '{self.text}' was not recognized as a valid DateTime. "
            f"There is an unknown word starting at index '{position}'."
        )

    def wrong_day(self) -> NoReturn:
        raise FormatException(
            f"String '{self.text}' was not recognized as a valid DateTime because the day of week was incorrect."
        )

    def not_in_calendar(self) -> NoReturn:
        raise FormatException(
            f"The DateTime represented by the string '{self.text}' is not supported in calendar "
            "'System.Globalization.GregorianCalendar'."
        )

    def offset_too_large(self) -> NoReturn:
        raise FormatException(f"The time zone offset of string '{self.text}' must be within plus or minus 14 hours.")

    def beyond_the_range(self) -> NoReturn:
        raise FormatException(f"The DateTime represented by the string '{self.text}' is out of range.")


def at_offset(ticks: int, offset: int | None, failure: Failure) -> DateTime:
    """The local time of a clock that is so many ticks ahead of UTC; without an offset it is of unspecified kind."""
    if offset is None:
        return DateTime(ticks)
    if abs(offset) > _MAX_OFFSET:
        failure.offset_too_large()
    universal = ticks - offset
    if universal < 0 and ticks < TICKS_PER_DAY:
        universal += TICKS_PER_DAY
    if not 0 <= universal <= MAX_DATE_TICKS:
        failure.beyond_the_range()
    return DateTime(universal, DateTimeKind.Local)


def full_year(year: int) -> int:
    """The year that two digits mean: 29 is 2029, 30 is 1930."""
    if year >= 100:  # all digits are there
        return year
    return year + (2000 if year <= _LAST_SHORT_YEAR else 1900)


def is_white(character: str) -> bool:
    """`char.IsWhiteSpace`, which Python also says of four separators."""
    return character.isspace() and not "\x1c" <= character <= "\x1f"


def trim(text: str) -> str:
    """`text.Trim()`."""
    return text.strip("".join(filter(is_white, text)))


class _Reader:
    """Reads one text; `state` is a key of the table, `numbers` are those of the date or time at hand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.failure = Failure(text)
        self.position = 0
        self.state = ""
        self.numbers = [0, 0, 0]
        self.count = 0
        self.year: int | None = None
        self.month: int | None = None
        self.day_name: int | None = None
        self.half: int | None = None
        self.offset: int | None = None
        self.fraction = 0.0
        self.found_date: tuple[int, int, int] | None = None
        self.has_date = False
        self.found_time: tuple[int, int, int] | None = None

    def date(self) -> DateTime:
        if not self.text:
            self.failure.refuse()
        has_ended, read = False, ""
        while read not in _LAST_TOKENS:
            read = self.token()
            if read == "nT":
                return self.after_date_mark()
            if read:
                has_ended |= self.advance(read)
        if not has_ended:
            self.failure.refuse()
        return self.result()

    def advance(self, token: str) -> bool:
        """To the next state; whether it ended a date or a time."""
        state = _TRANSITIONS[self.state].get(token)
        if state is None:
            self.failure.refuse()
        if not state.isupper():
            self.state = state
            return False
        self.end(state)
        self.state = ""
        return True

    def end(self, state: str) -> None:
        _ENDS[state](self)
        self.count = 0

    # ---- tokens --------------------------------------------------------------------------------------------------

    def token(self) -> str:
        """The next token of the table; "nT" is a number with the T of ISO 8601, "" what says nothing."""
        self.skip_white()
        character = self.text[self.position : self.position + 1]
        if not character:
            return "end"
        if is_digit(character):
            return self.number()
        if character in ",.":
            self.position += 1
            return ""
        kind, value, length = self.word()
        if not kind:
            return self.other(character)
        self.position += length
        return getattr(self, f"read_{kind}")(value)  # type: ignore[no-any-return]  # a method for each kind of word

    def word(self) -> tuple[str, int, int]:
        """Kind, value and length of the word at the position; no kind if it is unknown."""
        end = self.position
        if self.text[end : end + len(ERA)].upper() == ERA and not self.text[end + len(ERA) :][:1].isalpha():
            return "era", 0, len(ERA)
        while end < len(self.text) and self.text[end].isalpha():
            end += 1
        word = self.text[self.position : end]
        return *_WORDS.get(word.lower(), ("", 0)), len(word)

    def read_month(self, number: int) -> str:
        if self.month is not None:
            self.failure.refuse()
        token = self.separated("m")
        self.month = number
        return token

    def read_day(self, number: int) -> str:
        if self.day_name is not None:
            self.failure.refuse()
        self.day_name = number
        return "day"

    def read_half(self, hours: int) -> str:
        if self.half is not None:
            self.failure.refuse()
        self.half = hours
        return ""

    def read_zone(self, _value: int) -> str:
        if self.offset is not None:
            self.failure.refuse()
        self.offset = 0
        return "zone"

    def read_era(self, _value: int) -> str:
        return "era"

    def other(self, character: str) -> str:
        """An offset, a mark of Visual Basic (`#1/2/2024#`), or zeros at the end; nothing else is taken."""
        if character.isalpha():
            self.failure.unknown_word(self.position)
        if character in "+-" and self.offset is None:
            self.offset = self.zone_offset()
        elif not self.skip_marks():
            self.failure.refuse()
        return ""

    def skip_marks(self) -> bool:
        rest = self.text[self.position :]
        if rest.strip("\0") == "":
            self.position = len(self.text)
            return True
        if rest[0] != "#":
            return False
        before, *between, after = self.text.split("#")
        if len(between) != 1 or not all(map(is_white, before)) or not all(is_white(c) or c == "\0" for c in after):
            return False
        self.position += 1
        return True

    def number(self) -> str:
        digits = self.digits()
        if self.count == _MAX_NUMBERS or len(digits) > _MAX_DIGITS:
            self.failure.refuse()
        if self.state == "n:n:" and self.at_point():
            self.fraction = self.read_fraction()
        if self.state in {"n:", "n:n:"}:
            self.read_offset()
        if len(digits) >= _YEAR_DIGITS:
            return self.read_year(int(digits))
        read = self.separated("n")
        if read == "n":
            return ""
        if read == "na" and self.state == "n-n":
            # 1/10 5 AM: the date is complete
            self.end("NN")
        self.numbers[self.count] = int(digits)
        self.count += 1
        if read == "na" and self.state in {"n:", "n:n:"}:
            self.read_offset()
        return read

    def read_year(self, year: int) -> str:
        if self.year is not None:
            self.failure.refuse()
        self.year = year
        read = self.separated("y")
        if read in {"y:", "yT"}:
            self.failure.refuse()
        return {"ya": "y_", "y": ""}.get(read, read)

    def separated(self, kind: str) -> str:
        """The token with the separator after it; the kind alone if AM or PM comes twice."""
        before = self.position
        self.skip_white()
        rest = self.text[self.position :]
        if not rest:
            return f"{kind}."
        if rest[0] in "/:":
            self.position += 1
            return f"{kind}-" if rest[0] == "/" else f"{kind}:"
        if rest[0] == "-":
            return self.dashed(kind, before)
        return self.lettered(kind)

    def dashed(self, kind: str, before: int) -> str:
        """A dash separates the parts of a date, or begins an offset where the date is complete."""
        follows = _TRANSITIONS[self.state]
        if f"{kind}-" not in follows and follows.get(f"{kind}_", "").isupper():
            self.position = before
            return f"{kind}_"
        self.position += 1
        return f"{kind}-"

    def lettered(self, kind: str) -> str:
        word, value, length = self.word()
        if self.text[self.position] in "tT" and length == 1:
            self.position += 1
            return f"{kind}T"
        if word != "half":
            return f"{kind}_"
        self.position += length
        if kind == "m":
            self.failure.refuse()
        if self.half is not None:
            return kind
        self.half = value
        return f"{kind}a"

    # ---- digits, fractions and offsets ---------------------------------------------------------------------------

    def skip_white(self) -> None:
        while self.position < len(self.text) and is_white(self.text[self.position]):
            self.position += 1

    def digits(self) -> str:
        start = self.position
        while self.position < len(self.text) and is_digit(self.text[self.position]):
            self.position += 1
        return self.text[start : self.position]

    def at_point(self) -> bool:
        return self.text[self.position : self.position + 1] == "." and self.position < len(self.text) - 1

    def read_fraction(self) -> float:
        """What follows the point, summed up in the doubles that .NET sums up; 0 without digits."""
        self.position += 1
        return decimal_fraction(self.digits())

    def read_offset(self) -> None:
        """An offset that follows a time, perhaps after white space."""
        end = self.position
        while end < len(self.text) - 1 and is_white(self.text[end]):
            end += 1
        if self.text[end : end + 1] not in {"+", "-"} or end >= len(self.text) - 1:
            return
        if self.offset is not None:
            self.failure.refuse()
        self.position = end
        self.offset = self.zone_offset()

    def zone_offset(self) -> int:
        """`+8`, `+08`, `+8:30`, `+830` or `+0830` in ticks."""
        sign = -1 if self.text[self.position] == "-" else 1
        self.position += 1
        hours, minutes = self.digits(), ""
        if len(hours) in {3, 4}:
            hours, minutes = hours[:-2], hours[-2:]
        elif self.text[self.position : self.position + 1] == ":":
            self.position += 1
            minutes = self.digits() or self.failure.refuse()
        if not 1 <= len(hours) <= 2 or len(minutes) > 2 or int(minutes or 0) >= 60:  # two digits, an hour
            self.failure.refuse()
        return sign * (int(hours) * TICKS_PER_HOUR + int(minutes or 0) * TICKS_PER_MINUTE)

    # ---- dates and times -----------------------------------------------------------------------------------------

    def set_date(self, year: int, month: int, day: int) -> None:
        if date_ticks(year, month, day) is None:
            self.failure.refuse()
        self.found_date = year, month, day

    def set_only_date(self, year: int, month: int, day: int) -> None:
        """The date, unless there is one already."""
        if self.has_date:
            self.failure.refuse()
        self.set_date(year, month, day)
        self.has_date = True

    def set_time(self, hour: int, minute: int, second: int) -> None:
        if self.found_time is not None:
            self.failure.refuse()
        self.found_time = hour, minute, second

    def result(self) -> DateTime:
        hour, minute, second = self.found_time or (0, 0, 0)
        date = self.found_date or today_parts()
        midnight, since = date_ticks(*date), time_ticks(self.hour_of_day(hour), minute, second)
        if midnight is None or since is None:
            self.failure.not_in_calendar()
        ticks = self.with_fraction(midnight + since, self.fraction)
        if self.day_name is not None and self.day_name != day_of_week(DateTime(ticks)).value:
            self.failure.wrong_day()
        return at_offset(ticks, self.offset, self.failure)

    def hour_of_day(self, hour: int) -> int:
        if self.half is None:
            return hour
        if hour > (_NOON if self.half == 0 else 23):
            self.failure.refuse()
        return hour % _NOON + self.half if hour <= _NOON else hour

    def with_fraction(self, ticks: int, fraction: float) -> int:
        ticks += round(fraction * TICKS_PER_SECOND)
        if ticks > MAX_DATE_TICKS:
            self.failure.refuse()
        return ticks

    # ---- ISO 8601 after the T ------------------------------------------------------------------------------------

    def after_date_mark(self) -> DateTime:
        """`07:08`, `07:08:09` or `07:08:09.5` and a zone, after a year and two numbers."""
        if self.state not in {"yn", "yn-"} or self.year is None:
            self.failure.refuse()
        hour, minute, second, fraction = self.two_digits(), self.colon_and_digits(), 0, 0.0
        self.skip_white()
        if self.skip(":"):
            second = self.two_digits()
            if self.skip("."):
                fraction = decimal_fraction(self.digits() or self.failure.refuse())
        self.skip_white()
        self.read_end()
        midnight, since = date_ticks(self.year, *self.numbers[:2]), time_ticks(hour, minute, second)
        if midnight is None or since is None:
            self.failure.not_in_calendar()
        return at_offset(self.with_fraction(midnight + since, fraction), self.offset, self.failure)

    def skip(self, character: str) -> bool:
        found = self.text[self.position : self.position + 1] == character
        self.position += found
        return found

    def two_digits(self) -> int:
        self.skip_white()
        digits = self.text[self.position : self.position + 2]
        if len(digits) < 2 or not all(map(is_digit, digits)):  # two digits
            self.failure.refuse()
        self.position += 2
        return int(digits)

    def colon_and_digits(self) -> int:
        self.skip_white()
        if not self.skip(":"):
            self.failure.refuse()
        return self.two_digits()

    def read_end(self) -> None:
        """A zone, and nothing but white space and marks after it; .NET overlooks the character after an offset."""
        zone = self.text[self.position : self.position + 1]
        if zone and zone in "+-":
            self.offset = self.zone_offset()
            self.position += 1
        elif zone and zone in "zZ":
            self.position += 1
            self.offset = 0
        self.skip_white()
        for mark in "#\0":
            if self.text[self.position : self.position + 1] == mark and not self.skip_marks():
                self.failure.refuse()
            self.skip_white()
        if self.position < len(self.text):
            self.failure.refuse()


def is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def decimal_fraction(digits: str) -> float:
    total, place = 0.0, 0.1
    for digit in digits:
        total += int(digit) * place
        place *= 0.1
    return total


def today_parts() -> tuple[int, int, int]:
    day = local_now().day
    return day.year, day.month, day.day


def _end_month_number(reader: _Reader) -> None:
    if reader.has_date:
        reader.failure.refuse()
    reader.set_date(today_parts()[0], reader.month or 0, reader.numbers[0])


def _end_number_month(reader: _Reader) -> None:
    """`6 May` is May 2006: the invariant culture writes the year before the month."""
    if reader.has_date:
        reader.failure.refuse()
    reader.set_date(full_year(reader.numbers[0]), reader.month or 0, 1)


def _end_month_numbers(reader: _Reader) -> None:
    """Day and year in either order: the year is the last number, if the other one can be the day."""
    first, second, _ = reader.numbers
    day, year = (first, second)
    if date_ticks(full_year(year), reader.month or 0, day) is None:
        day, year = second, first
    reader.set_only_date(full_year(year), reader.month or 0, day)


def _end_hour(reader: _Reader) -> None:
    """A number is an hour only with AM or PM."""
    if reader.half is None:
        reader.failure.refuse()
    reader.set_time(reader.numbers[0], 0, 0)


_ENDS: Mapping[str, Callable[[_Reader], None]] = {
    "NN": lambda r: r.set_only_date(today_parts()[0], *r.numbers[:2]),
    "NNN": lambda r: r.set_only_date(full_year(r.numbers[2]), *r.numbers[:2]),
    "MN": _end_month_number,
    "NM": _end_number_month,
    "MNN": _end_month_numbers,
    "YNN": lambda r: r.set_only_date(r.year or 0, *r.numbers[:2]),
    "NNY": lambda r: r.set_only_date(r.year or 0, *r.numbers[:2]),
    "YMN": lambda r: r.set_only_date(r.year or 0, r.month or 0, r.numbers[0]),
    "YN": lambda r: r.set_only_date(r.year or 0, r.numbers[0], 1),
    "YM": lambda r: r.set_only_date(r.year or 0, r.month or 0, 1),
    "N:": _end_hour,
    "N:N": lambda r: r.set_time(r.numbers[0], r.numbers[1], 0),
    "N:N:N": lambda r: r.set_time(r.numbers[0], r.numbers[1], r.numbers[2]),
}
