"""`DateTime.Parse(text)` in the invariant culture: a text is read token by token, and a table says what may follow.

What is taken and refused, and with which words, is that of .NET Core 3.1; see learn.microsoft.com, "DateTime.Parse".
"""

from collections.abc import Callable, Mapping
from typing import NoReturn

from apim_lab.dotnet.dates.clock_readings import ClockReading
from apim_lab.dotnet.dates.date_defaults import full_year, instant_ticks, today_parts
from apim_lab.dotnet.dates.date_refusals import DateRefusal
from apim_lab.dotnet.dates.date_styles import NO_STYLE, Style
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.date_tokens import DateTokens, decimal_fraction
from apim_lab.dotnet.dates.dates import DateTime, date_ticks, day_of_week
from apim_lab.dotnet.dates.text_cursor import MAX_LENGTH

# A state is what has been read of a date or a time: n, m and y as in the tokens, each with the separator after it.
# Upper case ends a date or a time, and another one may begin.
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
_MAX_NUMBERS = 3
_NOON, _LAST_HOUR = 12, 23


def parse_date(text: str, styles: Style = NO_STYLE) -> DateTime:
    """Raises FormatException. A time with an offset or Z becomes a local one; without a date it is today's."""
    no_date = (1, 1, 1) if Style.NoCurrentDateDefault in styles else None
    return _read(text, lambda _: no_date or today_parts()).date(styles)


def parse_offset(text: str, styles: Style = NO_STYLE) -> DateTimeOffset:
    """`DateTimeOffset.Parse`; today is that of the clock."""
    return _read(text, lambda offset: today_parts(offset or 0)).instant(styles)


# The date of a time with this offset if the text has none
_Default = Callable[[int | None], tuple[int, int, int]]


def _read(text: str, default: _Default) -> ClockReading:
    if len(text) > MAX_LENGTH:
        DateRefusal(text).refuse()
    return _Reader(text, default).reading()


class _Reader:
    """Reads one text; `state` is a key of the table, `numbers` are those of the date or time at hand."""

    def __init__(self, text: str, default: _Default) -> None:
        self.tokens = DateTokens(text)
        self.default = default
        self.state = ""
        self.numbers = [0, 0, 0]
        self.count = 0
        self.found_date: tuple[int, int, int] | None = None
        self.has_date = False
        self.found_time: tuple[int, int, int] | None = None

    @property
    def year(self) -> int:
        return self.tokens.year or 0

    @property
    def month(self) -> int:
        return self.tokens.month or 0

    def refuse(self) -> NoReturn:
        self.tokens.refusal.refuse()

    def reading(self) -> ClockReading:
        has_ended, read = False, ""
        while read not in _LAST_TOKENS:
            read = self.next_token()
            if read == "nT":
                return self.after_date_mark()
            if read:
                has_ended |= self.advance(read)
        if not has_ended:
            self.refuse()
        return self.result()

    def next_token(self) -> str:
        """The next token; a number is added to those of the date or time, after `1/10` in `1/10 5 AM` to a new one."""
        in_time, in_seconds = self.state in {"n:", "n:n:"}, self.state == "n:n:"
        read = self.tokens.next(self.ends_date, in_time=in_time, in_seconds=in_seconds)
        if read[:1] in {"n", "y"} and self.count == _MAX_NUMBERS:
            self.refuse()
        if read == "na" and self.state == "n-n":
            self.end("NN")
        if read[:1] == "n":
            self.numbers[self.count] = self.tokens.number
            self.count += 1
        return read

    def ends_date(self, kind: str) -> bool:
        """Whether no further part of the date can follow."""
        following = _TRANSITIONS[self.state]
        return f"{kind}-" not in following and following.get(f"{kind}_", "").isupper()

    def advance(self, token: str) -> bool:
        """To the next state; whether it ended a date or a time."""
        state = _TRANSITIONS[self.state].get(token)
        if state is None:
            self.refuse()
        if not state.isupper():
            self.state = state
            return False
        self.end(state)
        self.state = ""
        return True

    def end(self, state: str) -> None:
        _ENDS[state](self)
        self.count = 0

    def set_date(self, year: int, month: int, day: int) -> None:
        if date_ticks(year, month, day) is None:
            self.refuse()
        self.found_date = year, month, day

    def set_only_date(self, year: int, month: int, day: int) -> None:
        """The date, unless there is one already."""
        if self.has_date:
            self.refuse()
        self.set_date(year, month, day)
        self.has_date = True

    def set_time(self, hour: int, minute: int, second: int) -> None:
        if self.found_time is not None:
            self.refuse()
        self.found_time = hour, minute, second

    def result(self) -> ClockReading:
        hour, minute, second = self.found_time or (0, 0, 0)
        time, tokens = (self.hour_of_day(hour), minute, second), self.tokens
        ticks = instant_ticks(self.found_date or self.default(tokens.offset), time, tokens.fraction, tokens.refusal)
        if tokens.day_name not in {None, day_of_week(DateTime(ticks)).value}:
            tokens.refusal.wrong_day()
        return self.at(ticks)

    def at(self, ticks: int) -> ClockReading:
        return ClockReading(ticks, self.tokens.offset, self.tokens.is_zulu, self.tokens.refusal)

    def hour_of_day(self, hour: int) -> int:
        half = self.tokens.half
        if half is None:
            return hour
        if hour > (_LAST_HOUR if half else _NOON):
            self.refuse()
        return hour % _NOON + half if hour <= _NOON else hour

    def after_date_mark(self) -> ClockReading:
        """`07:08`, `07:08:09` or `07:08:09.5` and a zone after the T, if a year and two numbers stand before it."""
        if self.state not in {"yn", "yn-"}:
            self.refuse()
        time, fraction = self.iso_time()
        self.read_end()
        month, day, _ = self.numbers
        ticks = instant_ticks((self.year, month, day), time, fraction, self.tokens.refusal)
        return self.at(ticks)

    def iso_time(self) -> tuple[tuple[int, int, int], float]:
        """Hour, minute and second, and the fraction."""
        hour = self.two_digits()
        if not self.accept_colon():
            self.refuse()
        minute = self.two_digits()
        if not self.accept_colon():
            return (hour, minute, 0), 0.0
        second = self.two_digits()
        fraction = decimal_fraction(self.tokens.digits() or self.refuse()) if self.tokens.accept(".") else 0.0
        return (hour, minute, second), fraction

    def two_digits(self) -> int:
        self.tokens.skip_white()
        digits = self.tokens.digits(2)
        if len(digits) < 2:
            self.refuse()
        return int(digits)

    def accept_colon(self) -> bool:
        self.tokens.skip_white()
        return self.tokens.accept(":")

    def read_end(self) -> None:
        """A zone, and nothing but white space and marks after it; .NET overlooks the character after an offset."""
        tokens = self.tokens
        tokens.skip_white()
        if tokens.peek() in {"+", "-"}:
            tokens.offset = tokens.zone_offset()
            tokens.position += 1
        elif tokens.accept("Z") or tokens.accept("z"):
            tokens.offset, tokens.is_zulu = 0, True
        tokens.skip_white()
        while tokens.peek() in {"#", "\0"} and tokens.skip_mark():
            tokens.skip_white()
        if not tokens.at_end:
            self.refuse()


