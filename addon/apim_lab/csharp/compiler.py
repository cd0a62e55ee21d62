"""What compiling one expression needs to know on the way, and the tables of syntax it can compile.

`expression_syntax` and `statement_syntax` register the function for a kind of syntax node: a new node is one function.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from apim_lab.csharp.code import BROKEN, Code, Frame, constant
from apim_lab.csharp.conversions import Conversion, implicit
from apim_lab.csharp.exceptions import DotNetError
from apim_lab.csharp.syntax import Node
from apim_lab.csharp.types import BOOL, CHAR, DECIMAL, DOUBLE, INT, INVALID, LONG, NULL, STRING, Type
from apim_lab.dotnet import library

Statement = Callable[[Frame], object]
# The slots that have surely been assigned when this point is reached; None: it is never reached
Flow = frozenset[int] | None

_EXPRESSIONS: dict[str, Callable[["Compiler", Node], Code]] = {}
_STATEMENTS: dict[str, Callable[["Compiler", Node], Statement]] = {}

type _Register[F] = Callable[[F], F]


def expression_syntax(*kinds: str) -> _Register[Callable[["Compiler", Node], Code]]:
    """Register how nodes of these kinds are compiled to a value."""

    def register(function: Callable[["Compiler", Node], Code]) -> Callable[["Compiler", Node], Code]:
        _EXPRESSIONS.update(dict.fromkeys(kinds, function))
        return function

    return register


def statement_syntax(*kinds: str) -> _Register[Callable[["Compiler", Node], Statement]]:
    """Register how nodes of these kinds are compiled to a statement."""

    def register(function: Callable[["Compiler", Node], Statement]) -> Callable[["Compiler", Node], Statement]:
        _STATEMENTS.update(dict.fromkeys(kinds, function))
        return function

    return register


@dataclass(frozen=True)
class Local:
    """A local variable: its static type and its place in the frame."""

    type: Type
    slot: int


@dataclass
class Loop:
    """A loop that is being compiled: the flows that leave it by `break`."""

    breaks: list[Flow] = field(default_factory=list)


def nothing(_frame: Frame) -> None:
    """The empty statement."""


class Compiler:
    """The state of one compilation: mistakes, scopes, flow, and what the code observes."""

    def __init__(self) -> None:
        self.mistakes: list[tuple[int, str]] = []
        self.observed: set[str] = set()
        self.returns: list[Type] = []
        self.scopes: list[dict[str, Local]] = [{}]
        self.slots = 0
        self.flow: Flow = frozenset()
        self.loops: list[Loop] = []
        self.receivers: list[Code] = []

    def mistake(self, node: Node, message: str) -> Code:
        self.mistakes.append((node.start, message))
        return BROKEN

    def expression(self, node: Node) -> Code:
        """The code of an expression; a mistake is noted, and BROKEN stands for what it is in."""
        compile_node = _EXPRESSIONS.get(node.kind)
        if compile_node is None:
            return self.mistake(node, f"'{_shown(node)}' is not supported in a policy expression here")
        return compile_node(self, node)

    def value(self, node: Node) -> Code:
        """The code of an expression that must have a value."""
        code = self.expression(node)
        if str(code.type) == "void":
            return self.mistake(node, "An expression of type 'void' has no value")
        return code

    def statement(self, node: Node) -> Statement:
        compile_node = _STATEMENTS.get(node.kind)
        if compile_node is None:
            self.mistake(node, f"'{_shown(node)}' is not supported in a policy expression here")
            return nothing
        return compile_node(self, node)

    def declare(self, node: Node, type_: Type, *, assigned: bool = True) -> Local:
        """A new local variable, named by the node's text."""
        name = node.text
        if any(name in scope for scope in self.scopes):
            self.mistake(node, f"A local variable named '{name}' is already defined in this scope")
        local = Local(type_, self.new_slot())
        self.scopes[-1][name] = local
        if assigned:
            self.assign(local)
        return local

    def new_slot(self) -> int:
        self.slots += 1
        return self.slots - 1

    def assign(self, local: Local) -> None:
        if self.flow is not None:
            self.flow |= {local.slot}

    def is_assigned(self, local: Local) -> bool:
        return self.flow is None or local.slot in self.flow

    def find(self, name: str) -> Local | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    def named_type(self, node: Node) -> Type | None:
        """The type that a piece of source names; None if it names none, or a variable."""
        if node.kind not in _TYPE_SYNTAX or (node.kind == "identifier" and self.find(node.text)):
            return None
        return library.resolve(node.text)

    def type(self, node: Node) -> Type:
        """The type written at this place; INVALID, with a mistake, if there is no such type."""
        found = library.resolve(node.text)
        if found is None:
            self.mistake(node, f"The type or namespace name '{node.text}' could not be found")
            return INVALID
        return found

    def converted(self, code: Code, target: Type, node: Node) -> Code:
        """The value as C# converts it by itself to `target`."""
        found = implicit(code.type, target)
        if found is None:
            return self.mistake(node, _no_conversion(code.type, target))
        return apply(found, code, target)


_TYPE_SYNTAX = {
    "array_type",
    "generic_name",
    "identifier",
    "member_access_expression",
    "nullable_type",
    "predefined_type",
    "qualified_name",
}


_CONSTANT_TYPES = {BOOL, CHAR, DECIMAL, DOUBLE, INT, LONG, STRING}


def apply(conversion: Conversion, code: Code, target: Type) -> Code:
    """The code with a conversion behind it."""
    convert, run = conversion.convert, code.run
    if convert is None:
        return Code(target, run, code.constant)
    if code.is_constant and target in _CONSTANT_TYPES:
        with suppress(DotNetError):
            return constant(target, convert(code.constant))
    return Code(target, lambda frame: convert(run(frame)))


def join(*flows: Flow) -> Flow:
    """What is surely assigned where these flows meet."""
    reached = [flow for flow in flows if flow is not None]
    return frozenset.intersection(*reached) if reached else None


def _no_conversion(source: Type, target: Type) -> str:
    if source == NULL:
        return f"Cannot convert null to '{target}' because it is a non-nullable value type"
    return f"Cannot implicitly convert type '{source}' to '{target}'"


def _shown(node: Node) -> str:
    return node.text if len(node.text) <= 40 else f"{node.text[:40]}..."
