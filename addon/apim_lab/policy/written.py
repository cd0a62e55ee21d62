"""The texts that a policy has written out, which no request changes: they may be told to anybody who has the policy."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from apim_lab.dotnet.formatting import to_string
from apim_lab.policy.statements.element import ELEMENTS, Block
from apim_lab.policy.values import Computed, Literal


def texts_in(statement: object) -> Iterator[str]:
    """Every text that is written out in a statement, in its expressions, or in the statements inside it."""
    assert is_dataclass(statement)
    for item in fields(statement):
        for value in as_tuple(getattr(statement, item.name)):
            if isinstance(value, Literal):
                yield shown(value.value)
            elif isinstance(value, Computed):
                yield from value.expression.texts
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
    return "null" if value is None else to_string(value)
