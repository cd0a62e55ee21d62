"""Argument lists: which argument goes to which parameter. Source: the C# specification, "Argument lists"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from apim_lab.csharp.code import Code
from apim_lab.csharp.symbols.signatures import Parameter, Signature
from apim_lab.csharp.types import Type
from apim_lab.syntax.node import Node


@dataclass(frozen=True)
class Argument:
    """One argument of a call.

    `name` is "" for a positional one. `out` and `ref` are the nodes behind these words; `out_type` is the type of the
    variable that is given for an `out` parameter, if it has one already.
    """

    node: Node
    code: Code
    name: str = ""
    out: Node | None = None
    out_type: Type | None = None
    ref: Node | None = None

    @property
    def modifier(self) -> str:
        return "out" if self.out else "ref" if self.ref else ""

    @property
    def written(self) -> Node | None:
        """The variable that the call writes."""
        return self.out or self.ref


@dataclass(frozen=True)
class Placement:
    """The argument of every parameter, None for the ones that are left out.

    `expanded`: the last ones are items of a `params` array, and so are their parameters.
    """

    parameters: tuple[Parameter, ...]
    arguments: tuple[Argument | None, ...]
    expanded: bool = False

    def with_types(self, change: Callable[[Type], Type]) -> "Placement":
        """The same placement, the types of its parameters changed."""
        parameters = tuple(replace(parameter, type=change(parameter.type)) for parameter in self.parameters)
        return replace(self, parameters=parameters)


def placements(signature: Signature, arguments: Sequence[Argument]) -> list[Placement]:
    """How the arguments fit the parameters by number and name: in normal form, in expanded form, or not at all."""
    normal = _placed(signature.parameters, arguments)
    found = [Placement(signature.parameters, normal)] if normal is not None else []
    parameters = _expanded(signature, len(arguments))
    expanded = None if parameters is None else _placed(parameters, arguments)
    if parameters is not None and expanded is not None:
        found.append(Placement(parameters, expanded, expanded=True))
    return found


def _expanded(signature: Signature, count: int) -> tuple[Parameter, ...] | None:
    """`params T[] x` as so many parameters of type T as there are arguments for it."""
    if not signature.parameters or signature.parameters[-1].modifier != "params":
        return None
    *fixed, last = signature.parameters
    item = Parameter(last.name, last.type.arguments[0], modifier="item")
    return (*fixed, *[item] * (count - len(fixed)))


_WRITTEN = {"out", "ref"}


def _placed(parameters: Sequence[Parameter], arguments: Sequence[Argument]) -> tuple[Argument | None, ...] | None:
    placed: list[Argument | None] = [None] * len(parameters)
    for position, argument in enumerate(arguments):
        index = position if not argument.name else _index_of(parameters, argument.name)
        if index >= len(parameters) or placed[index] is not None:
            return None
        if argument.modifier != (parameters[index].modifier if parameters[index].modifier in _WRITTEN else ""):
            return None
        placed[index] = argument
    missing = [p for p, argument in zip(parameters, placed, strict=True) if argument is None and not p.default]
    return None if missing else tuple(placed)


def _index_of(parameters: Sequence[Parameter], name: str) -> int:
    return next((index for index, p in enumerate(parameters) if p.name == name), len(parameters))


def takes(signature: Signature, count: int) -> bool:
    """Whether a call with so many arguments may mean it."""
    parameters = signature.parameters
    required = sum(not parameter.optional for parameter in parameters)
    open_ended = bool(parameters) and parameters[-1].modifier == "params"
    return required <= count and (open_ended or count <= len(parameters))
