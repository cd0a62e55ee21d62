"""How much of the allow-list there is here: of each of its types, the members that expressions may use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from apim_lab.csharp.symbols.definitions import Definition, Method
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.symbols.signatures import Kind
from apim_lab.csharp.types import Type
from apim_lab.expressions.allowed_types import TYPES
from apim_lab.expressions.dotnet_members import dotnet_members
from apim_lab.expressions.restrictions import allows, is_dotnet

_NAMES = {Kind.CONSTRUCTOR: ".ctor", Kind.INDEXER: "Item"}
_OPERATORS = {Kind.OPERATOR, Kind.CONVERSION}
_EVERYWHERE = frozenset({"Equals", "GetEnumerator", "GetHashCode", "GetType", "ReferenceEquals", "ToString"})
"""What every value has, or every sequence."""


class Support(Enum):
    """How much of a type there is."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "not yet"
    OWN = "API Management's own"
    BESIDE = "not on the list"


@dataclass(frozen=True)
class Coverage:
    """One type.

    `definitions` are those of its name with any number of type parameters, none if there is nothing of it here.
    `missing` are members that API Management allows and that are not here; `refused` those here that it does not.
    """

    full_name: str
    definitions: Sequence[Definition]
    missing: Sequence[str] = ()
    refused: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name without its namespace."""
        return self.full_name.rpartition(".")[2]

    @property
    def is_listed(self) -> bool:
        """Whether API Management allows the type."""
        return self.full_name in dotnet_members()

    @property
    def is_refused(self) -> bool:
        """Whether it is a type of .NET that works here and that API Management does not allow."""
        is_here = bool(self.definitions) and is_dotnet(Type(self.name, full_name=self.full_name))
        return is_here and not self.is_listed

    @property
    def support(self) -> Support:
        if "." not in self.full_name:
            return Support.OWN
        if not self.is_listed:
            return Support.BESIDE
        if not self.missing:
            return Support.FULL
        return Support.PARTIAL if self.definitions else Support.NONE

    @property
    def rows(self) -> list[Method]:
        """The members that the table of the type has itself, without operators and what assignments do."""
        rows = [row for definition in self.definitions for row in definition.rows]
        return [row for row in rows if row.signature.kind not in _OPERATORS and not row.signature.sets]


def coverage(library: Library) -> list[Coverage]:
    """Every type of the allow-list, and every other one that expressions may name."""
    by_name: dict[str, list[Definition]] = {name: [] for name in TYPES}
    for definition in library.definitions.values():
        if definition.is_allowed:
            by_name.setdefault(definition.full_name, []).append(definition)
    return [_covered(library, name, found) for name, found in by_name.items()]


def _covered(library: Library, full_name: str, definitions: Sequence[Definition]) -> Coverage:
    allowed = {member for member in dotnet_members().get(full_name, ()) if allows(full_name, member)}
    here = {name for definition in definitions for name in _members(library, definition)}
    if full_name.endswith(".Extensions"):
        here |= library.extension_names
    listed = full_name in dotnet_members()
    own = {
        member_name(row)
        for definition in definitions
        for row in definition.rows
        if row.signature.kind not in _OPERATORS
    }
    refused = frozenset(name for name in own if listed and not allows(full_name, name)) - _EVERYWHERE
    return Coverage(full_name, definitions, sorted(allowed - here - _EVERYWHERE), refused)


def _members(library: Library, definition: Definition) -> Iterator[str]:
    """The names of what a type has, inherited or not, and of extension methods."""
    yield from library.member_names(definition.type)
    yield from map(member_name, definition.rows)
    for ancestor in library.lineage(definition.type):
        found = library.definition(ancestor)
        yield from (member_name(row) for row in (found.rows if found else ()))
    if definition.value:
        yield ".ctor"


def member_name(row: Method) -> str:
    """The name by which the allow-list calls it."""
    return _NAMES.get(row.signature.kind, row.signature.name)
