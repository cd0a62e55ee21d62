"""What the serializer reads: JSON as a sequence of tokens, each as the type that is wanted.

Source: Newtonsoft.Json 13.0.1, JsonReader.cs (`ReadAsInt32` and its like).
"""

import enum
from collections.abc import Callable
from typing import Any

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.dotnet.conversion.base64 import read_base64
from apim_lab.dotnet.conversion.convert import convert_to
from apim_lab.dotnet.dates.date_parsing import parse_date, parse_offset
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.exceptions import JsonException, JsonReaderException
from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.text.dates import is_like_a_date, read_date
from apim_lab.newtonsoft.text.json_reader import Token
from apim_lab.newtonsoft.token_types import BigInteger
from apim_lab.newtonsoft.tokens import JToken

type Read = tuple[Token, Any]


class Wanted(enum.Enum):
    """Newtonsoft's ReadType: how a value of a type is read."""

    ANY = ""
    BOOLEAN = "boolean"
    BYTES = "bytes"
    DATE = "date"
    DATE_OFFSET = "date with offset"
    DECIMAL = "decimal"
    DOUBLE = "double"
    INTEGER = "integer"
    STRING = "string"


class ValueReader:
    """`read` goes to the next token: `token` and `value`. Whoever derives from it has the tokens."""

    token = Token.NONE
    value: Any = None

    def read(self) -> bool:
        """To the next token; false at the end."""
        raise NotImplementedError

    def failure[E: JsonException](self, class_: type[E], message: str) -> E:
        """An exception that tells where the reader is."""
        raise NotImplementedError

    def tree(self) -> JToken:
        """The token that begins here, of which this reads the rest."""
        raise NotImplementedError

    def read_content(self) -> bool:
        """Past comments."""
        found = self.read()
        while found and self.token is Token.COMMENT:
            found = self.read()
        return found

    def read_as(self, wanted: Wanted) -> bool:
        """To the next token, made what is wanted; false if there is none."""
        if not self.read_content():
            return False
        if wanted is not Wanted.ANY and self.token not in _EMPTY:
            self.token, self.value = self.as_written(wanted) or _AS[wanted](self)
        return True

    def as_written(self, wanted: Wanted) -> Read | None:
        """What is wanted of a value whose text matters; None if it does not."""
        return None

    def unexpected(self, noun: str, token: Token | None = None) -> JsonReaderException:
        name = (token or self.token).value
        return self.failure(JsonReaderException, f"Error reading {noun}. Unexpected token: {name}.")


_EMPTY = {Token.NULL, Token.UNDEFINED, Token.END_ARRAY, Token.NONE}
NUMBERS = {Token.INTEGER, Token.FLOAT}
_PRIMITIVES = {Token.INTEGER, Token.FLOAT, Token.STRING, Token.BOOLEAN, Token.DATE, Token.BYTES}


def _number(noun: str, keyword: str, token: Token) -> Callable[[ValueReader], Read]:
    """A number is converted, a text parsed; an empty one is null."""

    def read(reader: ValueReader) -> Read:
        value = reader.value
        if reader.token is Token.STRING:
            return number_of_text(reader, noun, keyword, token) if value else (Token.NULL, None)
        if reader.token not in NUMBERS:
            raise reader.unexpected(noun)
        try:
            return token, convert_to(keyword, value)
        except DotNetError:
            raise reader.failure(JsonReaderException, f"Could not convert to {noun}: {to_string(value)}.") from None

    return read


def number_of_text(reader: ValueReader, noun: str, keyword: str, token: Token) -> Read:
    try:
        return token, convert_to(keyword, reader.value)
    except DotNetError:
        raise reader.failure(JsonReaderException, f"Could not convert string to {noun}: {reader.value}.") from None


def _boolean(reader: ValueReader) -> Read:
    if reader.token is Token.BOOLEAN:
        return reader.token, reader.value
    if isinstance(reader.value, BigInteger):
        return Token.BOOLEAN, reader.value != 0
    return _number("boolean", "bool", Token.BOOLEAN)(reader)


def _string(reader: ValueReader) -> Read:
    if reader.token not in _PRIMITIVES:
        raise reader.unexpected("string")
    return Token.STRING, to_string(reader.value)


def _date(reader: ValueReader) -> Read:
    if reader.token is Token.DATE:
        value = reader.value
        return Token.DATE, value.clock_time if isinstance(value, DateTimeOffset) else value
    return _date_of_text(reader, lambda text: read_date(text) if is_like_a_date(text) else None, parse_date, "DateTime")


def _date_offset(reader: ValueReader) -> Read:
    if reader.token is Token.DATE:
        value = reader.value
        return Token.DATE, DateTimeOffset(value.ticks) if isinstance(value, DateTime) else value
    return _date_of_text(reader, lambda _: None, parse_offset, "DateTimeOffset")


def _date_of_text(reader: ValueReader, quick: Callable[[str], Any], parse: Callable[[str], Any], name: str) -> Read:
    if reader.token is not Token.STRING:
        raise reader.unexpected("date")
    text = reader.value
    if not text:
        return Token.NULL, None
    try:
        return Token.DATE, quick(text) or parse(text)
    except DotNetError:
        raise reader.failure(JsonReaderException, f"Could not convert string to {name}: {text}.") from None


def _bytes(reader: ValueReader) -> Read:
    """Base64, or an array of integers."""
    if reader.token is Token.BYTES:
        return reader.token, reader.value
    if reader.token is Token.STRING:
        return Token.BYTES, read_base64(reader.value)
    if reader.token is not Token.START_ARRAY:
        unexpected = reader.token
        if unexpected is Token.START_OBJECT:
            reader.read()
        raise reader.unexpected("bytes", unexpected)
    return Token.BYTES, _bytes_of_array(reader)


def _bytes_of_array(reader: ValueReader) -> Bytes:
    found = Bytes()
    while reader.read_content():
        if reader.token is Token.END_ARRAY:
            return found
        if reader.token is not Token.INTEGER:
            raise reader.failure(JsonReaderException, f"Unexpected token when reading bytes: {reader.token.value}.")
        found.append(convert_to("byte", reader.value))
    raise reader.failure(JsonReaderException, "Unexpected end when reading bytes.")


_AS: dict[Wanted, Callable[[ValueReader], Read]] = {
    Wanted.BOOLEAN: _boolean,
    Wanted.BYTES: _bytes,
    Wanted.DATE: _date,
    Wanted.DATE_OFFSET: _date_offset,
    Wanted.DECIMAL: _number("decimal", "decimal", Token.FLOAT),
    Wanted.DOUBLE: _number("double", "double", Token.FLOAT),
    Wanted.INTEGER: _number("integer", "int", Token.INTEGER),
    Wanted.STRING: _string,
}
