"""`JToken`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JToken.cs."""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.values import Int64
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.values import Enumerable, Formatting
from apim_lab.newtonsoft.access import item_at, set_item
from apim_lab.newtonsoft.conversions import OPERATORS, value_conversion
from apim_lab.newtonsoft.members.making import check_constraint, parser
from apim_lab.newtonsoft.members.settings import CONVERTER, LOAD_SETTINGS, SELECT_SETTINGS
from apim_lab.newtonsoft.navigation import (
    ancestors,
    first_of,
    last_of,
    neighbour,
    no_children,
    parent_of,
    path_of,
    siblings_of,
)
from apim_lab.newtonsoft.paths.json_path import select_token, select_tokens
from apim_lab.newtonsoft.sequences import TOKEN, JEnumerable, tokens
from apim_lab.newtonsoft.serializer.reading import object_as
from apim_lab.newtonsoft.serializer.writing import token_from
from apim_lab.newtonsoft.text.parsing import parse_json
from apim_lab.newtonsoft.token_types import BYTES, STRING
from apim_lab.newtonsoft.tokens import JContainer, JToken, JValue, insert_content, root_of, write_json


def _formatted(token: JToken, formatting: Formatting, _converters: object = None) -> str:
    return write_json(token, indented=formatting is Formatting.Indented)


def _value_at(type_: TypeArgument) -> Callable[[JToken, object], Any]:
    """`Value<T>(key)`: `default(T)` for what is missing."""
    convert, default = value_conversion(type_), type_.default

    def value_at(token: JToken, key: object) -> Any:
        found = item_at(token, key)
        return default if found is None else convert(found)

    return value_at


def _values(type_: TypeArgument) -> Callable[[JToken], Enumerable[Any]]:
    """`Values<T>()`: the children, each as by `Value<T>`."""
    convert = value_conversion(type_)

    def values(token: JToken) -> Enumerable[Any]:
        if not isinstance(token, JContainer):
            raise no_children(token)
        return Enumerable(lambda: (convert(child) for child in token), type_.type)

    return values


def _children(type_: TypeArgument) -> Callable[[JToken], JEnumerable[Any]]:
    """`Children<T>()`: those that are a T."""
    check_constraint(type_, TOKEN)

    def children(token: JToken) -> JEnumerable[Any]:
        return JEnumerable(lambda: (child for child in token if type_.is_instance(child)), type_.type)

    return children


def _select_tokens(token: JToken, path: str, strict: bool = False) -> Enumerable[JToken]:
    return tokens(lambda: select_tokens(token, given(path, "path"), strict=strict))


def _select_token(token: JToken, path: str, strict: bool = False) -> JToken | None:
    return select_token(token, given(path, "path"), strict=strict)


def _owner(token: JToken) -> JContainer:
    parent = parent_of(token)
    if parent is None:
        raise InvalidOperationException("The parent is missing.")
    return parent


def _add_beside(token: JToken, content: object, offset: int) -> None:
    owner = _owner(token)
    insert_content(owner, owner.index_of(token) + offset, content)


def _replace(token: JToken, value: JToken | None) -> None:
    owner = _owner(token)
    owner.replace_at(owner.index_of(token), value)


def _deep_equals(left: JToken | None, right: JToken | None) -> bool:
    return left is right or (left is not None and right is not None and left.equals(right))


# What becomes a JToken by itself, by the C# type
_INTEGERS = ("byte", "int", "long", "sbyte", "short", "uint", "ushort")
_OTHER_VALUES = ("bool", "DateTime", "DateTimeOffset", "decimal", "double", "float", "Guid", "TimeSpan", "ulong")


def _implicit(*types: str) -> dict[str, Callable[[Any], JToken]]:
    """The implicit operators from `T` and from `T?` to JToken."""
    rows: dict[str, Callable[[Any], JToken]] = {}
    for name in types:
        rows[f"static implicit operator JToken({name} value)"] = _integer if name in _INTEGERS else JValue
        rows[f"static implicit operator JToken({name}? value)"] = JValue
    return rows


def _integer(value: int) -> JValue:
    return JValue(Int64(value))


def string_value(value: str | None) -> JValue:
    """A null text is a String without a value, not Null."""
    return JValue(value, STRING)


def _bytes_value(value: object) -> JValue:
    return JValue(value, BYTES)


_TOKEN = Definition(
    "class JToken : IJEnumerable<JToken>",
    "Newtonsoft.Json.Linq.JToken",
    python=JToken,
    members={
        "JToken this[object key]": item_at,
        "JToken this[object key] { set; }": set_item,
        "bool HasValues": lambda token: isinstance(token, JContainer) and len(token) > 0,
        "JToken First": first_of,
        "JToken Last": last_of,
        "JToken Next": lambda token: neighbour(token, 1),
        "JToken Previous": lambda token: neighbour(token, -1),
        "JContainer Parent": parent_of,
        "JToken Root": root_of,
        "JTokenType Type": lambda token: token.type,
        "string Path": path_of,
        "IEnumerable<JToken> AfterSelf()": lambda token: siblings_of(token, after=True),
        "IEnumerable<JToken> Ancestors()": lambda token: tokens(lambda: ancestors(parent_of(token))),
        "IEnumerable<JToken> AncestorsAndSelf()": lambda token: tokens(lambda: ancestors(token)),
        "IEnumerable<JToken> BeforeSelf()": lambda token: siblings_of(token, after=False),
        "JEnumerable<JToken> Children()": lambda token: JEnumerable(lambda: token),
        "JEnumerable<T> Children<T>()": _children,
        "IEnumerable<JToken> SelectTokens(string path)": _select_tokens,
        "IEnumerable<JToken> SelectTokens(string path, bool errorWhenNoMatch)": _select_tokens,
        f"IEnumerable<JToken> SelectTokens(string path, {SELECT_SETTINGS} settings)": _select_tokens,
        "IEnumerable<T> Values<T>()": _values,
        "JToken DeepClone()": lambda token: token.clone(),
        "JToken SelectToken(string path)": _select_token,
        "JToken SelectToken(string path, bool errorWhenNoMatch)": _select_token,
        f"JToken SelectToken(string path, {SELECT_SETTINGS} settings)": _select_token,
        "T ToObject<T>()": object_as,
        "T Value<T>(object key)": _value_at,
        "string ToString()": to_string,
        f"string ToString(Formatting formatting, params {CONVERTER}[] converters)": _formatted,
        "void AddAfterSelf(object content)": lambda token, content: _add_beside(token, content, 1),
        "void AddBeforeSelf(object content)": lambda token, content: _add_beside(token, content, 0),
        "void Remove()": lambda token: _owner(token).remove(token),
        "void Replace(JToken value)": _replace,
        "static JToken FromObject(object o)": token_from,
        "static JToken Parse(string json)": parser(parse_json),
        f"static JToken Parse(string json, {LOAD_SETTINGS} settings)": lambda json, _: parser(parse_json)(json),
        "static bool DeepEquals(JToken t1, JToken t2)": _deep_equals,
        **_implicit(*_INTEGERS, *_OTHER_VALUES),
        "static implicit operator JToken(byte[] value)": _bytes_value,
        "static implicit operator JToken(string value)": string_value,
        **{f"static explicit operator {name}(JToken value)": cast for name, cast in OPERATORS.items()},
    },
)

DEFINITIONS = (_TOKEN,)
