"""Replacements, `$1`, `${name}`, `$&` and their like. Source: dotnet/corefx 3.1, RegexParser.ScanReplacement."""

import re
from collections.abc import Callable

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.regular_expressions.errors import RegexParseException
from apim_lab.dotnet.regular_expressions.groups import Groups
from apim_lab.dotnet.regular_expressions.matches import Match

type Piece = Callable[[Match], str]

_DOLLAR = re.compile(r"\$(?:([0-9]+)|\{([0-9]+)\}|\{(\w+)\}|([$&`'+_]))")
_INT_MAX = 2**31 - 1


def _group(number: int) -> Piece:
    def piece(match: Match) -> str:
        group = match.group(number)
        return group.text() if group else ""

    return piece


def _constant(text: str) -> Piece:
    return lambda _: text


_SIGNS: dict[str, Piece] = {
    "$": _constant("$"),
    "&": _group(0),
    "`": lambda match: match.source[: match.start],
    "'": lambda match: match.source[match.end :],
    "_": lambda match: match.source,
}


def replacement(text: str, groups: Groups, *, ecma_script: bool) -> Callable[[Match], str]:
    """What a match is replaced by; what is no reference to a group of the pattern stays as it is."""
    pieces: list[Piece] = []
    position = 0
    for found in _DOLLAR.finditer(text):
        if found.start() < position:
            continue
        piece, end = _piece(found, text, groups, ecma_script=ecma_script)
        if piece is None:
            continue
        pieces += [_constant(text[position : found.start()]), piece]
        position = end
    pieces.append(_constant(text[position:]))
    return lambda match: _joined(pieces, match)


def _joined(pieces: list[Piece], match: Match) -> str:
    texts = [piece(match) for piece in pieces]
    allocate(sum(map(len, texts)))
    return "".join(texts)


def _piece(found: re.Match[str], text: str, groups: Groups, *, ecma_script: bool) -> tuple[Piece | None, int]:
    digits, braced, name, sign = found.groups()
    if digits and ecma_script:
        return _longest(digits, found.start(1), groups)
    if digits or braced:
        number = _number(digits or braced, text, found.start(1 if digits else 2))
        return (_group(number) if number in groups.numbers else None), found.end()
    if sign == "+":
        return _group(groups.numbers[-1]), found.end()
    if sign:
        return _SIGNS[sign], found.end()
    number_of_name = groups.number_of(name)
    return (None if number_of_name is None else _group(number_of_name)), found.end()


def _number(digits: str, text: str, start: int) -> int:
    for length in range(len(digits)):
        if int(digits[: length + 1]) > _INT_MAX:
            place = start + length + 1
            raise RegexParseException(
                text, place, "Capture group numbers must be less than or equal to Int32.MaxValue."
            )
    return int(digits)


def _longest(digits: str, start: int, groups: Groups) -> tuple[Piece | None, int]:
    """In ECMAScript `$12` is group 1 and "2" if there is no group 12."""
    for length in range(len(digits), 0, -1):
        if length < 11 and int(digits[:length]) in groups.numbers:
            return _group(int(digits[:length])), start + length
    return None, start + len(digits)
