"""The steps of a JSONPath. Source: Newtonsoft.Json 13.0.1, Linq/JsonPath/*Filter.cs.

A filter takes tokens one by one and yields those that it leads to. `strict` is `errorWhenNoMatch`. Each token that is
looked at counts as memory, though what it takes is time: a short path may look at every token again and again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.dotnet.exceptions import JsonException
from apim_lab.newtonsoft.navigation import descendants
from apim_lab.newtonsoft.tokens import JArray, JContainer, JList, JObject, JProperty, JToken, iterate


class Filter(Protocol):
    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]: ...


class Condition(Protocol):
    """What `[?( )]` asks."""

    def matches(self, root: JToken, token: JToken) -> bool: ...


def _name(token: JToken) -> str:
    return token.__class__.__name__


@dataclass(frozen=True)
class Root:
    """`$` in a query."""

    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]:
        yield root


@dataclass(frozen=True)
class Members:
    """`.name`, `['name']` and `['a','b']`."""

    names: tuple[str, ...]
    several: bool

    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]:
        for token in tokens:
            if isinstance(token, JObject):
                yield from self._of(token, strict)
            elif strict:
                raise JsonException(self._not_valid(token))

    def _of(self, token: JObject, strict: bool) -> Iterator[JToken]:
        for name in self.names:
            allocate(OBJECT)
            found = token.get(name)
            if found is not None:
                yield found
            # Newtonsoft, looking for several, tells even of the names that there are
            if strict and (found is None or self.several):
                raise JsonException(f"Property '{name}' does not exist on JObject.")

    def _not_valid(self, token: JToken) -> str:
        quoted = ", ".join(f"'{name}'" for name in self.names)
        return f"{'Properties' if self.several else 'Property'} {quoted} not valid on {_name(token)}."


@dataclass(frozen=True)
class AnyMember:
    """`.*`."""

    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]:
        for token in tokens:
            if isinstance(token, JObject):
                for member in iterate(token, token.children()):
                    allocate(OBJECT)
                    yield member.value
            elif strict:
                raise JsonException(f"Property '*' not valid on {_name(token)}.")


@dataclass(frozen=True)
class AnyItem:
    """`[*]`."""

    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]:
        for token in tokens:
            if isinstance(token, JList):
                for item in token:
                    allocate(OBJECT)
                    yield item
            elif strict:
                raise JsonException(f"Index * not valid on {_name(token)}.")


@dataclass(frozen=True)
class Indices:
    """`[0]` and `[0,2]`."""

    indices: tuple[int, ...]

    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]:
        for token in tokens:
            for index in self.indices:
                allocate(OBJECT)
                if isinstance(token, JList) and index < len(token):
                    yield token.at(index)
                elif strict:
                    where = "outside the bounds of" if isinstance(token, JList) else "not valid on"
                    raise JsonException(f"Index {index} {where} {_name(token)}.")


@dataclass(frozen=True)
class Slice:
    """`[1:]`, `[:-1]`, `[::2]`."""

    start: int | None
    end: int | None
    step: int | None

    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]:
        if self.step == 0:
            raise JsonException("Step cannot be zero.")
        for token in tokens:
            if token.__class__ is JArray:
                yield from self._of(token, strict)
            elif strict:
                raise JsonException(f"Array slice is not valid on {_name(token)}.")

    def _of(self, array: JArray, strict: bool) -> Iterator[JToken]:
        found = self._range(len(array))
        if not found and strict:
            start, end = ("*" if bound is None else bound for bound in (self.start, self.end))
            raise JsonException(f"Array slice of {start} to {end} returned no results.")
        for index in found:
            allocate(OBJECT)
            yield array.at(index)

    def _range(self, count: int) -> range:
        step = 1 if self.step is None else self.step
        start = (0 if step > 0 else count - 1) if self.start is None else self.start
        stop = (count if step > 0 else -1) if self.end is None else self.end
        if self.start is not None and self.start < 0:
            start += count
        if self.end is not None and self.end < 0:
            stop += count
        if step > 0:
            start = max(start, 0)
        start = min(start, count if step > 0 else count - 1)
        return range(start, min(max(stop, -1), count), step)


@dataclass(frozen=True)
class Scan:
    """`..name`, `..['a','b']` and, without names, `..*`: all that stands below, however deep."""

    names: tuple[str, ...] | None

    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]:
        for token in tokens:
            if self.names is None:
                yield token
            for found in descendants(token):
                if not isinstance(found, JProperty):
                    if self.names is None:
                        yield found
                elif self.names is not None:
                    for _ in range(self.names.count(found.name)):
                        yield found.value


@dataclass(frozen=True)
class Matching:
    """`[?(@.a == 1)]`, and `..[?(@.a == 1)]`, which looks below, too."""

    condition: Condition
    is_scan: bool

    def apply(self, root: JToken, tokens: Iterable[JToken], strict: bool) -> Iterator[JToken]:
        for token in tokens:
            for found in self._candidates(token):
                allocate(OBJECT)
                if self.condition.matches(root, found):
                    yield found

    def _candidates(self, token: JToken) -> Iterator[JToken]:
        if not self.is_scan:
            yield from token
            return
        yield token
        if isinstance(token, JContainer):
            yield from descendants(token)
