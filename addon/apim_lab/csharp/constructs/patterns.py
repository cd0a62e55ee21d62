"""`is` and its patterns. Source: the C# specification, "Patterns and pattern matching"."""

from math import isnan
from typing import Any

from apim_lab.csharp.assignedness import Branches, split
from apim_lab.csharp.binding.conversions import standard_explicit
from apim_lab.csharp.binding.reference_conversions import is_instance
from apim_lab.csharp.code import BROKEN, Code, ConversionKind
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.scopes import Local
from apim_lab.csharp.types import BOOL, DEFAULT, INVALID, NULL, OBJECT, Type, underlying
from apim_lab.csharp.variables import storing
from apim_lab.syntax.node import Node


def _is(compiler: Compiler, node: Node) -> Code:
    """`x is T`, `x is T name` and `x is constant`."""
    value, pattern = compiler.value(node["left"]), node["right"]
    if value.function is not None:
        return compiler.mistake(node, f"The first operand of an 'is' operator may not be a {value.type}")
    if pattern.kind == "declaration_pattern":
        return _declaring(compiler, pattern, value)
    target = compiler.named_type(pattern)
    if value.type == DEFAULT:
        return compiler.mistake(node, "Operator 'is' cannot be applied to operand of type 'default'")
    if target is not None:
        library, run, wanted = compiler.library, value.run, target
        return Code(BOOL, lambda frame: is_instance(library, run(frame), wanted))
    return _is_constant(compiler, pattern, value)


def _declaring(compiler: Compiler, pattern: Node, value: Code) -> Code:
    """The variable has its value where the pattern matches."""
    is_var = pattern["type"].kind == "implicit_type"
    target = value.type if is_var else compiler.type(pattern["type"])
    _check(compiler, pattern, value.type, target)
    local = _variable(compiler, pattern, target)
    known = True if is_var else _known(compiler, value, target)
    compiler.branches = Branches(compiler.flow.having(local.slot), compiler.flow).decided(known)
    library, run = compiler.library, storing(local, value.run, new=True)

    def matches(frame: Any) -> bool:
        found = run(frame)
        return is_var or is_instance(library, found, target)

    return Code(BOOL, matches)


_NO_VALUE = "Invalid operand for pattern match; value required, but found '<null>'."


def _check(compiler: Compiler, pattern: Node, source: Type, target: Type) -> None:
    if source == NULL:
        compiler.mistake(pattern, _NO_VALUE)
    elif target.name == "?" and pattern["type"].kind != "implicit_type":
        compiler.mistake(
            pattern,
            f"It is not legal to use nullable type '{target}' in a pattern; use the underlying type "
            f"'{underlying(target)}' instead.",
        )
    elif not _may_match(compiler, source, target):
        compiler.mistake(
            pattern, f"An expression of type '{source}' cannot be handled by a pattern of type '{target}'."
        )


def _may_match(compiler: Compiler, source: Type, target: Type) -> bool:
    """Whether a value of the one type may be one of the other, without becoming another value."""
    if INVALID in {source, target}:
        return True
    found = standard_explicit(compiler.library, underlying(source), target)
    return found is not None and found.kind is not ConversionKind.NUMERIC


def _variable(compiler: Compiler, pattern: Node, type_: Type) -> Local:
    """Its place; `is int _` names none."""
    if "name" not in pattern.fields:
        return Local(type_, compiler.new_slot())
    return compiler.declare(pattern["name"], type_, assigned=False)


def _known(compiler: Compiler, value: Code, target: Type) -> bool | None:
    """Whether C# knows beforehand that the value matches: an int is an int, but a string may be null."""
    if value.is_constant and value.constant is None:
        return False
    return True if value.type == target and (value.is_constant or compiler.library.is_value(target)) else None


def _is_constant(compiler: Compiler, pattern: Node, value: Code) -> Code:
    """A constant of the value's type; of an `object` one of exactly the constant's type."""
    if value.type == NULL:
        return compiler.mistake(pattern, _NO_VALUE)
    expected = compiler.value(pattern)
    if value.type != OBJECT:
        expected = compiler.converted(
            expected, value.type if expected.type == NULL else underlying(value.type), pattern
        )
    if INVALID in {expected.type, value.type}:
        return BROKEN
    if not expected.is_constant:
        return compiler.mistake(pattern, "A constant value is expected")
    run, wanted = value.run, expected.constant
    if value.is_constant:
        compiler.branches = split(compiler.flow).decided(value.constant == wanted)
    if isinstance(wanted, float) and isnan(wanted):
        return Code(BOOL, lambda frame: isinstance(found := run(frame), float) and isnan(found))

    def matches(frame: Any) -> bool:
        found = run(frame)
        return found.__class__ is wanted.__class__ and found == wanted

    return Code(BOOL, matches)


EXPRESSIONS: ExpressionTable = {
    "is_expression": _is,
}
