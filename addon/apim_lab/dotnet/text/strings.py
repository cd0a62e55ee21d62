"""`string`. Source: learn.microsoft.com/dotnet/api/system.string, and .NET Core 3.1."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from apim_lab.csharp.runtime.code_units import characters, code_units
from apim_lab.csharp.runtime.exceptions import IndexOutOfRangeException
from apim_lab.csharp.runtime.memory import OBJECT, afford
from apim_lab.csharp.runtime.values import Array, Char
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import CHAR
from apim_lab.dotnet.arguments import bad_index, given, negative
from apim_lab.dotnet.conversion.type_codes import TYPE_CODE
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.text.characters import WHITE_SPACE, is_white_space, to_lower, to_upper
from apim_lab.dotnet.text.comparison import (
    CULTURE,
    ORDINAL,
    StringComparison,
    compare,
    compare_ordinal,
    ends_with,
    equals,
    index_of,
    replaced,
    starts_with,
)
from apim_lab.dotnet.text.composite_formats import format_all
from apim_lab.dotnet.text.partial_comparison import PARTIAL_COMPARISONS
from apim_lab.dotnet.text.searches import (
    distinct,
    find,
    find_any,
    find_last,
    find_last_any,
    with_comparison,
)
from apim_lab.dotnet.text.splitting import (
    StringSplitOptions,
    concatenated,
    concatenated_items,
    concatenated_values,
    join,
    join_items,
    join_part,
    split,
    split_at,
    without_limit,
)


def _tested(test: Callable[[str, str, StringComparison], bool]) -> Callable[..., bool]:
    def tested(text: str, value: str | None, comparison: StringComparison = CULTURE) -> bool:
        return test(text, given(value), comparison)

    return tested


def _tested_in_culture(test: Callable[[str, str, StringComparison], bool]) -> Callable[..., bool]:
    return lambda text, value, ignored, _culture: test(
        text, given(value), StringComparison.of_culture(ignore_case=ignored)
    )


def _contains(text: str, value: str | None, comparison: StringComparison = ORDINAL) -> bool:
    return index_of(text, given(value), comparison) >= 0


def _character(text: str, index: int) -> Char:
    if not 0 <= index < len(text):
        raise IndexOutOfRangeException
    return Char(text[index])


_NEGATIVE_START = "StartIndex cannot be less than zero."


def _substring(text: str, start: int, length: int | None = None) -> str:
    if start < 0:
        raise ArgumentOutOfRangeException(_NEGATIVE_START, "startIndex")
    if start > len(text):
        raise ArgumentOutOfRangeException("startIndex cannot be larger than length of string.", "startIndex")
    if length is None:
        return text[start:]
    if length < 0:
        raise ArgumentOutOfRangeException("Length cannot be less than zero.", "length")
    if start + length > len(text):
        raise ArgumentOutOfRangeException("Index and length must refer to a location within the string.", "length")
    return text[start : start + length]


def _without(text: str, start: int, count: int) -> str:
    if start < 0:
        raise ArgumentOutOfRangeException(_NEGATIVE_START, "startIndex")
    if count < 0:
        raise ArgumentOutOfRangeException("Count cannot be less than zero.", "count")
    if start + count > len(text):
        raise ArgumentOutOfRangeException("Index and count must refer to a location within the string.", "count")
    return text[:start] + text[start + count :]


def _up_to(text: str, start: int) -> str:
    if start < 0:
        raise ArgumentOutOfRangeException(_NEGATIVE_START, "startIndex")
    if start >= len(text):
        raise ArgumentOutOfRangeException("startIndex must be less than length of string.", "startIndex")
    return text[:start]


def _inserted(text: str, start: int, value: str | None) -> str:
    value = given(value)
    if not 0 <= start <= len(text):
        raise ArgumentOutOfRangeException(parameter="startIndex")
    return text[:start] + value + text[start:]


def _replaced(text: str, old: str | None, new: str | None, comparison: StringComparison = ORDINAL) -> str:
    old, new = given(old, "oldValue"), new or ""
    if not old:
        raise ArgumentException("String cannot be of zero length.", "oldValue")
    if comparison is not ORDINAL:
        afford(len(text) * max(1, len(new)))
        return replaced(text, old, new, comparison)
    afford(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _trimmed(strip: Callable[[str, str], str]) -> Callable[[str, Sequence[str] | None], str]:
    return lambda text, wanted: strip(text, "".join(distinct(wanted or (), text)) or WHITE_SPACE)


def _characters(text: str, start: int = 0, length: int | None = None) -> Array:
    if not 0 <= start <= len(text):
        raise bad_index()
    if length is not None and not 0 <= length <= len(text) - start:
        raise bad_index("length" if length < 0 else "startIndex")
    afford(len(text) * OBJECT)
    return Array(map(Char, text[start:] if length is None else text[start : start + length]), CHAR)


def _copy_to(text: str, start: int, target: list[Char] | None, target_start: int, count: int) -> None:
    target = given(target, "destination")
    if count < 0:
        raise ArgumentOutOfRangeException("Count cannot be less than zero.", "count")
    if start < 0:
        raise bad_index("sourceIndex")
    if count > len(text) - start:
        raise ArgumentOutOfRangeException(_OUTSIDE, "sourceIndex")
    if target_start < 0 or target_start > len(target) - count:
        raise ArgumentOutOfRangeException(_OUTSIDE, "destinationIndex")
    target[target_start : target_start + count] = map(Char, text[start : start + count])


_OUTSIDE = "Index and count must refer to a location within the string."


def _padded(pad: Callable[[str, int, str], str]) -> Callable[[str, int, str], str]:
    def padded(text: str, width: int, character: str = " ") -> str:
        if width < 0:
            raise negative("totalWidth")
        afford(width)
        return pad(text, width, character)

    return padded


def _repeated(character: str, times: int) -> str:
    if times < 0:
        raise ArgumentOutOfRangeException("Count cannot be less than zero.", "count")
    afford(times)
    return character * times


def _made(value: Sequence[str] | None, start: int, length: int) -> str:
    """`new string(value, startIndex, length)`."""
    value = given(value)
    if start < 0:
        raise ArgumentOutOfRangeException(_NEGATIVE_START, "startIndex")
    if length < 0:
        raise ArgumentOutOfRangeException("Length cannot be less than zero.", "length")
    if start > len(value) - length:
        raise bad_index()
    return "".join(value[start : start + length])


def _format_values(template: str | None, *values: object) -> str:
    return format_all(template, values)


def _compared_to(text: str, value: object) -> int:
    """`CompareTo(object)`."""
    if value is not None and value.__class__ is not str:
        raise ArgumentException("Object must be of type String.")
    return compare(text, None if value is None else str(value))


def _normalized(text: str) -> str:
    return code_units(unicodedata.normalize("NFC", "".join(_with_marks_in_order(characters(text)))))


def _with_marks_in_order(text: str) -> Iterator[str]:
    """An equivalent text (Unicode, section 3.11): CPython takes quadratic time to put a long run of marks in order."""
    if text.isascii() or len(text) < _LONG_RUN:
        yield text
        return
    for are_marks, run in groupby(text, lambda character: unicodedata.combining(character) > 0):
        parts = "".join(unicodedata.normalize("NFD", item) if are_marks else item for item in run)
        yield "".join(sorted(parts, key=unicodedata.combining)) if are_marks else parts


_LONG_RUN = 1000


_SPLITS = {
    "string[] Split(params char[] separator)": split,
    "string[] Split(char[] separator, int count)": split,
    "string[] Split(char[] separator, StringSplitOptions options)": without_limit(split),
    "string[] Split(char[] separator, int count, StringSplitOptions options)": split,
    "string[] Split(string[] separator, StringSplitOptions options)": without_limit(split),
    "string[] Split(string[] separator, int count, StringSplitOptions options)": split,
    "string[] Split(char separator, StringSplitOptions options = default)": without_limit(split_at),
    "string[] Split(char separator, int count, StringSplitOptions options = default)": split_at,
    "string[] Split(string separator, StringSplitOptions options = default)": without_limit(split_at),
    "string[] Split(string separator, int count, StringSplitOptions options = default)": split_at,
}
_SEARCHES = {
    "bool Contains(char value)": _contains,
    "bool Contains(char value, StringComparison comparisonType)": _contains,
    "bool Contains(string value)": _contains,
    "bool Contains(string value, StringComparison comparisonType)": _contains,
    "bool EndsWith(char value)": str.endswith,
    "bool EndsWith(string value)": _tested(ends_with),
    "bool EndsWith(string value, StringComparison comparisonType)": _tested(ends_with),
    "bool StartsWith(char value)": str.startswith,
    "bool StartsWith(string value)": _tested(starts_with),
    "bool StartsWith(string value, StringComparison comparisonType)": _tested(starts_with),
    "int IndexOf(char value)": find,
    "int IndexOf(char value, int startIndex)": find,
    "int IndexOf(char value, int startIndex, int count)": find,
    "int IndexOf(char value, StringComparison comparisonType)": with_comparison(find),
    "int IndexOf(string value)": find,
    "int IndexOf(string value, int startIndex)": find,
    "int IndexOf(string value, int startIndex, int count)": find,
    "int IndexOf(string value, StringComparison comparisonType)": with_comparison(find),
    "int IndexOf(string value, int startIndex, StringComparison comparisonType)": with_comparison(find),
    "int IndexOf(string value, int startIndex, int count, StringComparison comparisonType)": with_comparison(find),
    "int IndexOfAny(char[] anyOf)": find_any,
    "int IndexOfAny(char[] anyOf, int startIndex)": find_any,
    "int IndexOfAny(char[] anyOf, int startIndex, int count)": find_any,
    "int LastIndexOf(char value)": find_last,
    "int LastIndexOf(char value, int startIndex)": find_last,
    "int LastIndexOf(char value, int startIndex, int count)": find_last,
    "int LastIndexOf(string value)": find_last,
    "int LastIndexOf(string value, int startIndex)": find_last,
    "int LastIndexOf(string value, int startIndex, int count)": find_last,
    "int LastIndexOf(string value, StringComparison comparisonType)": with_comparison(find_last),
    "int LastIndexOf(string value, int startIndex, StringComparison comparisonType)": with_comparison(find_last),
    "int LastIndexOf(string value, int startIndex, int count, StringComparison comparisonType)": with_comparison(
        find_last
    ),
    "int LastIndexOfAny(char[] anyOf)": find_last_any,
    "int LastIndexOfAny(char[] anyOf, int startIndex)": find_last_any,
    "int LastIndexOfAny(char[] anyOf, int startIndex, int count)": find_last_any,
}
_COMPARISONS = {
    "bool Equals(string value)": equals,
    "bool Equals(object obj)": lambda text, value: value.__class__ is str and text == value,
    "bool Equals(string value, StringComparison comparisonType)": equals,
    "int CompareTo(object value)": _compared_to,
    "int CompareTo(string strB)": compare,
    "static bool Equals(string a, string b)": equals,
    "static bool Equals(string a, string b, StringComparison comparisonType)": equals,
    "static int Compare(string strA, string strB)": compare,
    "static int Compare(string strA, string strB, bool ignoreCase)": lambda a, b, ignored: compare(
        a, b, StringComparison.of_culture(ignore_case=ignored)
    ),
    "static int Compare(string strA, string strB, StringComparison comparisonType)": compare,
    "static int CompareOrdinal(string strA, string strB)": compare_ordinal,
    **PARTIAL_COMPARISONS,
    "static bool operator ==(string a, string b)": lambda a, b: a == b,
    "static bool operator !=(string a, string b)": lambda a, b: a != b,
}
# .NET has rows of their own for few values: which method a method group means depends on them
_JOINS = {
    "static string Concat(object arg0)": concatenated_values,
    "static string Concat(object arg0, object arg1)": concatenated_values,
    "static string Concat(object arg0, object arg1, object arg2)": concatenated_values,
    "static string Concat(string str0, string str1)": concatenated_values,
    "static string Concat(string str0, string str1, string str2)": concatenated_values,
    "static string Concat(string str0, string str1, string str2, string str3)": concatenated_values,
    "static string Concat(params string[] values)": concatenated("values"),
    "static string Concat(params object[] args)": concatenated("args"),
    "static string Concat<T>(IEnumerable<T> values)": concatenated_items,
    "static string Join(char separator, params object[] values)": join("values"),
    "static string Join(char separator, params string[] value)": join("value"),
    "static string Join(char separator, string[] value, int startIndex, int count)": join_part,
    "static string Join(string separator, params object[] values)": join("values"),
    "static string Join(string separator, params string[] value)": join("value"),
    "static string Join(string separator, string[] value, int startIndex, int count)": join_part,
    "static string Join<T>(char separator, IEnumerable<T> values)": join_items,
    "static string Join<T>(string separator, IEnumerable<T> values)": join_items,
    "static string operator +(string a, string b)": lambda a, b: (a or "") + (b or ""),
    "static string operator +(string a, object b)": lambda a, b: (a or "") + to_string(b),
    "static string operator +(object a, string b)": lambda a, b: to_string(a) + (b or ""),
}
STRING = Definition(
    "sealed class string : IEnumerable<char>",
    "System.String",
    python=str,
    iterate=lambda text: map(Char, text),
    members={
        "int Length": len,
        "char this[int index]": _character,
        **_SPLITS,
        **_SEARCHES,
        **_COMPARISONS,
        **_JOINS,
        "bool IsNormalized()": lambda text: _normalized(text) == text,
        "char[] ToCharArray()": _characters,
        "char[] ToCharArray(int startIndex, int length)": _characters,
        "object Clone()": lambda text: text,
        "string Insert(int startIndex, string value)": _inserted,
        "string Normalize()": _normalized,
        "string PadLeft(int totalWidth)": _padded(str.rjust),
        "string PadLeft(int totalWidth, char paddingChar)": _padded(str.rjust),
        "string PadRight(int totalWidth)": _padded(str.ljust),
        "string PadRight(int totalWidth, char paddingChar)": _padded(str.ljust),
        "string Remove(int startIndex)": _up_to,
        "string Remove(int startIndex, int count)": _without,
        "string Replace(string oldValue, string newValue)": _replaced,
        "string Replace(string oldValue, string newValue, StringComparison comparisonType)": _replaced,
        "string Replace(char oldChar, char newChar)": str.replace,
        "string Substring(int startIndex)": _substring,
        "string Substring(int startIndex, int length)": _substring,
        "string ToLower()": to_lower,
        "string ToLowerInvariant()": to_lower,
        "string ToLower(CultureInfo culture)": lambda text, _culture: to_lower(text),
        "string ToUpper(CultureInfo culture)": lambda text, _culture: to_upper(text),
        "bool StartsWith(string value, bool ignoreCase, CultureInfo culture)": _tested_in_culture(starts_with),
        "bool EndsWith(string value, bool ignoreCase, CultureInfo culture)": _tested_in_culture(ends_with),
        "string Replace(string oldValue, string newValue, bool ignoreCase, CultureInfo culture)": (
            lambda text, old, new, ignored, _culture: _replaced(
                text, old, new, StringComparison.of_culture(ignore_case=ignored)
            )
        ),
        "static int Compare(string strA, string strB, bool ignoreCase, CultureInfo culture)": (
            lambda a, b, ignored, _culture: compare(a, b, StringComparison.of_culture(ignore_case=ignored))
        ),
        "string ToUpper()": to_upper,
        "string ToUpperInvariant()": to_upper,
        "string Trim()": lambda text: text.strip(WHITE_SPACE),
        "string Trim(char trimChar)": str.strip,
        "string Trim(params char[] trimChars)": _trimmed(str.strip),
        "string TrimEnd()": lambda text: text.rstrip(WHITE_SPACE),
        "string TrimEnd(char trimChar)": str.rstrip,
        "string TrimEnd(params char[] trimChars)": _trimmed(str.rstrip),
        "string TrimStart()": lambda text: text.lstrip(WHITE_SPACE),
        "string TrimStart(char trimChar)": str.lstrip,
        "string TrimStart(params char[] trimChars)": _trimmed(str.lstrip),
        "static string Empty": lambda: "",
        "static bool IsNullOrEmpty(string value)": lambda value: not value,
        "static bool IsNullOrWhiteSpace(string value)": lambda value: value is None or is_white_space(value),
        "static string Format(string format, object arg0)": _format_values,
        "static string Format(string format, object arg0, object arg1)": _format_values,
        "static string Format(string format, object arg0, object arg1, object arg2)": _format_values,
        "static string Format(string format, params object[] args)": format_all,
        "static string Format(IFormatProvider provider, string format, params object[] args)": (
            lambda _provider, template, values: format_all(template, values)
        ),
        "static string Copy(string str)": lambda text: given(text, "str"),
        "static string Intern(string str)": lambda text: given(text, "str"),
        "string ToString(IFormatProvider provider)": lambda text, _provider: text,
        "void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)": _copy_to,
        **TYPE_CODE,
        "new(char c, int count)": _repeated,
        "new(char[] value)": lambda value: "".join(value or ()),
        "new(char[] value, int startIndex, int length)": _made,
    },
)

DEFINITIONS = (
    STRING,
    enumeration("System.StringComparison", StringComparison),
    enumeration("System.StringSplitOptions", StringSplitOptions),
)
