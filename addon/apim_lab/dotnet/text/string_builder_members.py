"""The members of `StringBuilder`. Source: learn.microsoft.com/dotnet/api/system.text.stringbuilder; .NET 3.1."""

from collections.abc import Callable, Sequence
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.memory import afford
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import bad_index, given, negative
from apim_lab.dotnet.exceptions import ArgumentNullException, ArgumentOutOfRangeException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.text.composite_formats import format_all
from apim_lab.dotnet.text.splitting import joined
from apim_lab.dotnet.text.string_builder import StringBuilder

# ---- made ---------------------------------------------------------------------------------------------------------


def _made(text: str | None = None, capacity: int = 0) -> StringBuilder:
    return StringBuilder(text or "", _positive(capacity))


def _positive(capacity: int) -> int:
    if capacity < 0:
        raise ArgumentOutOfRangeException("'capacity' must be greater than zero.", "capacity")
    return capacity


def _limited(capacity: int, max_capacity: int) -> StringBuilder:
    if capacity > max_capacity:
        raise ArgumentOutOfRangeException("Capacity exceeds maximum capacity.", "capacity")
    if max_capacity < 1:
        raise ArgumentOutOfRangeException("MaxCapacity must be one or greater.", "maxCapacity")
    return StringBuilder("", _positive(capacity), max_capacity)


def _made_of_part(text: str | None, start: int, length: int, capacity: int) -> StringBuilder:
    text = text or ""
    _positive(capacity)
    if length < 0:
        raise ArgumentOutOfRangeException("'length' must be non-negative.", "length")
    if start < 0:
        raise ArgumentOutOfRangeException("StartIndex cannot be less than zero.", "startIndex")
    if start > len(text) - length:
        raise ArgumentOutOfRangeException("Index and length must refer to a location within the string.", "length")
    return StringBuilder(text[start : start + length], capacity)


# ---- appended -----------------------------------------------------------------------------------------------------

_POSITIVE = "Value must be positive."


def _append(builder: StringBuilder, value: object) -> StringBuilder:
    return builder.append(to_string(value))


def _append_array(builder: StringBuilder, value: Sequence[str] | None) -> StringBuilder:
    return builder.append("".join(value or ()))


def _append_repeated(builder: StringBuilder, value: str, count: int) -> StringBuilder:
    if count < 0:
        raise ArgumentOutOfRangeException("Count cannot be less than zero.", "repeatCount")
    afford(count)
    return builder.append(str(value) * count, "repeatCount")


def _append_part(builder: StringBuilder, value: str | StringBuilder | None, start: int, count: int) -> StringBuilder:
    """Of a text, or of another StringBuilder."""
    if start < 0:
        raise bad_index()
    if count < 0:
        raise ArgumentOutOfRangeException(_POSITIVE, "count")
    if value is None:
        return _append_nothing(builder, start, count)
    text = value.text() if isinstance(value, StringBuilder) else value
    if count and start > len(text) - count:
        raise bad_index()
    return builder.append(text[start : start + count])


def _append_nothing(builder: StringBuilder, start: int, count: int) -> StringBuilder:
    if start or count:
        raise ArgumentNullException("value")
    return builder


def _append_slice(builder: StringBuilder, value: Sequence[str] | None, start: int, count: int) -> StringBuilder:
    for number, name in ((start, "startIndex"), (count, "charCount")):
        if number < 0:
            raise ArgumentOutOfRangeException(_POSITIVE, name)
    if value is None:
        return _append_nothing(builder, start, count)
    if count > len(value) - start:
        raise bad_index("charCount")
    return builder.append("".join(value[start : start + count]))


def _append_line(builder: StringBuilder, value: str | None = None) -> StringBuilder:
    return builder.append(value or "").append(NEW_LINE)


# As on Windows, where API Management runs
NEW_LINE = "\r\n"


def _append_format(builder: StringBuilder, template: str | None, values: Sequence[object] | None) -> StringBuilder:
    return builder.append(format_all(template, values))


def _append_joined(builder: StringBuilder, separator: str | None, values: Sequence[object] | None) -> StringBuilder:
    return builder.append(joined(separator, given(values, "values")))


def _append_items(type_: TypeArgument) -> Callable[[StringBuilder, str | None, Any], StringBuilder]:
    return lambda builder, separator, values: builder.append(joined(separator, type_.items(given(values, "values"))))


# ---- inserted -----------------------------------------------------------------------------------------------------


def _insert(builder: StringBuilder, index: int, value: object) -> StringBuilder:
    return builder.insert(index, to_string(value))


def _insert_array(builder: StringBuilder, index: int, value: Sequence[str] | None) -> StringBuilder:
    return builder.insert(index, "".join(value or ()))


