"""C# policy expressions: `@(expr)` and `@{ ... }`, typed as C# types them, compiled once to Python closures."""

from apim_lab.expressions.conversion import to_bool, to_int, to_number, to_text
from apim_lab.expressions.expression import Expression, compile_expression
from apim_lab.expressions.reads import Place, Read
from apim_lab.syntax.node import CompileError

__all__ = [
    "CompileError",
    "Expression",
    "Place",
    "Read",
    "compile_expression",
    "to_bool",
    "to_int",
    "to_number",
    "to_text",
]
