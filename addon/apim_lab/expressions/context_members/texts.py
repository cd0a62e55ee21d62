"""How values of the gateway look to an expression: texts in code units, times as `DateTime`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.dotnet.dates.dates import DateTime


def inside(value: Any) -> Any:
    """The value for an expression: texts in code units."""
    return code_units(value) if value.__class__ is str else value


def with_texts_inside(members: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rows with every property that is a text in code units."""
    return {row: _text(get) if row.startswith("string ") else get for row, get in members.items()}


def _text(get: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    return lambda owner: inside(get(owner))


def date(value: datetime | None) -> DateTime | None:
    """A `DateTime?`."""
    return None if value is None else DateTime.of(value)
