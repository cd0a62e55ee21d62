"""How a policy element is declared: a frozen dataclass whose fields are its XML attributes and children.

    @statement("set-backend-service", sections=("inbound", "backend"))
    class SetBackendService:
        base_url: Value[str] | None = None        # attribute base-url, a policy expression is allowed
        backend_id: Value[str] | None = None

        async def run(self, context: Context) -> None: ...

What a field's type means to document.py, which reads the elements:

    Value[T]                    an attribute, written out or computed by a policy expression
    str, int, float, bool       an attribute, written out only
    Block                       the statements inside the element
    tuple[When, ...]            the <when> elements inside it; Otherwise | None is an optional one
    Value[T] = content()        the text between its tags

A field without a default is required. `__post_init__` may raise ValueError for what types cannot say.

A trace hides what a statement computes unless its declaration says where that goes (see policy/destinations.py):

    Value[T] = attribute(to=variable("name"))    where the field's computed values go, `content(to=...)` likewise
    tuple[Part, ...] = parts(to=header("name"))  where those of the parts go, if they do not say it themselves
    @statement("trace", own=NOTHING)             what the statement puts anywhere by itself
"""

from collections.abc import Callable, Sequence
from dataclasses import Field, dataclass, field
from typing import Any, Protocol, dataclass_transform

from apim_lab.errors import RequestError
from apim_lab.policy.context import Context
from apim_lab.policy.destinations import Destinations, Move

SECTIONS = ("inbound", "backend", "outbound", "on-error")


class Statement(Protocol):
    """A policy element that does something when a run comes to it."""

    async def run(self, context: Context) -> None:
        """Raises RequestError to send the run to on-error."""


@dataclass(frozen=True)
class Step:
    """A statement at its place: `path` for `context.LastError.Path`, `line` in the document."""

    statement: Statement
    path: str
    line: int


@dataclass(frozen=True)
class Block:
    """Statements that run one after the other."""

    steps: tuple[Step, ...] = ()

    async def run(self, context: Context) -> None:
        trace, budget = context.trace, context.budget
        for step in self.steps:
            if trace:
                trace.enter(step, context.section)
            try:
                budget.statements += 1
                if budget.statements >= budget.turn_ends_at:
                    await context.breathe()
                await step.statement.run(context)
            except RequestError as error:
                if not error.path and ELEMENTS[type(step.statement)].own is None:
                    error.is_quoted = False
                error.path = error.path or step.path
                error.line = error.line or step.line
                if trace:
                    trace.raised(error)
                raise
            finally:
                if trace:
                    trace.leave()


@dataclass(frozen=True)
class Element:
    """What is known of an element's name: the class to make of it and the sections where it may stand.

    `own` is what the statement puts anywhere by itself, None where its declaration does not say it.
    """

    name: str
    make: type[Any]
    sections: Sequence[str]
    own: Sequence[Move] | None = None


STATEMENTS: dict[str, Element] = {}
ELEMENTS: dict[type, Element] = {}
"""Statements and parts by their class, for fields that hold elements of one class."""


def xml_name(item: "Field[Any]") -> str:
    """The attribute's name in a policy."""
    return xml_name_of(item.name)


def xml_name_of(field_name: str) -> str:
    return field_name.replace("_", "-")


def content(*, to: Destinations | None = None, **options: Any) -> Any:
    """A field that is the text between the element's tags; computed, it goes `to` these places, None: to any."""
    return field(metadata={"content": True, "to": to}, **options)


def attribute(
    *,
    to: Destinations | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    names: str | None = None,
    **options: Any,
) -> Any:
    """A field with limits: of a number written out they are checked at load, of a computed one in the run.

    Computed, it goes `to` these places, None: to any. `names="backend"`: it is the id of a configured backend; one
    written out is looked up at load.
    """
    return field(metadata={"to": to, "minimum": minimum, "maximum": maximum, "names": names}, **options)


def parts(*, to: Destinations, **options: Any) -> Any:
    """A field of elements; what they compute goes `to` these places, which this element's own fields name."""
    return field(metadata={"to": to}, **options)


@dataclass_transform(frozen_default=True, field_specifiers=(attribute, content, parts))
def statement[C: type](
    name: str, *, sections: Sequence[str] = SECTIONS, own: Sequence[Move] | None = None
) -> Callable[[C], C]:
    """Declare a statement; `sections` are those where API Management allows it.

    `own` is what it puts anywhere by itself; None, it may be anything.
    """

    def declare(cls: C) -> C:
        dataclass(frozen=True)(cls)
        STATEMENTS[name] = ELEMENTS[cls] = Element(name, cls, sections, own)
        return cls

    return declare


@dataclass_transform(frozen_default=True, field_specifiers=(attribute, content, parts))
def part[C: type](name: str) -> Callable[[C], C]:
    """Declare an element that stands only inside a certain other one, like <when> in <choose>."""

    def declare(cls: C) -> C:
        dataclass(frozen=True)(cls)
        ELEMENTS[cls] = Element(name, cls, SECTIONS)
        return cls

    return declare
