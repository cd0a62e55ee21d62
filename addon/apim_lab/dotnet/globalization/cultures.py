"""`CultureInfo`: the invariant culture, the only one there is. API Management does not allow it.

Source: learn.microsoft.com/dotnet/api/system.globalization.cultureinfo.
"""

from typing import ClassVar

from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type


class CultureInfo:
    """The invariant culture."""

    type: ClassVar[Type] = Type("CultureInfo", full_name="System.Globalization.CultureInfo")


INVARIANT_CULTURE = CultureInfo()
_NAME = "Invariant Language (Invariant Country)"


@object_text.register
def _(_culture: CultureInfo) -> str:
    return ""


DEFINITIONS = (
    Definition("interface IFormatProvider", "System.IFormatProvider"),
    Definition(
        "class CultureInfo : IFormatProvider",
        "System.Globalization.CultureInfo",
        python=CultureInfo,
        members={
            **{
                f"static CultureInfo {name}": lambda: INVARIANT_CULTURE
                for name in ("InvariantCulture", "CurrentCulture", "CurrentUICulture")
            },
            **{f"string {name}": lambda _: _NAME for name in ("DisplayName", "EnglishName", "NativeName")},
            "string Name": lambda _: "",
            "string ToString()": lambda _: "",
            "bool IsNeutralCulture": lambda _: False,
            "bool IsReadOnly": lambda _: True,
        },
    ),
)
