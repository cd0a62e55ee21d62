"""What .NET knows of characters: their case and kind. Source: learn.microsoft.com/dotnet/api/system.char; .NET 3.1.

Cases are Unicode's simple mappings, one code unit for one: `"ß".ToUpper()` is "ß".
"""

import unicodedata
from collections.abc import Callable, Set
from functools import cache

from apim_lab.csharp.runtime.code_units import characters, code_units

# .NET's Char.IsWhiteSpace knows fewer than Python's strip(): U+001C to U+001F are none
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"

# .NET's own table of Latin-1 is older than the rest
_LATIN_1 = {"\xa7": "So", "\xaa": "Ll", "\xad": "Pd", "\xb6": "So", "\xba": "Ll"}
# The invariant culture leaves the Turkish i without a dot alone
_DOTLESS_I = "\u0131"

LETTERS = {"Lu", "Ll", "Lt", "Lm", "Lo"}
DIGITS = {"Nd"}
NUMBERS = {"Nd", "Nl", "No"}
PUNCTUATION = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"}
SYMBOLS = {"Sm", "Sc", "Sk", "So"}
SEPARATORS = {"Zs", "Zl", "Zp"}
CONTROLS = {"Cc"}


def category(character: str) -> str:
    """Unicode's general category, like "Lu"."""
    return _LATIN_1.get(character) or unicodedata.category(character)


def of_categories(wanted: Set[str]) -> Callable[[str], bool]:
    return lambda character: category(character) in wanted


def is_white_space(text: str) -> bool:
    """Whether it has no other characters."""
    return not text.strip(WHITE_SPACE)


def numeric_value(character: str) -> float:
    """`char.GetNumericValue`: -1 for what is no number."""
    return unicodedata.numeric(character, -1.0) if category(character) in NUMBERS else -1.0


def to_upper(text: str) -> str:
    return text.upper() if text.isascii() else _mapped(_upper, text)


def to_lower(text: str) -> str:
    return text.lower() if text.isascii() else _mapped(_lower, text)


def _mapped(convert: Callable[[str], str], text: str) -> str:
    return code_units("".join(map(convert, characters(text))))


@cache
def _upper(character: str) -> str:
    """Greek letters with an iota below have a simple mapping only for titles."""
    if character == _DOTLESS_I:
        return character
    return next((found for found in (character.upper(), character.title()) if len(found) == 1), character)


@cache
def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character
