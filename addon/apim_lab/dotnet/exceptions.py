"""What members of the library throw: one class per .NET exception, with .NET's own message.

Source: dotnet/coreclr 3.1, Strings.resx (`Arg_*`, `Argument_*`, `Format_*`).
"""

from apim_lab.csharp.runtime.exceptions import DotNetError, InvalidOperationException


class ApplicationException(DotNetError):
    hresult = 0x80131600
    default = "Error in the application."


class ArgumentException(DotNetError):
    """`parameter` is the name of the parameter that the message tells of, "" or None for none."""

    hresult = 0x80070057
    default = "Value does not fall within the expected range."
    parameter: str | None = None

    def __init__(self, message: str | None = "", parameter: str | None = "", inner: DotNetError | None = None) -> None:
        message = message or self.default
        super().__init__(f"{message} (Parameter '{parameter}')" if parameter else message, inner)
        self.parameter = parameter


class ArgumentOutOfRangeException(ArgumentException):
    hresult = 0x80131502
    default = "Specified argument was out of the range of valid values."
    actual: object = None

    @classmethod
    def of(cls, value: object, message: str | None, parameter: str | None) -> "ArgumentOutOfRangeException":
        """One whose message ends with the value that was given."""
        found = cls(message, parameter)
        found.actual = value
        found.message += f"\nActual value was {value}."
        return found


class ArgumentNullException(ArgumentException):
    hresult = 0x80004003
    default = "Value cannot be null."
    is_quoted = True

    def __init__(self, parameter: str, message: str = "") -> None:
        super().__init__(message, parameter)


class FormatException(DotNetError):
    hresult = 0x80131537
    default = "Input string was not in a correct format."
    is_quoted = True


class JsonException(DotNetError):
    """What Newtonsoft throws."""

    full_name = "Newtonsoft.Json.JsonException"


class JsonReaderException(JsonException):
    """Newtonsoft could not read a text as JSON."""

    full_name = "Newtonsoft.Json.JsonReaderException"


class JsonSerializationException(JsonException):
    """Newtonsoft could not make a .NET object of JSON."""

    full_name = "Newtonsoft.Json.JsonSerializationException"


class KeyNotFoundException(DotNetError):
    hresult = 0x80131577
    full_name = "System.Collections.Generic.KeyNotFoundException"
    default = "The given key was not present in the dictionary."
    is_quoted = True

    def __init__(self, key: object) -> None:
        super().__init__(f"The given key '{key}' was not present in the dictionary.")


class NotImplementedException(DotNetError):
    default = "The method or operation is not implemented."


class NotSupportedException(DotNetError):
    default = "Specified method is not supported."


class ObjectDisposedException(InvalidOperationException):
    """A closed reader or writer is used."""


class PlatformNotSupportedException(NotSupportedException):
    default = "Operation is not supported on this platform."


class CryptographicException(DotNetError):
    full_name = "System.Security.Cryptography.CryptographicException"
    default = "Error occurred during a cryptographic operation."


class CryptographicUnexpectedOperationException(CryptographicException):
    full_name = "System.Security.Cryptography.CryptographicUnexpectedOperationException"


class InvalidTimeZoneException(DotNetError):
    """The rules of a time zone contradict each other."""


class TimeZoneNotFoundException(DotNetError):
    """No time zone has the id."""


class TimeoutException(DotNetError):
    hresult = 0x80131505
    default = "The operation has timed out."


class UnauthorizedAccessException(DotNetError):
    hresult = 0x80070005
    default = "Attempted to perform an unauthorized operation."


class UriFormatException(FormatException):
    default = "Invalid URI: The URI is empty."
