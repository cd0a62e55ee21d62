"""Regular expressions in the queries of a JSONPath: `=~ /pattern/i`.

Python's search cannot be interrupted, and knows other patterns than .NET: what may take too long is refused before it
begins, and what Python does not read is refused, too.
"""

import re
import warnings
from functools import lru_cache

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException

MAX_LENGTH = 1000
"""Characters of a pattern."""

_OPTIONS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_ESCAPE_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_GROUP_MARK = re.compile(r"\(\?[:=!<]*")
# What a search does by itself: it looks for the pattern everywhere, and for no more than a match
_AROUND = re.compile(r"\A(?:\.\*\??)+|(?:(?<!\\)\.\*\??)+\Z")
# A repeated group after or around a repetition or a choice: what may take exponential time
_NESTED = re.compile(r"[*+}|?].*\)[*+{]", re.DOTALL)


def is_match(written: str, text: str) -> bool:
    """Whether a pattern as the path has it, `/a.b/i`, is found in the text.

    Raises ArgumentOutOfRangeException if nothing ends it, InvalidOperationException if it is not supported,
    OutOfMemoryException if the search may take too many steps, because there are so many ways to match.
    """
    end = written.rfind("/")
    if end < 1:
        raise ArgumentOutOfRangeException("Length cannot be less than zero.", "length")
    if end > MAX_LENGTH:
        raise InvalidOperationException(
            f"More than {MAX_LENGTH} characters of a pattern are not supported in a path here."
        )
    pattern = _AROUND.sub("", written[1:end])
    allocate(_max_steps(pattern, len(text)))
    return _compiled(pattern, written[end + 1 :]).search(text) is not None


def _max_steps(pattern: str, length: int) -> int:
    """At each place of the text: a repetition ends at one of all places, a choice is one of two."""
    signs = _GROUP_MARK.sub("(", _ESCAPE_OR_CLASS.sub("x", pattern))
    if _NESTED.search(signs):
        raise InvalidOperationException("A repeated group that repeats or chooses is not supported in a path here.")
    repetitions = sum(map(signs.count, "*+{"))
    return int((length + 1) ** (1 + repetitions) * 2 ** sum(map(signs.count, "|?")))


@lru_cache(maxsize=500)
def _compiled(pattern: str, options: str) -> re.Pattern[str]:
    flags = re.RegexFlag(0)
    for option in options:
        flags |= _OPTIONS.get(option, re.RegexFlag(0))
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)  # a class within a class, which .NET subtracts
        try:
            return re.compile(pattern, flags)
        except (re.error, FutureWarning):
            raise InvalidOperationException("This pattern is not supported in a path here.") from None
