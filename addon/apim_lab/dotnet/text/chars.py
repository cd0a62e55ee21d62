"""`char`. Source: learn.microsoft.com/dotnet/api/system.char, and .NET Core 3.1."""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.runtime.code_units import characters, code_units
from apim_lab.csharp.runtime.values import Char
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import bad_index, given
from apim_lab.dotnet.conversion.type_codes import TYPE_CODE
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, FormatException
from apim_lab.dotnet.text.characters import (
    CONTROLS,
    DIGITS,
    LETTERS,
    NUMBERS,
    PUNCTUATION,
    SEPARATORS,
    SYMBOLS,
    is_white_space,
    numeric_value,
    of_categories,
    to_lower,
    to_upper,
)
from apim_lab.dotnet.text.unicode_categories import UnicodeCategory, unicode_category


def _is_high(character: str) -> bool:
    return "\ud800" <= character <= "\udbff"


def _is_low(character: str) -> bool:
    return "\udc00" <= character <= "\udfff"


def _is_pair(high: str, low: str) -> bool:
    return _is_high(high) and _is_low(low)


_SURROGATES: Mapping[str, Callable[[str], bool]] = {
    "IsHighSurrogate": _is_high,
    "IsLowSurrogate": _is_low,
    "IsSurrogate": of_categories({"Cs"}),
}
_KINDS: Mapping[str, Callable[[str], bool]] = {
    "IsControl": of_categories(CONTROLS),
    "IsDigit": of_categories(DIGITS),
    "IsLetter": of_categories(LETTERS),
    "IsLetterOrDigit": of_categories(LETTERS | DIGITS),
    "IsLower": of_categories({"Ll"}),
    "IsNumber": of_categories(NUMBERS),
    "IsPunctuation": of_categories(PUNCTUATION),
    "IsSeparator": of_categories(SEPARATORS),
    "IsSymbol": of_categories(SYMBOLS),
    "IsUpper": of_categories({"Lu"}),
    "IsWhiteSpace": is_white_space,
}


def _at(function: Callable[[str], Any]) -> Callable[[str | None, int], Any]:
    """The function of the character at an index of a string."""

    def at(text: str | None, index: int) -> Any:
        text = given(text, "s")
        if not 0 <= index < len(text):
            raise ArgumentOutOfRangeException(parameter="index")
        return function(text[index])

    return at


def _of_pair_at(function: Callable[[str], Any]) -> Callable[[str | None, int], Any]:
    """The function of the character at an index, or of the pair of surrogates there."""
    checked = _at(str)

    def at(text: str | None, index: int) -> Any:
        checked(text, index)
        return function(characters(given(text)[index : index + 2])[0])

    return at


def _is_pair_at(text: str | None, index: int) -> bool:
    pair = given(text, "s")[max(index, 0) : index + 2]
    _at(_is_high)(text, index)
    return len(pair) == 2 and _is_pair(*pair)


def _parsed(text: str | None) -> Char:
    if len(given(text, "s")) != 1:
        raise FormatException("String must be exactly one character long.")
    return Char(text)


def _try_parsed(text: str | None) -> tuple[bool, Char]:
    return (True, Char(text)) if text is not None and len(text) == 1 else (False, Char("\0"))


def _compared_to(character: str, value: object) -> int:
    if value is None:
        return 1
    if not isinstance(value, Char):
        raise ArgumentException("Object must be of type Char.")
    return ord(character) - ord(value)


def _in_culture(convert: Callable[[str], str]) -> Callable[[str, object], Char]:
    """There is no culture but the invariant one."""

    def converted(character: str, culture: object) -> Char:
        given(culture, "culture")
        return Char(convert(character))

    return converted


def _from_code_point(code: int) -> str:
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise ArgumentOutOfRangeException(
            "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate "
            "codepoint values (0x00d800 ~ 0x00dfff).",
            "utf32",
        )
    return code_units(chr(code))


def _code_point(high: str, low: str) -> int:
    if not _is_high(high):
        raise ArgumentOutOfRangeException(
            "A valid high surrogate character is between 0xd800 and 0xdbff, inclusive.", "highSurrogate"
        )
    if not _is_low(low):
        raise ArgumentOutOfRangeException(
            "A valid low surrogate character is between 0xdc00 and 0xdfff, inclusive.", "lowSurrogate"
        )
    return ord(characters(high + low))


def _code_point_at(text: str | None, index: int) -> int:
    text = given(text, "s")
    if not 0 <= index < len(text):
        raise bad_index("index")
    if _is_low(text[index]):
        raise ArgumentException(
            f"Found a low surrogate char without a preceding high surrogate at index: {index}. "
            "The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.",
            "s",
        )
    if not _is_high(text[index]):
        return ord(text[index])
    if not _is_low(text[index + 1 : index + 2] or "\0"):
        raise ArgumentException(
            f"Found a high surrogate char without a following low surrogate at index: {index}. "
            "The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.",
            "s",
        )
    return _code_point(text[index], text[index + 1])


CHAR = Definition(
    "struct char",
    "System.Char",
    python=Char,
    default=Char("\0"),
    members={
        "const char MaxValue": Char("\uffff"),
        "const char MinValue": Char("\0"),
        **{f"static bool {name}(char c)": test for name, test in {**_KINDS, **_SURROGATES}.items()},
        **{f"static bool {name}(string s, int index)": _of_pair_at(test) for name, test in _KINDS.items()},
        **{f"static bool {name}(string s, int index)": _at(test) for name, test in _SURROGATES.items()},
        "static bool IsSurrogatePair(char highSurrogate, char lowSurrogate)": _is_pair,
        "static bool IsSurrogatePair(string s, int index)": _is_pair_at,
        "static bool TryParse(string s, out char result)": _try_parsed,
        "static char Parse(string s)": _parsed,
        "static char ToLower(char c)": lambda c: Char(to_lower(c)),
        "static char ToLower(char c, CultureInfo culture)": _in_culture(to_lower),
        "static char ToUpper(char c, CultureInfo culture)": _in_culture(to_upper),
        "static char ToLowerInvariant(char c)": lambda c: Char(to_lower(c)),
        "static char ToUpper(char c)": lambda c: Char(to_upper(c)),
        "static char ToUpperInvariant(char c)": lambda c: Char(to_upper(c)),
        "static double GetNumericValue(char c)": numeric_value,
        "static double GetNumericValue(string s, int index)": _of_pair_at(numeric_value),
        "static int ConvertToUtf32(char highSurrogate, char lowSurrogate)": _code_point,
        "static int ConvertToUtf32(string s, int index)": _code_point_at,
        "static string ConvertFromUtf32(int utf32)": _from_code_point,
        "static UnicodeCategory GetUnicodeCategory(char c)": unicode_category,
        "static UnicodeCategory GetUnicodeCategory(string s, int index)": _of_pair_at(unicode_category),
        "static string ToString(char c)": str.__str__,
        "string ToString(IFormatProvider provider)": lambda character, _provider: str(character),
        **TYPE_CODE,
        "bool Equals(char obj)": str.__eq__,
        "int CompareTo(char value)": _compared_to,
        "int CompareTo(object value)": _compared_to,
    },
)

DEFINITIONS = (CHAR, enumeration("System.Globalization.UnicodeCategory", UnicodeCategory))
