"""`System.Random`. Source: learn.microsoft.com/dotnet/api/system.random."""

import random

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException

_INT_MAX = 2**31 - 1


def _next(source: random.Random, low: int, high: int) -> int:
    if low > high:
        raise ArgumentOutOfRangeException("'minValue' cannot be greater than maxValue.", "minValue")
    return low if low == high else source.randrange(low, high)


def _next_below(source: random.Random, high: int) -> int:
    if high < 0:
        raise ArgumentOutOfRangeException("'maxValue' must be greater than zero.", "maxValue")
    return _next(source, 0, high)


DEFINITIONS = (
    Definition(
        "class Random",
        "System.Random",
        python=random.Random,
        members={
            # A policy's dice are no secret; a given seed does not yield .NET's sequence
            "new()": random.Random,
            "new(int Seed)": random.Random,
            "int Next()": lambda source: source.randrange(_INT_MAX),
            "int Next(int maxValue)": _next_below,
            "int Next(int minValue, int maxValue)": _next,
            "double NextDouble()": random.Random.random,
        },
    ),
)
