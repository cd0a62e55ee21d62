"""Lambdas. Source: the C# specification, "Anonymous function expressions" and "Anonymous function conversions".

A lambda has no type of its own: its body is compiled by a compiler of its own for each list of parameter types that
overload resolution and type inference try, and what was learned of those that lose is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from apim_lab.csharp.binding.best_type import best_common_type
from apim_lab.csharp.binding.conversions import implicit
from apim_lab.csharp.code import Code, Conversion, ConversionKind, Convert, Frame, Run
from apim_lab.csharp.compiler import Compiler, ExpressionTable, nothing
from apim_lab.csharp.constructs import throws
from apim_lab.csharp.constructs.statements import is_statement_expression
from apim_lab.csharp.runtime.values import Delegate
from apim_lab.csharp.scopes import Local
from apim_lab.csharp.symbols.signatures import Signature
from apim_lab.csharp.types import LAMBDA, THROW, VOID, Type
from apim_lab.csharp.variables import Store, make_function, storer
from apim_lab.syntax.node import Node

# Each level compiles the ones in it for every type that is tried
MAX_NESTED = 8


def _lambda(compiler: Compiler, node: Node) -> Code:
    if any(part.kind == "modifier" for part in node.children):
        return compiler.mistake(node, "'async' is not supported")
    if "type" in node.fields or any(part.kind == "attribute_list" for part in node.children):
        return compiler.mistake(node, "Lambdas have neither a return type nor attributes in C# 7")
    if compiler.nesting >= MAX_NESTED:
        return compiler.mistake(node, "Lambdas are nested too deeply")
    names, types = _parameters(compiler, node["parameters"])
    return Code(LAMBDA, lambda frame: frame, function=Lambda(compiler, node, names, types))


def _anonymous_method(compiler: Compiler, node: Node) -> Code:
    """`delegate (int x) { }`, and `delegate { }`, which takes whatever it is given."""
    if "parameters" in node.fields:
        if any("type" not in parameter.fields for parameter in node["parameters"].parts):
            return compiler.mistake(node, "The parameters of an anonymous method have types")
        return _lambda(compiler, node)
    return Code(LAMBDA, lambda frame: frame, function=Lambda(compiler, node, None, None))


def _parameters(compiler: Compiler, node: Node) -> tuple[list[Node], list[Type] | None]:
    """The names of the parameters, and their types if those are written."""
    if node.kind != "parameter_list":
        return [node], None
    parameters = [part for part in node.parts if _is_plain(part)]
    if len(parameters) < len(node.parts):
        compiler.mistake(node, "Parameters of lambdas have neither modifiers nor default values")
    names = [parameter["name"] for parameter in parameters]
    typed = ["type" in parameter.fields for parameter in parameters]
    if any(typed) and not all(typed):
        compiler.mistake(
            node, "Inconsistent lambda parameter usage; parameter types must be all explicit or all implicit"
        )
    if not all(typed):
        return names, None
    return names, [compiler.type(parameter["type"]) for parameter in parameters]


def _is_plain(parameter: Node) -> bool:
    """`x` or `int x`; not `ref int x`, `params int[] x`, `x = 1`."""
    return parameter.kind == "parameter" and len(parameter.children) == len(parameter.fields)


# One of several variables has its value in a tuple, as the transparent identifiers of queries
type Parameter = Local | Sequence[Local]


@dataclass(frozen=True)
class Body:
    """A lambda's body, the `node`, compiled for parameters of certain types by the compiler `child`.

    `returned` is what it returns, before it is converted to the result of a delegate. `may_discard` says whether a
    delegate that returns nothing may have it.
    """

    child: Compiler
    node: Node
    run: Run
    returned: Sequence[Code]
    parameters: Sequence[Parameter]
    may_discard: bool
    is_block: bool

    @property
    def result(self) -> Type | None:
        """The return type that C# infers; None if it infers none."""
        if self.child.mistakes or not self.returned:
            return None
        if all(code.type == VOID for code in self.returned):
            return VOID
        return best_common_type(self.child.library, self.returned)

    def fits(self, result: Type) -> bool:
        """Whether a delegate with this result may have it."""
        if self.child.mistakes:
            return False
        if result == VOID:
            return self.may_discard
        found = [implicit(self.child.library, code, result) for code in self.returned]
        return all(conversion is not None and not conversion.mistake for conversion in found)

    def converted(self, result: Type) -> "Body":
        """The same, with what its expression yields as this type."""
        if self.is_block or result == VOID:
            return self
        (code,) = self.returned
        return replace(self, run=self.child.converted(code, result, self.node).run)


