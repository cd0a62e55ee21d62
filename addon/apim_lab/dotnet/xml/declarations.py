"""`<?xml version="1.0"?>` as .NET reads it. Source: .NET Core 3.1, XmlTextReaderImpl.cs, `ParseXmlDeclaration`."""

import re

from apim_lab.dotnet.xml.cursor import Cursor
from apim_lab.dotnet.xml.documents import XDeclaration

_VALUE = re.compile(r"""[^<>&"'\n\r\t]*""")
_NAMES = ("version", "encoding", "standalone")
_INVALID = "Syntax for an XML declaration is invalid."


def read_declaration(cursor: Cursor) -> XDeclaration:
    """From `<?xml` to behind `?>`; raises XmlException."""
    cursor.position += len("<?xml")
    values: dict[str, str] = {}
    while True:
        spaced = cursor.skip_space()
        if cursor.at("?"):
            _end(cursor, values)
            return XDeclaration(*(values.get(name) for name in _NAMES))
        if not spaced and values:
            cursor.unexpected(cursor.position, "The expected token is '?>'.")
        name, value = _part(cursor, list(values))
        values[name] = value


def _end(cursor: Cursor, values: dict[str, str]) -> None:
    if not values:
        cursor.fail(_INVALID)
    if not cursor.at("?>"):
        cursor.unexpected(cursor.position, "The expected token is ''>''.")
    cursor.position += 2


def _part(cursor: Cursor, before: list[str]) -> tuple[str, str]:
    """One of the names, in their order, and its value."""
    start = cursor.position
    name = cursor.local_name(start)
    if cursor.text.startswith(":", start + len(name)):
        cursor.not_in_a_name(start + len(name))
    expected = _NAMES[_NAMES.index(before[-1]) + 1 :] if before else _NAMES[:1]
    if name not in expected:
        cursor.fail(_INVALID, start)
    cursor.position = start + len(name)
    cursor.skip_space()
    cursor.take("=")
    cursor.skip_space()
    return name, _value(cursor, name)


def _value(cursor: Cursor, name: str) -> str:
    quote = cursor.quote()
    start = cursor.position
    found = _VALUE.match(cursor.text, start)
    value = found[0] if found else ""
    cursor.position = start + len(value)
    if not cursor.at(quote):
        cursor.fail(_INVALID, start)
    if name == "version" and value != "1.0":
        cursor.fail(f"Version number '{value}' is invalid.", start)
    if name == "standalone" and value not in {"yes", "no"}:
        cursor.fail(_INVALID, start)
    cursor.position += 1
    return value
