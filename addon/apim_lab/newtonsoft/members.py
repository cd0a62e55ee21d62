"""The types of Newtonsoft.Json.Linq and their members. Source: newtonsoft.com/json/help."""

from collections.abc import Callable, Iterator
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.values import Int64
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.formatting import format_value, to_string
from apim_lab.dotnet.text.comparison import StringComparison
from apim_lab.dotnet.text.searches import given
from apim_lab.dotnet.values import Enumerable, Formatting
from apim_lab.newtonsoft.access import item_at, member, set_item
from apim_lab.newtonsoft.conversions import OPERATORS, value_as, value_conversion
from apim_lab.newtonsoft.merge import merge
from apim_lab.newtonsoft.navigation import (
    ancestors,
    descendants,
    first_of,
    last_of,
    neighbour,
    no_children,
    parent_of,
    path_of,
    siblings_of,
)
from apim_lab.newtonsoft.paths.json_path import select_token, select_tokens
from apim_lab.newtonsoft.serialization import container_from, object_as, token_from
from apim_lab.newtonsoft.text.parsing import parse_array, parse_json, parse_object
from apim_lab.newtonsoft.token_types import COMMENT, NULL, STRING, UNDEFINED, BigInteger, JTokenType
from apim_lab.newtonsoft.tokens import (
    JArray,
    JConstructor,
    JContainer,
    JObject,
    JProperty,
    JToken,
    JValue,
    add_content,
    insert_content,
    new_property,
    property_of,
    root_of,
    write_json,
)


def _parser[T](parse: Callable[[str], T]) -> Callable[[str | None], T]:
    return lambda text: parse(given(text, "s"))


def _formatted(token: JToken, formatting: Formatting) -> str:
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
        return Enumerable(lambda: (convert(child) for child in token))

    return values


def _select_tokens(token: JToken, path: str, strict: bool = False) -> Enumerable[JToken]:
    return Enumerable(lambda: select_tokens(token, given(path, "path"), strict=strict))


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
_OTHER_VALUES = ("bool", "DateTime", "decimal", "double", "float", "Guid", "TimeSpan", "ulong")


def _implicit(*types: str) -> dict[str, Callable[[Any], JToken]]:
    """The operators that make a token of a value, and of one that may be null."""
    rows: dict[str, Callable[[Any], JToken]] = {}
    for name in types:
        rows[f"static implicit operator JToken({name} value)"] = _integer if name in _INTEGERS else JValue
        rows[f"static implicit operator JToken({name}? value)"] = JValue
    return rows


def _integer(value: int) -> JValue:
    return JValue(Int64(value))


def _string(value: str | None) -> JValue:
    """A null text is a String without a value, not Null."""
    return JValue(value, STRING)


_TOKEN = Definition(
    "class JToken : IEnumerable<JToken>",
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
        "IEnumerable<JToken> Ancestors()": lambda token: Enumerable(lambda: ancestors(parent_of(token))),
        "IEnumerable<JToken> AncestorsAndSelf()": lambda token: Enumerable(lambda: ancestors(token)),
        "IEnumerable<JToken> BeforeSelf()": lambda token: siblings_of(token, after=False),
        "IEnumerable<JToken> Children()": lambda token: Enumerable(lambda: token),
        "IEnumerable<JToken> SelectTokens(string path)": _select_tokens,
        "IEnumerable<JToken> SelectTokens(string path, bool errorWhenNoMatch)": _select_tokens,
        "IEnumerable<T> Values<T>()": _values,
        "JToken DeepClone()": lambda token: token.clone(),
        "JToken SelectToken(string path)": lambda token, path: select_token(token, given(path, "path")),
        "JToken SelectToken(string path, bool errorWhenNoMatch)": lambda token, path, strict: select_token(
            token, given(path, "path"), strict=strict
        ),
        "T ToObject<T>()": object_as,
        "T Value<T>(object key)": _value_at,
        "static T Value<T>(this IEnumerable<JToken> value)": value_as,
        "string ToString()": to_string,
        "string ToString(Formatting formatting)": _formatted,
        "void AddAfterSelf(object content)": lambda token, content: _add_beside(token, content, 1),
        "void AddBeforeSelf(object content)": lambda token, content: _add_beside(token, content, 0),
        "void Remove()": lambda token: _owner(token).remove(token),
        "void Replace(JToken value)": _replace,
        "static JToken FromObject(object o)": token_from,
        "static JToken Parse(string json)": _parser(parse_json),
        "static bool DeepEquals(JToken t1, JToken t2)": _deep_equals,
        **_implicit(*_INTEGERS, *_OTHER_VALUES),
        "static implicit operator JToken(string value)": _string,
        **{f"static explicit operator {name}(JToken value)": cast for name, cast in OPERATORS.items()},
    },
)


