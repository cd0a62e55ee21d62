"""`string`, `char` and what belongs to them. Source: learn.microsoft.com/dotnet/api/system.string.

Comparisons and searches are ordinal: the gateway's culture is taken to be the invariant one.
"""

import re
from collections.abc import Callable, Sequence

from apim_lab.csharp.definitions import Definition
from apim_lab.csharp.exceptions import IndexOutOfRangeException
from apim_lab.csharp.memory import OBJECT, afford
from apim_lab.csharp.types import CHAR
from apim_lab.csharp.values import Array, Char
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import (
    ArgumentException,
    ArgumentNullException,
    ArgumentOutOfRangeException,
    FormatException,
)
from apim_lab.dotnet.formatting import composite_format, to_string
from apim_lab.dotnet.values import KEEP_EMPTY_ENTRIES, StringComparison, StringSplitOptions

_IGNORING_CASE = {
    StringComparison.OrdinalIgnoreCase,
    StringComparison.CurrentCultureIgnoreCase,
    StringComparison.InvariantCultureIgnoreCase,
}
# .NET's Char.IsWhiteSpace knows fewer than Python's strip(): U+001C to U+001F are none
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


def given[T](value: T | None, parameter: str = "value") -> T:
    """The argument; raises ArgumentNullException for null."""
    if value is None:
        raise ArgumentNullException(parameter)
    return value


def _folded(text: str, comparison: StringComparison) -> str:
    return text.upper() if comparison in _IGNORING_CASE else text


def _compared(test: Callable[[str, str], bool]) -> Callable[[str, str | None, StringComparison], bool]:
    def compare(text: str, value: str | None, comparison: StringComparison) -> bool:
        return test(_folded(text, comparison), _folded(given(value), comparison))

    return compare


def _equals(left: str | None, right: str | None, comparison: StringComparison = StringComparison.Ordinal) -> bool:
    if left is None or right is None:
        return left is right
    return _folded(left, comparison) == _folded(right, comparison)


def _compare(left: str | None, right: str | None, ignore_case: bool = False) -> int:
    a, b = left or "", right or ""
    if ignore_case:
        a, b = a.upper(), b.upper()
    return (a > b) - (a < b)


def _character(text: str, index: int) -> Char:
    if not 0 <= index < len(text):
        raise IndexOutOfRangeException
    return Char(text[index])


def _substring(text: str, start: int, length: int | None = None) -> str:
    if not 0 <= start <= len(text):
        raise ArgumentOutOfRangeException(
            "startIndex cannot be larger than length of string."
            if start > 0
            else "StartIndex cannot be less than zero.",
            "startIndex",
        )
    if length is None:
        return text[start:]
    if length < 0:
        raise ArgumentOutOfRangeException("Length cannot be less than zero.", "length")
    if start + length > len(text):
        raise ArgumentOutOfRangeException("Index and length must refer to a location within the string.", "length")
    return text[start : start + length]


def _removed(text: str, start: int, length: int | None = None) -> str:
    _substring(text, start, length)
    return text[:start] + ("" if length is None else text[start + length :])


def _inserted(text: str, start: int, value: str | None) -> str:
    return _substring(text, 0, start) + given(value) + text[start:]


