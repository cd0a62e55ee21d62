"""`System.Convert` as expressions see it. Source: learn.microsoft.com/dotnet/api/system.convert."""

from collections.abc import Callable
from functools import partial
from typing import Any

from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.symbols.definitions import Definition, OfLibrary
from apim_lab.dotnet.conversion.base64 import BASE64, Base64FormattingOptions
from apim_lab.dotnet.conversion.change_type import change_to, change_type
from apim_lab.dotnet.conversion.convert import NAMES, convert_to, one_character, to_date_time
from apim_lab.dotnet.conversion.number_bases import from_base, to_base
from apim_lab.dotnet.conversion.type_codes import TypeCode, type_code
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.formatting import to_string

_Table = dict[str, Callable[..., Any]]
# The types of which each method has an overload, those of `object` and `string` apart
_SOURCES = (*NAMES, "DateTime")


def _conversions(target: str, name: str, convert: Callable[[Any], Any]) -> _Table:
    """`ToInt32` and its like, with or without the culture, which is always the invariant one."""
    return {
        **{f"static {target} To{name}({source} value)": convert for source in (*_SOURCES, "string", "object")},
        **{
            f"static {target} To{name}({source} value, IFormatProvider provider)": lambda value, _: convert(value)
            for source in ("string", "object")
        },
    }


def _texts() -> _Table:
    return {
        **{f"static string ToString({source} value)": to_string for source in (*_SOURCES, "object")},
        **{
            f"static string ToString({source} value, IFormatProvider provider)": lambda value, _: to_string(value)
            for source in (*_SOURCES, "object")
        },
        "static string ToString(string value)": lambda value: value,
        "static string ToString(string value, IFormatProvider provider)": lambda value, _: value,
    }


DEFINITIONS = (
    Definition(
        "static class Convert",
        "System.Convert",
        members={
            **{
                row: function
                for keyword, name in NAMES.items()
                for row, function in _conversions(keyword, name, partial(convert_to, keyword)).items()
            },
            "static char ToChar(string value)": one_character,
            "static char ToChar(string value, IFormatProvider provider)": lambda value, _: one_character(value),
            **_conversions("DateTime", "DateTime", to_date_time),
            **_texts(),
            **BASE64,
            **{
                f"static {keyword} To{NAMES[keyword]}(string value, int fromBase)": from_base(keyword)
                for keyword in BY_KEYWORD
            },
            **{
                f"static string ToString({keyword} value, int toBase)": to_base(keyword)
                for keyword in ("byte", "short", "int", "long")
            },
            "static bool IsDBNull(object value)": lambda _value: False,
            "static object ChangeType(object value, TypeCode typeCode)": change_type,
            "static object ChangeType(object value, TypeCode typeCode, IFormatProvider provider)": change_type,
            "static object ChangeType(object value, Type conversionType)": OfLibrary(change_to),
            "static object ChangeType(object value, Type conversionType, IFormatProvider provider)": OfLibrary(
                change_to
            ),
            "static TypeCode GetTypeCode(object value)": type_code,
        },
    ),
    enumeration("System.Base64FormattingOptions", Base64FormattingOptions),
    enumeration("System.TypeCode", TypeCode),
)
