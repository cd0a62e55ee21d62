"""Makes a text that matches a regular expression, for the `pattern` of a JSON schema."""

import re
import string
import warnings
from collections.abc import Callable
from re import _constants as op  # no public module has the parser
from re import _parser
from typing import Any

_CHARACTERS = "a0A_-. " + string.printable
_CLASSES = {
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda character: character.isalnum() or character == "_",
    op.CATEGORY_NOT_DIGIT: lambda character: not character.isdecimal(),
    op.CATEGORY_NOT_SPACE: lambda character: not character.isspace(),
    op.CATEGORY_NOT_WORD: lambda character: not (character.isalnum() or character == "_"),
}
_LONGEST_PATTERN = 1000  # characters
_LONGEST_TEXT = 10_000  # characters


def example(pattern: str, least: int = 0, most: int = _LONGEST_TEXT) -> str:
    """Make a text of `least` to `most` characters that matches the pattern; raise ValueError.

    Repetitions are as short as the length allows. Lookarounds and backreferences are not supported.
    """
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"the pattern is longer than {_LONGEST_PATTERN} characters")
    try:
        parsed = _parse(pattern)
        for extra in (0, least):
            text = _sequence(parsed, [extra])
            if least <= len(text) <= most:
                return text
    except (re.error, RecursionError, OverflowError, KeyError, StopIteration):
        pass
    raise ValueError(f"no text can be made for the pattern {pattern[:100]!r}")


def _parse(pattern: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # "[[" may become a set in Python, but not in a JSON schema
        return _parser.parse(pattern)


def _sequence(parsed: Any, extra: list[int]) -> str:
    """Make the text of a sequence; `extra[0]` is the number of characters that the first open repetition may add."""
    text = ""
    for kind, argument in parsed:
        text += _MAKERS[kind](argument, extra)
        if len(text) > _LONGEST_TEXT:
            raise OverflowError
    return text


def _repeat(argument: Any, extra: list[int]) -> str:
    low, high, inner = argument
    low = int(low)
    once: str = _sequence(inner, [0])
    more = min(extra[0] // len(once) if once else 0, int(high) - int(low))
    extra[0] -= more * len(once)
    if (low + more) * len(once) > _LONGEST_TEXT:
        raise OverflowError
    return once * (low + more)


def _one_of(members: Any) -> str:
    negated = members[0][0] is op.NEGATE
    tests = [_MEMBERS[kind](argument) for kind, argument in members[negated:]]
    first = members[0]
    if not negated and first[0] is op.LITERAL:
        return chr(first[1])
    if not negated and first[0] is op.RANGE:
        return chr(first[1][0])
    return next(character for character in _CHARACTERS if any(test(character) for test in tests) != negated)


_MEMBERS: dict[Any, Callable[[Any], Callable[[str], bool]]] = {
    op.LITERAL: lambda code: lambda character: ord(character) == code,
    op.RANGE: lambda bounds: lambda character: bounds[0] <= ord(character) <= bounds[1],
    op.CATEGORY: lambda name: _CLASSES[name],
}

_MAKERS: dict[Any, Callable[[Any, list[int]], str]] = {
    op.LITERAL: lambda code, _extra: chr(code),
    op.NOT_LITERAL: lambda code, _extra: next(each for each in _CHARACTERS if ord(each) != code),
    op.ANY: lambda _nothing, _extra: "a",
    op.IN: lambda members, _extra: _one_of(members),
    op.AT: lambda _where, _extra: "",
    op.SUBPATTERN: lambda argument, extra: _sequence(argument[-1], extra),
    op.BRANCH: lambda argument, extra: _sequence(argument[1][0], extra),
    op.MAX_REPEAT: _repeat,
    op.MIN_REPEAT: _repeat,
    op.POSSESSIVE_REPEAT: _repeat,
}
