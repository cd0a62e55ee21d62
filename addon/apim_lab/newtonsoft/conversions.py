"""From tokens to .NET values: casts and `Value<T>()`.

Source: Newtonsoft.Json 13.0.1, Linq/JToken.cs, Linq/Extensions.cs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import InvalidCastException
from apim_lab.csharp.runtime.values import Char
from apim_lab.csharp.types import OBJECT, underlying
from apim_lab.dotnet.arguments import given
from apim_lab.newtonsoft.casts import BYTES_CAST, CASTS, CONVERSIONS, STRING_CAST, Cast
from apim_lab.newtonsoft.token_types import BYTES, DATE, GUID, STRING, TIME_SPAN, BigInteger, class_name, value_type
from apim_lab.newtonsoft.tokens import JProperty, JToken, JValue

type Convert = Callable[[Any], Any]


def _value_of(cast: Cast, token: JToken) -> JValue:
    """The value to cast, for a property its value. Raises ArgumentException for an object or an array."""
    value = token.value if isinstance(token, JProperty) else token
    if not isinstance(value, JValue):
        raise cast.refusal(value.type)
    return value


def _casting(cast: Cast) -> Convert:
    def to_value(token: JToken | None) -> Any:
        value = _value_of(cast, given(token))
        return cast.to_value(value.type, value.value)

    return to_value


def _casting_to_nullable(cast: Cast) -> Convert:
    def to_nullable(token: JToken | None) -> Any:
        if token is None:
            return None
        value = _value_of(cast, token)
        return cast.to_nullable(value.type, value.value)

    return to_nullable


def _casting_to_bytes(token: JToken | None) -> Any:
    if token is None:
        return None
    value = _value_of(BYTES_CAST, token)
    return BYTES_CAST.to_value(value.type, value.value)


text_of = _casting_to_nullable(STRING_CAST)
"""`(string)token`: null for null; raises ArgumentException for an object or an array."""

# The explicit operators of JToken, by the C# type
OPERATORS: Mapping[str, Convert] = {
    "byte[]": _casting_to_bytes,
    "string": text_of,
    **{name: _casting(cast) for name, cast in CASTS.items()},
    **{f"{name}?": _casting_to_nullable(cast) for name, cast in CASTS.items()},
}


def value_conversion(type_: TypeArgument) -> Convert:
    """What `Value<T>` makes of a token: itself if it is a T, otherwise what `Convert.ChangeType` makes of its value."""
    if type_.type == OBJECT:
        return lambda token: token
    change = _change_to(type_)
    class_ = token_class(type_)

    def convert(token: JToken) -> Any:
        if class_ is not None and isinstance(token, class_):
            return token
        if not isinstance(token, JValue):
            raise InvalidCastException(f"Cannot cast {class_name(token)} to Newtonsoft.Json.Linq.JToken.")
        return change(token.value)

    return convert


def token_class(type_: TypeArgument) -> type[JToken] | None:
    """The Python class of a type of tokens; None for any other type."""
    found = type_.library.definition(type_.type)
    return found.python if found and found.python and issubclass(found.python, JToken) else None


def _change_to(type_: TypeArgument) -> Convert:
    target = underlying(type_.type)
    cast = STRING_CAST if target.name == "string" else CONVERSIONS.get(target.name)
    is_value, name = type_.library.is_value(type_.type), type_.library.runtime_name(target)

    def change(value: Any) -> Any:
        if value is None:
            if is_value:
                raise InvalidCastException("Null object cannot be converted to a value type.")
            return None
        if type_.library.type_of(value) == target:
            return value
        return _changed(value, name, cast)

    return change


def _changed(value: Any, name: str, cast: Cast | None) -> Any:
    kind = value_type(value) if value.__class__ is not Char else STRING
    if kind in _NOT_CONVERTIBLE or isinstance(value, BigInteger):
        raise InvalidCastException("Object must implement IConvertible.")
    if cast is None:
        raise InvalidCastException(f"Invalid cast from '{class_name(value)}' to '{name}'.")
    is_date, is_text = cast.target == "DateTime", cast is STRING_CAST
    if (is_date and kind is not STRING) or (kind is DATE and not is_text):
        source = class_name(value).removeprefix("System.")
        raise InvalidCastException(f"Invalid cast from '{source}' to '{cast.target}'.")
    return cast.convert(value)


_NOT_CONVERTIBLE = frozenset({BYTES, GUID, TIME_SPAN})
