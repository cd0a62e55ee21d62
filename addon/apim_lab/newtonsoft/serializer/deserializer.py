"""JSON as .NET objects. Source: Newtonsoft.Json 13.0.1, Serialization/JsonSerializerInternalReader.cs."""

from collections.abc import Iterator
from typing import Any

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.dotnet.exceptions import JsonSerializationException
from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.serializer.contracts import Contract, Shape
from apim_lab.newtonsoft.serializer.value_reader import ValueReader, Wanted
from apim_lab.newtonsoft.text.json_reader import Token
from apim_lab.newtonsoft.token_types import class_name
from apim_lab.newtonsoft.tokens import JToken, JValue

_NEW_LINE = "\r\n"
_NULL = {Token.NULL, Token.UNDEFINED}


def deserialize(reader: ValueReader, contract: Contract) -> Any:
    """The whole of what the reader reads, as the type of the contract."""
    if not reader.read_as(contract.wanted):
        if not contract.is_nullable:
            raise _failure(reader, f"No JSON content found and type '{contract.name}' is not nullable.")
        return None
    found = _value(reader, contract)
    while reader.read():
        if reader.token is not Token.COMMENT:
            raise _failure(reader, "Additional text found in JSON string after finishing deserializing object.")
    return found


def _failure(reader: ValueReader, message: str) -> JsonSerializationException:
    return reader.failure(JsonSerializationException, message)


def _value(reader: ValueReader, contract: Contract) -> Any:
    """The value that the reader stands at."""
    allocate(OBJECT)
    if contract.shape is Shape.JSON:
        return _token(reader, contract)
    while reader.token is Token.COMMENT:
        if not reader.read():
            raise _failure(reader, "Unexpected end when deserializing object.")
    if reader.token is Token.START_OBJECT:
        return reader.tree() if contract.shape is Shape.ANY else _object(reader, contract)
    if reader.token is Token.START_ARRAY:
        return reader.tree() if contract.shape is Shape.ANY else _list(reader, contract)
    return _primitive(reader, contract)


def _token(reader: ValueReader, contract: Contract) -> JToken | None:
    if reader.token is Token.NULL and contract.class_ not in {JToken, JValue}:
        return None
    found = reader.tree()
    if not isinstance(found, contract.class_):
        raise _failure(
            reader,
            f"Deserialized JSON type '{class_name(found)}' is not compatible with expected type '{contract.name}'.",
        )
    return found


def _primitive(reader: ValueReader, contract: Contract) -> Any:
    value = reader.value
    if reader.token is Token.START_CONSTRUCTOR:
        reader.tree()
    elif reader.token not in _VALUES:
        raise _failure(reader, f"Unexpected token while deserializing object: {reader.token.value}.")
    if contract.shape is Shape.ANY:
        return value
    if value == "" and contract.is_nullable and contract.wanted is not Wanted.STRING:
        return None
    return converted(reader, contract, value)


_VALUES = {Token.INTEGER, Token.FLOAT, Token.STRING, Token.BOOLEAN, Token.DATE, Token.BYTES, *_NULL}


def converted(reader: ValueReader, contract: Contract, value: Any) -> Any:
    """`EnsureType`: the value as the type of the contract."""
    if value is None and contract.is_nullable:
        return None
    try:
        if value is None or contract.shape is not Shape.PRIMITIVE:
            raise _NotConvertible
        return contract.convert(value)
    except DotNetError:
        raise _failure(reader, f"Error converting value {_shown(value)} to type '{contract.name}'.") from None


class _NotConvertible(DotNetError):
    """There is no conversion; the message is another's."""


def _shown(value: Any) -> str:
    if value is None:
        return "{null}"
    return f'"{value}"' if value.__class__ is str else to_string(value)


def _list(reader: ValueReader, contract: Contract) -> Any:
    if contract.shape is not Shape.ARRAY or contract.item is None:
        raise _failure(reader, _NOT_OF_ARRAY.format(contract.name, contract.shape.value))
    return contract.build(list(_items(reader, contract.item)))


def _items(reader: ValueReader, contract: Contract) -> Iterator[Any]:
    while reader.read_as(contract.wanted):
        if reader.token is Token.END_ARRAY:
            return
        if reader.token is not Token.COMMENT:
            yield _value(reader, contract)
    raise _failure(reader, "Unexpected end when deserializing array.")


def _object(reader: ValueReader, contract: Contract) -> Any:
    reader.read_content()
    if contract.members:
        return contract.build(_members(reader, contract))
    if contract.shape is not Shape.OBJECT or contract.item is None or contract.key is None:
        raise _failure(reader, _NOT_OF_OBJECT.format(contract.name, contract.shape.value))
    return contract.build(list(_pairs(reader, contract.key, contract.item)))


def _members(reader: ValueReader, contract: Contract) -> dict[str, Any]:
    """The values of all members; those that are missing are the defaults of their types."""
    found = {name: inner.default for name, inner in contract.members.items()}
    folded = {name.lower(): name for name in found}
    while reader.token is not Token.END_OBJECT:
        if reader.token is Token.PROPERTY_NAME:
            name = folded.get(reader.value.lower(), "")
            inner = contract.members.get(name, _SKIPPED)
            if not reader.read_as(inner.wanted):
                raise _failure(reader, "Unexpected end when deserializing object.")
            value = _value(reader, inner)
            if inner is not _SKIPPED:
                found[name] = value
        if not reader.read():
            raise _failure(reader, "Unexpected end when deserializing object.")
    return found


_SKIPPED = Contract("System.Object", Shape.ANY)


def _pairs(reader: ValueReader, key: Contract, item: Contract) -> Iterator[tuple[Any, Any]]:
    while reader.token is not Token.END_OBJECT:
        if reader.token is Token.PROPERTY_NAME:
            name = _key(reader, key)
            if not reader.read_as(item.wanted):
                raise _failure(reader, "Unexpected end when deserializing object.")
            yield name, _value(reader, item)
        if not reader.read():
            raise _failure(reader, "Unexpected end when deserializing object.")


def _key(reader: ValueReader, contract: Contract) -> Any:
    name = reader.value
    try:
        if contract.shape not in {Shape.ANY, Shape.PRIMITIVE}:
            raise _NotConvertible
        return contract.convert(name)
    except DotNetError:
        raise _failure(
            reader,
            f"Could not convert string '{name}' to dictionary key type '{contract.name}'. Create a TypeConverter to "
            "convert from the string to the key type object.",
        ) from None


_NOT_OF_ARRAY = (
    "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '{0}' because the type requires a {1} to "
    f"deserialize correctly.{_NEW_LINE}To fix this error either change the JSON to a {{1}} or change the deserialized "
    "type to an array or a type that implements a collection interface (e.g. ICollection, IList) like List<T> that can "
    "be deserialized from a JSON array. JsonArrayAttribute can also be added to the type to force it to deserialize "
    f"from a JSON array.{_NEW_LINE}"
)
_NOT_OF_OBJECT = (
    'Cannot deserialize the current JSON object (e.g. {{"name":"value"}}) into type \'{0}\' because the type requires '
    f"a {{1}} to deserialize correctly.{_NEW_LINE}To fix this error either change the JSON to a {{1}} or change the "
    "deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, not a collection type "
    "like an array or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute can also be added to "
    f"the type to force it to deserialize from a JSON object.{_NEW_LINE}"
)