def _descendants_and_self(token: JToken) -> Iterator[JToken]:
    yield token
    yield from descendants(token)


def _replace_all(owner: JContainer, content: object) -> None:
    owner.clear()
    add_content(owner, content)


_CONTAINER = Definition(
    "class JContainer : JToken",
    "Newtonsoft.Json.Linq.JContainer",
    python=JContainer,
    members={
        "int Count": len,
        "IEnumerable<JToken> Descendants()": lambda owner: Enumerable(lambda: descendants(owner)),
        "IEnumerable<JToken> DescendantsAndSelf()": lambda owner: Enumerable(lambda: _descendants_and_self(owner)),
        "void Add(object content)": add_content,
        "void AddFirst(object content)": lambda owner, content: insert_content(owner, 0, content),
        "void Merge(object content)": merge,
        "void RemoveAll()": lambda owner: owner.clear(),
        "void ReplaceAll(object content)": _replace_all,
    },
)


def _new[T: JContainer](class_: Callable[[], T]) -> Callable[[object], T]:
    """`new JObject(content)` and `new JArray(content)`."""

    def make(content: object) -> T:
        created = class_()
        add_content(created, content)
        return created

    return make


def _copied[T: JToken](other: T | None) -> JToken:
    return given(other, "other").clone()


def _property_ignoring(owner: JObject, name: str | None, comparison: StringComparison) -> JProperty | None:
    found = owner.property(name)
    if found is not None or name is None or not comparison.name.endswith("IgnoreCase"):
        return found
    folded = name.upper()
    return owner.property(next((key for key in owner.members if key.upper() == folded), None))


def _value_ignoring(owner: JObject, name: str | None, comparison: StringComparison) -> JToken | None:
    found = _property_ignoring(owner, name, comparison)
    return None if found is None else found.value


def _try_value(owner: JObject, name: str | None, comparison: StringComparison) -> tuple[bool, JToken | None]:
    found = _value_ignoring(owner, name, comparison)
    return found is not None, found


def _property_values(owner: JObject) -> Enumerable[JToken]:
    return Enumerable(lambda: (item.value for item in owner.children()))


def _add_member(owner: JObject, name: str | None, value: JToken | None) -> None:
    owner.append(new_property(name, value))


def _member_or_null(owner: JObject, name: str | None) -> JToken | None:
    return None if name is None else owner.members.get(name)


_OBJECT = Definition(
    "class JObject : JContainer, IEnumerable<KeyValuePair<string, JToken>>",
    "Newtonsoft.Json.Linq.JObject",
    python=JObject,
    iterate=JObject.pairs,
    members={
        "new()": JObject,
        "new(JObject other)": _copied,
        "new(params object[] content)": _new(JObject),
        "new(object content)": _new(JObject),
        "JToken this[string propertyName]": member,
        "JToken this[string propertyName] { set; }": JObject.set,
        "IEnumerable<JProperty> Properties()": lambda owner: Enumerable(lambda: owner),
        "IEnumerable<JToken> PropertyValues()": _property_values,
        "bool ContainsKey(string propertyName)": lambda owner, name: given(name, "propertyName") in owner.members,
        "bool Remove(string propertyName)": JObject.remove_named,
        "bool TryGetValue(string propertyName, out JToken value)": lambda owner, name: (
            name in owner.members,
            owner.members.get(name),
        ),
        "bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)": _try_value,
        "JToken GetValue(string propertyName)": _member_or_null,
        "JToken GetValue(string propertyName, StringComparison comparison)": _value_ignoring,
        "JProperty Property(string name)": JObject.property,
        "JProperty Property(string name, StringComparison comparison)": _property_ignoring,
        "void Add(string propertyName, JToken value)": lambda owner, name, value: owner.append(
            new_property(name, value)
        ),
        "static JObject Parse(string json)": _parser(parse_object),
        "static JObject FromObject(object o)": container_from(JObject),
    },
)


