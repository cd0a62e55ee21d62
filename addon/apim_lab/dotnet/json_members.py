"""The types of Newtonsoft.Json.Linq and their members. Source: newtonsoft.com/json/help; JToken.cs for the casts."""

from collections.abc import Callable, Sequence
from typing import Any

from apim_lab.csharp.definitions import Definition
from apim_lab.csharp.exceptions import InvalidCastException, InvalidOperationException
from apim_lab.csharp.memory import REFERENCE, allocate
from apim_lab.csharp.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.values import Array
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.json_values import (
    JArray,
    JContainer,
    JObject,
    JProperty,
    JToken,
    JValue,
    index_token,
    parse_array,
    parse_json,
    parse_object,
    select_token,
    set_token,
    to_token,
    token_type,
    write_json,
)
from apim_lab.dotnet.numbers import to_boolean, to_decimal, to_double, to_int32, to_int64
from apim_lab.dotnet.strings import given
from apim_lab.dotnet.values import Formatting, pairs

_SIMPLE = {"Integer", "Float", "String", "Boolean"}


def _cast(target: str, convert: Callable[[object], Any]) -> Callable[[JToken | None], Any]:
    """An explicit conversion of JToken to a value type; raises ArgumentException for null or the wrong kind."""

    def cast(token: JToken | None) -> Any:
        if isinstance(token, JProperty):
            token = token.token
        value = given(token)
        if token_type(value) not in _SIMPLE:
            raise ArgumentException(f"Can not convert {token_type(value)} to {target}.")
        return convert(value.plain())

    return cast


def _nullable_cast(target: str, convert: Callable[[object], Any]) -> Callable[[JToken | None], Any]:
    cast = _cast(target, convert)

    def nullable_cast(token: JToken | None) -> Any:
        empty = token is None or (token.is_value and token.plain() is None)
        return None if empty else cast(token)

    return nullable_cast


def text_of(token: JToken | None) -> str | None:
    """`(string)token`: null for null; raises ArgumentException for an object or an array."""
    if isinstance(token, JProperty):
        token = token.token
    if token is None:
        return None
    if not token.is_value:
        raise ArgumentException(f"Can not convert {token_type(token)} to String.")
    value = token.plain()
    return None if value is None else to_string(value)


_CASTS: dict[str, Callable[[JToken | None], Any]] = {"string": text_of}
for _name, _target, _convert in (
    ("bool", "Boolean", to_boolean),
    ("decimal", "Decimal", to_decimal),
    ("double", "Double", to_double),
    ("int", "Int32", to_int32),
    ("long", "Int64", to_int64),
):
    _CASTS[_name] = _cast(_target, _convert)
    _CASTS[f"{_name}?"] = _nullable_cast(_target, _convert)


def _as_token(token: JToken | None) -> JToken | None:
    return token


def _as_class(name: str, class_: type[JToken]) -> Callable[[JToken | None], JToken | None]:
    def as_class(token: JToken | None) -> JToken | None:
        if token is None or isinstance(token, class_):
            return token
        raise InvalidCastException(
            f"Cannot cast Newtonsoft.Json.Linq.{token.__class__.__name__} to Newtonsoft.Json.Linq.{name}."
        )

    return as_class


_VALUE_OF: dict[str, Callable[[JToken | None], Any]] = {
    **_CASTS,
    "JToken": _as_token,
    "JArray": _as_class("JArray", JArray),
    "JObject": _as_class("JObject", JObject),
    "JValue": _as_class("JValue", JValue),
}


def _converter(type_: TypeArgument) -> tuple[Callable[[JToken | None], Any], object]:
    """How `Value<T>()` converts, and `default(T)` for a missing token."""
    convert = _VALUE_OF.get(str(type_))
    if convert is None:
        raise UnsupportedType(f"A JToken cannot be converted to type '{type_}'")
    default = {"bool": False, "int": 0, "long": to_int64(0), "double": 0.0, "decimal": to_decimal(0)}.get(str(type_))
    return convert, default


