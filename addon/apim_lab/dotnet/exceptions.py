"""What a policy expression can throw: one class per .NET exception, with .NET's own message.

Source: the reference source of mscorlib (Resources, `Arg_*`, `Format_*`); the casts were seen on Azure (facts 1.9).
"""

from apim_lab.errors import ExpressionError


class DotNetError(ExpressionError):
    """A .NET exception; `default` is its message when the thrower gives none."""

    default = ""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.default)


class ArgumentException(DotNetError):
    default = "Value does not fall within the expected range."


class ArgumentOutOfRangeException(ArgumentException):
    default = "Specified argument was out of the range of valid values."


class ArgumentNullException(ArgumentException):
    def __init__(self, parameter: str) -> None:
        super().__init__(f"Value cannot be null.\r\nParameter name: {parameter}")


class DivideByZeroException(DotNetError):
    default = "Attempted to divide by zero."


class FormatException(DotNetError):
    default = "Input string was not in a correct format."


class IndexOutOfRangeException(DotNetError):
    default = "Index was outside the bounds of the array."


class InvalidCastException(DotNetError):
    default = "Specified cast is not valid."

    @classmethod
    def between(cls, source: str, target: str) -> "InvalidCastException":
        return cls(f"Unable to cast object of type '{source}' to type '{target}'.")


class InvalidOperationException(DotNetError):
    default = "Operation is not valid due to the current state of the object."


class JsonReaderException(DotNetError):
    """Newtonsoft could not read a text as JSON."""


class KeyNotFoundException(DotNetError):
    default = "The given key was not present in the dictionary."


class NullReferenceException(DotNetError):
    default = "Object reference not set to an instance of an object."


class OutOfMemoryException(DotNetError):
    default = "Exception of type 'System.OutOfMemoryException' was thrown."


class OverflowException(DotNetError):
    default = "Arithmetic operation resulted in an overflow."


# The message of an InsufficientExecutionStackException
STACK_EXHAUSTED = "Insufficient execution stack to continue executing the program safely."


class LoopLimitExceeded(ExpressionError):
    """Not of .NET: the gateway ends an expression that would hang it."""
