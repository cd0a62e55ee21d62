"""Local functions. Source: the C# specification, "Local functions" (C# 7.0).

They can be called in the whole of their block, also above. The body is compiled where it is first called: it may read a
variable that has a value at each call, and what it surely assigns has a value behind a call.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from apim_lab.csharp.assignedness import join
from apim_lab.csharp.code import Code, Frame, Run
from apim_lab.csharp.compiler import Compiler
from apim_lab.csharp.constructs import throws
from apim_lab.csharp.constructs.method_groups import MethodGroup
from apim_lab.csharp.constructs.statements import is_statement_expression
from apim_lab.csharp.scopes import Local, meant
from apim_lab.csharp.symbols.definitions import Method
from apim_lab.csharp.symbols.signatures import Parameter, Signature
from apim_lab.csharp.types import INVALID, THROW, VOID, Type
from apim_lab.csharp.variables import Store, make_function, read, storer
from apim_lab.syntax.node import Node

LOCAL_FUNCTION = Type("local function")
MAX_NESTED = 8


@dataclass(eq=False)
class LocalFunction:
    """A local function of the block that `compiler` is in, `depth` scopes deep.

    `child` compiles its body, as soon as it is called. It `assigns` these variables around it.
    """

    compiler: Compiler
    node: Node
    signature: Signature
    depth: int
    child: Compiler | None = None
    run: Run | None = None
    stores: Sequence[Store] = ()
    assigns: list[Local] = field(default_factory=list)

    def used(self, compiler: Compiler, node: Node, local: Local) -> Code:
        """The function as an expression at this place, in this compiler's code."""
        self.compile()
        assert self.child is not None  # as it is compiled
        for name, needed in list((self.child.needs or {}).items()):
            compiler.require(node, name, needed, self.compiler)
        for assigned in self.assigns:
            if (own := compiler.own(assigned, self.compiler)) is not None:
                compiler.assign(own)
        method = Method(self.signature, lambda function, *values: function(*values), LOCAL_FUNCTION)
        return MethodGroup(compiler, node, LOCAL_FUNCTION, [method], read(local), is_local=True).code

    def compile(self) -> None:
        if self.child is not None:
            return
        self.child = child = self.compiler.function_child(self.node, self.depth, self.signature.result)
        body = self.node.fields.get("body")
        if body is None:
            name = self.signature.name
            self.compiler.mistake(self.node, f"'{name}()' is a local function and must therefore always have a body.")
            return
        with child.scope(body):
            parameters = self.signature.parameters
            nodes = [written.name for written in _written(self.node["parameters"])]
            declared = [child.declare(node, parameter.type) for node, parameter in zip(nodes, parameters, strict=False)]
            self.stores = [storer(parameter, new=True) for parameter in declared]
            self.run = _block(child, body) if body.kind == "block" else _expression(child, body.parts[0])
        ends = join(*child.exits, child.flow)
        self.assigns = [outer for outer, inner in child.captures if ends.has(inner.slot) and outer.function is None]
        self.compiler.mistakes.extend(child.mistakes)
        self.compiler.adopt(child)

    def create(self, frame: Frame) -> Any:
        """The function in a frame of the code around it, whose variables it captures."""
        child, run, stores = self.child, self.run, self.stores
        assert child is not None  # as it is compiled
        assert run is not None
        captures = [(outer.slot, inner.slot) for outer, inner in child.captures]
        return make_function(frame, captures, child.slots, stores, run)


def _block(child: Compiler, body: Node) -> Run:
    statement = child.statement(body)
    if child.flow.reachable and child.result != VOID:
        child.mistakes.append((body.end - 1, "Not all code paths return a value in local function"))

    def run(frame: Frame) -> Any:
        statement(frame)
        return frame.result

    return run


def _expression(child: Compiler, body: Node) -> Run:
    code, after = throws.operand(child, body)
    child.flow = after.joined()
    if child.result != VOID:
        return child.converted(code, child.result or INVALID, body).run
    if code.type != THROW and not is_statement_expression(body):
        child.mistake(
            body, "Only assignment, call, increment, decrement, and new object expressions can be used as a statement"
        )
    return code.run


def declare(compiler: Compiler, node: Node) -> tuple[int, LocalFunction]:
    """The function, from the beginning of its block on, and its place in the frame."""
    for part in node.parts:
        if part.kind == "modifier":
            compiler.mistake(part, f"The modifier '{part.text}' is not valid for this item")
    if compiler.nesting >= MAX_NESTED:
        compiler.mistake(node, "Local functions are nested too deeply")
    depth = len(compiler.scopes.scopes)
    function = LocalFunction(compiler, node, _signature(compiler, node), depth)
    local = Local(
        LOCAL_FUNCTION, compiler.new_slot(), read_only="method group", captured=True, begins=True, function=function
    )
    compiler.name(node["name"], local)
    compiler.assign(local)
    return local.slot, function


def _signature(compiler: Compiler, node: Node) -> Signature:
    if "type_parameters" in node.fields:
        compiler.mistake(node, "Generic local functions are not supported")
        return Signature(INVALID, meant(node["name"].text))
    result = VOID if node["type"].text == "void" else compiler.type(node["type"])
    written = list(_written(node["parameters"]))
    parameters = [_parameter(compiler, part) for part in written]
    for part, parameter, after in zip(written, parameters, parameters[1:], strict=False):
        if parameter.default and not after.optional:
            compiler.mistake(part.name, "Optional parameters must appear after all required parameters")
    return Signature(result, meant(node["name"].text), tuple(parameters))


@dataclass(frozen=True)
class _Written:
    """A parameter as it is written."""

    name: Node
    type: Node | None
    modifier: Node | None
    default: Node | None


def _written(node: Node) -> Iterator[_Written]:
    """tree-sitter puts the parts of a `params` parameter into the list itself."""
    for part in node.parts:
        if part.kind == "parameter":
            modifier = next((child for child in part.parts if child.kind == "modifier"), None)
            default = part.parts[-1] if part.has("=") else None
            yield _Written(part["name"], part.fields.get("type"), modifier, default)
    if (params := next((child for child in node.children if child.kind == "params"), None)) is not None:
        yield _Written(node["name"], node["type"], params, None)


def _parameter(compiler: Compiler, written: _Written) -> Parameter:
    name = meant(written.name.text)
    if written.type is None:
        compiler.mistake(written.name, "Type expected")
        return Parameter(name, INVALID)
    type_ = compiler.type(written.type)
    if written.modifier is not None and written.modifier.text != "params":
        compiler.mistake(written.modifier, f"'{written.modifier.text}' parameters are not supported in local functions")
    elif written.modifier is not None:
        if type_.name not in {"[]", INVALID.name}:
            compiler.mistake(written.type, "The params parameter must be a single dimensional array")
        return Parameter(name, type_, modifier="params" if type_.name == "[]" else "")
    if written.default is None:
        return Parameter(name, type_)
    value = compiler.converted(compiler.value(written.default), type_, written.default)
    if not value.is_constant and INVALID not in {value.type, type_}:
        compiler.mistake(written.default, f"Default parameter value for '{name}' must be a compile-time constant")
    return Parameter(name, type_, default=written.default.text, value=(value.constant,))
