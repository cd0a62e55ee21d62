"""Assignments, `++` and `--`. Source: the C# specification, "Assignment operators", "Postfix increment"."""

from typing import Any

from apim_lab.csharp.binding.conversions import apply, explicit_between, implicit, implicit_between
from apim_lab.csharp.code import BROKEN, Code, Frame, constant
from apim_lab.csharp.compiler import Compiler, ExpressionTable, nothing
from apim_lab.csharp.constructs.checked import operand_of_cast
from apim_lab.csharp.constructs.constants import NUMBERS
from apim_lab.csharp.constructs.deconstruction import PATTERNS, deconstruct
from apim_lab.csharp.constructs.operators import cannot_apply, operation
from apim_lab.csharp.constructs.places import NO_TARGET, Place, place
from apim_lab.csharp.types import INT, Type, underlying
from apim_lab.syntax.newer_syntax import NEWER
from apim_lab.syntax.node import Node

_NO_OPERAND = "The operand of an increment or decrement operator must be a variable, property or indexer"


def _assignment(compiler: Compiler, node: Node) -> Code:
    symbol = node["operator"].kind
    if symbol in NEWER:
        return compiler.mistake(node["operator"], NEWER[symbol])
    if node["left"].kind in PATTERNS and symbol == "=":
        return deconstruct(compiler, node["left"], node["right"])
    target = place(compiler, node["left"], NO_TARGET, kept=symbol != "=")
    if target is None:
        compiler.value(node["right"])
        return BROKEN
    if symbol == "=":
        value = compiler.value(node["right"])
    else:
        value = _compound(compiler, node, target.read(), symbol.removesuffix("="))
    return _keeping(target, target.write(value, node["right"]))


def _compound(compiler: Compiler, node: Node, target: Code, symbol: str) -> Code:
    """The value of `x += y` is `(T)(x + y)`, if y is converted to T by itself or shifts."""
    value = compiler.value(node["right"])
    result = operation(compiler, node, symbol, target, value)
    if implicit_between(compiler.library, result.type, target.type) is None and (
        symbol in {"<<", ">>"} or implicit(compiler.library, value, target.type)
    ):
        return _cast_back(compiler, result, target.type)
    return result


def _cast_back(compiler: Compiler, result: Code, type_: Type) -> Code:
    conversion = explicit_between(compiler.library, result.type, type_)
    return apply(conversion, operand_of_cast(compiler, result, type_), type_) if conversion else result


def _keeping(target: Place, code: Code) -> Code:
    if target.keep is nothing:
        return code
    keep, run = target.keep, code.run

    def keeping(frame: Frame) -> Any:
        keep(frame)
        return run(frame)

    return Code(code.type, keeping)


def _increment(compiler: Compiler, node: Node) -> Code:
    operator, operand = node["operator"], node["value"]
    target = place(compiler, operand, _NO_OPERAND)
    if target is None:
        return BROKEN
    before = target.read()
    counted = underlying(before.type)
    if counted.name not in NUMBERS and not compiler.library.is_enum(counted):
        return cannot_apply(compiler, node, operator.kind, before.type)
    after = _cast_back(compiler, operation(compiler, node, operator.kind[0], before, constant(INT, 1)), before.type)
    code = target.write(after, node)
    return _keeping(target, code if operator.start < operand.start else _yielding(before, code))


def _yielding(before: Code, code: Code) -> Code:
    """`x++` is what x was before."""
    read, run = before.run, code.run

    def yielding(frame: Frame) -> Any:
        value = read(frame)
        run(frame)
        return value

    return Code(before.type, yielding)


EXPRESSIONS: ExpressionTable = {
    "assignment_expression": _assignment,
    "increment_expression": _increment,
}
