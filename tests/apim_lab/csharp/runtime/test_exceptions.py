import pytest

from apim_lab.csharp.runtime import exceptions
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.symbols.library import Library
from apim_lab.expressions import compile_expression
from apim_lab.expressions.allow_list import LIBRARY


def throwing(error: Exception):
    def throw() -> None:
        raise error

    return throw


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), exceptions.OutOfMemoryException),
        (OverflowError(), exceptions.OverflowException),
        (RecursionError(), exceptions.InsufficientExecutionStackException),
        (ZeroDivisionError(), exceptions.DivideByZeroException),
    ],
)
def test_what_python_raises_in_a_member_is_what_dotnet_throws(context, error, expected):
    thrower = Definition("static class Thrower", "Thrower", members={"static int Throw()": throwing(error)})
    library = Library([*LIBRARY.definitions.values(), thrower])

    with pytest.raises(expected):
        compile_expression("@(Thrower.Throw())", library).evaluate(context)
