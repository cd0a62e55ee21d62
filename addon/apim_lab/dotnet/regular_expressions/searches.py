"""One text that is searched for a pattern, match after match."""

from collections.abc import Iterator
from dataclasses import dataclass

from apim_lab.dotnet.regular_expressions.engine import Engine, Found
from apim_lab.dotnet.regular_expressions.matches import EMPTY, Match


@dataclass(frozen=True)
class Search:
    """`seconds` is how long each search may take. The `text` may be a part of the `source`, from `offset` on."""

    engine: Engine
    text: str
    seconds: float
    source: str
    offset: int = 0

    def first(self, start: int) -> Match:
        return self._match(start)

    def _match(self, start: int, *, further: bool = False) -> Match:
        found = self.engine.search(self.text, start, self.seconds, further=further)
        return EMPTY if found is None else Match(self, found)

    def after(self, found: Found) -> Match:
        """The next match; after an empty one the search goes on a character further."""
        first, last = found.span()
        is_empty = first == last
        start = first - is_empty if self.engine.is_right_to_left else last + is_empty
        return self._match(start, further=is_empty) if 0 <= start <= len(self.text) else EMPTY

    def all(self, start: int) -> Iterator[Match]:
        match = self.first(start)
        while match.success:
            yield match
            match = match.following()
