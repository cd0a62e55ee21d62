"""The .NET exceptions that the C# specification itself names, with .NET's own messages.

Source: the reference source of mscorlib (Resources, `Arg_*`); the casts were seen on Azure.
"""

from collections.abc import Mapping
from typing import Any

from apim_lab.errors import ExpressionError


class DotNetError(ExpressionError):
    """`System.Exception`; the classes of the other .NET exceptions derive from it, as in .NET.

    `full_name` and `hresult` are what .NET calls the class, `default` is its message when the thrower gives none,
    `inner` the exception that led to this one, `assembly` and `help_link` its Source and HelpLink. `was_thrown`: some
    `catch` has had it. `handler` is what was found to catch it, while it is on its way there.
    """

    full_name = "System.Exception"
    default = "Exception of type 'System.Exception' was thrown."
    hresult = 0x80131500
    assembly: str | None = None
    help_link: str | None = None
    was_thrown = False
    handler: tuple[Any, Any] | None = None
    is_quoted = False

    def __init_subclass__(cls) -> None:
        if "full_name" not in vars(cls):
            cls.full_name = f"System.{cls.__name__}"
        if "default" not in vars(cls):
            cls.default = cls.unworded()

    @classmethod
    def unworded(cls) -> str:
        """The message where there is none: `new FormatException(null).Message`."""
        return f"Exception of type '{cls.full_name}' was thrown."

    def __init__(self, message: str | None = None, inner: "DotNetError | None" = None) -> None:
        super().__init__(self.default if message is None else message)
        self.inner = inner


class ArrayTypeMismatchException(DotNetError):
    hresult = 0x80131503
    default = "Attempted to access an element as a type incompatible with the array."


class ArithmeticException(DotNetError):
    hresult = 0x80070216
    default = "Overflow or underflow in the arithmetic operation."


class DivideByZeroException(ArithmeticException):
    hresult = 0x80020012
    default = "Attempted to divide by zero."


class IndexOutOfRangeException(DotNetError):
    hresult = 0x80131508
    default = "Index was outside the bounds of the array."


class InsufficientExecutionStackException(DotNetError):
    """Not of the specification, where the process ends: .NET's own way out before its stack is exhausted."""

    hresult = 0x80131578
    default = "Insufficient execution stack to continue executing the program safely."


class InvalidCastException(DotNetError):
    hresult = 0x80004002
    default = "Specified cast is not valid."

    @classmethod
    def between(cls, source: str, target: str) -> "InvalidCastException":
        return cls(f"Unable to cast object of type '{source}' to type '{target}'.")


class InvalidOperationException(DotNetError):
    hresult = 0x80131509
    default = "Operation is not valid due to the current state of the object."


class NullReferenceException(DotNetError):
    hresult = 0x80004003
    default = "Object reference not set to an instance of an object."


class OutOfMemoryException(DotNetError):
    hresult = 0x8007000E
    default = "Exception of type 'System.OutOfMemoryException' was thrown."


class OverflowException(ArithmeticException):
    hresult = 0x80131516
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
