"""`System.Enum`, the base of enumerations. Source: learn.microsoft.com/dotnet/api/system.enum, and .NET Core 3.1."""

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.runtime.enumerations import member
from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.numbers import INTEGRAL
from apim_lab.csharp.runtime.numeric_conversions import NOUNS
from apim_lab.csharp.runtime.runtime_types import RuntimeType, runtime_type
from apim_lab.csharp.runtime.values import Array, type_of
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import INT, STRING
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.conversion.type_codes import TypeCode
from apim_lab.dotnet.enumerations import ENUMERATIONS
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.formatting import format_value
from apim_lab.dotnet.text.characters import WHITE_SPACE

_Enumeration = type[enum.Enum]
_NUMBER = re.compile(r"[+-]?[0-9]+")


def _class(type_: RuntimeType | None, parameter: str = "enumType") -> _Enumeration:
    found = ENUMERATIONS.get(given(type_, parameter).full_name)
    if found is None:
        raise ArgumentException("Type provided must be an Enum.", parameter)
    return found


def _name(enumeration: _Enumeration) -> str:
    return next(name for name, found in ENUMERATIONS.items() if found is enumeration)


# ---- reading -----------------------------------------------------------------------------------------------------


def _parsed(enumeration: _Enumeration, text: str | None, *, ignore_case: bool = False) -> enum.Enum:
    """Names of members, or a number; several names make up one value."""
    whole = given(text)
    text = whole.strip(WHITE_SPACE)
    if not text:
        raise ArgumentException("Must specify valid information for parsing in the string.", "value")
    if _NUMBER.fullmatch(text):
        return member(enumeration, _checked(int(text)))
    named = {_folded(found.name, ignore_case): found.value for found in reversed(list(enumeration))}
    number = 0
    for name in text.split(",", _MAX_NAMES):
        value = named.get(_folded(name.strip(WHITE_SPACE), ignore_case))
        if value is None:
            raise ArgumentException(f"Requested value '{whole}' was not found.")
        number |= value
    return member(enumeration, number)


# That make up one value; .NET has no limit
_MAX_NAMES = 1_000


def _folded(name: str, ignore_case: bool) -> str:
    return name.lower() if ignore_case else name


def _checked(number: int) -> int:
    if not -(2**31) <= number < 2**31:
        raise OverflowException(f"Value was either too large or too small for {NOUNS['int']}.")
    return number


def _parse(type_: RuntimeType | None, text: str | None, ignore_case: bool = False) -> enum.Enum:
    return _parsed(_class(type_), text, ignore_case=ignore_case)


def _try(
    enumeration: _Enumeration, text: str | None, ignore_case: bool, default: enum.Enum | None
) -> tuple[bool, enum.Enum | None]:
    try:
        return (False, default) if text is None else (True, _parsed(enumeration, text, ignore_case=ignore_case))
    except (ArgumentException, OverflowException):
        return False, default


def _try_parse(type_: RuntimeType | None, text: str | None, ignore_case: bool = False) -> tuple[bool, enum.Enum | None]:
    return _try(_class(type_), text, ignore_case, None)


def _enumeration_of(argument: TypeArgument) -> _Enumeration:
    found = ENUMERATIONS.get(argument.library.named(argument.type).full_name)
    if found is None:
        raise UnsupportedType(f"'{argument}' is no enumeration")
    return found


def _generic_parse(argument: TypeArgument) -> Callable[..., enum.Enum]:
    enumeration = _enumeration_of(argument)
    return lambda text, ignore_case=False: _parsed(enumeration, text, ignore_case=ignore_case)


def _generic_try_parse(argument: TypeArgument) -> Callable[..., tuple[bool, enum.Enum | None]]:
    enumeration = _enumeration_of(argument)
    default = member(enumeration, 0)
    return lambda text, ignore_case=False: _try(enumeration, text, ignore_case, default)


# ---- members by type ---------------------------------------------------------------------------------------------


def _sorted(enumeration: _Enumeration) -> Sequence[enum.Enum]:
    """By their numbers, those without a sign."""
    return sorted(enumeration, key=lambda found: found.value % 2**32)


def _names(type_: RuntimeType | None) -> Array:
    return Array([found.name for found in _sorted(_class(type_))], STRING)


def _values(type_: RuntimeType | None) -> Array:
    enumeration = _class(type_)
    return Array(_sorted(enumeration), given(type_).described)


