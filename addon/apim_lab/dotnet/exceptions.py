"""What members of the library throw: one class per .NET exception, with .NET's own message.

Source: the reference source of mscorlib (Resources, `Arg_*`, `Format_*`).
"""

from apim_lab.csharp.exceptions import DotNetError


class ArgumentException(DotNetError):
    default = "Value does not fall within the expected range."


class ArgumentOutOfRangeException(ArgumentException):
    default = "Specified argument was out of the range of valid values."


class ArgumentNullException(ArgumentException):
    def __init__(self, parameter: str) -> None:
        super().__init__(f"Value cannot be null.\r\nParameter name: {parameter}")


class FormatException(DotNetError):
    default = "Input string was not in a correct format."


class JsonReaderException(DotNetError):
    """Newtonsoft could not read a text as JSON."""


class KeyNotFoundException(DotNetError):
    default = "The given key was not present in the dictionary."


# The message of an InsufficientExecutionStackException
STACK_EXHAUSTED = "Insufficient execution stack to continue executing the program safely."
