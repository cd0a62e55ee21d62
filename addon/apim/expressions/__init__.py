"""C# policy expressions: `@(expr)` and `@{ ... }`, typed as C# types them, compiled once to Python closures."""

from apim.expressions.conversion import to_bool, to_int, to_number, to_text
from apim.expressions.expression import Expression, compile_expression
from apim.expressions.syntax import CompileError

__all__ = [
    "CompileError",
    "Expression",
    "compile_expression",
    "to_bool",
    "to_int",
    "to_number",
    "to_text",
]