def _value_at(type_: TypeArgument) -> Callable[[JToken, object], Any]:
    convert, default = _converter(type_)

    def value_at(token: JToken, key: object) -> Any:
        found = index_token(token, key)
        return default if found is None else convert(found)

    return value_at


def _value(type_: TypeArgument) -> Callable[[JToken], Any]:
    return _converter(type_)[0]


def _select_strictly(token: JToken, path: str, error_when_no_match: bool) -> JToken | None:
    found = select_token(token, given(path, "path"))
    if found is None and error_when_no_match:
        raise InvalidOperationException(f"Path '{path}' does not match any token.")
    return found


def _member(token: JToken, key: str) -> JToken | None:
    if not isinstance(token, JObject):
        raise InvalidOperationException(f"Cannot access child value on {token.__class__.__name__}.")
    return token.members.get(key)


def _first(token: JToken) -> JToken | None:
    return next(iter(children(token)), None)


def children(token: JToken) -> Sequence[JToken]:
    """What enumerating a JToken yields: an object's properties, an array's items."""
    if isinstance(token, JObject):
        return properties(token)
    if isinstance(token, JArray):
        return list(token.items)
    return []


def properties(token: JObject) -> list[JToken]:
    """The members as JProperty; each shows the value that stands in the object."""
    return [_property(token, name, value) for name, value in token.members.items()]


def _property(owner: JObject, name: str, value: JToken) -> JProperty:
    found = JProperty.__new__(JProperty)
    found.parent, found.name, found.token = owner, name, value
    return found


def _remove_from(owner: JObject, name: str) -> bool:
    removed = owner.members.pop(name, None)
    if removed is not None:
        removed.parent = None
    return removed is not None


def _add_content(owner: JContainer, content: object) -> None:
    if isinstance(owner, JArray):
        owner.append(to_token(content))
    elif isinstance(owner, JObject) and isinstance(content, JProperty):
        owner.add(content.name, content.token)
    elif isinstance(owner, JObject) and isinstance(content, JObject):
        for name, value in content:
            owner.add(name, value)
    else:
        kind = token_type(to_token(content))
        raise ArgumentException(
            f"Can not add Newtonsoft.Json.Linq.J{kind if kind == 'Array' else 'Value'} "
            f"to Newtonsoft.Json.Linq.{owner.__class__.__name__}."
        )


def _new_object(content: Sequence[object] | None) -> JObject:
    created = JObject()
    for item in given(content, "content"):
        _add_content(created, item)
    return created


def _new_array(content: Sequence[object] | None) -> JArray:
    """One array or enumerable given as the content is the content, as in Newtonsoft."""
    created = JArray()
    items = [None] if content is None else content
    if len(items) == 1 and isinstance(items[0], Array):
        items = items[0]
    for item in items:
        _add_content(created, item)
    return created


def _new_property(name: str, content: Sequence[object]) -> JProperty:
    return JProperty(given(name, "name"), to_token(content[0] if len(content) == 1 else _new_array(content)))


def _try_member(owner: JObject, name: str) -> tuple[bool, JToken | None]:
    return name in owner.members, owner.members.get(name)


def _set_property(owner: JProperty, value: JToken | None) -> None:
    token = owner.adopt(JValue(None) if value is None else value)
    if isinstance(owner.parent, JObject):
        owner.parent.set(owner.name, token)
    owner.token = token


def _parser[T](parse: Callable[[str], T]) -> Callable[[str | None], T]:
    def parsed(json: str | None) -> T:
        text = given(json, "s")
        # Tokens take some times the memory of their text
        allocate(len(text) * REFERENCE)
        return parse(text)

    return parsed


def _formatted(token: JToken, formatting: Formatting) -> str:
    return write_json(token, indented=formatting is Formatting.Indented)


