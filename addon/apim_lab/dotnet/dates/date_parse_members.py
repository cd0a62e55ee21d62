"""`Parse`, `ParseExact` and their `Try` forms. `DateTime` and `DateTimeOffset` differ in the names of parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.dates.date_parsing import parse_date, parse_offset
from apim_lab.dotnet.dates.date_refusals import DateRefusal
from apim_lab.dotnet.dates.date_styles import NO_STYLE, Style, date_style, offset_style
from apim_lab.dotnet.dates.date_time_offsets import MIN_VALUE
from apim_lab.dotnet.dates.dates import MIN_DATE
from apim_lab.dotnet.dates.exact_dates import parse_exact_date, parse_exact_offset
from apim_lab.dotnet.exceptions import ArgumentNullException, FormatException

# A text or null, and the numbers of formats that are tried with it
_Text = str | None
_MAX_FORMATS = 1_000


@dataclass(frozen=True)
class _Parsing:
    """How one of the types is parsed. `names` are its parameters: the text, the culture, the styles, those of an exact
    format."""

    type: str
    names: tuple[str, str, str, str]
    parse: Callable[[str, Style], Any]
    parse_exact: Callable[[str, str, Style], Any]
    check: Callable[[Enum, str], Style]
    default: Any

    def parsed(self, text: _Text, _provider: object = None, styles: Enum | None = None) -> Any:
        style = NO_STYLE if styles is None else self.check(styles, self.names[2])
        return self.parse(given(text, self.names[0]), style)

    def parsed_exactly(
        self, text: _Text, formats: _Text | Sequence[_Text], _provider: object, styles: Enum | None = None
    ) -> Any:
        style = NO_STYLE if styles is None else self.check(styles, self.names[3])
        text = given(text, self.names[0])
        if formats is None or isinstance(formats, str):
            return self.parse_exact(text, given(formats, "format"), style)
        return self._any_of(text, formats, style)

    def _any_of(self, text: str, formats: Sequence[_Text], style: Style) -> Any:
        if not formats:
            raise FormatException("No format specifiers were provided.")
        for specifier in formats[:_MAX_FORMATS] if text else ():
            if not specifier:
                raise FormatException("Format specifier '' was invalid.")
            try:
                return self.parse_exact(text, specifier, style)
            except FormatException as refusal:
                if refusal.message == FormatException.default:  # the format is none
                    raise
        return DateRefusal(text).refuse()

    def exactly_by_formats(self, text: _Text, formats: Sequence[_Text] | None, *rest: Any) -> Any:
        if text is not None and formats is None:
            raise _null("formats")
        return self.parsed_exactly(text, formats, *rest)

    def trying(self, parse: Callable[..., Any], style_name: str) -> Callable[..., tuple[bool, Any]]:
        def try_parse(text: _Text, *rest: Any) -> tuple[bool, Any]:
            if rest:
                self.check(rest[-1], style_name)
            try:
                return True, parse(text, *rest)
            except (ArgumentNullException, FormatException):
                return False, self.default

        return try_parse

    def rows(self) -> Mapping[str, Any]:
        """The members of the type."""
        text, provider, styles, style = self.names
        name, culture = f"static {self.type}", f"IFormatProvider {provider}"
        exact = f"{culture}, DateTimeStyles {style}"
        out = f"out {self.type} result"
        try_exactly = self.trying(self.parsed_exactly, style)
        return {
            f"{name} Parse(string {text})": self.parsed,
            f"{name} Parse(string {text}, {culture})": self.parsed,
            f"{name} Parse(string {text}, {culture}, DateTimeStyles {styles})": self.parsed,
            f"{name} ParseExact(string {text}, string format, {culture})": self.parsed_exactly,
            f"{name} ParseExact(string {text}, string format, {exact})": self.parsed_exactly,
            f"{name} ParseExact(string {text}, string[] formats, {exact})": self.exactly_by_formats,
            f"static bool TryParse(string {text}, {out})": self.trying(self.parsed, styles),
            f"static bool TryParse(string {text}, {culture}, DateTimeStyles {styles}, {out})": self.trying(
                self.parsed, styles
            ),
            f"static bool TryParseExact(string {text}, string format, {exact}, {out})": try_exactly,
            f"static bool TryParseExact(string {text}, string[] formats, {exact}, {out})": try_exactly,
        }


def _null(parameter: str) -> ArgumentNullException:
    found = ArgumentNullException(parameter)
    found.message = f"String reference not set to an instance of a String. (Parameter '{parameter}')"
    return found


DATE_PARSING = _Parsing(
    "DateTime", ("s", "provider", "styles", "style"), parse_date, parse_exact_date, date_style, MIN_DATE
).rows()
OFFSET_PARSING = _Parsing(
    "DateTimeOffset",
    ("input", "formatProvider", "styles", "styles"),
    parse_offset,
    parse_exact_offset,
    offset_style,
    MIN_VALUE,
).rows()
