"""`apim-lab expression`: what the compiler makes of one expression."""

import click

from apim_lab.expressions import CompileError, Expression, compile_expression
from apim_lab.syntax.parsing import parse
from apim_lab.syntax.tree import tree_lines


@click.command("expression")
@click.argument("source")
def command(source: str) -> None:
    """Show the syntax tree of an expression, the type of its value, and what it reads.

    \b
    apim-lab expression '@(context.Response.StatusCode == 429)'
    """
    try:
        for part in parse(source).parts:
            click.echo("\n".join(tree_lines(part)))
        click.echo(_properties(compile_expression(source)))
    except CompileError as error:
        raise click.ClickException(
            "\n".join(f"column {offset + 1}: {text}" for offset, text in error.mistakes)
        ) from None


def _properties(expression: Expression) -> str:
    reads = sorted(f"{read.place.value} {read.name or ''}".strip() for read in expression.reads)
    return f"type: {expression.type}\nreads: {', '.join(reads) or 'nothing'}"
