"""What URIs write as %XX, and read back. Source: RFC 3986; dotnet/corefx 3.1, UriHelper.cs."""

import re

from apim_lab.csharp.runtime.code_units import characters, code_units
from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import UriFormatException

_UNRESERVED = "A-Za-z0-9\\-._~"
_RESERVED = ":/?#\\[\\]@!$&'()*+,;="
_NOT_UNRESERVED = re.compile(f"[^{_UNRESERVED}]".encode())
_NOT_ALLOWED = re.compile(f"[^{_UNRESERVED}{_RESERVED}]".encode())
_NOT_ALLOWED_OR_ESCAPED = re.compile(f"%(?![0-9A-Fa-f]{{2}})|[^{_UNRESERVED}{_RESERVED}%]".encode())
_RUN = re.compile("(?:%[0-9A-Fa-f]{2})+")
_KEPT_BYTE = re.compile("[\udc80-\udcff]")
_ESCAPE = re.compile("%..", re.DOTALL)
_ONE_UNRESERVED = re.compile(f"[{_UNRESERVED}]")
# What a text for people keeps as %XX: controls, and signs that would read as others
_UNSAFE = re.compile("[\0-\x1f\x7f-\x9f#$%&+,/;=?@\\\\]")


_PERCENT = [b"%%%02X" % byte for byte in range(256)]


def _escaped(text: str, pattern: re.Pattern[bytes]) -> str:
    encoded = characters(text, "replace").encode()
    allocate(len(encoded) * REFERENCE)
    return pattern.sub(lambda found: _PERCENT[found.group()[0]], encoded).decode()


def _checked(text: str | None) -> str:
    text = given(text, "stringToEscape")
    if text and "\ud800" <= text[-1] <= "\udbff":
        raise UriFormatException("Invalid URI: There is an invalid sequence in the string.")
    return text


def escape_data(text: str | None) -> str:
    """`Uri.EscapeDataString`: all but letters, digits and `-._~`."""
    return _escaped(_checked(text), _NOT_UNRESERVED)


def escape_uri(text: str | None) -> str:
    """`Uri.EscapeUriString`: signs that separate the parts of a URI stay, too."""
    return _escaped(_checked(text), _NOT_ALLOWED)


def unescape_data(text: str | None) -> str:
    """`Uri.UnescapeDataString`: bytes that are no UTF-8 stay as they are."""
    text = given(text, "stringToUnescape")
    allocate(len(text))
    return code_units(characters(_RUN.sub(lambda run: _read(run.group()), text), "replace"))


def _read(run: str) -> str:
    text = bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape")
    return _KEPT_BYTE.sub(lambda byte: f"%{ord(byte.group()) - 0xDC00:02X}", text)


def canonical(part: str) -> str:
    """A part of a URI as `AbsoluteUri` has it: letters and digits are not escaped, all that is not allowed is."""
    return _escaped(_RUN.sub(lambda run: _canonical_run(run.group()), part), _NOT_ALLOWED_OR_ESCAPED)


def _canonical_run(run: str) -> str:
    pieces: list[str] = []
    for character in bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape"):
        if _ONE_UNRESERVED.fullmatch(character):
            pieces.append(character)
        elif character < "\x80" or "\udc80" <= character <= "\udcff":
            place = sum(map(_bytes_of, pieces))
            pieces.append(run[3 * place : 3 * place + 3])
        else:
            pieces.append("".join(f"%{byte:02X}" for byte in character.encode()))
    return "".join(pieces)


def _bytes_of(piece: str) -> int:
    return max(len(piece) // 3, 1)


def readable(part: str) -> str:
    """A part of a URI as `ToString()` has it."""
    text = re.sub("%(?![0-9A-Fa-f]{2})", "%25", part)
    return code_units(_RUN.sub(lambda run: _readable_run(run.group()), text))


def _readable_run(run: str) -> str:
    text = bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape")
    pieces: list[str] = []
    place = 0
    for character in text:
        size = 1 if character < "\x80" or "\udc80" <= character <= "\udcff" else len(character.encode())
        keeps = "\udc80" <= character <= "\udcff" or _UNSAFE.fullmatch(character)
        pieces.append(run[3 * place : 3 * (place + size)] if keeps else character)
        place += size
    return "".join(pieces)
