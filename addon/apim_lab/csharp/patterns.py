"""`is` and its patterns. Source: the C# specification, "Patterns and pattern matching"."""

from typing import Any

from apim_lab.csharp.assignedness import Branches
from apim_lab.csharp.code import BROKEN, Code
from apim_lab.csharp.compiler import Compiler, expression_syntax
from apim_lab.csharp.conversions import is_instance
from apim_lab.csharp.syntax import Node
from apim_lab.csharp.types import BOOL, INVALID, Type
from apim_lab.dotnet import library


@expression_syntax("is_expression")
def _is(compiler: Compiler, node: Node) -> Code:
    """`x is T`, `x is T name` and `x is constant`."""
    value, pattern = compiler.value(node["left"]), node["right"]
    if pattern.kind == "declaration_pattern":
        return _declaring(compiler, pattern, value)
    target = compiler.named_type(pattern)
    if target is not None:
        run, wanted = value.run, target
        return Code(BOOL, lambda frame: is_instance(run(frame), wanted))
    return _is_constant(compiler, pattern, value)


def _declaring(compiler: Compiler, pattern: Node, value: Code) -> Code:
    """The variable has its value where the pattern matches."""
    is_var = pattern["type"].kind == "implicit_type"
    target = value.type if is_var else compiler.type(pattern["type"])
    local = compiler.declare_in_expression(pattern["name"], target)
    when_false = compiler.flow.excluded() if is_var or _always_matches(value.type, target) else compiler.flow
    compiler.branches = Branches(compiler.flow.having(local.slot), when_false)
    run, slot = value.run, local.slot

    def matches(frame: Any) -> bool:
        frame.locals[slot] = found = run(frame)
        return is_var or is_instance(found, target)

    return Code(BOOL, matches)


def _always_matches(source: Type, target: Type) -> bool:
    """An int is an int; a string that is null is no string."""
    return source == target and library.is_value(target)


def _is_constant(compiler: Compiler, pattern: Node, value: Code) -> Code:
    expected = compiler.value(pattern)
    if expected.type == INVALID:
        return BROKEN
    if not expected.is_constant:
        return compiler.mistake(pattern, "A constant value is expected")
    run, wanted = value.run, expected.constant

    def matches(frame: Any) -> bool:
        found = run(frame)
        return found.__class__ is wanted.__class__ and found == wanted

    return Code(BOOL, matches)