def _insert_repeated(builder: StringBuilder, index: int, value: str | None, count: int) -> StringBuilder:
    if count < 0:
        raise negative("count")
    afford(len(value or "") * count)
    return builder.insert(index, (value or "") * count)


def _insert_slice(
    builder: StringBuilder, index: int, value: Sequence[str] | None, start: int, count: int
) -> StringBuilder:
    if not 0 <= index <= builder.length:
        raise bad_index("index")
    if value is None:
        if start or count:
            raise ArgumentNullException("value", "String reference not set to an instance of a String.")
        return builder
    if start < 0:
        raise ArgumentOutOfRangeException("StartIndex cannot be less than zero.", "startIndex")
    if count < 0:
        raise ArgumentOutOfRangeException(_POSITIVE, "charCount")
    if start > len(value) - count:
        raise bad_index()
    return builder.insert(index, "".join(value[start : start + count]))


# ---- compared -----------------------------------------------------------------------------------------------------


def _equals(builder: StringBuilder, other: StringBuilder | None) -> bool:
    return other is not None and builder.length == other.length and builder.text() == other.text()


_NUMBERS = ("byte", "decimal", "double", "float", "int", "long", "sbyte", "short", "uint", "ulong", "ushort")
_VALUES = ("bool", "char", *_NUMBERS, "object", "string")
_MADE = {
    "new()": StringBuilder,
    "new(int capacity)": lambda capacity: StringBuilder("", _positive(capacity)),
    "new(int capacity, int maxCapacity)": _limited,
    "new(string value)": _made,
    "new(string value, int capacity)": _made,
    "new(string value, int startIndex, int length, int capacity)": _made_of_part,
}
_APPENDED = {
    **{f"StringBuilder Append({keyword} value)": _append for keyword in (*_VALUES, "StringBuilder")},
    "StringBuilder Append(char value, int repeatCount)": _append_repeated,
    "StringBuilder Append(char[] value)": _append_array,
    "StringBuilder Append(char[] value, int startIndex, int charCount)": _append_slice,
    "StringBuilder Append(string value, int startIndex, int count)": _append_part,
    "StringBuilder Append(StringBuilder value, int startIndex, int count)": _append_part,
    "StringBuilder AppendFormat(string format, params object[] args)": _append_format,
    "StringBuilder AppendJoin(char separator, params object[] values)": _append_joined,
    "StringBuilder AppendJoin(char separator, params string[] values)": _append_joined,
    "StringBuilder AppendJoin(string separator, params object[] values)": _append_joined,
    "StringBuilder AppendJoin(string separator, params string[] values)": _append_joined,
    "StringBuilder AppendJoin<T>(char separator, IEnumerable<T> values)": _append_items,
    "StringBuilder AppendJoin<T>(string separator, IEnumerable<T> values)": _append_items,
    "StringBuilder AppendLine()": _append_line,
    "StringBuilder AppendLine(string value)": _append_line,
}
_INSERTED = {
    **{f"StringBuilder Insert(int index, {keyword} value)": _insert for keyword in _VALUES},
    "StringBuilder Insert(int index, char[] value)": _insert_array,
    "StringBuilder Insert(int index, char[] value, int startIndex, int charCount)": _insert_slice,
    "StringBuilder Insert(int index, string value, int count)": _insert_repeated,
}

DEFINITIONS = (
    Definition(
        "sealed class StringBuilder",
        "System.Text.StringBuilder",
        python=StringBuilder,
        members={
            **_MADE,
            **_APPENDED,
            **_INSERTED,
            "StringBuilder Clear()": StringBuilder.clear,
            "StringBuilder Remove(int startIndex, int length)": StringBuilder.remove,
            "StringBuilder Replace(char oldChar, char newChar)": StringBuilder.replace,
            "StringBuilder Replace(char oldChar, char newChar, int startIndex, int count)": StringBuilder.replace,
            "StringBuilder Replace(string oldValue, string newValue)": StringBuilder.replace,
            "StringBuilder Replace(string oldValue, string newValue, int startIndex, int count)": StringBuilder.replace,
            "bool Equals(StringBuilder sb)": _equals,
            "char this[int index]": StringBuilder.unit,
            "char this[int index] { set; }": StringBuilder.set_unit,
            "int Capacity": lambda builder: builder.capacity,
            "int Capacity { set; }": StringBuilder.set_capacity,
            "int EnsureCapacity(int capacity)": StringBuilder.ensure_capacity,
            "int Length": lambda builder: builder.length,
            "int Length { set; }": StringBuilder.set_length,
            "int MaxCapacity": lambda builder: builder.max_capacity,
            "string ToString(int startIndex, int length)": StringBuilder.part,
            "void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)": StringBuilder.copy_to,
        },
    ),
)
