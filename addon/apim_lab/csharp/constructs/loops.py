"""`while`, `do`, `for` and `foreach`. Source: the C# specification, "Iteration statements"."""

from collections.abc import Callable, Iterable
from typing import Any

from apim_lab.csharp.assignedness import UNREACHABLE, Branches, Flow, Target, join
from apim_lab.csharp.binding.conversions import explicit_between
from apim_lab.csharp.code import Code, Frame, Run, constant
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable, nothing
from apim_lab.csharp.constructs.deconstruction import PATTERNS, deconstruct
from apim_lab.csharp.constructs.statements import (
    Signal,
    condition,
    discarding,
    embedded,
    sequence,
    statement_expression,
)
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.scopes import Local
from apim_lab.csharp.types import BOOL, INVALID, Type
from apim_lab.csharp.variables import Store, read, storer
from apim_lab.syntax.node import Node


def _body(compiler: Compiler, node: Node) -> tuple[Statement, list[Flow]]:
    """A loop's body and the flows that break out of it; the compiler's flow is then the one into the next round."""
    loop = Target()
    compiler.targets.append(loop)
    statement = embedded(compiler, node)
    compiler.targets.pop()
    compiler.flow = join(compiler.flow, *loop.continues)
    return statement, loop.breaks


def _looping(test: Run, body: Statement, update: Statement = nothing, *, tested_first: bool = True) -> Statement:
    def run(frame: Frame) -> object:
        first = not tested_first
        while first or test(frame):
            first = False
            frame.count_iteration()
            signal = body(frame)
            if signal is not None:
                if signal is Signal.BREAK:
                    return None
                if signal is not Signal.CONTINUE:
                    return signal
            update(frame)
        return None

    return run


def _while(compiler: Compiler, node: Node) -> Statement:
    with compiler.scope(node["condition"]):
        test, after = condition(compiler, node["condition"])
        compiler.flow = after.when_true
        body, breaks = _body(compiler, node["body"])
    compiler.flow = join(after.when_false, *breaks)
    return _looping(test.run, body)


def _do(compiler: Compiler, node: Node) -> Statement:
    with compiler.scope(node["condition"]):
        body, breaks = _body(compiler, node["body"])
        test, after = condition(compiler, node["condition"])
    compiler.flow = join(after.when_false, *breaks)
    return _looping(test.run, body, tested_first=False)


def _for(compiler: Compiler, node: Node) -> Statement:
    start, test_nodes, updates = _for_parts(node)
    with compiler.scope(*start):
        begin = [_for_part(compiler, part) for part in start]
        with compiler.scope(*test_nodes):
            test, after = _for_condition(compiler, test_nodes)
            compiler.flow = after.when_true
            body, breaks = _body(compiler, node["body"])
            with compiler.scope(*updates):
                steps = [_for_part(compiler, part) for part in updates]
    compiler.flow = join(after.when_false, *breaks)
    loop = _looping(test.run, body, sequence(steps) if steps else nothing)
    return sequence([*begin, loop])


def _for_parts(node: Node) -> tuple[list[Node], list[Node], list[Node]]:
    """What stands between the semicolons of `for (a; b; c)`."""
    groups: list[list[Node]] = [[]]
    for child in node.children[2 : list(node.children).index(node["body"]) - 1]:
        if child.kind == ";":
            groups.append([])
        elif child.named:
            groups[-1].append(child)
    start, test, updates = groups
    return start, test, updates


def _for_part(compiler: Compiler, node: Node) -> Statement:
    if node.kind == "variable_declaration":
        return compiler.statement(node)
    return statement_expression(compiler, node)


def _for_condition(compiler: Compiler, nodes: list[Node]) -> tuple[Code, Branches]:
    """`for (;;)` has none: it is true."""
    if nodes:
        return condition(compiler, nodes[0])
    return constant(BOOL, True), Branches(compiler.flow, UNREACHABLE)


def _foreach(compiler: Compiler, node: Node) -> Statement:
    with compiler.scope(node["right"]):
        values = compiler.value(node["right"])
        element, iterate = _enumeration(compiler, node["right"], values)
        before = compiler.flow
        with compiler.scope():
            local, convert, begin = _foreach_variable(compiler, node, element)
            body, breaks = _body(compiler, node["body"])
    compiler.flow = join(before, *breaks)
    return _iterating(values.run, iterate, storer(local, new=True), convert, sequence([*begin, body]))


def _enumeration(compiler: Compiler, node: Node, values: Code) -> tuple[Type, Callable[[Any], Iterable[Any]]]:
    type_ = values.type
    if values.is_constant and values.constant is None:
        compiler.mistake(node, "Use of null is not valid in this context")
        return INVALID, iter
    found = compiler.library.enumeration(type_)
    if found is not None:
        return found
    if type_ != INVALID:
        compiler.mistake(
            node,
            f"foreach statement cannot operate on variables of type '{type_}' because "
            f"'{type_}' does not contain a public instance definition for 'GetEnumerator'",
        )
    return INVALID, iter


_READ_ONLY = "foreach iteration variable"


def _foreach_variable(
    compiler: Compiler, node: Node, element: Type
) -> tuple[Local, Callable[[Any], Any], list[Statement]]:
    """The variable, the conversion of an element to its type, and what is to do with it before the body."""
    if node["left"].kind in PATTERNS:
        if "type" not in node.fields and not _declares(node["left"]):
            compiler.mistake(node["left"], "A foreach loop must declare its iteration variables.")
        local = Local(element, compiler.new_slot())
        parts = deconstruct(compiler, node["left"], read(local), read_only=_READ_ONLY)
        return local, lambda value: value, [discarding(parts.run)]
    if "type" not in node.fields or node["left"].kind != "identifier":
        compiler.mistake(node["left"], "Type and identifier are both required in a foreach statement")
        return compiler.declare(node["left"], INVALID), lambda value: value, []
    declared = element if node["type"].kind == "implicit_type" else compiler.type(node["type"])
    conversion = explicit_between(compiler.library, element, declared)
    if conversion is None:
        compiler.mistake(node["type"], f"Cannot convert type '{element}' to '{declared}'")
    # `foreach (T x in xs)` casts every element
    convert = conversion.convert if conversion and conversion.convert else lambda value: value
    return compiler.declare(node["left"], declared, read_only=_READ_ONLY), convert, []


def _declares(pattern: Node) -> bool:
    """Whether `(int a, var b)` declares all of its variables; `(a, b)` does not."""
    if pattern.kind == "argument":
        return _declares(pattern.parts[-1])
    if pattern.kind == "tuple_expression":
        return all(map(_declares, pattern.parts))
    return pattern.kind == "declaration_expression"


def _iterating(
    values: Run,
    iterate: Callable[[Any], Iterable[Any]],
    store: Store,
    convert: Callable[[Any], Any],
    body: Statement,
) -> Statement:
    def run(frame: Frame) -> object:
        found = values(frame)
        if found is None:
            raise NullReferenceException
        for value in iterate(found):
            frame.count_iteration()
            store(frame, convert(value))
            signal = body(frame)
            if signal is not None:
                if signal is Signal.BREAK:
                    return None
                if signal is not Signal.CONTINUE:
                    return signal
        return None

    return run


STATEMENTS: StatementTable = {
    "do_statement": _do,
    "for_statement": _for,
    "foreach_statement": _foreach,
    "while_statement": _while,
}
