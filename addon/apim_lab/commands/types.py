"""`apim-lab types`: what expressions may use of .NET and of API Management's context."""

from pathlib import Path

import click

from apim_lab.expressions.allow_list import LIBRARY
from apim_lab.expressions.reference import reference, replaced

_PAGE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("types")
@click.option(
    "--write", "page", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Renew it in a page."
)
def command(page: Path | None) -> None:
    """Print the types that expressions may use, and their members, as a table in Markdown.

    \b
    apim-lab types --write docs/policies.md
    """
    if page is None:
        click.echo(reference(LIBRARY))
    else:
        page.write_text(replaced(page.read_text(encoding="utf-8"), LIBRARY), encoding="utf-8")
