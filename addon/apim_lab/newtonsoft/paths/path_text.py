"""The characters of a JSONPath, and its values. Source: Newtonsoft.Json 13.0.1, Linq/JsonPath/JPath.cs."""

import re
from typing import Any

from apim_lab.csharp.runtime.exceptions import IndexOutOfRangeException
from apim_lab.csharp.runtime.values import Int64
from apim_lab.dotnet.exceptions import JsonException

OPEN_INDEXER = "Path ended with open indexer."
OPEN_QUERY = "Path ended with open query."
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_WORDS: tuple[tuple[str, bool | None], ...] = (("true", True), ("false", False), ("null", None))
_DOUBLE = re.compile(r"[-+]?[0-9,]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_LONG = range(-(2**63), 2**63)


class PathText:
    """A path and the position in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def _at_end(self) -> bool:
        return self.position >= len(self.text)

    def _need(self, message: str) -> None:
        if self._at_end():
            raise JsonException(message)

    def _current(self) -> str:
        """The character here. .NET throws where there is none."""
        if self._at_end():
            raise IndexOutOfRangeException
        return self.text[self.position]

    def _eat_spaces(self) -> None:
        while self.text.startswith(" ", self.position):
            self.position += 1

    def _match(self, word: str) -> bool:
        found = self.text.startswith(word, self.position)
        if found:
            self.position += len(word)
        return found

    def _value(self, character: str) -> Any:
        if character == "'":
            return self._quoted_text()
        if character == "/":
            return self._regular_expression()
        if character.isdecimal() or character == "-":
            return self._number()
        for word, value in _WORDS:
            if self._match(word):
                return value
        raise self._bad_query()

    def _bad_query(self) -> JsonException:
        return JsonException(f"Unexpected character while parsing path query: {self._current()}")

    def _number(self) -> Int64 | float:
        start = self.position
        self.position += 1
        while not self._at_end() and self.text[self.position] not in " )":
            self.position += 1
        written = self.text[start : self.position]
        number = None if self._at_end() else _number(written)
        if number is None:
            raise self._bad_query()
        return number

    def _quoted_text(self) -> str:
        self.position += 1
        text = ""
        while not self._at_end():
            character = self.text[self.position]
            self.position += 1
            if character == "'":
                return text
            if character == "\\" and not self._at_end():
                escaped = self.text[self.position]
                if escaped not in _ESCAPES:
                    raise JsonException(f"Unknown escape character: \\{escaped}")
                character = _ESCAPES[escaped]
                self.position += 1
            text += character
        raise JsonException("Path ended with an open string.")

    def _regular_expression(self) -> str:
        start = self.position
        self.position += 1
        while not self._at_end():
            character = self.text[self.position]
            self.position += 1
            if character == "\\":
                self.position += 1
            elif character == "/":
                while not self._at_end() and self.text[self.position].isalpha():
                    self.position += 1
                return self.text[start : self.position]
        raise JsonException("Path ended with an open regex.")


def bad_indexer(character: str) -> JsonException:
    return JsonException(f"Unexpected character while parsing path indexer: {character}")


def _number(written: str) -> Int64 | float | None:
    if any(sign in written for sign in ".eE"):
        has_digits = any(character.isdecimal() for character in re.split("[eE]", written)[0])
        return float(written.replace(",", "")) if has_digits and _DOUBLE.fullmatch(written) else None
    if not re.fullmatch("-?[0-9]{1,19}", written) or int(written) not in _LONG:
        return None
    return Int64(written)