def _end_month_number(reader: _Reader) -> None:
    if reader.has_date:
        reader.refuse()
    reader.set_date(today_parts()[0], reader.month, reader.numbers[0])


def _end_number_month(reader: _Reader) -> None:
    """`6 May` is May 2006: the invariant culture writes the year before the month."""
    if reader.has_date:
        reader.refuse()
    reader.set_date(full_year(reader.numbers[0]), reader.month, 1)


def _end_month_numbers(reader: _Reader) -> None:
    """Day and year in either order: the year is the last number, if the other one can be the day."""
    first, second, _ = reader.numbers
    day, year = (first, second)
    if date_ticks(full_year(year), reader.month, day) is None:
        day, year = second, first
    reader.set_only_date(full_year(year), reader.month, day)


def _end_hour(reader: _Reader) -> None:
    """A number is an hour only with AM or PM."""
    if reader.tokens.half is None:
        reader.refuse()
    reader.set_time(reader.numbers[0], 0, 0)


_ENDS: Mapping[str, Callable[[_Reader], None]] = {
    "NN": lambda r: r.set_only_date(today_parts()[0], *r.numbers[:2]),
    "NNN": lambda r: r.set_only_date(full_year(r.numbers[2]), *r.numbers[:2]),
    "MN": _end_month_number,
    "NM": _end_number_month,
    "MNN": _end_month_numbers,
    "YNN": lambda r: r.set_only_date(r.year, *r.numbers[:2]),
    "NNY": lambda r: r.set_only_date(r.year, *r.numbers[:2]),
    "YMN": lambda r: r.set_only_date(r.year, r.month, r.numbers[0]),
    "YN": lambda r: r.set_only_date(r.year, r.numbers[0], 1),
    "YM": lambda r: r.set_only_date(r.year, r.month, 1),
    "N:": _end_hour,
    "N:N": lambda r: r.set_time(r.numbers[0], r.numbers[1], 0),
    "N:N:N": lambda r: r.set_time(r.numbers[0], r.numbers[1], r.numbers[2]),
}
