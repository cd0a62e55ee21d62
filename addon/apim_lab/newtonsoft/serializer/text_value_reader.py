"""The serializer reads a text, with Newtonsoft's own words for each mistake.

Source: Newtonsoft.Json 13.0.1, JsonTextReader.cs (`ReadNumberValue`, `ReadStringValue` and their like).
"""

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.dotnet.exceptions import JsonException, JsonReaderException
from apim_lab.dotnet.numbers.number_parsing import parse_decimal
from apim_lab.newtonsoft.serializer.value_reader import NUMBERS, Read, ValueReader, Wanted
from apim_lab.newtonsoft.text.json_reader import Token
from apim_lab.newtonsoft.text.parsing import tree_at
from apim_lab.newtonsoft.text.text_reader import TextReader
from apim_lab.newtonsoft.tokens import JToken

_ALWAYS = set("\"'n/,]\r\n\t \0")
_DIGITS = set(".0123456789-")
# With what a value begins that is wanted
_FIRST: dict[Wanted, set[str]] = {
    Wanted.BOOLEAN: _ALWAYS | _DIGITS | set("tf"),
    Wanted.BYTES: _ALWAYS | set("{["),
    Wanted.DATE: _ALWAYS,
    Wanted.DATE_OFFSET: _ALWAYS,
    Wanted.DECIMAL: _ALWAYS | _DIGITS | set("NI"),
    Wanted.DOUBLE: _ALWAYS | _DIGITS | set("NI"),
    Wanted.INTEGER: _ALWAYS | _DIGITS | set("NI"),
    Wanted.STRING: _ALWAYS | _DIGITS | set("tfNI"),
}
# Of a token: less for its memory than for its time
_READ_SIZE = 16 * OBJECT


class TextValueReader(ValueReader):
    """Reads a text."""

    def __init__(self, text: str) -> None:
        self.reader = TextReader(text)

    def read(self) -> bool:
        allocate(_READ_SIZE)
        found = self.reader.read()
        self.token, self.value = self.reader.token if found else Token.NONE, self.reader.value
        return found

    def failure[E: JsonException](self, class_: type[E], message: str) -> E:
        return class_(self.reader.error(message).message)

    def tree(self) -> JToken:
        """The text may end within it."""
        return tree_at(self.reader)

    def read_as(self, wanted: Wanted) -> bool:
        reader = self.reader
        reader.reads_dates = wanted is Wanted.ANY
        if wanted is not Wanted.ANY and reader.first_of_value() not in _FIRST[wanted]:
            first = reader.first_of_value()
            reader.position += 1
            raise reader.error(f"Unexpected character encountered while parsing value: {first}.")
        found = super().read_as(wanted)
        reader.reads_dates = True
        return found

    def as_written(self, wanted: Wanted) -> Read | None:
        if wanted is Wanted.STRING and self.token is Token.BOOLEAN:
            return Token.STRING, "true" if self.value else "false"
        if self.token not in NUMBERS:
            return None
        text = self.reader.number_text
        if wanted is Wanted.STRING:
            return Token.STRING, text
        if wanted is Wanted.INTEGER:
            self._check_integer(text)
        return self._decimal(text) if wanted is Wanted.DECIMAL else None

    def _check_integer(self, text: str) -> None:
        if self.token is Token.FLOAT:
            raise self.failure(JsonReaderException, f"Input string '{text}' is not a valid integer.")
        if int(self.value) not in _INT:
            raise self.failure(JsonReaderException, f"JSON integer {text} is too large or small for an Int32.")

    def _decimal(self, text: str) -> Read:
        try:
            return Token.FLOAT, parse_decimal(text)
        except DotNetError:
            raise self.failure(JsonReaderException, f"Input string '{text}' is not a valid decimal.") from None


_INT = range(-(2**31), 2**31)
