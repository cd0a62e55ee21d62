"""Which types and members expressions may use, printed from the tables that the compiler reads."""

from collections import Counter

from apim_lab.csharp.symbols.library import Library
from apim_lab.expressions.coverage import Coverage, Support, coverage, member_name

BEGIN, END = "<!-- types: begin -->", "<!-- types: end -->"


def reference(library: Library) -> str:
    """A table in Markdown: a row for each type, by name."""
    types = sorted(coverage(library), key=lambda found: (shown_name(found).lower(), found.full_name))
    count = Counter(map(shown_name, types))
    rows = [_row(it, shown_name(it) if count[shown_name(it)] == 1 else it.full_name) for it in types]
    return "\n".join(["| type | | members | not yet |", "|---|---|---|---|", *rows])


# How C# writes them
_SHORT = {"Array<T>": "T[]", "Nullable<T>": "T?"}
_SIGNS = {Support.FULL: "full", Support.PARTIAL: "partial", Support.NONE: "not yet"}


def shown_name(found: Coverage) -> str:
    """The name of the type as an expression has it: `int`, `List<T>`; of several the one with fewest parameters."""
    names = sorted((definition.name for definition in found.definitions if "." not in definition.type.name), key=len)
    return _SHORT.get(names[0], names[0]) if names else found.name


def _row(found: Coverage, name: str) -> str:
    names = sorted({_shown(member_name(row)) for row in found.rows}, key=str.lower)
    members = ", ".join(f"`{it}`{'*' if it in found.refused else ''}" for it in names)
    missing = ", ".join(f"`{_shown(name)}`" for name in found.missing)
    star = "*" if found.is_refused else ""
    return f"| `{name}`{star} | {_SIGNS.get(found.support, '')} | {members} | {missing} |"


def _shown(member: str) -> str:
    return {".ctor": "new", "Item": "[]"}.get(member, member)


def replaced(page: str, library: Library) -> str:
    """The page with the table between the two marks renewed."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{reference(library)}\n{END}{after}"
