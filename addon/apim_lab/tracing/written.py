"""What a policy has written out: attributes and texts that no request changes."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from apim_lab.dotnet.formatting import to_string
from apim_lab.policy.document import Document
from apim_lab.policy.statements.element import ELEMENTS, Block
from apim_lab.policy.values import Computed, Literal
from apim_lab.tracing.masking import mentions
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


def written(statement: object, path: str) -> Iterator[Written]:
    """What is written out of a statement and its parts, in the order of the declaration."""
    for place, element in elements(statement, path):
        for item in fields(element):
            value = getattr(element, item.name)
            if isinstance(value, Literal):
                yield Written(place, element, item.name.replace("_", "-"), value.value)
            elif isinstance(value, (str, int, float)) and value != item.default:
                yield Written(place, element, item.name.replace("_", "-"), value)


def texts_of(document: Document) -> frozenset[str]:
    """Every text that is written out in a policy."""
    blocks = (document.inbound, document.backend, document.outbound, document.on_error)
    return frozenset(text for block in blocks for step in block.steps for text in texts_in(step.statement))


def texts_in(statement: object) -> Iterator[str]:
    """Every text that is written out in a statement, in its expressions, or in the statements inside it."""
    assert is_dataclass(statement)
    for item in fields(statement):
        for value in as_tuple(getattr(statement, item.name)):
            if isinstance(value, Literal):
                yield shown(value.value)
            elif isinstance(value, Computed):
                yield from mentions(value.expression.source).written
            elif isinstance(value, Block):
                for step in value.steps:
                    yield from texts_in(step.statement)
            elif type(value) in ELEMENTS:
                yield from texts_in(value)


def as_tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def shown(value: object) -> str:
    """A value as text: true and false as in a policy, everything else as C# writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Cut):
        return f"{value.text}… ({value.length} characters)"
    if isinstance(value, type):
        return f"({value.__name__})"
    return "null" if value is None else to_string(value)
