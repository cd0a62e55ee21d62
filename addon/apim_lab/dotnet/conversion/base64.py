"""Base64 as `Convert` reads and writes it. Source: learn.microsoft.com/dotnet/api/system.convert, and .NET Core 3.1."""

import binascii
import enum
import re
from collections.abc import Mapping, Sequence
from typing import Any

from apim_lab.csharp.runtime.memory import afford
from apim_lab.csharp.runtime.values import Bytes, Char
from apim_lab.dotnet.arguments import bad_index, given
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException, FormatException

_BAD_TEXT = (
    "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, "
    "or an illegal character among the padding characters."
)
_NO_ROOM = (
    "Either offset did not refer to a position in the string, or there is an insufficient length of destination "
    "character array."
)
_WHITE_SPACE = re.compile(r"[ \t\r\n]+")
_LINE_LENGTH = 76
_LINE_END = "\r\n"


Base64FormattingOptions = enum.Enum("Base64FormattingOptions", {"None": 0, "InsertLineBreaks": 1})
IN_ONE_LINE = Base64FormattingOptions["None"]


def read_base64(text: str | None, parameter: str = "s") -> Bytes:
    """`FromBase64String`: white space may stand anywhere, the padding must be there."""
    compact = _WHITE_SPACE.sub("", given(text, parameter))
    if len(compact) % 4:
        raise FormatException(_BAD_TEXT)
    try:
        return Bytes(binascii.a2b_base64(compact, strict_mode=True))
    except ValueError:
        raise FormatException(_BAD_TEXT) from None


def read_base64_characters(characters: Sequence[str] | None, offset: int, length: int) -> Bytes:
    """`FromBase64CharArray`."""
    _check_range(given(characters, "inArray"), offset, length, "offset")
    return read_base64("".join(given(characters)[offset : offset + length]))


def write_base64(
    content: bytearray | None,
    offset: int,
    length: int,
    options: enum.Enum = IN_ONE_LINE,
    parameter: str = "offset",
) -> str:
    """`ToBase64String`; `parameter` is what the caller calls the offset."""
    content = given(content, "inArray")
    _check_range(content, offset, length, parameter)
    afford(length * 2)
    text = binascii.b2a_base64(memoryview(content)[offset : offset + length], newline=False).decode()
    if options is IN_ONE_LINE:
        return text
    return _LINE_END.join(text[start : start + _LINE_LENGTH] for start in range(0, len(text), _LINE_LENGTH))


def write_all_base64(content: bytearray | None, options: enum.Enum = IN_ONE_LINE) -> str:
    """`ToBase64String` of a whole array."""
    return write_base64(content, 0, len(given(content, "inArray")), options)


def write_base64_characters(
    content: bytearray | None, offset: int, length: int, target: list[Char] | None, *rest: Any
) -> int:
    """`ToBase64CharArray`: how many characters it wrote into the target. `rest` is offsetOut, and perhaps options."""
    given(content, "inArray")
    target, target_offset = given(target, "outArray"), rest[0]
    options = rest[1] if len(rest) > 1 else IN_ONE_LINE
    if length >= 0 and target_offset < 0:
        raise _negative("offsetOut")
    text = write_base64(content, offset, length, options, "offsetIn")
    if target_offset > len(target) - len(text):
        raise ArgumentOutOfRangeException(_NO_ROOM, "offsetOut")
    target[target_offset : target_offset + len(text)] = map(Char, text)
    return len(text)


def _check_range(items: Sequence[object], offset: int, length: int, parameter: str) -> None:
    if length < 0:
        raise bad_index("length")
    if offset < 0:
        raise _negative(parameter)
    if offset > len(items) - length:
        raise ArgumentOutOfRangeException("Offset and length must refer to a position in the string.", parameter)


def _negative(parameter: str) -> ArgumentOutOfRangeException:
    return ArgumentOutOfRangeException("Value must be positive.", parameter)


_FROM = "byte[] inArray, int offset, int length"
_INTO = "byte[] inArray, int offsetIn, int length, char[] outArray, int offsetOut"
BASE64: Mapping[str, Any] = {
    "static byte[] FromBase64String(string s)": read_base64,
    "static byte[] FromBase64CharArray(char[] inArray, int offset, int length)": read_base64_characters,
    "static string ToBase64String(byte[] inArray)": write_all_base64,
    "static string ToBase64String(byte[] inArray, Base64FormattingOptions options)": write_all_base64,
    f"static string ToBase64String({_FROM})": write_base64,
    f"static string ToBase64String({_FROM}, Base64FormattingOptions options)": write_base64,
    f"static int ToBase64CharArray({_INTO})": write_base64_characters,
    f"static int ToBase64CharArray({_INTO}, Base64FormattingOptions options)": write_base64_characters,
}
"""Rows of `Convert`."""
