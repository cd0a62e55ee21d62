"""Casts and `as`. Source: the C# specification, "Cast expressions" and "The as operator"."""

from typing import Any

from apim_lab.csharp.binding.conversions import apply, explicit, standard_explicit
from apim_lab.csharp.binding.reference_conversions import is_instance
from apim_lab.csharp.code import BROKEN, Code
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.checked import operand_of_cast
from apim_lab.csharp.constructs.constants import check_cast
from apim_lab.csharp.types import (
    DEFAULT,
    INVALID,
    NULL,
    Type,
)
from apim_lab.syntax.node import Node


def _cast(compiler: Compiler, node: Node) -> Code:
    target = compiler.type(node["type"])
    value = compiler.value(node["value"])
    conversion = explicit(compiler.library, value, target)
    if conversion is None:
        return compiler.mistake(node, f"Cannot convert type '{value.type}' to '{target}'")
    check_cast(compiler, node, value, target)
    return apply(conversion, operand_of_cast(compiler, value, target), target)


def _as(compiler: Compiler, node: Node) -> Code:
    target, value = compiler.type(node["right"]), compiler.value(node["left"])
    if target == INVALID:
        return BROKEN
    if compiler.library.is_value(target):
        return compiler.mistake(
            node, f"The as operator must be used with a reference type or nullable type ('{target}' is a value type)"
        )
    _check_related(compiler, node, value.type, target)
    run = value.run

    def as_type(frame: Any) -> Any:
        found = run(frame)
        return found if is_instance(compiler.library, found, target) else None

    return Code(target, as_type)


def _check_related(compiler: Compiler, node: Node, source: Type, target: Type) -> None:
    if source not in {NULL, DEFAULT} and standard_explicit(compiler.library, source, target) is None:
        compiler.mistake(node, f"Cannot convert type '{source}' to '{target}' via a built-in conversion")


EXPRESSIONS: ExpressionTable = {
    "as_expression": _as,
    "cast_expression": _cast,
}
