"""Reads a JSONPath: a text becomes filters. Source: Newtonsoft.Json 13.0.1, Linq/JsonPath/JPath.cs."""

from dataclasses import dataclass
from typing import Literal

from apim_lab.dotnet.exceptions import JsonException
from apim_lab.dotnet.numbers.number_parsing import parse_integer
from apim_lab.newtonsoft.paths.filters import AnyItem, AnyMember, Filter, Indices, Members, Scan, Slice
from apim_lab.newtonsoft.paths.path_text import OPEN_INDEXER, bad_indexer
from apim_lab.newtonsoft.paths.query_reader import QueryReader


@dataclass
class _Steps:
    """The steps so far. The next one begins at `start`, `after` this sign; `is_scan`: after ".."."""

    filters: list[Filter]
    start: int
    is_scan: bool = False
    after: Literal["", ".", "]"] = ""

    def add_name(self, name: str) -> None:
        self.filters.append(_named(name, is_scan=self.is_scan))
        self.is_scan = False


class PathReader(QueryReader):
    """Reads a whole path."""

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

    def _path(self, filters: list[Filter], start: int, *, in_query: bool) -> bool:
        """Read steps up to the end of the path, which is told, or of the part of a query."""
        steps = _Steps(filters, start)
        while not self._at_end():
            character = self.text[self.position]
            if character in "[(":
                self._add_indexer(steps, character)
            elif character in "]) " or (in_query and character in "=<!>|&"):
                break
            elif character == ".":
                self._add_dot(steps)
            elif steps.after == "]":
                raise JsonException(f"Unexpected character following indexer: {character}")
            else:
                self.position += 1
        if self.position > steps.start:
            steps.add_name(self.text[steps.start : self.position].rstrip())
        elif steps.after == "." and (self._at_end() or in_query):
            raise JsonException("Unexpected end while parsing path.")
        return self._at_end()

    def _add_indexer(self, steps: _Steps, opening: str) -> None:
        if self.position > steps.start:
            steps.add_name(self.text[steps.start : self.position])
        steps.filters.append(self._indexer(opening, is_scan=steps.is_scan))
        steps.is_scan = False
        self.position += 1
        steps.start, steps.after = self.position, "]"

    def _add_dot(self, steps: _Steps) -> None:
        if self.position > steps.start:
            steps.add_name(self.text[steps.start : self.position])
        if self.text.startswith("..", self.position):
            steps.is_scan = True
            self.position += 1
        self.position += 1
        steps.start, steps.after = self.position, "."

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
                raise bad_indexer(character)
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
                raise bad_indexer(character)
            else:
                self.position += 1
        raise JsonException(OPEN_INDEXER)

    def _any_item(self, closing: str) -> Filter:
        self.position += 1
        self._need(OPEN_INDEXER)
        self._eat_spaces()
        if self._current() != closing:
            raise bad_indexer("*")
        return AnyItem()


def _named(name: str, *, is_scan: bool) -> Filter:
    if is_scan:
        return Scan(None if name == "*" else (name,))
    return AnyMember() if name == "*" else Members((name,), several=False)


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
