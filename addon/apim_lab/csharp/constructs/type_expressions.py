"""`typeof(T)`, `sizeof(T)`, `default(T)`, `x.GetType()` and `x.GetValueOrDefault()`.

Source: the C# specification, "The typeof operator", "The sizeof operator", "Default value expressions".
"""

from typing import Any

from apim_lab.csharp.code import BROKEN, Code, Frame, constant
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.constants import default_value
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.runtime.runtime_types import RuntimeType, runtime_type
from apim_lab.csharp.types import DEFAULT, INT, INVALID, VOID, Type, underlying
from apim_lab.syntax.node import Node

TYPE = Type("Type", full_name="System.Type")


def _typeof(compiler: Compiler, node: Node) -> Code:
    type_ = VOID if node["type"].text == "void" else compiler.type(node["type"])
    if type_ == INVALID:
        return BROKEN
    value = runtime_type(compiler.library.named(type_))
    return Code(TYPE, lambda _: value)


def get_type(compiler: Compiler, target: Code) -> Code:
    """`target.GetType()`, which every object has."""
    library, run = compiler.library, target.run

    def type_of(frame: Frame) -> RuntimeType:
        value: Any = run(frame)
        if value is None:
            raise NullReferenceException
        return runtime_type(library.named(library.type_of(value)))

    return Code(TYPE, type_of)


def value_or_default(compiler: Compiler, target: Code) -> Code:
    """`target.GetValueOrDefault()` of a `T?`: `default(T)` for null."""
    type_, run = underlying(target.type), target.run
    default = compiler.library.default_of(type_)
    return Code(type_, lambda frame: default if (value := run(frame)) is None else value)


_SIZES = {
    **{keyword: integral.bits // 8 for keyword, integral in BY_KEYWORD.items()},
    "bool": 1,
    "char": 2,
    "decimal": 16,
    "double": 8,
    "float": 4,
}


def _sizeof(compiler: Compiler, node: Node) -> Code:
    type_ = compiler.type(node["type"])
    size = _SIZES.get("int" if compiler.library.is_enum(type_) else type_.name)
    if type_ == INVALID or size is not None:
        return BROKEN if size is None else constant(INT, size)
    return compiler.mistake(
        node, f"'{type_}' does not have a predefined size, therefore sizeof can only be used in an unsafe context"
    )


def _default(compiler: Compiler, node: Node) -> Code:
    """`default(T)`, and the bare `default` of C# 7.1, whose type is that of the place it stands in."""
    if "type" not in node.fields:
        return constant(DEFAULT, None)
    type_ = compiler.type(node["type"])
    return BROKEN if type_ == INVALID else default_value(compiler.library, type_)


EXPRESSIONS: ExpressionTable = {
    "default_expression": _default,
    "sizeof_expression": _sizeof,
    "typeof_expression": _typeof,
}
