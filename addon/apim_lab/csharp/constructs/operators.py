"""Operators that evaluate all their operands. Source: the C# specification, "Arithmetic operators" and what follows."""

from collections.abc import Mapping
from typing import Any

from apim_lab.csharp.binding.arguments import Argument
from apim_lab.csharp.binding.overloads import Resolution, resolve
from apim_lab.csharp.binding.reference_conversions import is_reference
from apim_lab.csharp.code import BROKEN, Code, Run, constant, in_slot
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.checked import operator_in_context
from apim_lab.csharp.constructs.combinations import combination
from apim_lab.csharp.constructs.constants import folded, is_simple
from apim_lab.csharp.constructs.invocation import call, invocation
from apim_lab.csharp.runtime.numbers import UInt32, UInt64
from apim_lab.csharp.runtime.values import Int64
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import (
    BOOL,
    DECIMAL,
    DEFAULT,
    DOUBLE,
    FLOAT,
    INT,
    INVALID,
    LAMBDA,
    LONG,
    METHOD_GROUP,
    NULL,
    OBJECT,
    STRING,
    UINT,
    ULONG,
    Type,
    nullable,
    underlying,
)
from apim_lab.syntax.node import Node

# The operators C# predefines for all numeric types and bool, whatever the operands are
_PREDEFINED = (INT, UINT, LONG, ULONG, FLOAT, DOUBLE, DECIMAL, BOOL)


def _parenthesized(compiler: Compiler, node: Node) -> Code:
    code, compiler.branches = compiler.condition(node.parts[0])
    return code


def eager(compiler: Compiler, node: Node) -> Code:
    left, right = compiler.value(node["left"]), compiler.value(node["right"])
    return operation(compiler, node, node["operator"].kind, left, right)


def operation(compiler: Compiler, node: Node, symbol: str, left: Code, right: Code) -> Code:
    """`left symbol right` for every operator that evaluates both."""
    types = {left.type, right.type}
    if INVALID in types:
        return BROKEN
    if DEFAULT in types and (symbol not in {"==", "!="} or types <= {DEFAULT, NULL}):
        return _no_operand(compiler, node, symbol)
    if combined := combination(compiler, node, symbol, left, right):
        return combined
    found = _overload(compiler, node, symbol, left, right)
    if found.tied:
        operands = f"'{left.type}' and '{right.type}'"
        return compiler.mistake(node, f"Operator '{symbol}' is ambiguous on operands of type {operands}")
    if found.best:
        best = operator_in_context(compiler, found.best)
        return folded(compiler, node, best, call(compiler, best))
    return _lifted(compiler, node, symbol, left, right) or _of_references(compiler, node, symbol, left, right)


def _of_references(compiler: Compiler, node: Node, symbol: str, left: Code, right: Code) -> Code:
    if symbol in {"==", "!="} and _comparable(compiler.library, left.type, right.type):
        return _identity(compiler.library, symbol, left, right)
    return cannot_apply(compiler, node, symbol, left.type, right.type)


def _overload(compiler: Compiler, node: Node, symbol: str, left: Code, right: Code) -> Resolution:
    if NULL in {left.type, right.type} and symbol in {"==", "!="}:
        return Resolution()
    # The operator of the type that both operands have is always the best: no other need be compared
    of_one_type = left.type == right.type and left.type in _PREDEFINED
    types = (left.type,) if of_one_type else (left.type, right.type, *_PREDEFINED)
    if symbol == "+" and NULL in types and _is_text(compiler.library, left.type, right.type):
        types = (*types, STRING)
    arguments = [Argument(node, left), Argument(node, right)]
    return resolve(compiler.library, compiler.library.operators(types, symbol), arguments)


def _is_text(library: Library, *types: Type) -> bool:
    """Whether `x + null` is that of texts: it is where x is a reference."""
    return any(type_ != NULL and is_reference(library, type_) for type_ in types)


def _lifted(compiler: Compiler, node: Node, symbol: str, left: Code, right: Code) -> Code | None:
    """Operators on `T?`: null makes arithmetic null and an order false; null equals null."""
    types = [_operand(left, right), _operand(right, left)]
    if not any(type_.name == "?" for type_ in (left.type, right.type, *types)):
        return None
    if LAMBDA in types or METHOD_GROUP in types:
        return None
    if NULL in {left.type, right.type} and symbol in {"==", "!="}:
        is_lifted = _comparable(compiler.library, left.type, right.type)
        return _identity(compiler.library, symbol, left, right) if is_lifted else None
    slots = compiler.new_slot(), compiler.new_slot()
    held_left, held_right = _held(left, types[0], slots[0]), _held(right, types[1], slots[1])
    found = _overload(compiler, node, symbol, held_left, held_right).best
    if found is None:
        return None
    code = call(compiler, operator_in_context(compiler, found))
    if code.type == BOOL and symbol in _THREE_VALUED:
        return Code(nullable(BOOL), invocation(_THREE_VALUED[symbol], [left.run, right.run], checked=False))
    is_test = code.type == BOOL and symbol in _ORDERS
    run = _unless_null(code.run, (left.run, right.run), slots, symbol, is_test=is_test)
    return Code(BOOL if is_test else nullable(code.type), run)


def _three_valued_and(left: bool | None, right: bool | None) -> bool | None:
    """`bool? & bool?`: false decides, whatever the other one is."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _three_valued_or(left: bool | None, right: bool | None) -> bool | None:
    """`bool? | bool?`: true decides, whatever the other one is."""
    if left or right:
        return True
    return None if left is None or right is None else False


_THREE_VALUED = {"&": _three_valued_and, "|": _three_valued_or}


def _operand(code: Code, other: Code) -> Type:
    """The type of an operand: `null` is one of the other operand's."""
    return nullable(underlying(other.type)) if code.type == NULL else code.type


