"""`CopyTo` of collections other than lists and arrays, whose items always fit into the array."""

from collections.abc import Sequence
from typing import Any

from apim_lab.dotnet.arguments import given, negative
from apim_lab.dotnet.exceptions import ArgumentException

TOO_SMALL = (
    "Destination array is not long enough to copy all the items in the collection. Check array index and length."
)


def copy_items(items: Sequence[Any], array: Any, index: int) -> None:
    """Put the items into the array, from the index on."""
    given(array, "array")
    if not 0 <= index <= len(array):
        raise negative("index")
    if len(items) > len(array) - index:
        raise ArgumentException(TOO_SMALL)
    array[index : index + len(items)] = items
