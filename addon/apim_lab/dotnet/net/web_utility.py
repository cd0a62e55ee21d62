"""`WebUtility`: texts in URLs and in HTML. Source: dotnet/corefx 3.1, WebUtility.cs."""

import re
from collections.abc import Iterator
from html.entities import name2codepoint

from apim_lab.csharp.runtime.code_units import characters, code_units
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.exceptions import ArgumentNullException, ArgumentOutOfRangeException
from apim_lab.dotnet.text.characters import WHITE_SPACE

# ---- in URLs ------------------------------------------------------------------------------------------------------

_UNSAFE = re.compile(rb"[^A-Za-z0-9\-_.!*()]")
_ESCAPE = re.compile(rb"\+|%([0-9A-Fa-f]{2})")
_RUN = re.compile("(?:%[0-9A-Fa-f]{2})+")


def _escaped(data: bytes) -> bytes:
    """A space becomes "+", everything but letters, digits and a few signs %XX."""
    allocate(3 * len(data))
    return _UNSAFE.sub(lambda byte: b"+" if byte.group() == b" " else b"%%%02X" % byte.group()[0], data)


def _unescaped(data: bytes) -> bytes:
    allocate(len(data))
    return _ESCAPE.sub(lambda found: b" " if found.group() == b"+" else bytes((int(found.group(1), 16),)), data)


def url_encode(value: str | None) -> str | None:
    return None if value is None else _escaped(characters(value, "replace").encode()).decode()


def url_decode(value: str | None) -> str | None:
    """Bytes that are no UTF-8 become U+FFFD; an escape that is none stays."""
    if value is None:
        return None
    allocate(len(value))
    text = _RUN.sub(lambda run: _unescaped(run.group().encode()).decode("utf-8", "replace"), value.replace("+", " "))
    return code_units(characters(text, "replace"))


def _part(data: Bytes | None, offset: int, count: int) -> bytes | None:
    if data is None:
        if count:
            raise ArgumentNullException("bytes")
        return None
    if not 0 <= offset <= len(data):
        raise ArgumentOutOfRangeException(parameter="offset")
    if not 0 <= count <= len(data) - offset:
        raise ArgumentOutOfRangeException(parameter="count")
    return bytes(data[offset : offset + count])


def _url_encode_to_bytes(value: Bytes | None, offset: int, count: int) -> Bytes | None:
    part = _part(value, offset, count)
    return None if part is None else Bytes(_escaped(part))


def _url_decode_to_bytes(value: Bytes | None, offset: int, count: int) -> Bytes | None:
    part = _part(value, offset, count)
    return None if part is None else Bytes(_unescaped(part))


# ---- in HTML ------------------------------------------------------------------------------------------------------

_SPECIAL = re.compile("[<>\"'&\xa0-\xff\U00010000-\U0010ffff]")
_NAMED = {"<": "&lt;", ">": "&gt;", '"': "&quot;", "&": "&amp;"}
_ENTITIES = {**{name: chr(code) for name, code in name2codepoint.items()}, "apos": "'"}
_HEXADECIMAL = re.compile("#[xX]([0-9A-Fa-f]+)")
# Of .NET's own number parser: white space around it, and a sign
_DECIMAL = re.compile(rf"#[{WHITE_SPACE[:6]}]*(?:\+|-(?=0+(?![1-9])))?([0-9]+)[{WHITE_SPACE[:6]}\0]*")


def html_encode(value: str | None) -> str | None:
    if value is None:
        return None
    text = _SPECIAL.sub(
        lambda found: _NAMED.get(found.group()) or f"&#{ord(found.group())};", characters(value, "replace")
    )
    allocate(len(text))
    return code_units(text)


def html_decode(value: str | None) -> str | None:
    """The entities of HTML 4, and numbers; what is none stays."""
    if value is None:
        return None
    allocate(len(value))
    return code_units("".join(_decoded(value)))


def _decoded(value: str) -> Iterator[str]:
    """An entity reaches from "&" to the next ";", even over another "&": so .NET Core 3.1 leaves `& &lt;` as it is."""
    start, end = 0, -1
    while (place := value.find("&", start)) >= 0:
        end = end if end > place else value.find(";", place)
        if end < 0:
            break
        yield value[start:place]
        is_number = value.startswith("#", place + 1)
        found = _numbered(value, place + 1, end) if is_number else _ENTITIES.get(value[place + 1 : end])
        start = place + 1 if is_number and found is None else end + 1
        yield value[place:start] if found is None else found
    yield value[start:]


def _numbered(value: str, start: int, end: int) -> str | None:
    """The character of an entity like `#233` or `#xe9`; None for what is no number of one."""
    hexadecimal, decimal = _HEXADECIMAL.fullmatch(value, start, end), _DECIMAL.fullmatch(value, start, end)
    digits = hexadecimal.group(1) if hexadecimal else decimal.group(1) if decimal else ""
    digits = digits.lstrip("0") or digits[:1]
    # No character has a number with more digits
    if not 0 < len(digits) <= 8:
        return None
    number = int(digits, 16 if hexadecimal else 10)
    is_character = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if is_character else None


DEFINITIONS = (
    Definition(
        "static class WebUtility",
        "System.Net.WebUtility",
        members={
            "static string HtmlDecode(string value)": html_decode,
            "static string HtmlEncode(string value)": html_encode,
            "static string UrlDecode(string encodedValue)": url_decode,
            "static string UrlEncode(string value)": url_encode,
            "static byte[] UrlDecodeToBytes(byte[] encodedValue, int offset, int count)": _url_decode_to_bytes,
            "static byte[] UrlEncodeToBytes(byte[] value, int offset, int count)": _url_encode_to_bytes,
        },
    ),
)