_ORDERS = {"==", "!=", "<", "<=", ">", ">="}


def _held(operand: Code, type_: Type, slot: int) -> Code:
    """The operand, which is not null here; a constant stays a constant, so that `ulong? + 1` is an `ulong?`."""
    is_value = operand.is_constant and type_.name != "?"
    return operand if is_value else in_slot(underlying(type_), slot)


def _unless_null(compute: Run, operands: tuple[Run, Run], slots: tuple[int, int], symbol: str, *, is_test: bool) -> Run:
    def run(frame: Any) -> Any:
        left, right = (operand(frame) for operand in operands)
        if left is None or right is None:
            if not is_test:
                return None
            return (left is right) == (symbol == "==") if symbol in {"==", "!="} else False
        frame.locals[slots[0]], frame.locals[slots[1]] = left, right
        return compute(frame)

    return run


def _comparable(library: Library, left: Type, right: Type) -> bool:
    """Whether `==` can compare references: one must be convertible to the other."""
    if {left, right} & {LAMBDA, METHOD_GROUP}:
        return False
    if left == right:
        return is_reference(library, left)
    if NULL in {left, right}:
        # C# lifts `1 == null` to `int?` and only warns that it is always false
        other = right if left == NULL else left
        return other.name == "?" or not library.is_value(other) or library.is_enum(other) or _equates(library, other)
    if any(library.is_value(underlying(type_)) for type_ in (left, right)):
        return False
    return library.derives(left, right) or library.derives(right, left)


def _equates(library: Library, type_: Type) -> bool:
    """Whether the type has an `==`: KeyValuePair has none."""
    return is_simple(type_) or bool(library.operators([type_], "=="))


def _identity(library: Library, symbol: str, left: Code, right: Code) -> Code:
    if all(code.is_constant and code.constant is None for code in (left, right)):
        return constant(BOOL, symbol == "==")
    run_left, run_right = left.run, right.run
    if left.type == right.type == OBJECT:
        return _reference_equality(library, symbol, run_left, run_right)
    if symbol == "==":
        return Code(BOOL, lambda frame: run_left(frame) is run_right(frame))
    return Code(BOOL, lambda frame: run_left(frame) is not run_right(frame))


def _reference_equality(library: Library, symbol: str, left: Run, right: Run) -> Code:
    """`==` of objects: a value is boxed into an object of its own each time."""
    wanted = symbol == "=="

    def compare(frame: Any) -> bool:
        first, second = left(frame), right(frame)
        same = first is second and (first is None or not library.is_value(library.type_of(first)))
        return same == wanted

    return Code(BOOL, compare)


def _no_operand(compiler: Compiler, node: Node, symbol: str) -> Code:
    return compiler.mistake(node, f"Operator '{symbol}' cannot be applied to operand 'default'")


def cannot_apply(compiler: Compiler, node: Node, symbol: str, *types: Type) -> Code:
    if INVALID in types:
        return BROKEN
    operands = " and ".join(f"'{type_}'" for type_ in types)
    noun = "operands of type" if len(types) == 2 else "operand of type"
    return compiler.mistake(node, f"Operator '{symbol}' cannot be applied to {noun} {operands}")


# A literal of these values has no signed type that could hold it, but with the sign it has
_SMALLEST: Mapping[object, Code] = {
    UInt32(2**31): constant(INT, -(2**31)),
    UInt64(2**63): constant(LONG, Int64(-(2**63))),
}


def _smallest(node: Node, value: Code) -> Code | None:
    if node.kind != "integer_literal" or "u" in node.text.lower():
        return None
    return _SMALLEST.get(value.constant) if value.type in {UINT, ULONG} else None


def _prefix(compiler: Compiler, node: Node) -> Code:
    symbol = node["operator"].kind
    value, after = compiler.condition(node["value"])
    if symbol == "!":
        compiler.branches = after.swapped()
    else:
        compiler.flow = after.joined()
    if value.type == INVALID:
        return BROKEN
    if value.type == DEFAULT:
        return _no_operand(compiler, node, symbol)
    if symbol == "-" and (smallest := _smallest(node["value"], value)):
        return smallest
    code = _unary(compiler, node, symbol, value) or _lifted_unary(compiler, node, symbol, value)
    return code or cannot_apply(compiler, node, symbol, value.type)


def _unary(compiler: Compiler, node: Node, symbol: str, value: Code) -> Code | None:
    operators = compiler.library.operators((value.type, *_PREDEFINED), symbol)
    unary = [operator for operator in operators if len(operator.signature.parameters) == 1]
    found = resolve(compiler.library, unary, [Argument(node, value)]).best
    if found is None:
        return None
    found = operator_in_context(compiler, found)
    return folded(compiler, node, found, call(compiler, found))


def _lifted_unary(compiler: Compiler, node: Node, symbol: str, value: Code) -> Code | None:
    """The operator on `T?`: null stays null."""
    if value.type.name != "?":
        return None
    slot = compiler.new_slot()
    code = _unary(compiler, node, symbol, in_slot(underlying(value.type), slot))
    return None if code is None else Code(nullable(code.type), _unless_operand_null(code.run, value.run, slot))


def _unless_operand_null(compute: Run, operand: Run, slot: int) -> Run:
    def run(frame: Any) -> Any:
        value = operand(frame)
        if value is None:
            return None
        frame.locals[slot] = value
        return compute(frame)

    return run


EXPRESSIONS: ExpressionTable = {
    "parenthesized_expression": _parenthesized,
    "prefix_unary_expression": _prefix,
}
