"""`DateTime.GetDateTimeFormats`: a date in all formats of the invariant culture. Source: .NET Core 3.1."""

from collections.abc import Mapping, Sequence

from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.types import STRING
from apim_lab.dotnet.dates.date_formats import STANDARD_FORMATS, format_date
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.exceptions import FormatException

_TIMES = ("HH:mm", "hh:mm tt", "H:mm", "h:mm tt")
_DATES = ("MM/dd/yyyy", "yyyy-MM-dd")
_LONG_DATE = STANDARD_FORMATS["D"]
_FORMATS: Mapping[str, Sequence[str]] = {
    **{letter: (letter,) for letter in STANDARD_FORMATS},
    "d": _DATES,
    "f": [f"{_LONG_DATE} {time}" for time in _TIMES],
    "g": [f"{date} {time}" for date in _DATES for time in _TIMES],
    "G": [f"{date} HH:mm:ss" for date in _DATES],
    "t": _TIMES,
}


def all_formats(value: DateTime, *_provider: object) -> Array:
    return Array([format_date(value, each) for formats in _FORMATS.values() for each in formats], STRING)


def alternative_formats(value: DateTime, letter: str, _provider: object = None) -> Array:
    """Those that a standard format stands for."""
    if letter not in _FORMATS:
        raise FormatException
    return Array([format_date(value, each) for each in _FORMATS[str(letter)]], STRING)
