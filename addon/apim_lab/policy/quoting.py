"""What may be told of an error: the messages of exceptions quote the values that they fail on."""

import re
from collections.abc import Callable, Collection, Iterator

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.errors import RequestError

_QUOTE = re.compile(r"""(['"])(.*?)\1""", re.DOTALL)
_CAST = re.compile(r"Unable to cast object of type '[\w.]+' to type '[\w.]+'\.")


def is_constant(message: str) -> bool:
    """Whether an error is told in words that are always the same."""
    return message in _CONSTANT or _CAST.fullmatch(message) is not None


def _defaults(error: type[DotNetError]) -> Iterator[str]:
    """The messages that the exceptions of .NET have by themselves."""
    yield error.default
    for kind in error.__subclasses__():
        yield from _defaults(kind)


_CONSTANT = frozenset(_defaults(DotNetError)) - {""}


def told(error: RequestError, known: Collection[str]) -> str:
    """An error's message without what it may have of a request; `known` are texts that anybody may see."""
    if is_constant(error.message) or error.message in known:
        return error.message
    return withholding(error.message, known) if error.is_quoted else f"({len(error.message)} characters)"


def withholding(message: str, known: Collection[str]) -> str:
    """A message without what it quotes, unless that is known."""
    if all(quote[2] in known for quote in _QUOTE.finditer(message)):
        return message
    first, last = min(_ends(message.find)), max(_ends(message.rfind))
    return f"{message[:first]}({last - first - 1} characters){message[last + 1 :]}"


def _ends(find: Callable[[str], int]) -> list[int]:
    """Where quotes are found: a value may have some in it."""
    return [place for place in map(find, "'\"") if place >= 0]
