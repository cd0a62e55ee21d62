"""The serializer reads what Python's json module made of a text: fast, but without the places for messages."""

from collections.abc import Iterator
from typing import Any

from apim_lab.csharp.runtime.values import Int64
from apim_lab.dotnet.exceptions import JsonException, JsonReaderException
from apim_lab.newtonsoft.serializer.value_reader import NUMBERS, Read, ValueReader, Wanted
from apim_lab.newtonsoft.text.dates import is_like_a_date, read_date
from apim_lab.newtonsoft.text.json_reader import Token
from apim_lab.newtonsoft.token_types import BigInteger
from apim_lab.newtonsoft.tokens import JToken, token_of

_LONG = range(-(2**63), 2**63)


class RawReader(ValueReader):
    """Reads one value of the json module, and what it holds."""

    def __init__(self, root: object) -> None:
        self.reads_dates = True
        self.current: Any = root
        self.waiting = [_events(root)]

    def read(self) -> bool:
        while self.waiting:
            found = next(self.waiting[-1], None)
            if found is not None:
                self.token, self.current = found
                self.value = self._value()
                return True
            self.waiting.pop()
        return False

    def _value(self) -> Any:
        value = self.current
        if self.token in _OPENING:
            self.waiting.append(_events_within(value))
        elif value.__class__ is int:
            return Int64(value) if value in _LONG else BigInteger(value)
        elif self.reads_dates and self.token is Token.STRING and is_like_a_date(value):
            date = read_date(value)
            if date is not None:
                self.token = Token.DATE
                return date
        return value

    def read_as(self, wanted: Wanted) -> bool:
        self.reads_dates = wanted is Wanted.ANY
        found = super().read_as(wanted)
        self.reads_dates = True
        return found

    def as_written(self, wanted: Wanted) -> Read | None:
        """The text is not known: raises JsonReaderException where it matters."""
        matters = {Wanted.STRING: _UNLIKE_THEIR_TEXT, Wanted.INTEGER: {Token.FLOAT}, Wanted.DECIMAL: NUMBERS}
        if self.token in matters.get(wanted, ()):
            raise self.failure(JsonReaderException, "The text matters.")
        return None

    def failure[E: JsonException](self, class_: type[E], message: str) -> E:
        return class_(message)

    def tree(self) -> JToken:
        if self.token in _OPENING:
            self.waiting.pop()
        return token_of(self.current)


_UNLIKE_THEIR_TEXT = {Token.BOOLEAN, Token.FLOAT, Token.INTEGER}
_OPENING = {Token.START_OBJECT, Token.START_ARRAY}
_TOKENS: dict[type, Token] = {
    bool: Token.BOOLEAN,
    dict: Token.START_OBJECT,
    float: Token.FLOAT,
    int: Token.INTEGER,
    list: Token.START_ARRAY,
    str: Token.STRING,
    type(None): Token.NULL,
}


def _events(value: object) -> Iterator[Read]:
    yield _TOKENS[value.__class__], value


def _events_within(container: Any) -> Iterator[Read]:
    if container.__class__ is dict:
        for name, value in container.items():
            yield Token.PROPERTY_NAME, name
            yield _TOKENS[value.__class__], value
        yield Token.END_OBJECT, None
    else:
        for value in container:
            yield _TOKENS[value.__class__], value
        yield Token.END_ARRAY, None
