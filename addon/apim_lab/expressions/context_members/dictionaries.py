"""`IReadOnlyDictionary`, as which `context` has its variables, headers and parameters, and `GetValueOrDefault`.

Source: api-management-policy-expressions.md, "Context variable".
"""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentNullException, KeyNotFoundException
from apim_lab.dotnet.values import Enumerable, KeyValuePair, pairs
from apim_lab.expressions.context_members.header_values import HeaderValues
from apim_lab.expressions.context_members.texts import inside

type Values = Mapping[Any, Any]


def _pairs(key: Type, value: Type) -> Callable[[Values], list[KeyValuePair]]:
    enumerated = pairs(key, value)
    return lambda values: enumerated({inside(name): inside(item) for name, item in values.items()})


def _item(values: Values, key: Any) -> Any:
    try:
        value = values[key]
    except KeyError:
        raise KeyNotFoundException(given(key, "key")) from None
    return code_units(value) if value.__class__ is str else value  # spelled out: most expressions come here


def _try_item(values: Values, key: Any) -> tuple[bool, Any]:
    return given(key, "key") in values, inside(values.get(key))


def _keys(values: Values) -> Enumerable[Any]:
    return Enumerable(lambda: map(inside, values))


def _values(values: Values) -> Enumerable[Any]:
    return Enumerable(lambda: map(inside, values.values()))


# ---- GetValueOrDefault -------------------------------------------------------------------------------------------


def _item_or_default(values: Values | None, key: str, default: Any = None) -> Any:
    if values is None:
        raise NullReferenceException
    return inside(values.get(given(key, "key"), default))


def _joined(values: Mapping[str, Array] | None, name: str, default: str | None) -> str | None:
    """All values of a header or query parameter, joined by a comma."""
    if values is None:
        raise NullReferenceException
    given(name, "key")
    if isinstance(values, HeaderValues):
        found = values.joined(name)
    else:
        found = ",".join(map(str, values[name])) if name in values else None
    return default if found is None else code_units(found)


def _variable(type_: TypeArgument) -> Callable[[Values | None, str, Any], Any]:
    """`GetValueOrDefault<T>`: throws if the variable is of another type, as the page says."""
    cast = type_.cast

    def variable(variables: Values | None, name: str, default: Any) -> Any:
        if variables is None:
            raise NullReferenceException
        return cast(inside(variables[name])) if given(name, "key") in variables else default

    return variable


def _any_item(_key: TypeArgument, _value: TypeArgument) -> Callable[..., Any]:
    """`GetValueOrDefault<TKey, TValue>`, the one of .NET: the value as it is, `jwt.Claims` gives an array."""
    default_value = _value.default

    def item(values: Values | None, key: Any, default: Any = default_value) -> Any:
        if values is None:
            raise ArgumentNullException("dictionary")
        return inside(values.get(given(key, "key"), default))

    return item


_VARIABLES = "this IReadOnlyDictionary<string, object> variables, string name"
_LISTS = "this IReadOnlyDictionary<string, string[]> values, string name"
_PARAMETERS = "this IReadOnlyDictionary<string, string> parameters, string name"
_ANY = "static TValue GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> dictionary, TKey key"

DEFINITIONS = (
    Definition(
        "interface IReadOnlyDictionary<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>",
        "System.Collections.Generic.IReadOnlyDictionary",
        python=dict,
        iterate=_pairs,
        selecting=frozenset({"this", "ContainsKey", "GetValueOrDefault", "TryGetValue"}),
        members={
            "TValue this[TKey key]": _item,
            "IEnumerable<TKey> Keys": _keys,
            "IEnumerable<TValue> Values": _values,
            "int Count": len,
            "bool ContainsKey(TKey key)": lambda values, key: given(key, "key") in values,
            "bool TryGetValue(TKey key, out TValue value)": _try_item,
        },
    ),
    Definition(
        "static class ExpressionExtensions",
        "ExpressionExtensions",
        members={
            f"static object GetValueOrDefault({_VARIABLES})": _item_or_default,
            f"static T GetValueOrDefault<T>({_VARIABLES}, T defaultValue = default)": _variable,
            f"static string GetValueOrDefault({_LISTS}, string defaultValue = null)": _joined,
            f"static string GetValueOrDefault({_PARAMETERS}, string defaultValue = null)": _item_or_default,
        },
    ),
    Definition(
        "static class CollectionExtensions",
        "System.Collections.Generic.CollectionExtensions",
        members={f"{_ANY})": _any_item, f"{_ANY}, TValue defaultValue)": _any_item},
    ),
)
