"""Values of a policy element: written out in the document, or computed for each request by an expression."""

from collections.abc import Callable
from dataclasses import dataclass

from apim_lab.errors import ExpressionError
from apim_lab.expressions import Expression
from apim_lab.policy.context import Context


@dataclass(frozen=True)
class Literal[T]:
    """A value written out in the document."""

    value: T

    async def get(self, context: Context) -> T:
        return self.value


@dataclass(frozen=True)
class Computed[T]:
    """A value that a policy expression yields; `convert` checks it and makes it a T.

    `path` is the element's place for `context.LastError.Path`, like `choose[3]/when[2]`; `name` is the attribute,
    `line` its place in the document.
    """

    expression: Expression
    convert: Callable[[object], T]
    path: str
    name: str = ""
    line: int = 0

    async def get(self, context: Context) -> T:
        """Raises ExpressionError. Waits for the body of the answer where the expression reads it."""
        if self.expression.reads_response_body:
            await context.response_body()
        try:
            value = self.convert(self.expression.evaluate(context))
        except ExpressionError as error:
            error.path, error.line = error.path or self.path, error.line or self.line
            if context.trace:
                context.trace.failed(self)
            raise
        if context.trace:
            context.trace.evaluated(self, value)
        return value


type Value[T] = Literal[T] | Computed[T]
