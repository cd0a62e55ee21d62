"""Values of a policy element: written out in the document, or computed for each request by an expression."""

from collections.abc import Callable
from dataclasses import dataclass

from apim.context import Context
from apim.errors import ExpressionError
from apim.expressions import Expression


@dataclass(frozen=True)
class Literal[T]:
    """A value written out in the document."""

    value: T

    async def get(self, context: Context) -> T:
        return self.value


@dataclass(frozen=True)
class Computed[T]:
    """A value that a policy expression yields; `convert` checks it and makes it a T.

    `path` is the element's place for `context.LastError.Path`, like `choose[3]/when[2]`.
    """

    expression: Expression
    convert: Callable[[object], T]
    path: str

    async def get(self, context: Context) -> T:
        """Raises ExpressionError. Waits for the body of the answer where the expression reads it."""
        if self.expression.reads_response_body:
            await context.response_body()
        try:
            return self.convert(self.expression.evaluate(context))
        except ExpressionError as error:
            error.path = error.path or self.path
            raise


type Value[T] = Literal[T] | Computed[T]