def _number(enumeration: _Enumeration, value: Any) -> int:
    """The number of a value that may be one of the enumeration."""
    if isinstance(value, enum.Enum):
        if not isinstance(value, enumeration):
            raise ArgumentException(
                f"Object must be the same type as the enum. The type passed in was '{_name(type(value))}'; "
                f"the enum type was '{_name(enumeration)}'."
            )
        return int(value.value)
    return int(value)


def _name_of(type_: RuntimeType | None, value: Any) -> str | None:
    enumeration = _class(type_)
    if value.__class__ not in INTEGRAL and not isinstance(given(value), enum.Enum):
        raise ArgumentException(
            "The value passed in must be an enum base or an underlying type for an enum, such as an Int32.", "value"
        )
    number = int(value.value if isinstance(value, enum.Enum) else value)
    return next((found.name for found in enumeration if found.value == number), None)


def _is_defined(type_: RuntimeType | None, value: object) -> bool:
    enumeration = _class(type_)
    if isinstance(given(value), str):
        return value in enumeration.__members__
    if not isinstance(value, enum.Enum) and value.__class__ is not int:
        raise ArgumentException(
            "Enum underlying type and the object must be same type or object must be a String. Type passed in was "
            f"'{type_of(value).runtime_name}'; the enum underlying type was 'System.Int32'."
        )
    return any(found.value == _number(enumeration, value) for found in enumeration)


def _to_object(type_: RuntimeType | None, value: object) -> enum.Enum:
    number: Any = given(value).value if isinstance(value, enum.Enum) else given(value)
    if number.__class__ is not bool and number.__class__ not in INTEGRAL:
        message = "The value passed in must be an enum base or an underlying type for an enum, such as an Int32."
        raise ArgumentException(message, "value")
    number = int(number)
    return member(_class(type_), (number + 2**31) % 2**32 - 2**31)


# ---- members of values -------------------------------------------------------------------------------------------


def _has_flag(value: enum.Enum, flag: enum.Enum | None) -> bool:
    flag = given(flag, "flag")
    if type(flag) is not type(value):
        raise ArgumentException(
            f"The argument type, '{_name(type(flag))}', is not the same as the enum type '{_name(type(value))}'."
        )
    return bool(value.value & flag.value == flag.value)


def _compared_to(value: enum.Enum, target: Any) -> int:
    if target is None:
        return 1
    if type(target) is not type(value):
        name = _name(type(target)) if isinstance(target, enum.Enum) else type_of(target).runtime_name
        raise ArgumentException(
            f"Object must be the same type as the enum. The type passed in was '{name}'; the enum type was "
            f"'{_name(type(value))}'."
        )
    return int(value.value > target.value) - int(value.value < target.value)


_INTEGERS = ("sbyte", "byte", "short", "ushort", "int", "uint", "long", "ulong")
_MEMBERS: Mapping[str, Any] = {
    "bool HasFlag(Enum flag)": _has_flag,
    "int CompareTo(object target)": _compared_to,
    "string ToString(string format)": format_value,
    "string ToString(IFormatProvider provider)": lambda value, _provider: format_value(value, ""),
    "string ToString(string format, IFormatProvider provider)": lambda value, format_, _: format_value(value, format_),
    "TypeCode GetTypeCode()": lambda _value: TypeCode.Int32,
    "static object Parse(Type enumType, string value)": _parse,
    "static object Parse(Type enumType, string value, bool ignoreCase)": _parse,
    "static bool TryParse(Type enumType, string value, out object result)": _try_parse,
    "static bool TryParse(Type enumType, string value, bool ignoreCase, out object result)": _try_parse,
    "static TEnum Parse<TEnum>(string value)": _generic_parse,
    "static TEnum Parse<TEnum>(string value, bool ignoreCase)": _generic_parse,
    "static bool TryParse<TEnum>(string value, out TEnum result)": _generic_try_parse,
    "static bool TryParse<TEnum>(string value, bool ignoreCase, out TEnum result)": _generic_try_parse,
    "static string GetName(Type enumType, object value)": _name_of,
    "static string[] GetNames(Type enumType)": _names,
    "static Array GetValues(Type enumType)": _values,
    "static bool IsDefined(Type enumType, object value)": _is_defined,
    "static Type GetUnderlyingType(Type enumType)": lambda type_: _class(type_) and runtime_type(INT),
    "static object ToObject(Type enumType, object value)": _to_object,
    **{f"static object ToObject(Type enumType, {keyword} value)": _to_object for keyword in _INTEGERS},
}
DEFINITIONS = (Definition("class Enum", "System.Enum", members=_MEMBERS),)
