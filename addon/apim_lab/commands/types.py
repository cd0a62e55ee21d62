"""`apim-lab types`: what expressions may use of .NET and of API Management's context."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.symbols.suggestions import did_you_mean
from apim_lab.expressions.allow_list import LIBRARY
from apim_lab.expressions.coverage import Coverage, Support, coverage, member_name
from apim_lab.expressions.reference import replaced, shown_name

_SIGNS = {Support.FULL: "●", Support.PARTIAL: "◐", Support.NONE: "○", Support.OWN: "●", Support.BESIDE: "·"}
_COLOURS = {Support.FULL: "green", Support.PARTIAL: "yellow", Support.NONE: "red", Support.OWN: "green"}
_LEGEND = "● all of it   ◐ parts of it   ○ not yet   · not on the list of API Management"
_WIDTH = 100
_SHOWN = {".ctor": "new", "Item": "[]"}


@click.command("types")
@click.argument("name", required=False)
@click.option(
    "--write", "page", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Renew the table in a page."
)
def command(name: str | None, page: Path | None) -> None:
    """Show the types that expressions may use; of the type NAME its members, what is missing, what Azure refuses.

    \b
    apim-lab types DateTime
    apim-lab types --write docs/policies.md
    """
    if page is not None:
        page.write_text(replaced(page.read_text(encoding="utf-8"), LIBRARY), encoding="utf-8")
        return
    found = coverage(LIBRARY)
    for line in _overview(found) if name is None else _pages(found, name):
        click.echo(line)


# ---- all types ---------------------------------------------------------------------------------------------------


def _overview(found: Iterable[Coverage]) -> Iterator[str]:
    """The types by namespace, each with how much of it there is."""
    yield _LEGEND
    by_space = sorted(found, key=lambda it: (_namespace(it), it.name.lower()))
    for space, types in groupby(by_space, _namespace):
        yield ""
        yield click.style(space or "API Management", bold=True)
        yield from _columns(list(types))


def _namespace(found: Coverage) -> str:
    return found.full_name.rpartition(".")[0]


def _columns(types: Sequence[Coverage]) -> Iterator[str]:
    width = max(len(shown_name(found)) for found in types) + 4
    count = max(1, _WIDTH // width)
    for start in range(0, len(types), count):
        yield "".join(_entry(found, width) for found in types[start : start + count]).rstrip()


def _entry(found: Coverage, width: int) -> str:
    name = shown_name(found)
    return f"  {_signed(found)} {name}{' ' * (width - len(name) - 4)}"


def _signed(found: Coverage) -> str:
    return click.style(_SIGNS[found.support], fg=_COLOURS.get(found.support))


# ---- one type ----------------------------------------------------------------------------------------------------


def _pages(found: Sequence[Coverage], name: str) -> Iterator[str]:
    """The types of this name. Raises ClickException if there is none."""
    meant = [it for it in found if name.lower() in {it.name.lower(), it.full_name.lower(), shown_name(it).lower()}]
    meant = meant or [it for it in found if any(d.type.name.lower() == name.lower() for d in it.definitions)]
    if not meant:
        hint = LIBRARY.missing_type(name, [it.name for it in found])
        raise click.ClickException(f"there is no type {name}. {hint or did_you_mean(name, LIBRARY.type_names)}".strip())
    for it in meant:
        yield from _page(it)


def _page(found: Coverage) -> Iterator[str]:
    yield f"{_signed(found)} {click.style(found.full_name, bold=True)}   {_state(found)}"
    for definition in found.definitions:
        yield ""
        yield f"  {_declaration(definition)}"
        yield from (f"    {line}" for line in _signatures(found, definition))
    if found.missing:
        names = ", ".join(_SHOWN.get(name, name) for name in found.missing)
        yield ""
        yield from _wrapped(f"Not yet: {names}")
    if found.refused:
        yield ""
        yield from _wrapped("! works here; API Management's documentation does not list it.")


def _state(found: Coverage) -> str:
    total = len({member_name(row) for row in found.rows}) + len(found.missing)
    if found.support is Support.PARTIAL:
        return f"{total - len(found.missing)} of {total} members"
    return str(found.support.value)


def _declaration(definition: Definition) -> str:
    return click.style(definition.declaration, fg="cyan")


def _signatures(found: Coverage, definition: Definition) -> Iterator[str]:
    """The rows of the table in C#'s words, by name."""
    rows = zip(definition.members, definition.rows, strict=True)
    own = [(text, row) for text, row in rows if row in found.rows]
    for text, row in sorted(own, key=lambda it: (member_name(it[1]) != ".ctor", member_name(it[1]).lower(), it[0])):
        mark = click.style("! ", fg="red") if member_name(row) in found.refused else "  "
        yield f"{mark}{_coloured(text, row.signature.name, definition)}"


def _coloured(text: str, name: str, definition: Definition) -> str:
    """The signature with its name in bold; a constructor is called by its type."""
    if text.startswith("new("):
        return click.style(definition.type.name, bold=True) + text.removeprefix("new")
    before, found, after = text.partition(f"{name}{'(' if f'{name}(' in text else ''}")
    return f"{before}{click.style(name, bold=True)}{found.removeprefix(name)}{after}" if found else text


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")