def _replaced(text: str, old: str | None, new: str | None) -> str:
    if not given(old, "oldValue"):
        raise ArgumentException("String cannot be of zero length.", "oldValue")
    old, new = old or "", new or ""
    afford(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _found_from(text: str, value: str | None, start: int) -> int:
    if not 0 <= start <= len(text):
        raise ArgumentOutOfRangeException("Index was out of range.", "startIndex")
    return text.find(given(value), start)


def _index_of_any(text: str, characters: Sequence[str] | None) -> int:
    found = [text.find(character) for character in given(characters, "anyOf")]
    return min((index for index in found if index >= 0), default=-1)


def _split(
    text: str,
    separators: Sequence[str] | None,
    limit: int | None = None,
    options: StringSplitOptions = KEEP_EMPTY_ENTRIES,
) -> Array:
    """`Split`: the first separator that fits wins; without separators, white space splits."""
    if limit is not None and limit < 0:
        raise ArgumentOutOfRangeException("Count cannot be less than zero.", "count")
    wanted = [separator for separator in separators or () if separator] or list(WHITE_SPACE)
    keep_empty = options is KEEP_EMPTY_ENTRIES
    parts: list[str] = []
    start = 0
    for found in re.finditer("|".join(map(re.escape, wanted)), text):
        if limit is not None and len(parts) >= limit - 1:
            break
        if keep_empty or found.start() > start:
            afford(len(parts) * OBJECT)
            parts.append(text[start : found.start()])
        start = found.end()
    if limit != 0 and (keep_empty or start < len(text)):
        parts.append(text[start:])
    return Array(parts)


def _joined(separator: str | None, values: Sequence[object] | None) -> str:
    glue = separator or ""
    texts = []
    size = 0
    for value in given(values, "values"):
        texts.append(to_string(value))
        size += len(texts[-1]) + len(glue)
        afford(size)
    return glue.join(texts)


def _concatenated(values: Sequence[object] | None) -> str:
    return _joined("", values)


def _is_white_space(text: str | None) -> bool:
    return not (text or "").strip(WHITE_SPACE)


def _format(template: str | None, values: Sequence[object] | None) -> str:
    return composite_format(given(template, "format"), given(values, "args"))


def _trimmed(strip: Callable[[str, str], str]) -> Callable[[str, Sequence[str] | None], str]:
    return lambda text, characters: strip(text, "".join(characters or ()) or WHITE_SPACE)


def _characters(text: str) -> Array:
    afford(len(text) * OBJECT)
    return Array(map(Char, text), CHAR)


def _padded(pad: Callable[[str, int, str], str]) -> Callable[[str, int, str], str]:
    def padded(text: str, width: int, character: str = " ") -> str:
        if width < 0:
            raise ArgumentOutOfRangeException("Non-negative number required.", "totalWidth")
        afford(width)
        return pad(text, width, character)

    return padded


def _repeated(character: str, times: int) -> str:
    if times < 0:
        raise ArgumentOutOfRangeException("'count' must be non-negative.", "count")
    afford(times)
    return character * times


_OVERLOADED_SPLITS = {
    "string[] Split(params char[] separator)": _split,
    "string[] Split(char[] separator, int count)": _split,
    "string[] Split(char[] separator, StringSplitOptions options)": lambda t, s, o: _split(t, s, None, o),
    "string[] Split(char[] separator, int count, StringSplitOptions options)": _split,
    "string[] Split(string[] separator, StringSplitOptions options)": lambda t, s, o: _split(t, s, None, o),
    "string[] Split(string[] separator, int count, StringSplitOptions options)": _split,
}

_STRING = Definition(
    "sealed class string : IEnumerable<char>",
    "System.String",
    python=str,
    iterate=lambda text: map(Char, text),
    members={
        "int Length": len,
        "char this[int index]": _character,
        **_OVERLOADED_SPLITS,
        "bool Contains(string value)": lambda text, value: given(value) in text,
        "bool Contains(string value, StringComparison comparisonType)": _compared(lambda text, value: value in text),
        "bool EndsWith(string value)": lambda text, value: text.endswith(given(value)),
        "bool EndsWith(string value, StringComparison comparisonType)": _compared(str.endswith),
        "bool Equals(string value)": _equals,
        "bool Equals(object value)": lambda text, value: value.__class__ is str and text == value,
        "bool Equals(string value, StringComparison comparisonType)": _equals,
        "bool StartsWith(string value)": lambda text, value: text.startswith(given(value)),
        "bool StartsWith(string value, StringComparison comparisonType)": _compared(str.startswith),
        "int CompareTo(string strB)": _compare,
        "int IndexOf(string value)": lambda text, value: text.find(given(value)),
        "int IndexOf(char value)": str.find,
        "int IndexOf(string value, int startIndex)": _found_from,
        "int IndexOf(char value, int startIndex)": _found_from,
        "int IndexOf(string value, StringComparison comparisonType)": lambda text, value, comparison: _folded(
            text, comparison
        ).find(_folded(given(value), comparison)),
        "int IndexOfAny(char[] anyOf)": _index_of_any,
        "int LastIndexOf(string value)": lambda text, value: text.rfind(given(value)),
        "int LastIndexOf(char value)": str.rfind,
        "string Insert(int startIndex, string value)": _inserted,
        "string PadLeft(int totalWidth)": _padded(str.rjust),
        "string PadLeft(int totalWidth, char paddingChar)": _padded(str.rjust),
        "string PadRight(int totalWidth)": _padded(str.ljust),
        "string PadRight(int totalWidth, char paddingChar)": _padded(str.ljust),
        "string Remove(int startIndex)": _removed,
        "string Remove(int startIndex, int count)": _removed,
        "string Replace(string oldValue, string newValue)": _replaced,
        "string Replace(char oldChar, char newChar)": str.replace,
        "string Substring(int startIndex)": _substring,
        "string Substring(int startIndex, int length)": _substring,
        "string ToLower()": str.lower,
        "string ToLowerInvariant()": str.lower,
        "string ToUpper()": str.upper,
        "string ToUpperInvariant()": str.upper,
        "string Trim(params char[] trimChars)": _trimmed(str.strip),
        "string TrimEnd(params char[] trimChars)": _trimmed(str.rstrip),
        "string TrimStart(params char[] trimChars)": _trimmed(str.lstrip),
        "char[] ToCharArray()": _characters,
        "static string Empty": lambda: "",
        "static bool Equals(string a, string b)": _equals,
        "static bool Equals(string a, string b, StringComparison comparisonType)": _equals,
        "static bool IsNullOrEmpty(string value)": lambda value: not value,
        "static bool IsNullOrWhiteSpace(string value)": _is_white_space,
        "static int Compare(string strA, string strB)": _compare,
        "static int Compare(string strA, string strB, bool ignoreCase)": _compare,
        "static string Concat(params string[] values)": _concatenated,
        "static string Concat(params object[] args)": _concatenated,
        "static string Format(string format, params object[] args)": _format,
        "static string Join(string separator, params string[] value)": _joined,
        "static string Join(string separator, params object[] values)": _joined,
        "new(char c, int count)": _repeated,
        "new(char[] value)": lambda value: "".join(value or ()),
        "static bool operator ==(string a, string b)": lambda a, b: a == b,
        "static bool operator !=(string a, string b)": lambda a, b: a != b,
        "static string operator +(string a, string b)": lambda a, b: (a or "") + (b or ""),
        "static string operator +(string a, object b)": lambda a, b: (a or "") + to_string(b),
        "static string operator +(object a, string b)": lambda a, b: to_string(a) + (b or ""),
    },
)


def _parsed_character(text: str | None) -> Char:
    if len(given(text, "s")) != 1:
        raise FormatException("String must be exactly one character long.")
    return Char(text)


_CHAR = Definition(
    "struct char",
    "System.Char",
    python=Char,
    default=Char("\0"),
    members={
        "static bool IsDigit(char c)": lambda c: c.isdecimal(),
        "static bool IsLetter(char c)": lambda c: c.isalpha(),
        "static bool IsLetterOrDigit(char c)": lambda c: c.isalpha() or c.isdecimal(),
        "static bool IsLower(char c)": lambda c: c.islower(),
        "static bool IsUpper(char c)": lambda c: c.isupper(),
        "static bool IsWhiteSpace(char c)": lambda c: c in WHITE_SPACE,
        "static char Parse(string s)": _parsed_character,
        "static char ToLower(char c)": lambda c: Char(c.lower()[0]),
        "static char ToLowerInvariant(char c)": lambda c: Char(c.lower()[0]),
        "static char ToUpper(char c)": lambda c: Char(c.upper()[0]),
        "static char ToUpperInvariant(char c)": lambda c: Char(c.upper()[0]),
    },
)


_COMPARISON = enumeration("System.StringComparison", StringComparison)
_SPLIT_OPTIONS = enumeration("System.StringSplitOptions", StringSplitOptions)

DEFINITIONS = (_STRING, _CHAR, _COMPARISON, _SPLIT_OPTIONS)
