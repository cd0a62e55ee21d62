"""The attributes that a policy has written out, and recorded values as text."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from apim_lab.policy import written
from apim_lab.policy.statements.element import ELEMENTS
from apim_lab.policy.values import Literal
from apim_lab.tracing.trace import Cut


@dataclass(frozen=True)
class Written:
    """An attribute or text that is written out, with the place of its element."""

    path: str
    element: object
    name: str
    value: object


def elements(statement: object, path: str) -> Iterator[tuple[str, Any]]:
    """The statement and its parts, each with its path; what stands inside their blocks are statements of their own."""
    yield path, statement
    assert is_dataclass(statement)
    for item in fields(statement):
        value = getattr(statement, item.name)
        for number, part in enumerate(value if isinstance(value, tuple) else (value,), 1):
            if type(part) in ELEMENTS:
                yield from elements(part, f"{path}/{ELEMENTS[type(part)].name}[{number}]")


def written_values(statement: object, path: str) -> Iterator[Written]:
    """What is written out of a statement and its parts, in the order of the declaration."""
    for place, element in elements(statement, path):
        for item in fields(element):
            value = getattr(element, item.name)
            if isinstance(value, Literal):
                yield Written(place, element, item.name.replace("_", "-"), value.value)
            elif isinstance(value, (str, int, float)) and value != item.default:
                yield Written(place, element, item.name.replace("_", "-"), value)


def shown(value: object) -> str:
    """A recorded value as text: of an object its kind, of a long text its beginning."""
    if isinstance(value, Cut):
        return f"{value.text}… ({value.length} characters)"
    if isinstance(value, type):
        return f"({value.__name__})"
    return written.shown(value)
