"""Constant expressions are computed at load, and checked. Source: the C# specification, "Constant expressions".

`int.MaxValue + 1` does not compile, while `x + 1` goes round at run time; in `unchecked(...)` constants go round, too.
"""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from operator import mul

from apim_lab.csharp.binding.overloads import Candidate
from apim_lab.csharp.code import Code, constant
from apim_lab.csharp.compiler import Compiler
from apim_lab.csharp.constructs.invocation import argument_values
from apim_lab.csharp.runtime.exceptions import DivideByZeroException, DotNetError
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import CHAR, DECIMAL, INT, OBJECT, Type, is_tuple, underlying
from apim_lab.syntax.node import Node

_OVERFLOW = "The operation overflows at compile time in checked mode"
_INTEGERS: Mapping[str, range] = {
    "sbyte": range(-(2**7), 2**7),
    "byte": range(2**8),
    "short": range(-(2**15), 2**15),
    "ushort": range(2**16),
    "char": range(2**16),
    "int": range(-(2**31), 2**31),
    "uint": range(2**32),
    "long": range(-(2**63), 2**63),
    "ulong": range(2**64),
}
NUMBERS = frozenset({*_INTEGERS, "decimal", "double", "float"})
_DECIMAL_LIMIT = 2**96


def is_simple(type_: Type) -> bool:
    """Whether the language itself has constants of this type (enumerations have some, too)."""
    return type_.name in NUMBERS or type_.name in {"bool", "string"}


def default_value(library: Library, type_: Type) -> Code:
    """`default(T)`; a constant if the type has constants."""
    value = library.default_of(type_)
    if value is None or is_simple(type_) or library.is_enum(type_):
        return constant(type_, value)
    return Code(type_, lambda _: value)


def folded(compiler: Compiler, node: Node, operator: Candidate, code: Code) -> Code:
    """The code of an operator; a constant if its operands are."""
    values = argument_values(compiler.library, operator)
    if not all(map(_is_constant, values)):
        return code
    operands = [value.constant for value in values]
    try:
        value = operator.method.implementation(*operands)
    except DivideByZeroException:
        return compiler.mistake(node, "Division by constant zero")
    except DotNetError:
        return _overflowing(compiler, node, operator, operands, code)
    if not compiler.unchecked and code.type.name in _INTEGERS and _exact(operator, operands) not in {None, value}:
        return compiler.mistake(node, _OVERFLOW)
    return constant(code.type, value)


def _is_constant(code: Code) -> bool:
    """`"a" + 1` is none: the 1 becomes an object first."""
    return code.is_constant and (code.type != OBJECT or code.constant is None)


def _overflowing(compiler: Compiler, node: Node, operator: Candidate, operands: list[object], code: Code) -> Code:
    """An operator that throws for these constants: `int.MinValue / -1`; `% -1` is 0 for C#'s compiler."""
    if code.type == DECIMAL:
        return compiler.mistake(node, "Evaluation of the decimal constant expression failed")
    if operator.signature.name == "%":
        left = operands[0]
        return constant(code.type, operator.method.implementation(left, left))
    return constant(code.type, operands[0]) if compiler.unchecked else compiler.mistake(node, _OVERFLOW)


_EXACT: Mapping[str, Callable[..., int]] = {
    "+": lambda *values: sum(values),
    "-": lambda first, *rest: first - rest[0] if rest else -first,
    "*": mul,
}


def _exact(operator: Candidate, operands: list[object]) -> int | None:
    """What the operation gives without bounds; None if it stays within them."""
    compute = _EXACT.get(operator.signature.name)
    numbers = [value.value if isinstance(value, Enum) else value for value in operands]
    return compute(*[int(number) for number in numbers if isinstance(number, int)]) if compute else None


def check_cast(compiler: Compiler, node: Node, value: Code, target: Type) -> None:
    """Note the cast of a constant to a type that cannot hold it."""
    target = underlying(target)
    if value.items is not None and is_tuple(target):
        for item, type_ in zip(value.items, target.arguments, strict=True):
            check_cast(compiler, node, item, type_)
    if compiler.library.is_enum(target):
        target = INT
    if isinstance(value.constant, Enum):
        value = constant(INT, value.constant.value)
    if not value.is_constant or value.type.name not in NUMBERS or _holds(target, value.constant):
        return
    mistake = f"Constant value '{_shown(value)}' cannot be converted to a '{target}'"
    if DECIMAL in {value.type, target}:
        compiler.mistake(node, mistake)
    elif not compiler.unchecked:
        compiler.mistake(node, f"{mistake} (use 'unchecked' syntax to override)")


def _holds(target: Type, value: object) -> bool:
    if target.name not in _INTEGERS and target != DECIMAL:
        return True
    if isinstance(value, float) and not math.isfinite(value):
        return False
    whole = ord(value) if isinstance(value, str) else int(value)  # type: ignore[call-overload]  # it is a number
    return abs(whole) < _DECIMAL_LIMIT if target == DECIMAL else whole in _INTEGERS[target.name]


def _shown(value: Code) -> str:
    if value.type == CHAR:
        return str(value.constant)
    text = str(value.constant).upper().removesuffix(".0")
    return f"{text}M" if isinstance(value.constant, Decimal) else text
