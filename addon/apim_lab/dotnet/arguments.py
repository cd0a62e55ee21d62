"""What the methods of the library throw for arguments that they do not take, in .NET's words.

Source: dotnet/coreclr 3.1, Strings.resx and ThrowHelper.cs.
"""

from apim_lab.dotnet.exceptions import ArgumentNullException, ArgumentOutOfRangeException

BAD_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
BAD_COUNT = "Count must be positive and count must refer to a location within the string/array/collection."
NOT_NEGATIVE = "Non-negative number required."
OUT_OF_BOUNDS = (
    "Offset and length were out of bounds for the array or count is greater than the number of elements from index to "
    "the end of the source collection."
)


def given[T](value: T | None, parameter: str = "value", message: str = "") -> T:
    """The argument; raises ArgumentNullException for null."""
    if value is None:
        raise ArgumentNullException(parameter, message)
    return value


def bad_index(parameter: str = "startIndex") -> ArgumentOutOfRangeException:
    return ArgumentOutOfRangeException(BAD_INDEX, parameter)


def bad_count(parameter: str = "count") -> ArgumentOutOfRangeException:
    return ArgumentOutOfRangeException(BAD_COUNT, parameter)


def negative(parameter: str) -> ArgumentOutOfRangeException:
    return ArgumentOutOfRangeException(NOT_NEGATIVE, parameter)


def check_not_negative(**numbers: int) -> None:
    """Raises ArgumentOutOfRangeException for the first negative number, by the name of its parameter."""
    for parameter, number in numbers.items():
        if number < 0:
            raise negative(parameter)
