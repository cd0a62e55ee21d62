"""Lambdas. Source: the C# specification, "Anonymous function expressions" and "Anonymous function conversions".

A lambda has no type of its own: its body is compiled by a compiler of its own for each list of parameter types that
overload resolution and type inference try, and what was learned of those that lose is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apim_lab.csharp.binding.best_type import best_common_type
from apim_lab.csharp.code import Code, Conversion, ConversionKind, Convert, Frame, Run
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.statements import is_statement_expression
from apim_lab.csharp.runtime.values import Delegate
from apim_lab.csharp.scopes import Local
from apim_lab.csharp.symbols.signatures import Signature
from apim_lab.csharp.types import LAMBDA, VOID, Type
from apim_lab.csharp.variables import cell_of, storer
from apim_lab.syntax.node import Node

# Each level compiles the ones in it for every type that is tried
MAX_NESTED = 8


def _lambda(compiler: Compiler, node: Node) -> Code:
    if any(part.kind == "modifier" for part in node.children):
        return compiler.mistake(node, "'async' is not supported")
    if compiler.nesting >= MAX_NESTED:
        return compiler.mistake(node, "Lambdas are nested too deeply")
    names, types = _parameters(compiler, node["parameters"])
    return Code(LAMBDA, lambda frame: frame, function=Lambda(compiler, node, names, types))


def _parameters(compiler: Compiler, node: Node) -> tuple[list[Node], list[Type] | None]:
    """The names of the parameters, and their types if those are written."""
    if node.kind != "parameter_list":
        return [node], None
    names = [parameter["name"] for parameter in node.parts]
    typed = ["type" in parameter.fields for parameter in node.parts]
    if any(typed) and not all(typed):
        compiler.mistake(
            node, "Inconsistent lambda parameter usage; parameter types must be all explicit or all implicit"
        )
    if not all(typed):
        return names, None
    return names, [compiler.type(parameter["type"]) for parameter in node.parts]


@dataclass(frozen=True)
class _Body:
    """A lambda's body, compiled for parameters of certain types by the compiler `child`."""

    child: Compiler
    run: Run
    result: Type | None
    parameters: Sequence[Local]


class Lambda:
    """An AnonymousFunction. `mistakes` are those of the body that was tried last."""

    def __init__(self, compiler: Compiler, node: Node, names: Sequence[Node], types: Sequence[Type] | None) -> None:
        self.compiler = compiler
        self.node = node
        self.names = names
        self.types = types
        self.mistakes: Sequence[tuple[int, str]] = ()
        self._outside = compiler.outside(node)
        self._bodies: dict[tuple[tuple[Type, ...], Type | None], _Body] = {}

    def result(self, types: Sequence[Type]) -> Type | None:
        if len(types) != len(self.names):
            return None
        body = self._body(types, None)
        return None if body.child.mistakes or body.result == VOID else body.result

    def conversion(self, delegate: Signature, target: Type) -> Conversion | None:
        types = [parameter.type for parameter in delegate.parameters]
        if len(types) != len(self.names) or (self.types is not None and list(self.types) != types):
            return None
        body = self._body(types, delegate.result)
        if body.child.mistakes:
            return None
        return Conversion(ConversionKind.ANONYMOUS_FUNCTION, _creating(body, target), lambda: self._choose(body))

    def _choose(self, body: _Body) -> None:
        """What the body uses is used: it is the one that runs."""
        self.compiler.adopt(body.child)

    def _body(self, types: Sequence[Type], result: Type | None) -> _Body:
        key = (tuple(types), result)
        if key not in self._bodies:
            self._bodies[key] = self._compiled(types, result)
        self.mistakes = self._bodies[key].child.mistakes
        return self._bodies[key]

    def _compiled(self, types: Sequence[Type], result: Type | None) -> _Body:
        child = self.compiler.child(self.node, self._outside, result)
        body = self.node["body"]
        with child.scope(body):
            parameters = [child.declare(name, type_) for name, type_ in zip(self.names, types, strict=True)]
            if body.kind == "block":
                return _of_block(child, body, parameters)
            return _of_expression(child, body, parameters)


def _of_block(child: Compiler, body: Node, parameters: Sequence[Local]) -> _Body:
    statement = child.statement(body)
    if child.flow.reachable and (child.returns or child.result not in {None, VOID}):
        child.mistakes.append((body.end - 1, "Not all code paths return a value in lambda expression"))

    def run(frame: Frame) -> Any:
        statement(frame)
        return frame.result

    result = best_common_type(child.library, child.returns) if child.returns else VOID
    return _Body(child, run, result, parameters)


def _of_expression(child: Compiler, body: Node, parameters: Sequence[Local]) -> _Body:
    code = child.expression(body)
    if child.result == VOID:
        if not is_statement_expression(body):
            child.mistake(body, "Only assignment, call, increment, and new object expressions can be a statement")
    elif child.result is not None:
        code = child.converted(code, child.result, body)
    known = code.type if code.type == VOID else best_common_type(child.library, [code])
    return _Body(child, code.run, known, parameters)


def _creating(body: _Body, target: Type) -> Convert:
    """The delegate that the body is within a frame, with the variables it has captured there."""
    captures = [(outer.slot, inner.slot) for outer, inner in body.child.captures]
    stores = [storer(parameter, new=True) for parameter in body.parameters]
    run, slots = body.run, body.child.slots

    def create(frame: Frame) -> Delegate:
        cells = [(inner, cell_of(frame, outer)) for outer, inner in captures]

        def call(*values: Any) -> Any:
            called = frame.inner(slots)
            for slot, cell in cells:
                called.locals[slot] = cell
            for store, value in zip(stores, values, strict=True):
                store(called, value)
            return run(called)

        return Delegate(target, call)

    return create


EXPRESSIONS: ExpressionTable = {
    "lambda_expression": _lambda,
}
