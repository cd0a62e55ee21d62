"""`is` and the patterns of it and of `case`. Source: the C# specification, "Patterns and pattern matching"."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any

from apim_lab.csharp.assignedness import Branches, split
from apim_lab.csharp.binding.conversions import standard_explicit
from apim_lab.csharp.binding.reference_conversions import is_instance
from apim_lab.csharp.code import BROKEN, NO_CONSTANT, Code, ConversionKind, Frame
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.scopes import Local
from apim_lab.csharp.types import BOOL, DEFAULT, INVALID, NULL, OBJECT, Type, underlying
from apim_lab.csharp.variables import storer
from apim_lab.syntax.node import Node


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern: `matches` says whether a value fits, and assigns the variable of the pattern.

    It takes what is of the `type`, or the one `constant`, or, if it is `var x`, `anything`.
    """

    matches: Callable[[Frame, Any], bool]
    type: Type = INVALID
    constant: object = NO_CONSTANT
    anything: bool = False


_BROKEN = Pattern(lambda _frame, _value: False)


def _is(compiler: Compiler, node: Node) -> Code:
    """`x is T`, `x is T name` and `x is constant`."""
    value, written = compiler.value(node["left"]), node["right"]
    if value.function is not None:
        return compiler.mistake(node, f"The first operand of an 'is' operator may not be a {value.type}")
    if value.type == DEFAULT:
        return compiler.mistake(node, "Operator 'is' cannot be applied to operand of type 'default'")
    run, target = value.run, compiler.named_type(written)
    if target is not None:
        library, wanted = compiler.library, target
        return Code(BOOL, lambda frame: is_instance(library, run(frame), wanted))
    if value.type == NULL:
        return compiler.mistake(written, "Invalid operand for pattern match; value required, but found '<null>'.")
    found = pattern(compiler, written, value)
    matches = found.matches
    return BROKEN if found is _BROKEN else Code(BOOL, lambda frame: matches(frame, run(frame)))


def pattern(compiler: Compiler, node: Node, value: Code) -> Pattern:
    """The pattern for values like this one; it leaves `branches` behind."""
    return (_declaring if node.kind == "declaration_pattern" else _constant)(compiler, node, value)


def _declaring(compiler: Compiler, node: Node, value: Code) -> Pattern:
    """The variable has its value where the pattern matches."""
    is_var = node["type"].kind == "implicit_type"
    target = value.type if is_var else compiler.type(node["type"])
    _check(compiler, node, value.type, target)
    local = _variable(compiler, node, target)
    known = True if is_var else _known(compiler, value, target)
    compiler.branches = Branches(compiler.flow.having(local.slot), compiler.flow).decided(known)
    library, store = compiler.library, storer(local, new=True)

    def matches(frame: Frame, found: Any) -> bool:
        store(frame, found)
        return is_var or is_instance(library, found, target)

    return Pattern(matches, target, anything=is_var)


def _check(compiler: Compiler, node: Node, source: Type, target: Type) -> None:
    if target.name == "?" and node["type"].kind != "implicit_type":
        compiler.mistake(
            node,
            f"It is not legal to use nullable type '{target}' in a pattern; use the underlying type "
            f"'{underlying(target)}' instead.",
        )
    elif not _may_match(compiler, source, target):
        compiler.mistake(node, f"An expression of type '{source}' cannot be handled by a pattern of type '{target}'.")


def _may_match(compiler: Compiler, source: Type, target: Type) -> bool:
    """Whether a value of the one type may be one of the other, without becoming another value."""
    if INVALID in {source, target}:
        return True
    found = standard_explicit(compiler.library, underlying(source), target)
    return found is not None and found.kind is not ConversionKind.NUMERIC


def _variable(compiler: Compiler, node: Node, type_: Type) -> Local:
    """Its place; `is int _` names none."""
    if "name" in node.fields:
        return compiler.declare(node["name"], type_, assigned=False)
    if node.parts[-1].kind != "discard":
        compiler.mistake(node.parts[-1], "Identifier expected")
    return Local(type_, compiler.new_slot())


def _known(compiler: Compiler, value: Code, target: Type) -> bool | None:
    """Whether C# knows beforehand that the value matches: an int is an int, but a string may be null."""
    if value.is_constant and value.constant is None:
        return False
    return True if value.type == target and (value.is_constant or compiler.library.is_value(target)) else None


def _constant(compiler: Compiler, node: Node, value: Code) -> Pattern:
    """A constant of the value's type; of an `object` one of exactly the constant's type."""
    expected = compiler.value(node)
    if value.type != OBJECT:
        expected = compiler.converted(expected, value.type if expected.type == NULL else underlying(value.type), node)
    if INVALID in {expected.type, value.type}:
        return _BROKEN
    if not expected.is_constant:
        compiler.mistake(node, "A constant value is expected")
        return _BROKEN
    wanted = expected.constant
    if value.is_constant:
        compiler.branches = split(compiler.flow).decided(value.constant == wanted)
    return Pattern(_comparing(wanted), expected.type, wanted)


def _comparing(wanted: object) -> Callable[[Frame, Any], bool]:
    if isinstance(wanted, float) and isnan(wanted):
        return lambda _, found: isinstance(found, float) and isnan(found)
    return lambda _, found: found.__class__ is wanted.__class__ and found == wanted


EXPRESSIONS: ExpressionTable = {
    "is_expression": _is,
}
