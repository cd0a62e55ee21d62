"""The texts that a policy has written out, which no request changes: they may be told to anybody who has the policy."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass

from apim_lab.dotnet.formatting import to_string
from apim_lab.policy.document import Document
from apim_lab.policy.statements.element import ELEMENTS, Block
from apim_lab.policy.values import Computed, Literal

_TEXT = re.compile(r'"([^"\\]*)"')
_QUOTE = re.compile(r"""(['"])(.*?)\1""", re.DOTALL)


def texts_of(document: Document) -> frozenset[str]:
    """Every text that is written out in a policy."""
    blocks = (document.inbound, document.backend, document.outbound, document.on_error)
    return frozenset(text for block in blocks for step in block.steps for text in texts_in(step.statement))


def texts_in(statement: object) -> Iterator[str]:
    """Every text that is written out in a statement, in its expressions, or in the statements inside it."""
    if not is_dataclass(statement):
        return
    for item in fields(statement):
        for value in as_tuple(getattr(statement, item.name)):
            if isinstance(value, Literal):
                yield shown(value.value)
            elif isinstance(value, Computed):
                yield from texts_in_expression(value.expression.source)
            elif isinstance(value, Block):
                for step in value.steps:
                    yield from texts_in(step.statement)
            elif type(value) in ELEMENTS:
                yield from texts_in(value)


def texts_in_expression(source: str) -> list[str]:
    """The texts between quotes in an expression."""
    return _TEXT.findall(source)


def as_tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def shown(value: object) -> str:
    """A value as text: true and false as in a policy, everything else as C# writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else to_string(value)


def withholding(message: str, known: Collection[str]) -> str:
    """A message of an error without what it quotes, unless that is known: exceptions quote the value they fail on."""
    if all(quote[2] in known for quote in _QUOTE.finditer(message)):
        return message
    first, last = min(_ends(message.find)), max(_ends(message.rfind))
    return f"{message[:first]}({last - first - 1} characters){message[last + 1 :]}"


def _ends(find: Callable[[str], int]) -> list[int]:
    """Where quotes are found: a value may have some in it."""
    return [place for place in map(find, "'\"") if place >= 0]