# What becomes a JToken by itself
_TOKEN_VALUES = (
    "bool",
    "bool?",
    "DateTime",
    "decimal",
    "decimal?",
    "double",
    "double?",
    "Guid",
    "int",
    "int?",
    "long",
    "long?",
    "string",
    "TimeSpan",
)
_TOKEN = Definition(
    "class JToken : IEnumerable<JToken>",
    "Newtonsoft.Json.Linq.JToken",
    python=JToken,
    iterate=children,
    members={
        "JToken this[object key]": index_token,
        "JToken this[object key] { set; }": set_token,
        "bool HasValues": lambda token: bool(children(token)),
        "JToken First": _first,
        "JToken Parent": lambda token: token.parent,
        "JToken DeepClone()": lambda token: token.clone(),
        "JToken SelectToken(string path)": lambda token, path: select_token(token, given(path, "path")),
        "JToken SelectToken(string path, bool errorWhenNoMatch)": _select_strictly,
        "T ToObject<T>()": _value,
        "T Value<T>(object key)": _value_at,
        "T Value<T>()": _value,
        "string ToString()": to_string,
        "string ToString(Formatting formatting)": _formatted,
        "static JToken FromObject(object o)": to_token,
        "static JToken Parse(string json)": _parser(parse_json),
        "static bool DeepEquals(JToken t1, JToken t2)": lambda a, b: (
            a is b or (a is not None and b is not None and a.same(b))
        ),
        **{f"static implicit operator JToken({name} value)": to_token for name in _TOKEN_VALUES},
        **{f"static explicit operator {name}(JToken value)": cast for name, cast in _CASTS.items()},
    },
)
_CONTAINER = Definition(
    "class JContainer : JToken",
    "Newtonsoft.Json.Linq.JContainer",
    python=JContainer,
    members={
        "int Count": lambda token: len(children(token)),
        "void Add(object content)": _add_content,
    },
)
_OBJECT = Definition(
    "class JObject : JContainer, IEnumerable<KeyValuePair<string, JToken>>",
    "Newtonsoft.Json.Linq.JObject",
    python=JObject,
    iterate=lambda owner: pairs(owner.members),
    members={
        "new()": JObject,
        "new(params object[] content)": _new_object,
        "JToken this[string propertyName]": _member,
        "JToken this[string propertyName] { set; }": set_token,
        "bool ContainsKey(string propertyName)": lambda owner, name: given(name, "propertyName") in owner.members,
        "bool Remove(string propertyName)": _remove_from,
        "bool TryGetValue(string propertyName, out JToken value)": _try_member,
        "JToken GetValue(string propertyName)": _member,
        "JProperty Property(string name)": lambda owner, name: (
            _property(owner, name, owner.members[name]) if name in owner.members else None
        ),
        "void Add(string propertyName, JToken value)": lambda owner, name, value: owner.add(
            given(name, "name"), to_token(value)
        ),
        "static JObject Parse(string json)": _parser(parse_object),
        "static JObject FromObject(object o)": _as_class("JObject", JObject),
    },
)
_ARRAY = Definition(
    "class JArray : JContainer",
    "Newtonsoft.Json.Linq.JArray",
    python=JArray,
    members={
        "new()": JArray,
        "new(params object[] content)": _new_array,
        "JToken this[int index]": index_token,
        "JToken this[int index] { set; }": set_token,
        "void Add(JToken item)": lambda owner, item: owner.append(to_token(item)),
        "static JArray Parse(string json)": _parser(parse_array),
    },
)
_PROPERTY = Definition(
    "class JProperty : JContainer",
    "Newtonsoft.Json.Linq.JProperty",
    python=JProperty,
    members={
        "new(string name, object content)": lambda name, content: _new_property(name, [content]),
        "new(string name, params object[] content)": _new_property,
        "string Name": lambda owner: owner.name,
        "JToken Value": lambda owner: owner.token,
        "JToken Value { set; }": _set_property,
    },
)
_VALUE = Definition(
    "class JValue : JToken",
    "Newtonsoft.Json.Linq.JValue",
    python=JValue,
    members={
        "new(object value)": lambda value: JValue(to_token(value).plain()),
        "object Value": lambda token: token.value,
    },
)

_FORMATTING = enumeration("Newtonsoft.Json.Formatting", Formatting)

DEFINITIONS = (_FORMATTING, _TOKEN, _CONTAINER, _OBJECT, _ARRAY, _PROPERTY, _VALUE)
