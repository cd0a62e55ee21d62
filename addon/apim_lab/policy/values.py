"""Values of a policy element: written out in the document, or computed for each request by an expression."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from apim_lab.aside import EVALUATIONS
from apim_lab.csharp.runtime.budget import TooLongInline
from apim_lab.csharp.runtime.exceptions import PYTHON_ERRORS, thrown
from apim_lab.errors import ExpressionError
from apim_lab.expressions import Expression
from apim_lab.policy.context import Context

ASIDE: Any = object()
"""In the place of a value: it is computed in another thread."""


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
        expression = self.expression
        if expression.reads_response_body:
            await context.response_body()
        try:
            try:
                is_heavy = expression.weight.is_unknown and expression.weight.is_heavy(context)
                value = ASIDE if is_heavy else self._converted(expression.evaluate(context, may_leave=True))
            except TooLongInline:
                value = ASIDE
            if value is ASIDE:
                value = await EVALUATIONS.run(partial(self.aside, context))
        except ExpressionError as error:
            error.path, error.line = error.path or self.path, error.line or self.line
            if context.trace:
                context.trace.failed(self)
            raise
        if context.trace:
            context.trace.evaluated(self, value)
        return value

    def aside(self, context: Context) -> T:
        """The value, in another thread."""
        try:
            return self._converted(self.expression.evaluate(context, aside=True))
        finally:
            context.budget.count_time()

    def _converted(self, value: object) -> T:
        """Its text may be more than Python can make of it, as that of tuples within tuples."""
        try:
            return self.convert(value)
        except PYTHON_ERRORS as error:
            raise thrown(error) from None


type Value[T] = Literal[T] | Computed[T]
