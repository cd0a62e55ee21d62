"""What the declaration of a statement that ran says of its values: where they go, and what it does by itself."""

from collections.abc import Iterator

from apim_lab.expressions import Place, Read
from apim_lab.policy.destinations import Location
from apim_lab.policy.statements.element import ELEMENTS, xml_name_of
from apim_lab.policy.values import Computed, Literal
from apim_lab.tracing.attributes import Part, parts_of, shown
from apim_lab.tracing.masking import is_secret
from apim_lab.tracing.trace import Cut, Entry, Plain

_BODIES = frozenset({Place.REQUEST_BODY, Place.RESPONSE_BODY})
_NAMED = frozenset({Place.HEADER, Place.QUERY, Place.VARIABLE})


class Declared:
    """The statement of one entry. An attribute is asked for by its element's path and its name."""

    def __init__(self, entry: Entry) -> None:
        statement = entry.step.statement
        self.entry = entry
        self.name = ELEMENTS[type(statement)].name
        self._own = ELEMENTS[type(statement)].own
        self._parts = {part.path: part for part in parts_of(statement, entry.step.path)}

    @property
    def is_open(self) -> bool:
        """Whether nobody says what it does by itself: that may be anything."""
        return self._own is None

    def moves(self) -> Iterator[tuple[list[Read], list[Read]]]:
        """What it takes from somewhere by itself, and where that goes."""
        for move in self._own or ():
            yield self._places(move.source), self._places(move.to)

    def destinations(self, path: str, name: str) -> list[Read] | None:
        """Where the values of an attribute go; None where nobody says."""
        found = self._locations(path, name)
        return None if found is None else [read for part, it in found for read in self._named(part, it)]

    def is_secret(self, path: str, name: str) -> bool:
        """Whether an attribute is the value of a header or variable whose name says that it is secret."""
        found = self._locations(path, name) or []
        values = [(part, it) for part, it in found if it.place in _NAMED and xml_name_of(it.named_by) != name]
        return any(is_secret(read.name) for part, it in values for read in self._named(part, it) if read.name)

    def is_body(self, path: str, name: str) -> bool:
        """Whether an attribute becomes a part of a body."""
        return any(location.place in _BODIES for _, location in self._locations(path, name) or ())

    def _locations(self, path: str, name: str) -> list[tuple[Part, Location]] | None:
        found = self._parts[path].destinations(name) if path in self._parts else None
        return found and [(found[0], location) for location in found[1]]

    def _places(self, locations: tuple[Location, ...]) -> list[Read]:
        statement = self._parts[self.entry.step.path]
        return [read for location in locations for read in self._named(statement, location)]

    def _named(self, part: Part, location: Location) -> Iterator[Read]:
        """The place with its name: None, any; no place where the attribute that names it was left out."""
        names = self._came_to(getattr(part.element, location.named_by)) if location.named_by else [None]
        for name in names:
            yield Read(location.place, name.lower() if name and location.place is Place.HEADER else name)

    def _came_to(self, attribute: object) -> list[str | None]:
        """The texts that an attribute came to; None for one that nobody knows."""
        if isinstance(attribute, Computed):
            found: list[Plain] = [value for computed, value in self.entry.values if computed is attribute]
            return [None if isinstance(value, Cut) else shown(value) for value in found] or [None]
        if isinstance(attribute, Literal):
            return [shown(attribute.value)]
        return [] if attribute is None else [str(attribute)]
