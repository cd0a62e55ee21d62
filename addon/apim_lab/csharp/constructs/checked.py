"""`checked` and `unchecked`, around expressions and blocks. Source: the C# specification, "The checked and unchecked
operators", "The checked and unchecked statements".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum

from apim_lab.csharp.binding.overloads import Candidate
from apim_lab.csharp.code import Code, Frame
from apim_lab.csharp.compiler import Compiler, ExpressionTable, Statement, StatementTable
from apim_lab.csharp.runtime.checked_arithmetic import CHECKED, check_range
from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.types import CHAR, INT, Type, underlying
from apim_lab.syntax.node import Node


@contextmanager
def _context(compiler: Compiler, node: Node) -> Iterator[None]:
    before = compiler.checked, compiler.unchecked
    compiler.unchecked = node.has("unchecked")
    compiler.checked = not compiler.unchecked
    yield
    compiler.checked, compiler.unchecked = before


def _expression(compiler: Compiler, node: Node) -> Code:
    with _context(compiler, node):
        code, compiler.branches = compiler.condition(node.parts[0])
    return code


def _statement(compiler: Compiler, node: Node) -> Statement:
    with _context(compiler, node):
        return compiler.statement(node.parts[-1])


def operator_in_context(compiler: Compiler, operator: Candidate) -> Candidate:
    """The operator; the one that throws for an overflow if it stands in `checked`."""
    signature = operator.method.signature
    compute = CHECKED.get((operator.method.owner.name, signature.name, len(signature.parameters)))
    if compute is None or not compiler.checked:
        return operator
    return replace(operator, method=replace(operator.method, implementation=compute))


def operand_of_cast(compiler: Compiler, value: Code, target: Type) -> Code:
    """The operand of a cast to a numeric type; in `checked` it throws for an overflow."""
    wanted = INT if compiler.library.is_enum(underlying(target)) else underlying(target)
    source = INT if compiler.library.is_enum(underlying(value.type)) else underlying(value.type)
    is_integral = wanted.name in BY_KEYWORD or wanted == CHAR
    if not compiler.checked or value.is_constant or not is_integral or source.name not in _NUMBERS:
        return value
    run, keyword = value.run, wanted.name

    def checked(frame: Frame) -> object:
        found = run(frame)
        if found is not None:
            check_range(found.value if isinstance(found, Enum) else found, keyword)
        return found

    return replace(value, run=checked)


# A cast of a decimal throws in any case
_NUMBERS = {*BY_KEYWORD, "char", "double", "float"}

EXPRESSIONS: ExpressionTable = {"checked_expression": _expression}
STATEMENTS: StatementTable = {"checked_statement": _statement}
