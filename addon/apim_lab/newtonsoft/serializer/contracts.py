"""How the serializer reads each .NET type. Source: Newtonsoft.Json 13.0.1, Serialization/JsonContract.cs."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.runtime.enumerations import member
from apim_lab.csharp.runtime.exceptions import InvalidCastException
from apim_lab.csharp.runtime.values import Array, Bytes
from apim_lab.csharp.types import OBJECT, underlying
from apim_lab.dotnet.conversion.convert import convert_to, to_date_time
from apim_lab.dotnet.dates.date_parsing import parse_offset
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_span_parsing import parse_span
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.guids import parse_guid
from apim_lab.dotnet.numbers.number_parsing import parse_integer
from apim_lab.newtonsoft.casts import CONVERSIONS
from apim_lab.newtonsoft.conversions import token_class
from apim_lab.newtonsoft.serializer.collection_contracts import (
    DICTIONARIES,
    OF_ITEMS,
    OF_MEMBERS,
    dictionary,
    member_names,
)
from apim_lab.newtonsoft.serializer.value_reader import Wanted
from apim_lab.newtonsoft.text.dates import is_like_a_date, read_date
from apim_lab.newtonsoft.token_types import BigInteger
from apim_lab.newtonsoft.tokens import JToken

type Convert = Callable[[Any], Any]


class Shape(enum.Enum):
    """What JSON a type is made of, in the words of Newtonsoft's messages."""

    ANY = ""
    ARRAY = "JSON array (e.g. [1,2,3])"
    OBJECT = 'JSON object (e.g. {"name":"value"})'
    PRIMITIVE = "JSON primitive value (e.g. string, number, boolean, null)"
    JSON = "JSON"


@dataclass(frozen=True)
class Contract:
    """A type as the serializer sees it.

    `convert` makes a primitive of a value that is not one yet, `build` the collection of its items or of its pairs, or
    the object of its members; `key`, `item` and `members` are the contracts of those. `class_` is the class of a token,
    `enumeration` that of an enumeration.
    """

    name: str
    shape: Shape
    is_nullable: bool = True
    wanted: Wanted = Wanted.ANY
    convert: Convert = lambda value: value
    build: Convert = list
    key: "Contract | None" = None
    item: "Contract | None" = None
    class_: type[JToken] = JToken
    enumeration: type[enum.Enum] | None = None
    members: Mapping[str, "Contract"] = field(default_factory=dict)
    default: Any = None


def contract_of(type_: TypeArgument) -> Contract:
    """Raises UnsupportedType if no value of the type can be made of JSON here."""
    name = type_.library.runtime_name(type_.type)
    if type_.type == OBJECT:
        return Contract(name, Shape.ANY)
    class_ = token_class(type_)
    if class_ is not None:
        return Contract(name, Shape.JSON, class_=class_)
    found = _primitive(type_, name)
    if found is not None:
        return found
    if type_.type.name == "[]":
        return _array(type_, name)
    if type_.type.name in OF_ITEMS or type_.type.name in DICTIONARIES:
        return _collection(type_, name)
    if type_.type.name in OF_MEMBERS:
        return _object(type_, name)
    raise UnsupportedType(f"JSON cannot be converted to type '{type_}' here")


def _inner(type_: TypeArgument, index: int = 0) -> TypeArgument:
    return TypeArgument(type_.library, type_.type.arguments[index])


def _array(type_: TypeArgument, name: str) -> Contract:
    element = _inner(type_)
    return Contract(name, Shape.ARRAY, build=lambda items: Array(items, element.type), item=contract_of(element))


def _collection(type_: TypeArgument, name: str) -> Contract:
    if type_.type.name in DICTIONARIES:
        key, value = _inner(type_), _inner(type_, 1)
        build = dictionary(key, value)
        return Contract(name, Shape.OBJECT, build=build, key=contract_of(key), item=contract_of(value))
    element = _inner(type_)
    return Contract(name, Shape.ARRAY, build=OF_ITEMS[type_.type.name](element), item=contract_of(element))


def _object(type_: TypeArgument, name: str) -> Contract:
    inner = [_inner(type_, index) for index in range(len(type_.type.arguments))]
    contracts = [replace(contract_of(each), default=each.default) for each in inner]
    members = dict(zip(member_names(type_), contracts, strict=True))
    nullable = not type_.library.is_value(type_.type)
    return Contract(name, Shape.OBJECT, nullable, build=OF_MEMBERS[type_.type.name](type_), members=members)


_WANTED: Mapping[str, Wanted] = {
    "bool": Wanted.BOOLEAN,
    "byte": Wanted.INTEGER,
    "byte[]": Wanted.BYTES,
    "DateTime": Wanted.DATE,
    "DateTimeOffset": Wanted.DATE_OFFSET,
    "decimal": Wanted.DECIMAL,
    "double": Wanted.DOUBLE,
    "float": Wanted.DOUBLE,
    "int": Wanted.INTEGER,
    "short": Wanted.INTEGER,
    "string": Wanted.STRING,
}


def _primitive(type_: TypeArgument, name: str) -> Contract | None:
    target = underlying(type_.type)
    key = str(target)
    convert = _CONVERSIONS.get(key)
    nullable = not type_.library.is_value(type_.type)
    found = type_.library.definition(target)
    if found is not None and found.python is not None and issubclass(found.python, enum.Enum):
        class_ = found.python
        return Contract(name, Shape.PRIMITIVE, nullable, convert=_to_member(class_), enumeration=class_)
    if convert is None:
        return None
    return Contract(name, Shape.PRIMITIVE, nullable, _WANTED.get(key, Wanted.ANY), convert)


def _to_member(class_: type[enum.Enum]) -> Convert:
    """A number, or names separated by commas."""

    def convert(value: Any) -> enum.Enum:
        if value.__class__ is str:
            numbers = [_number_of(class_, name.strip()) for name in value.split(",")]
            return member(class_, reduce(or_, numbers))
        if not isinstance(value, int) or isinstance(value, BigInteger):
            raise InvalidCastException
        return member(class_, int(value))

    return convert


def _number_of(class_: type[enum.Enum], name: str) -> int:
    """A name counts before its case."""
    names = {**{found.name.lower(): found for found in reversed(class_)}, **class_.__members__}
    found = names.get(name) or names.get(name.lower())
    return parse_integer(name) if found is None else int(found.value)


def _changing(keyword: str) -> Convert:
    """`Convert.ChangeType`."""

    def convert(value: Any) -> Any:
        if value is None or isinstance(value, DateTime | DateTimeOffset | Bytes | UUID | TimeSpan):
            raise InvalidCastException
        return convert_to(keyword, value)

    return convert


def _date(value: Any) -> DateTime:
    if value.__class__ is str:
        found = read_date(value) if is_like_a_date(value) else None
        return found or to_date_time(value)
    if not isinstance(value, DateTime):
        raise InvalidCastException
    return value


def _of_text(class_: type, parse: Convert) -> Convert:
    def convert(value: Any) -> Any:
        if isinstance(value, class_):
            return value
        if value.__class__ is not str:
            raise InvalidCastException
        return parse(value)

    return convert


_CONVERSIONS: Mapping[str, Convert] = {
    **{keyword: _changing(keyword) for keyword in CONVERSIONS if keyword != "DateTime"},
    "byte[]": _of_text(Bytes, _changing("int")),
    "DateTime": _date,
    "DateTimeOffset": _of_text(DateTimeOffset, parse_offset),
    "Guid": _of_text(UUID, parse_guid),
    "string": to_string,
    "TimeSpan": _of_text(TimeSpan, parse_span),
}
