"""`ToObject<T>()` and `FromObject`: what Newtonsoft's serializer makes of tokens and of .NET objects.

Source: Newtonsoft.Json 13.0.1, JsonSerializerInternalReader.cs, JsonReader.cs (`ReadAsInt32` and its like).
"""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.types import OBJECT, underlying
from apim_lab.dotnet.convert import to_boolean, to_decimal, to_double, to_int32
from apim_lab.dotnet.exceptions import (
    JsonReaderException,
    JsonSerializationException,
)
from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.conversions import OPERATORS, token_class
from apim_lab.newtonsoft.navigation import path_of
from apim_lab.newtonsoft.token_types import (
    BOOLEAN,
    COMMENT,
    FLOAT,
    INTEGER,
    NULL,
    STRING,
    UNDEFINED,
    class_name,
)
from apim_lab.newtonsoft.tokens import JArray, JConstructor, JObject, JProperty, JToken, JValue

type Convert = Callable[[Any], Any]


def object_as(type_: TypeArgument) -> Convert:
    """`ToObject<T>()`. Raises TypeError if no T can be made of JSON here."""
    operator = OPERATORS.get(str(type_))
    if operator is not None:
        return operator
    read = _reading(type_)
    return lambda token: None if token.type is COMMENT else read(token)


def _reading(type_: TypeArgument) -> Convert:
    """How the serializer reads a value of the type: an item of an array, or the whole."""
    if type_.type == OBJECT:
        return _object
    if type_.type.name == "[]":
        return _array_of(TypeArgument(type_.library, type_.type.arguments[0]))
    class_ = token_class(type_)
    if class_ is not None:
        return _token_of(type_, class_)
    raise UnsupportedType(f"A JToken cannot be converted to type '{type_}'")


def _object(token: JToken) -> Any:
    if isinstance(token, JConstructor):
        return token.name
    return token.value if isinstance(token, JValue) else token.clone()


def _token_of(type_: TypeArgument, class_: type[JToken]) -> Convert:
    def read(token: JToken) -> JToken | None:
        if token.type is NULL and class_ not in {JToken, JValue}:
            return None
        if not isinstance(token, class_):
            raise _failure(
                token,
                f"Deserialized JSON type '{class_name(token)}' is not compatible with expected type "
                f"'{type_.library.runtime_name(type_.type)}'.",
            )
        return token.clone()

    return read


def _failure(token: JToken, message: str) -> JsonSerializationException:
    return JsonSerializationException(f"{message} Path '{path_of(token)}'.")


_NO_ARRAY = (
    'Cannot deserialize the current JSON object (e.g. {{"name":"value"}}) into type \'{0}\' because the type requires '
    "a JSON array (e.g. [1,2,3]) to deserialize correctly.\r\nTo fix this error either change the JSON to a JSON array "
    "(e.g. [1,2,3]) or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like "
    "integer, not a collection type like an array or List<T>) that can be deserialized from a JSON object. "
    "JsonObjectAttribute can also be added to the type to force it to deserialize from a JSON object.\r\nPath '{1}'."
)


def _array_of(element: TypeArgument) -> Convert:
    read = _item_reading(element)
    name = f"{element.library.runtime_name(element.type)}[]"

    def read_array(token: JToken) -> Array | None:
        if token.type is NULL:
            return None
        if isinstance(token, JProperty):
            raise _failure(token, "Unexpected token while deserializing object: PropertyName.")
        if isinstance(token, JObject):
            first = next(iter(token.children()), token)
            raise JsonSerializationException(_NO_ARRAY.format(name, path_of(first)))
        if not isinstance(token, JArray):
            raise _not_converted(token, name)
        return Array([read(item) for item in token.items], element.type)

    return read_array


def _not_converted(token: JToken, name: str) -> JsonSerializationException:
    value = token.value if isinstance(token, JValue) else None
    shown = "{null}" if value is None else f'"{value}"' if value.__class__ is str else to_string(value)
    return _failure(token, f"Error converting value {shown} to type '{name}'.")


def _item_reading(type_: TypeArgument) -> Convert:
    target = underlying(type_.type)
    reading = _ITEMS.get(target.name)
    if reading is None or target.arguments:
        return _reading(type_)
    read = reading
    name = type_.library.runtime_name(type_.type)

    def item(token: JToken) -> Any:
        value = read(token)
        if value is None and type_.library.is_value(type_.type):
            raise _failure(token, f"Error converting value {{null}} to type '{name}'.")
        return value

    return item


_TOKEN_NAMES = {"Object": "StartObject", "Array": "StartArray", "Constructor": "StartConstructor"}


def _reader_failure(token: JToken, message: str) -> JsonReaderException:
    return JsonReaderException(f"{message} Path '{path_of(token)}'.")


def _unexpected(token: JToken, noun: str) -> JsonReaderException:
    name = _TOKEN_NAMES.get(token.type.name, token.type.name)
    return _reader_failure(token, f"Error reading {noun}. Unexpected token: {name}.")


def _number(noun: str, convert: Convert) -> Convert:
    """`ReadAsInt32` and its like: numbers are converted, texts parsed, nothing else is taken."""

    def read(token: JToken) -> Any:
        value = token.value if isinstance(token, JValue) else None
        if token.type in {NULL, UNDEFINED} or (token.type is STRING and not value):
            return None
        if token.type not in {INTEGER, FLOAT, STRING}:
            raise _unexpected(token, noun)
        try:
            return convert(value)
        except DotNetError:
            string = " string" if token.type is STRING else ""
            raise _reader_failure(token, f"Could not convert{string} to {noun}: {to_string(value)}.") from None

    return read


def _read_text(token: JToken) -> str | None:
    if token.type in {NULL, UNDEFINED}:
        return None
    if not isinstance(token, JValue):
        raise _unexpected(token, "string")
    return to_string(token.value)


def _read_boolean(token: JToken) -> bool | None:
    if token.type is BOOLEAN:
        return bool(token.plain())
    return None if (value := _number("boolean", to_boolean)(token)) is None else bool(value)


def _changing(keyword: str, name: str) -> Convert:
    """Types that the reader has no method for: what a cast makes of the token."""
    cast = OPERATORS[keyword]

    def read(token: JToken) -> Any:
        if token.type is NULL:
            return None
        try:
            return cast(token)
        except DotNetError:
            raise _not_converted(token, name) from None

    return read


_CHANGED = {
    "byte": "Byte",
    "char": "Char",
    "float": "Single",
    "long": "Int64",
    "sbyte": "SByte",
    "short": "Int16",
    "uint": "UInt32",
    "ulong": "UInt64",
    "ushort": "UInt16",
    "DateTime": "DateTime",
    "Guid": "Guid",
    "TimeSpan": "TimeSpan",
}
# How the items of an array are read, by the C# type
_ITEMS: Mapping[str, Convert] = {
    "bool": _read_boolean,
    "decimal": _number("decimal", to_decimal),
    "double": _number("double", to_double),
    "int": _number("integer", to_int32),
    **{keyword: _changing(keyword, f"System.{name}") for keyword, name in _CHANGED.items()},
    "string": _read_text,
}
