"""The .NET exceptions that the C# specification itself names, with .NET's own messages.

Source: the reference source of mscorlib (Resources, `Arg_*`); the casts were seen on Azure.
"""

from collections.abc import Mapping

from apim_lab.errors import ExpressionError


class DotNetError(ExpressionError):
    """A .NET exception; `default` is its message when the thrower gives none."""

    default = ""
    is_quoted = False

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.default)


class ArrayTypeMismatchException(DotNetError):
    default = "Attempted to access an element as a type incompatible with the array."


class DivideByZeroException(DotNetError):
    default = "Attempted to divide by zero."


class IndexOutOfRangeException(DotNetError):
    default = "Index was outside the bounds of the array."


class InsufficientExecutionStackException(DotNetError):
    """Not of the specification, where the process ends: .NET's own way out before its stack is exhausted."""

    default = "Insufficient execution stack to continue executing the program safely."


class InvalidCastException(DotNetError):
    default = "Specified cast is not valid."

    @classmethod
    def between(cls, source: str, target: str) -> "InvalidCastException":
        return cls(f"Unable to cast object of type '{source}' to type '{target}'.")


class InvalidOperationException(DotNetError):
    default = "Operation is not valid due to the current state of the object."


class NullReferenceException(DotNetError):
    default = "Object reference not set to an instance of an object."


class OutOfMemoryException(DotNetError):
    default = "Exception of type 'System.OutOfMemoryException' was thrown."


class OverflowException(DotNetError):
    default = "Arithmetic operation resulted in an overflow."


# What Python raises where members of the library leave it to Python, and what .NET throws there
_PYTHON_ERRORS: Mapping[type[Exception], type[DotNetError]] = {
    MemoryError: OutOfMemoryException,
    OverflowError: OverflowException,
    RecursionError: InsufficientExecutionStackException,
    ZeroDivisionError: DivideByZeroException,
}
PYTHON_ERRORS = tuple(_PYTHON_ERRORS)


def thrown(error: Exception) -> DotNetError:
    """The .NET exception for one of PYTHON_ERRORS."""
    return _PYTHON_ERRORS[type(error)]()
