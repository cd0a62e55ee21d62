"""`StringReader`: a text read line by line or unit by unit. Source: dotnet/coreclr 3.1, StringReader.cs."""

import re
from collections.abc import Sequence
from typing import Any

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.values import Char
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import OUT_OF_BOUNDS, check_not_negative, given
from apim_lab.dotnet.exceptions import (
    ArgumentException,
    ObjectDisposedException,
)

_LINE_END = re.compile("\r\n?|\n")


class StringReader:
    """`text` is None once it is closed."""

    __slots__ = ("_place", "_text")
    type = Type("StringReader", full_name="System.IO.StringReader")

    def __init__(self, text: str | None) -> None:
        self._text: str | None = given(text, "s")
        self._place = 0

    def close(self) -> None:
        self._text = None

    def _rest(self) -> str:
        if self._text is None:
            raise ObjectDisposedException("Cannot read from a closed TextReader.")
        return self._text

    def peek(self) -> int:
        """The next code unit, or -1."""
        text = self._rest()
        return ord(text[self._place]) if self._place < len(text) else -1

    def read(self) -> int:
        unit = self.peek()
        self._place += unit >= 0
        return unit

    def read_line(self) -> str | None:
        text = self._rest()
        if self._place == len(text):
            return None
        start, found = self._place, _LINE_END.search(text, self._place)
        self._place = found.end() if found else len(text)
        return self._taken(start, found.start() if found else len(text))

    def read_to_end(self) -> str:
        start, self._place = self._place, len(self._rest())
        return self._taken(start, self._place)

    def _taken(self, start: int, end: int) -> str:
        allocate(end - start)
        return self._rest()[start:end]

    def read_into(self, buffer: list[Any] | None, index: int, count: int) -> int:
        """`Read(buffer, index, count)`: returns how many units were put there."""
        buffer = checked_buffer(buffer, index, count)
        units = self._rest()[self._place : self._place + count]
        buffer[index : index + len(units)] = map(Char, units)
        self._place += len(units)
        return len(units)


def checked_buffer[T: Sequence[Any]](buffer: T | None, index: int, count: int) -> T:
    """The buffer; raises what .NET does for null and for a part that lies outside of it."""
    whole = given(buffer, "buffer", "Buffer cannot be null.")
    check_not_negative(index=index, count=count)
    if len(whole) - index < count:
        raise ArgumentException(OUT_OF_BOUNDS)
    return whole


DEFINITIONS = (
    Definition(
        "class StringReader",
        "System.IO.StringReader",
        python=StringReader,
        members={
            "new(string s)": StringReader,
            "int Peek()": StringReader.peek,
            "int Read()": StringReader.read,
            "int Read(char[] buffer, int index, int count)": StringReader.read_into,
            "int ReadBlock(char[] buffer, int index, int count)": StringReader.read_into,
            "string ReadLine()": StringReader.read_line,
            "string ReadToEnd()": StringReader.read_to_end,
            "void Close()": StringReader.close,
            "void Dispose()": StringReader.close,
        },
    ),
)
