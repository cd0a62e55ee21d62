"""The tokens of a text that `DateTime.Parse` reads, in the invariant culture, and what they say besides.

A token is n for a number, m for a month's name or y for a number of three digits or more, which is a year, with what
follows it: _ space, . the end, - or : a separator, a AM or PM, T the mark before the time of ISO 8601. By themselves
stand "day", "zone", "era" and "end"; "" says nothing.
"""

from collections.abc import Callable, Mapping

from apim_lab.dotnet.dates.date_formats import DAY_NAMES, ERA, MONTH_NAMES
from apim_lab.dotnet.dates.date_refusals import DateRefusal
from apim_lab.dotnet.dates.text_cursor import TextCursor, is_digit, is_white
from apim_lab.dotnet.dates.time_spans import TICKS_PER_HOUR, TICKS_PER_MINUTE

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

_LONGEST_WORD = max(map(len, _WORDS))
# Of a number; a longer one is no part of a date
_MAX_DIGITS = 8
_YEAR_DIGITS = 3
# Whether a dash after this kind of token begins an offset, and no further part of the date
EndsDate = Callable[[str], bool]


class DateTokens(TextCursor):
    """Reads token by token: `number` is the last one, `half` the hours that AM or PM adds, `offset` is in ticks, of Z
    and GMT, too (`is_zulu`).

    Raises FormatException by `refusal`.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.refusal = DateRefusal(text)
        self.number = 0
        self.year: int | None = None
        self.month: int | None = None
        self.day_name: int | None = None
        self.half: int | None = None
        self.offset: int | None = None
        self.is_zulu = False
        self.fraction = 0.0

    def next(self, ends_date: EndsDate, *, in_time: bool, in_seconds: bool) -> str:
        """The next token; a number in a time may have an offset, one of seconds a fraction."""
        self.skip_white()
        if self.at_end:
            return "end"
        if is_digit(self.peek()):
            return self.read_number(ends_date, in_time=in_time, in_seconds=in_seconds)
        if self.accept(",") or self.accept("."):
            return ""
        kind, value, length = self.word()
        if not kind:
            return self.read_sign()
        self.position += length
        return self.read_month(ends_date, value) if kind == "month" else _READ_WORD[kind](self, value)

    # ---- numbers -------------------------------------------------------------------------------------------------

    def read_number(self, ends_date: EndsDate, *, in_time: bool, in_seconds: bool) -> str:
        digits = self.digits()
        if len(digits) > _MAX_DIGITS:
            self.refusal.refuse()
        if in_seconds and self.peek() == "." and self.position < len(self.text) - 1:
            self.position += 1
            self.fraction = decimal_fraction(self.digits())
        if in_time:
            self.read_offset()
        self.number = int(digits)
        if len(digits) >= _YEAR_DIGITS:
            return self.read_year(ends_date)
        read = self.with_separator("n", ends_date)
        if read == "na" and in_time:
            self.read_offset()
        return read.removesuffix("n")

    def read_year(self, ends_date: EndsDate) -> str:
        if self.year is not None:
            self.refusal.refuse()
        self.year = self.number
        token = self.with_separator("y", ends_date)
        if token in {"y:", "yT"}:
            self.refusal.refuse()
        return {"ya": "y_", "y": ""}.get(token, token)

    def with_separator(self, kind: str, ends_date: EndsDate) -> str:
        """The token with what follows; the kind alone if AM or PM comes twice."""
        before = self.position
        self.skip_white()
        if self.at_end:
            return f"{kind}."
        if self.accept("/"):
            return f"{kind}-"
        if self.accept(":"):
            return f"{kind}:"
        if self.peek() != "-":
            return self.with_word(kind)
        if ends_date(kind):
            self.position = before
            return f"{kind}_"
        self.position += 1
        return f"{kind}-"

    def with_word(self, kind: str) -> str:
        word, value, length = self.word()
        if length == 1 and self.peek() in "tT":
            self.position += 1
            return f"{kind}T"
        if word != "half":
            return f"{kind}_"
        self.position += length
        if self.half is not None:
            return kind
        self.half = value
        return f"{kind}a"

    # ---- words ---------------------------------------------------------------------------------------------------

    def word(self) -> tuple[str, int, int]:
        """Kind, value and length of the word that comes next; no kind if it is unknown."""
        if self.peek(len(ERA)).upper() == ERA and not self.peek(len(ERA) + 1)[len(ERA) :].isalpha():
            return "era", 0, len(ERA)
        letters = self.peek(_LONGEST_WORD + 1)
        length = next((i for i, letter in enumerate(letters) if not letter.isalpha()), len(letters))
        return *_WORDS.get(letters[:length].lower(), ("", 0)), length

    def read_month(self, ends_date: EndsDate, number: int) -> str:
        if self.month is not None:
            self.refusal.refuse()
        token = self.with_separator("m", ends_date)
        if token in {"m:", "mT", "ma", "m"}:
            self.refusal.refuse()
        self.month = number
        return token

    def read_day_name(self, number: int) -> str:
        if self.day_name is not None:
            self.refusal.refuse()
        self.day_name = number
        return "day"

    def read_half(self, hours: int) -> str:
        if self.half is not None:
            self.refusal.refuse()
        self.half = hours
        return ""

    def read_zone_name(self, _value: int) -> str:
        self.set_offset(0)
        self.is_zulu = True
        return "zone"

    def read_era(self, _value: int) -> str:
        return "era"

    # ---- signs ---------------------------------------------------------------------------------------------------

    def read_sign(self) -> str:
        """An offset, a mark of Visual Basic (`#1/2/2024#`), or zeros at the end; nothing else is taken."""
        if self.peek().isalpha():
            self.refusal.unknown_word(self.position)
        if self.peek() in "+-" and self.offset is None:
            self.set_offset(self.zone_offset())
        elif not self.skip_mark():
            self.refusal.refuse()
        return ""

    def skip_mark(self) -> bool:
        if self.peek() == "\0" and not self.text[self.position :].strip("\0"):
            self.position = len(self.text)
            return True
        return self.is_marked() and self.accept("#")

    def is_marked(self) -> bool:
        """Whether two `#` stand around the text."""
        if self.peek() != "#" or self.text.count("#") != 2:
            return False
        before, _, after = self.text.split("#")
        return all(map(is_white, before)) and all(is_white(character) or character == "\0" for character in after)

    def set_offset(self, offset: int) -> None:
        if self.offset is not None:
            self.refusal.refuse()
        self.offset = offset

    def read_offset(self) -> None:
        """An offset that follows a time, perhaps after white space."""
        before = self.position
        self.skip_white()
        if self.peek() in {"+", "-"}:
            self.set_offset(self.zone_offset())
        else:
            self.position = before

    def zone_offset(self) -> int:
        """`+8`, `+08`, `+8:30`, `+830` or `+0830` in ticks."""
        sign = -1 if self.peek() == "-" else 1
        self.position += 1
        hours, minutes = self.digits(), "0"
        if len(hours) in {3, 4}:
            hours, minutes = hours[:-2], hours[-2:]
        elif self.accept(":"):
            minutes = self.digits()
        if not (1 <= len(hours) <= 2 and 1 <= len(minutes) <= 2 and int(minutes) < 60):
            self.refusal.refuse()
        return sign * (int(hours) * TICKS_PER_HOUR + int(minutes) * TICKS_PER_MINUTE)


def decimal_fraction(digits: str) -> float:
    """The fraction after a point, summed up in the doubles that .NET sums up; 0 without digits."""
    total, place = 0.0, 0.1
    for digit in digits:
        total += int(digit) * place
        place *= 0.1
    return total


_READ_WORD: Mapping[str, Callable[[DateTokens, int], str]] = {
    "day": DateTokens.read_day_name,
    "half": DateTokens.read_half,
    "era": DateTokens.read_era,
    "zone": DateTokens.read_zone_name,
}
