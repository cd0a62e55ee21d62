"""How much one evaluation may allocate, so that no expression takes the gateway's memory, or its time by copying.

Sizes are rough: a character counts as one byte. What an evaluation has allocated counts to its end, though Python may
have freed it: a loop that makes large texts and drops them ends as well.
"""

from contextvars import ContextVar

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException

MAX_ALLOCATED = 1 << 27
# An item of an array; a small object; an exception
REFERENCE, OBJECT, EXCEPTION_SIZE = 8, 64, 256
# A look into a value that holds others counts as well: `o = (o, o)` in a loop makes few values and no end of looks
LOOK = 512

_allocated = ContextVar("_allocated", default=0)


# Bytes that the evaluation has allocated so far
allocated = _allocated.get


def start() -> None:
    """An evaluation begins: nothing is allocated yet."""
    _allocated.set(0)


def allocate(size: int) -> None:
    """Raises OutOfMemoryException if it is too much."""
    afford(size)
    _allocated.set(_allocated.get() + size)


def afford(size: int) -> None:
    """Raises OutOfMemoryException if so much cannot be allocated; it is counted later, when it is made."""
    if _allocated.get() + size > MAX_ALLOCATED:
        raise OutOfMemoryException
