"""`System.Random`: a seed yields the sequence that .NET makes of it.

Source: learn.microsoft.com/dotnet/api/system.random, "a subtractive random number generator algorithm" by Knuth, with
.NET's own two departures from it (the second index starts at 21, and a seed enters by its absolute value).
"""

import secrets

from apim_lab.csharp.runtime.memory import OBJECT, afford
from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException

_INT32 = BY_KEYWORD["int"]
_LARGEST = _INT32.maximum
_GOLDEN_RATIO = 161803398
_SIZE = 55


class Random:
    """The generator; without a seed it takes one at random."""

    __slots__ = ("_first", "_second", "_state")
    type = Type("Random", full_name="System.Random")

    def __init__(self, seed: int | None = None) -> None:
        seed = secrets.randbelow(_LARGEST) if seed is None else min(abs(seed), _LARGEST)
        self._state = _state(seed)
        self._first, self._second = 0, 21

    def sample(self) -> int:
        """From 0 to 2,147,483,646."""
        state = self._state
        self._first = self._first + 1 if self._first < _SIZE else 1
        self._second = self._second + 1 if self._second < _SIZE else 1
        number = state[self._first] - state[self._second]
        number -= number == _LARGEST
        number += _LARGEST if number < 0 else 0
        state[self._first] = number
        return number

    def fraction(self) -> float:
        """From 0 to less than 1."""
        return self.sample() * (1.0 / _LARGEST)

    def large_fraction(self) -> float:
        """Of twice as many steps, for ranges that no int holds."""
        number = self.sample()
        if self.sample() % 2 == 0:
            number = -number
        return (number + (_LARGEST - 1)) / (2 * _LARGEST - 1)


def _state(seed: int) -> list[int]:
    """The 55 numbers to begin with, from index 1 on."""
    state = [0] * (_SIZE + 1)
    last, current = _GOLDEN_RATIO - seed, 1
    state[_SIZE] = last
    for step in range(1, _SIZE):
        index = 21 * step % _SIZE
        state[index] = current
        current = last - current
        current += _LARGEST if current < 0 else 0
        last = state[index]
    for _ in range(4):
        for index in range(1, _SIZE + 1):
            number = _INT32.wrap(state[index] - state[1 + (index + 30) % _SIZE])
            state[index] = number + _LARGEST if number < 0 else number
    return state


def _next_between(source: Random, low: int, high: int) -> int:
    if low > high:
        raise ArgumentOutOfRangeException("'minValue' cannot be greater than maxValue.", "minValue")
    extent = high - low
    return int((source.fraction() if extent <= _LARGEST else source.large_fraction()) * extent) + low


def _next_below(source: Random, high: int) -> int:
    if high < 0:
        raise ArgumentOutOfRangeException("'maxValue' must be greater than zero.", "maxValue")
    return int(source.fraction() * high)


def _fill(source: Random, buffer: Bytes | None) -> None:
    buffer = given(buffer, "buffer")
    # As many as that take a second
    afford(len(buffer) * OBJECT)
    for index in range(len(buffer)):
        buffer[index] = source.sample() % 256


DEFINITIONS = (
    Definition(
        "class Random",
        "System.Random",
        python=Random,
        members={
            "new()": Random,
            "new(int Seed)": Random,
            "int Next()": Random.sample,
            "int Next(int maxValue)": _next_below,
            "int Next(int minValue, int maxValue)": _next_between,
            "double NextDouble()": Random.fraction,
            "void NextBytes(byte[] buffer)": _fill,
        },
    ),
)
