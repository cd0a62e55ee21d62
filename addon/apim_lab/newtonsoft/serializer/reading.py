"""`ToObject<T>()` and `JsonConvert.DeserializeObject<T>()`.

Source: Newtonsoft.Json 13.0.1, Linq/JToken.cs, JsonConvert.cs.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.enumerations import member
from apim_lab.csharp.runtime.exceptions import DotNetError, OutOfMemoryException
from apim_lab.csharp.types import OBJECT
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.conversions import OPERATORS
from apim_lab.newtonsoft.serializer.contracts import Contract, Shape, contract_of
from apim_lab.newtonsoft.serializer.deserializer import deserialize
from apim_lab.newtonsoft.serializer.raw_reader import RawReader
from apim_lab.newtonsoft.serializer.text_value_reader import TextValueReader
from apim_lab.newtonsoft.serializer.token_reader import TokenReader
from apim_lab.newtonsoft.text.parsing import OTHERWISE, read_strictly
from apim_lab.newtonsoft.token_types import STRING
from apim_lab.newtonsoft.tokens import JToken

type Convert = Callable[[Any], Any]


def object_as(type_: TypeArgument) -> Convert:
    """`ToObject<T>()`. Raises UnsupportedType if no T can be made of JSON here."""
    operator = None if str(type_) == "byte[]" else OPERATORS.get(str(type_))
    if operator is not None:
        return operator
    contract = contract_of(type_)
    if contract.enumeration is None:
        return lambda token: deserialize(TokenReader(token), contract)
    return _enumeration(contract, contract.enumeration)


def _enumeration(contract: Contract, class_: type[Enum]) -> Convert:
    """A text is read by the serializer, anything else cast to a number."""
    cast = OPERATORS["int?" if contract.is_nullable else "int"]

    def convert(token: JToken) -> Any:
        if token.type is not STRING:
            number = cast(token)
            return None if number is None else member(class_, number)
        try:
            return deserialize(TokenReader(token), contract)
        except DotNetError:
            raise ArgumentException(f"Could not convert '{to_string(token)}' to {class_.__name__}.") from None

    return convert


def deserialized_as(type_: TypeArgument) -> Callable[..., Any]:
    """`DeserializeObject<T>(value)`. Raises UnsupportedType if no T can be made of JSON here."""
    contract = contract_of(type_)
    return lambda text, *_settings: _deserialized(given(text), contract)


def deserialized(text: str | None, _settings: object = None) -> Any:
    """`DeserializeObject(value)`: an object or an array as a token, a value as itself."""
    return _deserialized(given(text), _ANY)


_ANY = Contract(OBJECT.full_name, Shape.ANY)


def _deserialized(text: str, contract: Contract) -> Any:
    """The value of the text; if it does not fit the type, the text is read once more, for the place of the mistake."""
    read = read_strictly(text)
    if read is not OTHERWISE:
        try:
            return deserialize(RawReader(read), contract)
        except OutOfMemoryException:
            raise
        except DotNetError:
            pass
    return deserialize(TextValueReader(text), contract)
