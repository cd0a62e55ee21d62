"""Expressions with one token changed: what people's slips look like, for measuring and for fuzzing the compiler."""

import re
from collections.abc import Iterator, Sequence
from random import Random

_TOKEN = re.compile(
    r"""
    \$?@?"(?:\\.|[^"\\])*"      # a text
  | '(?:\\.|[^'\\])*'           # a character
  | @?[A-Za-z_]\w*              # a name or keyword
  | \d[\w.]*                    # a number
  | [=!<>]=|=>|&&|\|\||\?[?.]|\+\+|--|[^\w\s]
  | \s+
    """,
    re.VERBOSE,
)


def mutated(expressions: Sequence[str], random: Random) -> Iterator[str]:
    """Expressions of which one token, inside of `@(...)` or `@{...}`, is missing, doubled by another, replaced or moved.

    The tokens that come in are taken from all expressions: `@(a.B == 1)` may become `@(a.B return 1)`.
    """
    split = [_TOKEN.findall(text) for text in expressions]
    known = [token for tokens in split for token in tokens[2:-1] if not token.isspace()]
    while True:
        tokens = list(random.choice(split))
        places = [place for place in range(2, len(tokens) - 1) if not tokens[place].isspace()]
        if places:
            _change(tokens, random.choice(places), random.choice(places), random.choice(known), random)
            yield "".join(tokens)


def _change(tokens: list[str], place: int, other: int, token: str, random: Random) -> None:
    match random.choice(("remove", "insert", "replace", "swap")):
        case "remove":
            del tokens[place]
        case "insert":
            tokens.insert(place, token)
        case "replace":
            tokens[place] = token
        case _:
            tokens[place], tokens[other] = tokens[other], tokens[place]
