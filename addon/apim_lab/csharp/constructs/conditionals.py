"""`&&`, `||`, `??` and `?:`, which leave an operand out. Source: the C# specification, "Conditional operator"."""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.assignedness import Branches, join, split
from apim_lab.csharp.binding.conversions import implicit
from apim_lab.csharp.code import BROKEN, Code, constant
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs import throws
from apim_lab.csharp.constructs.operators import cannot_apply, eager
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import (
    BOOL,
    DEFAULT,
    INVALID,
    NULL,
    THROW,
    TUPLE,
    VOID,
    Type,
    underlying,
    with_common_names,
)
from apim_lab.syntax.node import Node


def _binary(compiler: Compiler, node: Node) -> Code:
    compile_operator = _SHORT_CIRCUIT.get(node["operator"].kind, eager)
    return compile_operator(compiler, node)


def _logical(compiler: Compiler, node: Node) -> Code:
    """`&&` and `||`: the right operand is evaluated where the left one does not decide."""
    symbol = node["operator"].kind
    is_and = symbol == "&&"
    left, after_left = compiler.condition(node["left"])
    compiler.flow = after_left.when_true if is_and else after_left.when_false
    right, after = compiler.condition(node["right"])
    if is_and:
        compiler.branches = Branches(after.when_true, join(after_left.when_false, after.when_false))
    else:
        compiler.branches = Branches(join(after_left.when_true, after.when_true), after.when_false)
    if any(code.type not in {BOOL, INVALID} for code in (left, right)):
        return cannot_apply(compiler, node, symbol, left.type, right.type)
    return _short_circuit(left, right, is_and=is_and)


def _short_circuit(left: Code, right: Code, *, is_and: bool) -> Code:
    if left.is_constant and right.is_constant:
        return constant(BOOL, left.constant and right.constant if is_and else left.constant or right.constant)
    first, second = left.run, right.run
    if is_and:
        return Code(BOOL, lambda frame: first(frame) and second(frame))
    return Code(BOOL, lambda frame: first(frame) or second(frame))


def _coalesce(compiler: Compiler, node: Node) -> Code:
    left = compiler.value(node["left"])
    if left.type == DEFAULT:
        left = constant(NULL, None)
    before = compiler.flow
    if left.is_constant and left.constant is not None:
        compiler.flow = before.excluded()
    right, after = throws.operand(compiler, node["right"])
    compiler.flow = after.joined()
    if not (left.is_constant and left.constant is None):
        compiler.flow = before
    if INVALID in {left.type, right.type}:
        return BROKEN
    type_ = _coalesced(compiler.library, left, right)
    if type_ is None:
        return cannot_apply(compiler, node, "??", left.type, right.type)
    plain = _without_null(left)
    conversion = implicit(compiler.library, plain, type_)
    convert = conversion.convert if conversion else None
    first, second = left.run, compiler.converted(right, type_, node["right"]).run

    def run(frame: Any) -> Any:
        value = first(frame)
        if value is None:
            return second(frame)
        return value if convert is None else convert(value)

    return Code(type_, run)


def _coalesced(library: Library, left: Code, right: Code) -> Type | None:
    """The type of `left ?? right`: the left one's, without `?` if the right one is never null, or the right one's."""
    if library.is_value(left.type):
        return None
    plain = _without_null(left)
    for candidate in (plain.type, left.type):
        if candidate != NULL and implicit(library, right, candidate):
            return candidate
    is_typed = right.type not in {NULL, DEFAULT, THROW, VOID}
    return right.type if is_typed and implicit(library, plain, right.type) else None


def _without_null(code: Code) -> Code:
    """A `T?` that is not null is its T already."""
    return code if code.type == underlying(code.type) else Code(underlying(code.type), code.run)


_SHORT_CIRCUIT: Mapping[str, Callable[[Compiler, Node], Code]] = {
    "&&": _logical,
    "||": _logical,
    "??": _coalesce,
}


def _conditional(compiler: Compiler, node: Node) -> Code:
    test, after = compiler.condition(node["condition"])
    condition = compiler.converted(test, BOOL, node["condition"])
    compiler.flow = after.when_true
    yes, after_yes = throws.operand(compiler, node["consequence"])
    compiler.flow = after.when_false
    no, after_no = throws.operand(compiler, node["alternative"])
    if condition.is_constant:
        compiler.branches = _undecided(yes, after_yes) if condition.constant else _undecided(no, after_no)
    else:
        compiler.flow = join(after_yes.joined(), after_no.joined())
    return _chosen(compiler, node, condition, yes, no)


def _undecided(code: Code, after: Branches) -> Branches:
    """A constant decides a condition, but not as one of the two values of `?:`."""
    return split(after.joined()) if code.is_constant else after


def _chosen(compiler: Compiler, node: Node, condition: Code, yes: Code, no: Code) -> Code:
    type_ = _common(compiler.library, yes, no)
    if type_ is None:
        return compiler.mistake(
            node,
            "Type of conditional expression cannot be determined because there is no implicit conversion "
            f"between '{yes.type}' and '{no.type}'",
        )
    then = compiler.converted(yes, type_, node["consequence"])
    otherwise = compiler.converted(no, type_, node["alternative"])
    if condition.is_constant and then.is_constant and otherwise.is_constant:
        return then if condition.constant else otherwise
    test, run_then, run_otherwise = condition.run, then.run, otherwise.run
    return Code(type_, lambda frame: run_then(frame) if test(frame) else run_otherwise(frame))


def _common(library: Library, left: Code, right: Code) -> Type | None:
    if INVALID in {left.type, right.type}:
        return INVALID
    if {left.type, right.type} <= {DEFAULT, NULL, THROW, TUPLE}:
        return None
    if left.type == right.type:
        return with_common_names(left.type, [right.type])
    if implicit(library, left, right.type):
        return right.type
    return left.type if implicit(library, right, left.type) else None


EXPRESSIONS: ExpressionTable = {
    "binary_expression": _binary,
    "conditional_expression": _conditional,
}
