"""Statements: blocks, expressions, branches and `return`. Source: the C# specification, "Statements".

A compiled statement yields None, or the Signal with which it leaves: blocks and loops pass it on.
"""

import enum
from collections.abc import Sequence
from dataclasses import replace

from apim_lab.csharp.assignedness import UNREACHABLE, Branches, join
from apim_lab.csharp.code import BROKEN, Code, Frame, Run
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable, nothing
from apim_lab.csharp.types import BOOL, VOID
from apim_lab.syntax.node import Node


class Signal(enum.Enum):
    """How a statement leaves what it stands in."""

    BREAK = enum.auto()
    CONTINUE = enum.auto()
    RETURN = enum.auto()


def sequence(statements: Sequence[Statement]) -> Statement:
    """The statements one after the other, until one leaves."""

    def run(frame: Frame) -> object:
        for statement in statements:
            signal = statement(frame)
            if signal is not None:
                return signal
        return None

    return statements[0] if len(statements) == 1 else run


def _empty(_compiler: Compiler, _node: Node) -> Statement:
    return nothing


_STATEMENT_EXPRESSIONS = {
    "assignment_expression",
    "conditional_access_expression",
    "increment_expression",
    "invocation_expression",
    "object_creation_expression",
}


def _expression_statement(compiler: Compiler, node: Node) -> Statement:
    return statement_expression(compiler, node.parts[0])


def statement_expression(compiler: Compiler, node: Node) -> Statement:
    """An expression that stands for a statement, also in the head of a `for`."""
    if not is_statement_expression(node):
        compiler.mistake(
            node,
            "Only assignment, call, increment, decrement, and new object expressions can be used as a statement",
        )
    return discarding(compiler.expression(node).run)


def is_statement_expression(node: Node) -> bool:
    """`a?.F()` is a call, `a?.b` is none."""
    if node.kind == "conditional_access_expression":
        return is_statement_expression(node["access"])
    return node.kind in _STATEMENT_EXPRESSIONS


def discarding(run: Run) -> Statement:
    def statement(frame: Frame) -> None:
        run(frame)

    return statement


def condition(compiler: Compiler, node: Node) -> tuple[Code, Branches]:
    """What decides about a statement, and the flows where it is true and false.

    Only a constant makes a branch unreachable.
    """
    code, after = compiler.condition(node)
    test = compiler.converted(code, BOOL, node)
    if test.constant is True:
        after = replace(after, when_false=UNREACHABLE)
    elif test.constant is False:
        after = replace(after, when_true=UNREACHABLE)
    return test, after


def embedded(compiler: Compiler, node: Node) -> Statement:
    """The statement of an `if` or of a loop, which has a scope of its own."""
    if node.kind in {"labeled_statement", "local_declaration_statement"}:
        compiler.mistake(node, "Embedded statement cannot be a declaration or labeled statement")
    with compiler.scope(node):
        return compiler.statement(node)


def _if(compiler: Compiler, node: Node) -> Statement:
    decision, after = condition(compiler, node["condition"])
    compiler.flow = after.when_true
    then = embedded(compiler, node["consequence"])
    after_then, compiler.flow = compiler.flow, after.when_false
    otherwise = embedded(compiler, node["alternative"]) if "alternative" in node.fields else nothing
    compiler.flow = join(after_then, compiler.flow)
    test = decision.run

    def run(frame: Frame) -> object:
        return then(frame) if test(frame) else otherwise(frame)

    return run


def _return(compiler: Compiler, node: Node) -> Statement:
    if any(target.is_finally for target in compiler.targets):
        compiler.mistake(node, "Control cannot leave the body of a finally clause")
    value = _returned(compiler, node)
    compiler.exits.append(compiler.flow)
    compiler.flow = UNREACHABLE
    compute = value.run

    def run(frame: Frame) -> object:
        frame.result = compute(frame)
        return Signal.RETURN

    return run


# What a `return;` returns
_NOTHING = Code(VOID, nothing)


def _returned(compiler: Compiler, node: Node) -> Code:
    """What a `return` yields, as the result of the function around it."""
    if not node.parts:
        if compiler.nesting and compiler.result in {None, VOID}:
            compiler.returns.append(_NOTHING)
            return BROKEN
        return compiler.mistake(node, "An object of a type convertible to 'object' is required")
    value_node = node.parts[0]
    value = compiler.value(value_node) if compiler.nesting else compiler.result_value(value_node)
    if compiler.result == VOID:
        return compiler.mistake(node, "A function that returns void cannot return a value")
    if compiler.result is not None:
        value = compiler.converted(value, compiler.result, value_node)
    compiler.returns.append(value)
    return value


STATEMENTS: StatementTable = {
    "empty_statement": _empty,
    "expression_statement": _expression_statement,
    "if_statement": _if,
    "return_statement": _return,
}
