"""The members of `Encoding`. Source: learn.microsoft.com/dotnet/api/system.text.encoding, and .NET Core 3.1."""

from collections.abc import Callable, Sequence
from typing import Any

from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.csharp.runtime.values import Array, Bytes, Char
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import CHAR
from apim_lab.dotnet.arguments import bad_index, check_not_negative, given, negative
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.text.encodings import (
    ASCII,
    BIG_ENDIAN_UNICODE,
    DEFAULT,
    UNICODE,
    UTF7,
    UTF8,
    UTF32,
    Encoding,
    encoding_named,
    encoding_numbered,
)

_NULL_STRING = "String reference not set to an instance of a String."


def _array[T](value: T | None, parameter: str) -> T:
    return given(value, parameter, "Array cannot be null.")


def _part[T: Sequence[Any]](whole: T | None, index: int, count: int, parameter: str) -> T:
    """The items of an array; raises ArgumentOutOfRangeException for what lies outside of it."""
    whole = _array(whole, parameter)
    check_not_negative(index=index, count=count)
    if count > len(whole) - index:
        raise ArgumentOutOfRangeException("Index and count must refer to a location within the buffer.", parameter)
    return whole[index : index + count]  # type: ignore[return-value]  # a slice of the same type


def _part_of_text(text: str | None, index: int, count: int) -> str:
    text = given(text, "s", _NULL_STRING)
    check_not_negative(index=index, count=count)
    if count > len(text) - index:
        raise ArgumentOutOfRangeException("Index and count must refer to a location within the string.", "index")
    return text[index : index + count]


# ---- to bytes -----------------------------------------------------------------------------------------------------


def _encoded(encoding: Encoding, units: str) -> Bytes:
    allocate(4 * len(units))
    return Bytes(encoding.encode(units))


def _bytes(encoding: Encoding, text: str | None) -> Bytes:
    return _encoded(encoding, given(text, "s", _NULL_STRING))


def _bytes_of_part(encoding: Encoding, text: str | None, index: int, count: int) -> Bytes:
    return _encoded(encoding, _part_of_text(text, index, count))


def _bytes_of_array(encoding: Encoding, chars: Sequence[str] | None) -> Bytes:
    return _encoded(encoding, "".join(_array(chars, "chars")))


def _bytes_of_slice(encoding: Encoding, chars: Sequence[str] | None, index: int, count: int) -> Bytes:
    return _encoded(encoding, "".join(_part(chars, index, count, "chars")))


def _counted(make: Callable[..., Sequence[Any]]) -> Callable[..., int]:
    return lambda encoding, *source: len(make(encoding, *source))


def _byte_count(encoding: Encoding, text: str | None) -> int:
    text = given(text, "chars" if encoding in {UTF8, DEFAULT, ASCII} else "s")
    return len(_encoded(encoding, text))


def _bytes_into(parameter: str) -> Callable[..., int]:
    """`GetBytes(source, charIndex, charCount, bytes, byteIndex)`: returns how many were put there."""

    def put(  # noqa: PLR0913, PLR0917  # the parameters of .NET
        encoding: Encoding, source: Sequence[str] | None, start: int, count: int, target: Bytes | None, place: int
    ) -> int:
        source, target = _array(source, parameter), _array(target, "bytes")
        check_not_negative(charIndex=start, charCount=count)
        if count > len(source) - start:
            raise ArgumentOutOfRangeException("Index and count must refer to a location within the string.", parameter)
        if not 0 <= place <= len(target):
            raise bad_index("byteIndex")
        found = _encoded(encoding, "".join(source[start : start + count]))
        if len(found) > len(target) - place:
            raise _too_small("byte", "encoded data", encoding, encoding.fallback)
        target[place : place + len(found)] = found
        return len(found)

    return put


def _too_small(unit: str, content: str, encoding: Encoding, fallback: str) -> ArgumentException:
    return ArgumentException(
        f"The output {unit} buffer is too small to contain the {content}, encoding '{encoding.title}' fallback "
        f"'System.Text.{fallback}'.",
        f"{unit}s",
    )


# ---- to text ------------------------------------------------------------------------------------------------------


def _decoded(encoding: Encoding, data: bytearray) -> str:
    allocate(len(data))
    return encoding.decode(bytes(data))


def _text(encoding: Encoding, data: Bytes | None) -> str:
    return _decoded(encoding, _array(data, "bytes"))


def _text_of_slice(encoding: Encoding, data: Bytes | None, index: int, count: int) -> str:
    return _decoded(encoding, _part(data, index, count, "bytes"))


def _characters(make: Callable[..., str]) -> Callable[..., Array]:
    def characters(encoding: Encoding, *source: Any) -> Array:
        units = make(encoding, *source)
        allocate(len(units) * REFERENCE)
        return Array(map(Char, units), CHAR)

    return characters


