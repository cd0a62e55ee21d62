"""Which types and members expressions may use, printed from the tables that the compiler reads."""

from collections.abc import Iterator

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.symbols.signatures import Kind, Signature

BEGIN, END = "<!-- types: begin -->", "<!-- types: end -->"


def reference(library: Library) -> str:
    """A table in Markdown: a row for each type, by name."""
    listed = [definition for definition in library.definitions.values() if definition.members and definition.is_allowed]
    rows = [_row(definition) for definition in sorted(listed, key=lambda definition: definition.name.lower())]
    return "\n".join(["| type | members |", "|---|---|", *rows])


# How C# writes them
_SHORT = {"Array<T>": "T[]", "Nullable<T>": "T?"}


def _row(definition: Definition) -> str:
    name = _SHORT.get(definition.name, definition.name)
    members = list(dict.fromkeys(_members(definition)))
    return f"| `{name}` | {', '.join(members)} |"


def _members(definition: Definition) -> Iterator[str]:
    yield from sorted(filter(None, (_shown(row.signature) for row in definition.rows)), key=str.lower)


def _shown(signature: Signature) -> str:
    """A member's name; operators and conversions go without saying."""
    if signature.kind in {Kind.OPERATOR, Kind.CONVERSION} or signature.sets:
        return ""
    if signature.kind is Kind.INDEXER:
        return "`[]`"
    return f"`{signature.name}`"


def replaced(page: str, library: Library) -> str:
    """The page with the table between the two marks renewed."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{reference(library)}\n{END}{after}"
