"""The attributes of a statement and its parts: what is written out, where the computed ones go, and all as text."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from apim_lab.policy import written
from apim_lab.policy.destinations import Destinations
from apim_lab.policy.statements.element import ELEMENTS, xml_name
from apim_lab.policy.values import Literal
from apim_lab.tracing.trace import Cut


@dataclass(frozen=True)
class Written:
    """An attribute or text that is written out, with the place of its element."""

    path: str
    name: str
    value: object


@dataclass(frozen=True)
class Part:
    """A statement, or an element inside one, at its place.

    `holder` is the element it stands in, None for a statement; `to` where that one says that its computed values go.
    """

    path: str
    element: Any
    holder: "Part | None" = None
    to: Destinations | None = None

    def destinations(self, name: str) -> tuple["Part", Destinations] | None:
        """Where the attribute's computed values go, and the element whose fields name it; None where nobody says."""
        to = next((it.metadata.get("to") for it in fields(self.element) if xml_name(it) == name), None)
        if to is not None:
            return self, to
        return (self.holder, self.to) if self.holder and self.to is not None else None


def parts_of(statement: object, path: str) -> Iterator[Part]:
    """The statement and its parts; what stands inside their blocks are statements of their own."""
    yield from _parts(Part(path, statement))


def _parts(part: Part) -> Iterator[Part]:
    yield part
    assert is_dataclass(part.element)
    for item in fields(part.element):
        value = getattr(part.element, item.name)
        for number, inner in enumerate(value if isinstance(value, tuple) else (value,), 1):
            if type(inner) in ELEMENTS:
                path = f"{part.path}/{ELEMENTS[type(inner)].name}[{number}]"
                yield from _parts(Part(path, inner, part, item.metadata.get("to")))


def written_values(statement: object, path: str) -> Iterator[Written]:
    """What is written out of a statement and its parts, in the order of the declaration."""
    for part in parts_of(statement, path):
        for item in fields(part.element):
            value = getattr(part.element, item.name)
            if isinstance(value, Literal):
                yield Written(part.path, xml_name(item), value.value)
            elif isinstance(value, (str, int, float)) and value != item.default:
                yield Written(part.path, xml_name(item), value)


def shown(value: object) -> str:
    """A recorded value as text: of an object its kind, of a long text its beginning."""
    if isinstance(value, Cut):
        return f"{value.text}… ({value.length} characters)"
    if isinstance(value, type):
        return f"({value.__name__})"
    return written.shown(value)
