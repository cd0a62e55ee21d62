"""`TimeSpan.Parse`, `ParseExact` and their `Try` forms. Source: learn.microsoft.com/dotnet/api/system.timespan."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.dates.time_span_parsing import parse_exact_span, parse_span, refuse
from apim_lab.dotnet.dates.time_spans import ZERO, TimeSpan, negate_span
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentNullException, FormatException

TimeSpanStyles = Enum("TimeSpanStyles", {"None": 0, "AssumeNegative": 1})
_Text = str | None


def _parsed(text: _Text, _provider: object = None) -> TimeSpan:
    return parse_span(given(text, "input"))


def _exactly(text: _Text, formats: _Text | Sequence[_Text], _provider: object, styles: Enum | None = None) -> TimeSpan:
    is_negative = styles is not None and _is_negative(styles)
    text = given(text, "input")
    if formats is None or isinstance(formats, str):
        return _by_format(text, given(formats, "format"), is_negative)
    return _by_formats(text, formats, is_negative)


def _is_negative(styles: Enum) -> bool:
    if styles.value not in {0, 1}:
        raise ArgumentException("An undefined TimeSpanStyles value is being used.", "styles")
    return bool(styles.value)


def _by_format(text: str, specifier: str, is_negative: bool) -> TimeSpan:
    """A standard format has a sign of its own."""
    span = parse_exact_span(text, specifier)
    return negate_span(span) if is_negative and len(specifier) > 1 else span


def _by_formats(text: str, formats: Sequence[_Text], is_negative: bool) -> TimeSpan:
    if text and not formats:
        raise FormatException("No format specifiers were provided.")
    for specifier in formats if text else ():
        if not specifier:
            raise FormatException("Format specifier '' was invalid.")
        try:
            return _by_format(text, specifier, is_negative)
        except (FormatException, OverflowException):
            continue
    return refuse(text)


def _by_given_formats(text: _Text, formats: Sequence[_Text] | None, *rest: Any) -> TimeSpan:
    if formats is None:
        found = ArgumentNullException("formats")
        found.message = "String reference not set to an instance of a String. (Parameter 'formats')"
        raise found
    return _exactly(text, formats, *rest)


def _trying(parse: Callable[..., TimeSpan]) -> Callable[..., tuple[bool, TimeSpan]]:
    """False and zero for null or a text that is no time span; bad styles are refused all the same."""

    def try_parse(*arguments: Any) -> tuple[bool, TimeSpan]:
        try:
            return True, parse(*arguments)
        except (ArgumentNullException, FormatException, OverflowException):
            return False, ZERO

    return try_parse


_CULTURE, _RESULT = "IFormatProvider formatProvider", "out TimeSpan result"
_STYLED = f"{_CULTURE}, TimeSpanStyles styles"
SPAN_PARSING: Mapping[str, Any] = {
    "static TimeSpan Parse(string s)": _parsed,
    f"static TimeSpan Parse(string input, {_CULTURE})": _parsed,
    f"static TimeSpan ParseExact(string input, string format, {_CULTURE})": _exactly,
    f"static TimeSpan ParseExact(string input, string format, {_STYLED})": _exactly,
    f"static TimeSpan ParseExact(string input, string[] formats, {_CULTURE})": _by_given_formats,
    f"static TimeSpan ParseExact(string input, string[] formats, {_STYLED})": _by_given_formats,
    f"static bool TryParse(string s, {_RESULT})": _trying(_parsed),
    f"static bool TryParse(string input, {_CULTURE}, {_RESULT})": _trying(_parsed),
    f"static bool TryParseExact(string input, string format, {_CULTURE}, {_RESULT})": _trying(_exactly),
    f"static bool TryParseExact(string input, string format, {_STYLED}, {_RESULT})": _trying(_exactly),
    f"static bool TryParseExact(string input, string[] formats, {_CULTURE}, {_RESULT})": _trying(_by_given_formats),
    f"static bool TryParseExact(string input, string[] formats, {_STYLED}, {_RESULT})": _trying(_by_given_formats),
}
"""Rows of `TimeSpan`."""
