"""`f + g` and `f - g` of delegates. Source: the C# specification, "Delegate combination" and "Delegate removal"."""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.binding.conversions import implicit
from apim_lab.csharp.code import Code
from apim_lab.csharp.compiler import Compiler
from apim_lab.csharp.constructs.invocation import invocation
from apim_lab.csharp.runtime.delegates import combine, remove
from apim_lab.syntax.node import Node

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {"+": combine, "-": remove}


def combination(compiler: Compiler, node: Node, symbol: str, left: Code, right: Code) -> Code | None:
    """None where it is none: one operand is a delegate, and the other converts to its type."""
    library, compute = compiler.library, _OPERATORS.get(symbol)
    if compute is None:
        return None
    types = [code.type for code in (left, right) if library.delegate(code.type) is not None]
    for type_ in types:
        if all(implicit(library, code, type_) for code in (left, right)):
            runs = [compiler.converted(code, type_, node).run for code in (left, right)]
            return Code(type_, invocation(compute, runs, checked=False))
    return None
