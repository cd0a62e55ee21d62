"""`Guid`. Source: learn.microsoft.com/dotnet/api/system.guid, and .NET Core 3.1. A Guid is a uuid.UUID."""

import operator
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException, FormatException
from apim_lab.dotnet.formatting import format_value
from apim_lab.dotnet.text.characters import WHITE_SPACE

_BAD_LENGTH = "Guid should contain 32 digits with 4 dashes (" + "-".join("x" * n for n in (8, 4, 4, 4, 12)) + ")."
_DASHES = (8, 13, 18, 23)


def _of_digits(digits: str) -> UUID:
    if not re.fullmatch("[0-9a-fA-F]{32}", digits):
        raise FormatException("Guid string should only contain hexadecimal characters.")
    return UUID(digits)


def _n(text: str) -> UUID:
    if len(text) != 32:
        raise FormatException(_BAD_LENGTH)
    return _of_digits(text)


def _d(text: str) -> UUID:
    if len(text) != 36:
        raise FormatException(_BAD_LENGTH)
    if any(text[place] != "-" for place in _DASHES):
        raise FormatException("Dashes are in the wrong position for GUID parsing.")
    return _of_digits("".join(map(_part, text.split("-"))))


def _part(digits: str) -> str:
    """The digits between two dashes: .NET reads them as a number, which may begin with "+" or "0x"."""
    number = re.sub(r"^\+?(?:0x)?", "", digits, flags=re.IGNORECASE)
    return number.rjust(len(digits), "0") if number else digits


def _bracketed(brackets: str) -> Callable[[str], UUID]:
    def parse(text: str) -> UUID:
        if len(text) != 38 or text[0] + text[-1] != brackets:
            raise FormatException(_BAD_LENGTH)
        return _d(text[1:-1])

    return parse


_LAST_EIGHT = ",".join(["0x([0-9a-f]+)"] * 8)
_X = re.compile(rf"\{{0x([0-9a-f]+),0x([0-9a-f]+),0x([0-9a-f]+),\{{{_LAST_EIGHT}\}}\}}", re.IGNORECASE)
_X_SIZES = (8, 4, 4, *[2] * 8)


def _x(text: str) -> UUID:
    """`{0x00000000,0x0000,0x0000,{0x00,0x00,0x00,0x00,0x00,0x00,0x00,0x00}}`, with white space anywhere."""
    text = "".join(character for character in text if character not in WHITE_SPACE)
    if text[:1] != "{":
        raise FormatException("Expected {0xdddddddd, etc}.")
    if text[1:3].lower() != "0x":
        raise FormatException("Expected 0x prefix.")
    found = _X.fullmatch(text)
    if found is None:
        raise FormatException(
            "Could not find a comma, or the length between the previous token and the comma was zero (i.e., '0x,'etc.)."
        )
    digits = [group.lstrip("0").rjust(size, "0") for group, size in zip(found.groups(), _X_SIZES, strict=True)]
    if any(len(group) > size for group, size in zip(digits, _X_SIZES, strict=True)):
        raise FormatException("Unrecognized Guid format.")
    return _of_digits("".join(digits))


_EXACT: Mapping[str, Callable[[str], UUID]] = {"N": _n, "D": _d, "B": _bracketed("{}"), "P": _bracketed("()"), "X": _x}


def _parsed(text: str) -> UUID:
    text = text.strip(WHITE_SPACE)
    if not text:
        raise FormatException("Unrecognized Guid format.")
    if text[0] == "(":
        return _EXACT["P"](text)
    dashes = "-" in text
    if text[0] == "{":
        return _EXACT["B" if dashes else "X"](text)
    return _EXACT["D" if dashes else "N"](text)


def parse_guid(text: str | None, parameter: str = "input") -> UUID:
    """`Guid.Parse`: raises FormatException."""
    return _parsed(given(text, parameter))


def _parsed_exactly(text: str | None, specifier: str | None) -> UUID:
    text, specifier = given(text, "input"), given(specifier, "format")
    if specifier.upper() not in _EXACT or len(specifier) != 1:
        raise FormatException('Format string can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".')
    return _EXACT[specifier.upper()](text.strip(WHITE_SPACE))


def _trying(parse: Callable[..., UUID]) -> Callable[..., tuple[bool, UUID]]:
    def tried(text: str | None, *rest: str | None) -> tuple[bool, UUID]:
        try:
            return (False, EMPTY) if text is None or None in rest else (True, parse(text, *rest))
        except FormatException:
            return False, EMPTY

    return tried


def _of_bytes(value: Any) -> UUID:
    if len(given(value, "b")) != 16:
        raise ArgumentException("Byte array for GUID must be exactly 16 bytes long.", "b")
    return UUID(bytes_le=bytes(bytearray(value)))


def _of_parts(first: int, second: int, third: int, *rest: Any) -> UUID:
    """`new Guid(a, b, c, d)`, and the bytes of d by themselves."""
    last = bytes(bytearray(given(rest[0], "d") if len(rest) == 1 else rest))
    if len(last) != 8:
        raise ArgumentException("Byte array for GUID must be exactly 8 bytes long.", "d")
    parts = (first % 2**32, second % 2**16, third % 2**16)
    return UUID(bytes=b"".join(part.to_bytes(size) for part, size in zip(parts, (4, 2, 2), strict=True)) + last)


def _compared_to(guid: UUID, value: object) -> int:
    if value is None:
        return 1
    if not isinstance(value, UUID):
        raise ArgumentException("Object must be of type GUID.", "value")
    return (guid > value) - (guid < value)


EMPTY = UUID(int=0)
_LAST_BYTES = "byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k"
GUID = Definition(
    "struct Guid",
    "System.Guid",
    python=UUID,
    default=EMPTY,
    members={
        "bool Equals(Guid g)": operator.eq,
        "bool Equals(object o)": operator.eq,
        "byte[] ToByteArray()": lambda guid: Bytes(guid.bytes_le),
        "int CompareTo(Guid value)": _compared_to,
        "int CompareTo(object value)": _compared_to,
        "string ToString(string format)": format_value,
        "string ToString(string format, IFormatProvider provider)": lambda guid, format_, _: format_value(
            guid, format_
        ),
        "static Guid Empty": lambda: EMPTY,
        "static Guid NewGuid()": uuid.uuid4,
        "static Guid Parse(string input)": parse_guid,
        "static Guid ParseExact(string input, string format)": _parsed_exactly,
        "static bool TryParse(string input, out Guid result)": _trying(_parsed),
        "static bool TryParseExact(string input, string format, out Guid result)": _trying(_parsed_exactly),
        "new()": lambda: EMPTY,
        "new(byte[] b)": _of_bytes,
        "new(int a, short b, short c, byte[] d)": _of_parts,
        f"new(int a, short b, short c, {_LAST_BYTES})": _of_parts,
        f"new(uint a, ushort b, ushort c, {_LAST_BYTES})": _of_parts,
        "new(string g)": lambda text: parse_guid(text, "g"),
        "static bool operator ==(Guid a, Guid b)": operator.eq,
        "static bool operator !=(Guid a, Guid b)": operator.ne,
    },
)

DEFINITIONS = (GUID,)