class Lambda:
    """A Function. `names` are those of its parameters, None for `delegate { }`, which takes any."""

    def __init__(
        self, compiler: Compiler, node: Node, names: Sequence[Node] | None, types: Sequence[Type] | None
    ) -> None:
        self.compiler = compiler
        self.node = node
        self.names = names
        self.types = types
        self.mistakes: Sequence[tuple[int, str]] = ()
        self.outside = compiler.outside(node)
        self._bodies: dict[tuple[tuple[Type, ...], Type | None], Body] = {}

    def result(self, types: Sequence[Type]) -> Type | None:
        if not self._takes(types):
            return None
        result = self._body(types).result
        return None if result == VOID else result

    def conversion(self, delegate: Signature, target: Type) -> Conversion | None:
        types = [parameter.type for parameter in delegate.parameters]
        if not self._takes(types):
            return None
        body = self._body(types)
        if body.fits(delegate.result):
            return Conversion(
                ConversionKind.ANONYMOUS_FUNCTION, choose=lambda: self._choose(body, delegate.result, types, target)
            )
        if not body.child.mistakes:
            self.mistakes = self._body(types, delegate.result).child.mistakes
        return None

    def _takes(self, types: Sequence[Type]) -> bool:
        written = self.types is None or list(self.types) == list(types)
        return written and (self.names is None or len(types) == len(self.names))

    def _choose(self, body: Body, result: Type, types: Sequence[Type], target: Type) -> Convert:
        """Take this body as the one that runs. In a block each `return` converts its value."""
        is_converted_inside = body.is_block and result != VOID and any(code.type != result for code in body.returned)
        chosen = self._body(types, result) if is_converted_inside else body.converted(result)
        self.compiler.adopt(chosen.child)
        return _creating(chosen, target)

    def _body(self, types: Sequence[Type], result: Type | None = None) -> Body:
        key = (tuple(types), result)
        if key not in self._bodies:
            self._bodies[key] = self.compiled(types, result)
        self.mistakes = self._bodies[key].child.mistakes
        return self._bodies[key]

    def compiled(self, types: Sequence[Type], result: Type | None) -> Body:
        """The body for parameters of these types; what a block returns is converted to `result` if there is one."""
        child = self.compiler.child(self.node, self.outside, result)
        body = body_of(self.node)
        with child.scope(body):
            parameters = [child.declare(name, type_) for name, type_ in zip(self.names or (), types, strict=False)]
            return (_of_block if body.kind == "block" else _of_expression)(child, body, parameters)


def body_of(node: Node) -> Node:
    """The body of a lambda, or of `delegate (int x) { }`."""
    return node["body"] if "body" in node.fields else node.parts[-1]


def _of_block(child: Compiler, body: Node, parameters: Sequence[Local]) -> Body:
    statement = child.statement(body)
    returns_nothing = all(code.type == VOID for code in child.returns)
    ends = child.flow.reachable
    if ends and (not returns_nothing or child.result not in {None, VOID}):
        child.mistakes.append((body.end - 1, "Not all code paths return a value in lambda expression"))

    def run(frame: Frame) -> Any:
        statement(frame)
        return frame.result

    returned = [*child.returns, Code(VOID, nothing)] if ends else child.returns
    return Body(child, body, run, returned, parameters, may_discard=returns_nothing, is_block=True)


def _of_expression(child: Compiler, body: Node, parameters: Sequence[Local]) -> Body:
    code, after = throws.operand(child, body)
    child.flow = after.joined()
    if child.result is not None:
        code = child.converted(code, child.result, body)
    may_discard = code.type == THROW or is_statement_expression(body)
    return Body(child, body, code.run, [code], parameters, may_discard=may_discard, is_block=False)


def _creating(body: Body, target: Type) -> Convert:
    """Make a delegate of the body in a frame, whose variables it captures."""
    captures = [(outer.slot, inner.slot) for outer, inner in body.child.captures]
    first = body.parameters[0] if len(body.parameters) == 1 else None
    if not captures and isinstance(first, Local) and not first.captured:
        return _of_one_parameter(body.run, body.child, first.slot, target)
    stores = [_storer(parameter) for parameter in body.parameters]
    run, child = body.run, body.child

    def create(frame: Frame) -> Delegate:
        return Delegate(target, make_function(frame, captures, child.slots, stores, run))

    return create


def _storer(parameter: Parameter) -> Store:
    if isinstance(parameter, Local):
        return storer(parameter, new=True)
    stores = [storer(local, new=True) for local in parameter]

    def store_all(frame: Frame, values: Any) -> None:
        for store, value in zip(stores, values, strict=True):
            store(frame, value)

    return store_all


def _of_one_parameter(run: Run, child: Compiler, slot: int, target: Type) -> Convert:
    """The same for most lambdas, which use nothing but their one parameter."""

    def create(frame: Frame) -> Delegate:
        slots = child.slots

        def call(value: Any) -> Any:
            called = frame.inner(slots)
            called.locals[slot] = value
            return run(called)

        return Delegate(target, call)

    return create


EXPRESSIONS: ExpressionTable = {
    "anonymous_method_expression": _anonymous_method,
    "lambda_expression": _lambda,
}
