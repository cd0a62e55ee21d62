"""JSONPath as Newtonsoft reads it: `SelectToken("choices[?(@.index == 0)].message..content")`.

Source: Newtonsoft.Json 13.0.1, Linq/JsonPath/JPath.cs. Its parser is kept as it is, for its words on each mistake.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from apim_lab.csharp.runtime.exceptions import IndexOutOfRangeException
from apim_lab.csharp.runtime.values import Int64
from apim_lab.dotnet.exceptions import JsonException
from apim_lab.dotnet.numbers.number_parsing import parse_integer
from apim_lab.newtonsoft.paths.filters import (
    AnyItem,
    AnyMember,
    Filter,
    Indices,
    Matching,
    Members,
    Root,
    Scan,
    Slice,
)
from apim_lab.newtonsoft.paths.queries import Combined, Comparison, Query, Side
from apim_lab.newtonsoft.tokens import JObject, JToken, JValue

OPEN_INDEXER = "Path ended with open indexer."
OPEN_QUERY = "Path ended with open query."


def select_tokens(token: JToken, path: str, *, strict: bool = False) -> Iterator[JToken]:
    """`SelectTokens(path, errorWhenNoMatch)`: one by one; raises JsonException for a path that is none."""
    found: Iterator[JToken] = iter((token,))
    for each in _filters(path):
        found = each.apply(token, found, strict)
    return found


def _filters(path: str) -> tuple[Filter, ...]:
    return _cached(path) if len(path) <= _MAX_CACHED_LENGTH else _PathReader(path).read()


def select_token(token: JToken, path: str, *, strict: bool = False) -> JToken | None:
    """`SelectToken(path, errorWhenNoMatch)`: raises JsonException if there are two."""
    names = None if strict or len(path) > _MAX_CACHED_LENGTH else _member_names(path)
    if names is not None:
        return _member(token, names)
    found = select_tokens(token, path, strict=strict)
    first = next(found, None)
    if first is not None and next(found, None) is not None:
        raise JsonException("Path returned multiple tokens.")
    return first


@lru_cache(maxsize=500)
def _member_names(path: str) -> tuple[str, ...] | None:
    """The names in a path like `usage.total_tokens`, which most are; None for any other."""
    names = [each.names[0] for each in _filters(path) if isinstance(each, Members) and not each.several]
    return tuple(names) if len(names) == len(_filters(path)) else None


def _member(token: JToken, names: tuple[str, ...]) -> JToken | None:
    found: JToken | None = token
    for name in names:
        found = found.get(name) if isinstance(found, JObject) else None
    return found


# Of a path, in characters
_MAX_CACHED_LENGTH = 200


@lru_cache(maxsize=500)
def _cached(path: str) -> tuple[Filter, ...]:
    return _PathReader(path).read()


_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_COMPARISONS = ("===", "==", "=~", "!==", "!=", "<>", "<=", "<", ">=", ">")
_WORDS: tuple[tuple[str, bool | None], ...] = (("true", True), ("false", False), ("null", None))
_DOUBLE = re.compile(r"[-+]?[0-9,]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_LONG = range(-(2**63), 2**63)


class _PathReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def read(self) -> tuple[Filter, ...]:
        filters: list[Filter] = []
        start = 0
        self._eat_spaces()
        if self._at_end():
            return ()
        if self.text[self.position] == "$":
            if len(self.text) == 1:
                return ()
            # "$a" is a member's name
            if self.text[self.position + 1 : self.position + 2] in {".", "["}:
                self.position += 1
                start = self.position
        if not self._path(filters, start, in_query=False):
            last = self.position
            self._eat_spaces()
            if not self._at_end():
                raise JsonException(f"Unexpected character while parsing path: {self.text[last]}")
        return tuple(filters)

    # ---- characters ----------------------------------------------------------------------------------------------

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

    # ---- steps ---------------------------------------------------------------------------------------------------

    def _path(self, filters: list[Filter], start: int, *, in_query: bool) -> bool:
        """Read steps up to the end of the path, which is told, or of the part of a query."""
        is_scan = after_indexer = after_dot = False
        while not self._at_end():
            character = self.text[self.position]
            if character in "[(":
                if self.position > start:
                    filters.append(_named(self.text[start : self.position], is_scan=is_scan))
                    is_scan = False
                filters.append(self._indexer(character, is_scan=is_scan))
                is_scan = False
                self.position += 1
                start = self.position
                after_indexer, after_dot = True, False
            elif character in "]) ":
                break
            elif character == ".":
                if self.position > start:
                    filters.append(_named(self.text[start : self.position], is_scan=is_scan))
                    is_scan = False
                if self.text.startswith("..", self.position):
                    is_scan = True
                    self.position += 1
                self.position += 1
                start = self.position
                after_indexer, after_dot = False, True
            elif in_query and character in "=<!>|&":
                break
            elif after_indexer:
                raise JsonException(f"Unexpected character following indexer: {character}")
            else:
                self.position += 1
        if self.position > start:
            filters.append(_named(self.text[start : self.position].rstrip(), is_scan=is_scan))
        elif after_dot and (self._at_end() or in_query):
            raise JsonException("Unexpected end while parsing path.")
        return self._at_end()

    def _indexer(self, opening: str, *, is_scan: bool) -> Filter:
        self.position += 1
        closing = "]" if opening == "[" else ")"
        self._need(OPEN_INDEXER)
        self._eat_spaces()
        character = self._current()
        if character == "'":
            return self._quoted_members(closing, is_scan=is_scan)
        if character == "?":
            return self._query(closing, is_scan=is_scan)
        return self._array_indexer(closing)

    def _quoted_members(self, closing: str, *, is_scan: bool) -> Filter:
        names: list[str] = []
        while not self._at_end():
            names.append(self._quoted_text())
            self._eat_spaces()
            self._need(OPEN_INDEXER)
            character = self.text[self.position]
            if character == closing:
                several = len(names) > 1
                if is_scan:
                    return Scan(tuple(names))
                return Members(tuple(names), several=several)
            if character != ",":
                raise _bad_indexer(character)
            self.position += 1
            self._eat_spaces()
        raise JsonException(OPEN_INDEXER)

    def _array_indexer(self, closing: str) -> Filter:
        """`0`, `0,2`, `1:3`, `::2` or `*`."""
        start, end = self.position, -1
        indices: list[int] = []
        bounds: list[int | None] = []
        while not self._at_end():
            character = self.text[self.position]
            if character == " ":
                end = self.position
                self._eat_spaces()
                continue
            written = self.text[start : end if end >= 0 else self.position]
            if character == closing:
                return _indexed(written, indices, bounds)
            if character == "*":
                return self._any_item(closing)
            if character in ",:":
                if character == ",":
                    indices.append(_index(written))
                else:
                    bounds.append(parse_integer(written) if written else None)
                self.position += 1
                self._eat_spaces()
                start, end = self.position, -1
            elif (not character.isdecimal() and character != "-") or end >= 0:
                raise _bad_indexer(character)
            else:
                self.position += 1
        raise JsonException(OPEN_INDEXER)

    def _any_item(self, closing: str) -> Filter:
        self.position += 1
        self._need(OPEN_INDEXER)
        self._eat_spaces()
        if self._current() != closing:
            raise _bad_indexer("*")
        return AnyItem()

    # ---- queries -------------------------------------------------------------------------------------------------

    def _query(self, closing: str, *, is_scan: bool) -> Filter:
        """`?(@.index == 0)`."""
        self.position += 1
        self._need(OPEN_INDEXER)
        if self.text[self.position] != "(":
            raise _bad_indexer(self.text[self.position])
        self.position += 1
        query = self._expression()
        self.position += 1
        self._need(OPEN_INDEXER)
        self._eat_spaces()
        if self._current() != closing:
            raise _bad_indexer(self._current())
        return Matching(query, is_scan=is_scan)

    def _expression(self) -> Query:
        root: Query | None = None
        parent: Combined | None = None
        while not self._at_end():
            query = self._comparison()
            character = self._current()
            if character == ")":
                if parent is None:
                    return query
                parent.queries.append(query)
                assert root is not None  # as there is a parent
                return root
            if character in "&|":
                if not self._match(character * 2):
                    raise self._bad_query()
                parent = self._combined(parent, character)
                root = root or parent
                parent.queries.append(query)
        raise JsonException(OPEN_QUERY)

    def _combined(self, parent: Combined | None, operator: str) -> Combined:
        """The `&&` or `||` to add to: Newtonsoft nests a change of the operator, and knows no precedence."""
        if parent is not None and parent.operator == operator:
            return parent
        combined = Combined(operator)
        if parent is not None:
            parent.queries.append(combined)
        return combined

    def _comparison(self) -> Comparison:
        left = self._side()
        if self._current() in ")|&":
            return Comparison("exists", left)
        if self.position + 1 >= len(self.text):
            raise JsonException(OPEN_QUERY)
        operator = next((operator for operator in _COMPARISONS if self._match(operator)), None)
        if operator is None:
            raise JsonException("Could not read query operator.")
        return Comparison("!=" if operator == "<>" else operator, left, self._side())

    def _side(self) -> Side:
        self._eat_spaces()
        character = self._current()
        if character in "$@":
            side: Side = self._query_path(character)
        else:
            side = JValue(self._value(character))
        self._eat_spaces()
        self._need(OPEN_QUERY)
        return side

    def _query_path(self, character: str) -> tuple[Filter, ...]:
        filters: list[Filter] = [Root()] if character == "$" else []
        self.position += 1
        if self._path(filters, self.position, in_query=True):
            raise JsonException(OPEN_QUERY)
        return tuple(filters)

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


def _named(name: str, *, is_scan: bool) -> Filter:
    if is_scan:
        return Scan(None if name == "*" else (name,))
    return AnyMember() if name == "*" else Members((name,), several=False)


def _bad_indexer(character: str) -> JsonException:
    return JsonException(f"Unexpected character while parsing path indexer: {character}")


def _index(written: str) -> int:
    if not written:
        raise JsonException("Array index expected.")
    return parse_integer(written)


def _indexed(written: str, indices: list[int], bounds: list[int | None]) -> Filter:
    if indices or not bounds:
        return Indices((*indices, _index(written)))
    last = [parse_integer(written)] if written else [None]
    start, end, step = [*bounds, *last, None, None][:3]
    return Slice(start, end, step)


def _number(written: str) -> Int64 | float | None:
    if any(sign in written for sign in ".eE"):
        has_digits = any(character.isdecimal() for character in re.split("[eE]", written)[0])
        return float(written.replace(",", "")) if has_digits and _DOUBLE.fullmatch(written) else None
    if not re.fullmatch("-?[0-9]{1,19}", written) or int(written) not in _LONG:
        return None
    return Int64(written)
