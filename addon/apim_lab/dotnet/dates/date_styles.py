"""The styles in which the text of a date is read. API Management does not allow `DateTimeStyles`, but 0 is one of them.

Source: learn.microsoft.com/dotnet/api/system.globalization.datetimestyles, and .NET Core 3.1.
"""

import enum

from apim_lab.csharp.runtime.enumerations import flags
from apim_lab.dotnet.exceptions import ArgumentException


class Style(enum.Flag):
    """What of a text counts, and what is made of it."""

    AllowLeadingWhite = 1
    AllowTrailingWhite = 2
    AllowInnerWhite = 4
    AllowWhiteSpaces = 7
    NoCurrentDateDefault = 8
    AdjustToUniversal = 16
    AssumeLocal = 32
    AssumeUniversal = 64
    RoundtripKind = 128


DateTimeStyles = flags("DateTimeStyles", {"None": 0, **{name: it.value for name, it in Style.__members__.items()}})
NO_STYLE = Style(0)
ASSUMED = Style.AssumeLocal | Style.AssumeUniversal


def _style(styles: enum.Enum, parameter: str) -> Style:
    if styles.value & ~0xFF:
        raise ArgumentException("An undefined DateTimeStyles value is being used.", parameter)
    style = Style(styles.value)
    if ASSUMED in style:
        raise ArgumentException(
            "The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.", parameter
        )
    return style


def date_style(styles: enum.Enum, parameter: str) -> Style:
    """Raises ArgumentException for styles that exclude each other."""
    style = _style(styles, parameter)
    if Style.RoundtripKind in style and style & (ASSUMED | Style.AdjustToUniversal):
        raise ArgumentException(
            "The DateTimeStyles value RoundtripKind cannot be used with the values AssumeLocal, AssumeUniversal or "
            "AdjustToUniversal.",
            parameter,
        )
    return style


def offset_style(styles: enum.Enum, parameter: str) -> Style:
    """Those of DateTimeOffset: no kind to keep, and a time zone is always local unless told otherwise."""
    style = _style(styles, parameter)
    if Style.NoCurrentDateDefault in style:
        raise ArgumentException(
            "The DateTimeStyles value 'NoCurrentDateDefault' is not allowed when parsing DateTimeOffset.", parameter
        )
    return style & ~(Style.RoundtripKind | Style.AssumeLocal)