def _characters_into(  # noqa: PLR0913, PLR0917  # the parameters of .NET
    encoding: Encoding, data: Bytes | None, start: int, count: int, target: Array | None, place: int
) -> int:
    data, target = _array(data, "bytes"), _array(target, "chars")
    check_not_negative(byteIndex=start, byteCount=count)
    units = _text_of_slice(encoding, data, start, count)
    if not 0 <= place <= len(target):
        raise bad_index("charIndex")
    if len(units) > len(target) - place:
        raise _too_small("char", "decoded characters", encoding, "DecoderReplacementFallback")
    target[place : place + len(units)] = map(Char, units)
    return len(units)


# ---- the rest -----------------------------------------------------------------------------------------------------

_INT_MAX = 2**31 - 1


def _most(unit: str, parameter: str, noun: str, count: int, most: Callable[[int], int]) -> int:
    if count < 0:
        raise negative(parameter)
    if most(count) > _INT_MAX:
        raise ArgumentOutOfRangeException(
            f"Too many {noun}. The resulting number of {unit} is larger than what can be returned as an int.", parameter
        )
    return most(count)


def _most_bytes(encoding: Encoding, count: int) -> int:
    return _most("bytes", "charCount", "characters", count, encoding.most_bytes)


def _most_characters(encoding: Encoding, count: int) -> int:
    return _most("chars", "byteCount", "bytes", count, encoding.most_characters)


def _converted(source: Encoding | None, target: Encoding | None, data: Bytes | None) -> Bytes:
    """`Encoding.Convert`."""
    source, target = _array(source, "srcEncoding"), _array(target, "dstEncoding")
    return _encoded(target, _decoded(source, given(data, "bytes")))


def _converted_slice(
    source: Encoding | None, target: Encoding | None, data: Bytes | None, index: int, count: int
) -> Bytes:
    source, target = _array(source, "srcEncoding"), _array(target, "dstEncoding")
    return _encoded(target, _text_of_slice(source, data, index, count))


def _marked(mark: str) -> Callable[[Encoding], bool]:
    return lambda encoding: mark in encoding.marks


_NAMES = ("BodyName", "HeaderName", "WebName")
_MAIL = ("IsMailNewsDisplay", "IsMailNewsSave")
_STATIC = {
    "ASCII": ASCII,
    "BigEndianUnicode": BIG_ENDIAN_UNICODE,
    "Default": DEFAULT,
    "Unicode": UNICODE,
    "UTF32": UTF32,
    "UTF7": UTF7,
    "UTF8": UTF8,
}


def _constantly(encoding: Encoding) -> Callable[[], Encoding]:
    return lambda: encoding


DEFINITIONS = (
    Definition(
        "class Encoding",
        "System.Text.Encoding",
        python=Encoding,
        members={
            **{f"static Encoding {name}": _constantly(encoding) for name, encoding in _STATIC.items()},
            "static Encoding GetEncoding(string name)": encoding_named,
            "static Encoding GetEncoding(int codepage)": encoding_numbered,
            "static byte[] Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes)": _converted,
            "static byte[] Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes, int index, int count)": (
                _converted_slice
            ),
            "byte[] GetBytes(string s)": _bytes,
            "byte[] GetBytes(string s, int index, int count)": _bytes_of_part,
            "byte[] GetBytes(char[] chars)": _bytes_of_array,
            "byte[] GetBytes(char[] chars, int index, int count)": _bytes_of_slice,
            "int GetBytes(string s, int charIndex, int charCount, byte[] bytes, int byteIndex)": _bytes_into("s"),
            "int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)": _bytes_into(
                "chars"
            ),
            "int GetByteCount(string s)": _byte_count,
            "int GetByteCount(string s, int index, int count)": _counted(_bytes_of_part),
            "int GetByteCount(char[] chars)": _counted(_bytes_of_array),
            "int GetByteCount(char[] chars, int index, int count)": _counted(_bytes_of_slice),
            "string GetString(byte[] bytes)": _text,
            "string GetString(byte[] bytes, int index, int count)": _text_of_slice,
            "char[] GetChars(byte[] bytes)": _characters(_text),
            "char[] GetChars(byte[] bytes, int index, int count)": _characters(_text_of_slice),
            "int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)": _characters_into,
            "int GetCharCount(byte[] bytes)": _counted(_text),
            "int GetCharCount(byte[] bytes, int index, int count)": _counted(_text_of_slice),
            "int GetMaxByteCount(int charCount)": _most_bytes,
            "int GetMaxCharCount(int byteCount)": _most_characters,
            "byte[] GetPreamble()": lambda encoding: Bytes(encoding.preamble),
            **{f"string {name}": lambda encoding: encoding.name for name in _NAMES},
            "string EncodingName": lambda encoding: encoding.title,
            "int CodePage": lambda encoding: encoding.code_page,
            "int WindowsCodePage": lambda encoding: encoding.windows_code_page,
            "bool IsBrowserDisplay": _marked("browser display"),
            "bool IsBrowserSave": _marked("browser save"),
            **{f"bool {name}": _marked("mail") for name in _MAIL},
            "bool IsSingleByte": lambda encoding: encoding.is_single_byte,
            "bool IsReadOnly": lambda _: True,
            "bool IsAlwaysNormalized()": lambda _: False,
            "object Clone()": lambda encoding: encoding,
        },
    ),
)
