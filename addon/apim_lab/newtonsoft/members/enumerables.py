"""`JEnumerable<T>`, `IJEnumerable<T>` and the extension methods of `Newtonsoft.Json.Linq.Extensions`.

Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/Extensions.cs, Linq/JEnumerable.cs.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.values import Enumerable
from apim_lab.newtonsoft.access import item_at
from apim_lab.newtonsoft.conversions import value_conversion
from apim_lab.newtonsoft.members.making import check_constraint
from apim_lab.newtonsoft.navigation import ancestors, descendants, parent_of
from apim_lab.newtonsoft.sequences import TOKEN, JEnumerable
from apim_lab.newtonsoft.tokens import JObject, JToken, JValue

type Find = Callable[[JToken], Iterable[JToken]]
_CONTAINER = Type("JContainer", full_name="Newtonsoft.Json.Linq.JContainer")
_PROPERTY = Type("JProperty", full_name="Newtonsoft.Json.Linq.JProperty")


def _spreading(find: Find, base: Type = TOKEN) -> Callable[[TypeArgument], Callable[[Any], JEnumerable[JToken]]]:
    """An extension of a sequence of T: what `find` finds for each of them, one after the other."""

    def of_type(type_: TypeArgument) -> Callable[[Any], JEnumerable[JToken]]:
        check_constraint(type_, base)

        def spread(source: Any) -> JEnumerable[JToken]:
            given(source, "source")
            return JEnumerable(lambda: (found for token in type_.items(source) for found in find(token)))

        return spread

    return of_type


def _and_self(find: Find) -> Find:
    def found(token: JToken) -> Iterator[JToken]:
        yield token
        yield from find(token)

    return found


def _ancestors(token: JToken) -> Iterator[JToken]:
    return ancestors(parent_of(token))


def _properties(source: Iterable[JObject] | None) -> JEnumerable[JToken]:
    objects = given(source, "source")
    return JEnumerable(lambda: (found for owner in objects for found in owner), _PROPERTY)


def _as_enumerable(type_: TypeArgument) -> Callable[[Any], Any]:
    check_constraint(type_, TOKEN)

    def as_enumerable(source: Any) -> Any:
        if source is None or isinstance(source, JToken | JEnumerable):
            return source
        return JEnumerable(lambda: type_.items(source), type_.type)

    return as_enumerable


def _each_value(source: Iterable[JToken], key: object) -> Iterator[JToken]:
    """What is at the key in each token; without a key the children, of a value the value itself."""
    for token in given(source, "source"):
        if key is not None:
            found = item_at(token, key)
            if found is not None:
                yield found
        elif isinstance(token, JValue):
            yield token
        else:
            yield from token


def _values(source: Iterable[JToken], key: object = None) -> JEnumerable[JToken]:
    return JEnumerable(lambda: _each_value(source, key))


def _values_as(type_: TypeArgument) -> Callable[..., Enumerable[Any]]:
    convert = value_conversion(type_)

    def values(source: Iterable[JToken], key: object = None) -> Enumerable[Any]:
        return Enumerable(lambda: map(convert, _each_value(source, key)), type_.type)

    return values


def _children_as(source_type: TypeArgument, type_: TypeArgument) -> Callable[[Any], Enumerable[Any]]:
    check_constraint(source_type, TOKEN)
    convert = value_conversion(type_)

    def children(source: Any) -> Enumerable[Any]:
        tokens = given(source, "source")
        return Enumerable(
            lambda: (convert(child) for token in source_type.items(tokens) for child in token), type_.type
        )

    return children


def _value_as(type_: TypeArgument) -> Callable[[Any], Any]:
    """`Value<T>()`."""
    convert = value_conversion(type_)

    def value(token: Any) -> Any:
        if not isinstance(given(token), JToken):
            raise ArgumentException("Source value must be a JToken.")
        return convert(token)

    return value


def _value_of_as(source_type: TypeArgument, type_: TypeArgument) -> Callable[[Any], Any]:
    check_constraint(source_type, TOKEN)
    return _value_as(type_)


_EXTENSIONS = {
    "static IJEnumerable<JToken> Ancestors<T>(this IEnumerable<T> source)": _spreading(_ancestors),
    "static IJEnumerable<JToken> AncestorsAndSelf<T>(this IEnumerable<T> source)": _spreading(ancestors),
    "static IJEnumerable<JToken> AsJEnumerable(this IEnumerable<JToken> source)": lambda source: (
        source if source is None or isinstance(source, JToken | JEnumerable) else JEnumerable(lambda: source)
    ),
    "static IJEnumerable<T> AsJEnumerable<T>(this IEnumerable<T> source)": _as_enumerable,
    "static IJEnumerable<JToken> Children<T>(this IEnumerable<T> source)": _spreading(lambda token: token),
    "static IEnumerable<U> Children<T, U>(this IEnumerable<T> source)": _children_as,
    "static IJEnumerable<JToken> Descendants<T>(this IEnumerable<T> source)": _spreading(descendants, _CONTAINER),
    "static IJEnumerable<JToken> DescendantsAndSelf<T>(this IEnumerable<T> source)": _spreading(
        _and_self(descendants), _CONTAINER
    ),
    "static IJEnumerable<JProperty> Properties(this IEnumerable<JObject> source)": _properties,
    "static U Value<U>(this IEnumerable<JToken> value)": _value_as,
    "static U Value<T, U>(this IEnumerable<T> value)": _value_of_as,
    "static IJEnumerable<JToken> Values(this IEnumerable<JToken> source)": _values,
    "static IJEnumerable<JToken> Values(this IEnumerable<JToken> source, object key)": _values,
    "static IEnumerable<U> Values<U>(this IEnumerable<JToken> source)": _values_as,
    "static IEnumerable<U> Values<U>(this IEnumerable<JToken> source, object key)": _values_as,
}

_INTERFACE = Definition(
    "interface IJEnumerable<out T> : IEnumerable<T>",
    "Newtonsoft.Json.Linq.IJEnumerable",
    members={"IJEnumerable<JToken> this[object key]": _values, **_EXTENSIONS},
)
_ENUMERABLE = Definition(
    "struct JEnumerable<T> : IJEnumerable<T>",
    "Newtonsoft.Json.Linq.JEnumerable",
    default=lambda type_, _: JEnumerable(tuple, type_),
    iterate=lambda _: iter,
    members={"IJEnumerable<JToken> this[object key]": _values},
)

DEFINITIONS = (_ENUMERABLE, _INTERFACE)