def _insert(owner: JArray, index: int, item: JToken | None) -> None:
    owner.insert(index, JValue(None, NULL) if item is None else item)


_ARRAY = Definition(
    "class JArray : JContainer",
    "Newtonsoft.Json.Linq.JArray",
    python=JArray,
    members={
        "new()": JArray,
        "new(JArray other)": _copied,
        "new(params object[] content)": _new(JArray),
        "new(object content)": _new(JArray),
        "JToken this[int index]": JArray.at,
        "JToken this[int index] { set; }": JArray.replace_at,
        "bool Contains(JToken item)": lambda owner, item: owner.index_of(item) >= 0,
        "bool Remove(JToken item)": JArray.remove,
        "int IndexOf(JToken item)": JArray.index_of,
        "void Add(JToken item)": add_content,
        "void Clear()": JArray.clear,
        "void Insert(int index, JToken item)": _insert,
        "void RemoveAt(int index)": JArray.remove_at,
        "static JArray FromObject(object o)": container_from(JArray),
        "static JArray Parse(string json)": _parser(parse_array),
    },
)
_CONSTRUCTOR = Definition(
    "class JConstructor : JContainer",
    "Newtonsoft.Json.Linq.JConstructor",
    python=JConstructor,
    members={"string Name": lambda owner: owner.name},
)
_PROPERTY = Definition(
    "class JProperty : JContainer",
    "Newtonsoft.Json.Linq.JProperty",
    python=JProperty,
    members={
        "new(JProperty other)": _copied,
        "new(string name, params object[] content)": property_of,
        "new(string name, object content)": property_of,
        "string Name": lambda owner: owner.name,
        "JToken Value": lambda owner: owner.value,
        "JToken Value { set; }": lambda owner, value: owner.replace_at(0, value),
    },
)


_VALUE = Definition(
    "class JValue : JToken",
    "Newtonsoft.Json.Linq.JValue",
    python=JValue,
    members={
        "new(JValue other)": _copied,
        "new(long value)": JValue,
        "new(ulong value)": JValue,
        "new(decimal value)": JValue,
        "new(float value)": JValue,
        "new(double value)": JValue,
        "new(bool value)": JValue,
        "new(char value)": lambda value: JValue(value, STRING),
        "new(string value)": _string,
        "new(DateTime value)": JValue,
        "new(Guid value)": JValue,
        "new(TimeSpan value)": JValue,
        "new(object value)": JValue,
        "object Value": lambda token: token.value,
        "object Value { set; }": JValue.assign,
        "bool Equals(JValue other)": lambda token, other: other is not None and token.equals(other),
        "int CompareTo(JValue obj)": lambda token, other: 1 if other is None else token.compare_to(other),
        "string ToString(string format)": format_value,
        "static JValue CreateComment(string value)": lambda value: JValue(value, COMMENT),
        "static JValue CreateNull()": lambda: JValue(None, NULL),
        "static JValue CreateString(string value)": _string,
        "static JValue CreateUndefined()": lambda: JValue(None, UNDEFINED),
    },
)

_BIG_INTEGER = Definition("struct BigInteger", "System.Numerics.BigInteger", python=BigInteger, default=BigInteger())
_FORMATTING = enumeration("Newtonsoft.Json.Formatting", Formatting)
_TOKEN_TYPE = enumeration("Newtonsoft.Json.Linq.JTokenType", JTokenType)

DEFINITIONS = (
    _ARRAY,
    _BIG_INTEGER,
    _CONSTRUCTOR,
    _CONTAINER,
    _FORMATTING,
    _OBJECT,
    _PROPERTY,
    _TOKEN,
    _TOKEN_TYPE,
    _VALUE,
)
