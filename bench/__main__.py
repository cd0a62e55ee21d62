"""The command line: `python -m bench`, from the project's directory, measures the gateway against bare mitmdump."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import version

import click

from bench import rivals
from bench.load import AnswerError
from bench.parts import PARTS
from bench.processes import StartError, upstream
from bench.programs import Programs, tell_missing
from bench.python_build import this_build
from bench.rounds import FULL, QUICK


@click.command()
@click.option("--quick", is_flag=True, help="A fraction of the calls: to try it out, not for numbers to quote.")
@click.option("--only", multiple=True, type=click.Choice(list(PARTS)), help="Measure this part; repeatable.")
@click.option("--memory-calls", type=click.IntRange(100), help="Calls over which memory is watched.")
def main(quick: bool, only: Sequence[str], memory_calls: int | None) -> None:
    """Measure the gateway, with its default policy, against bare mitmdump on the same upstream."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through the context managers, which stop what runs
    plan = QUICK if quick else FULL
    plan = replace(plan, memory=memory_calls or plan.memory)
    tell_machine()
    try:
        with ExitStack() as stack:
            programs = Programs(stack, stack.enter_context(upstream()))
            for name in only or PARTS:
                for text in PARTS[name](programs, plan):
                    click.echo(f"\n{text}")
    except (StartError, AnswerError) as error:
        raise click.ClickException("\n".join([str(error), *getattr(error, "__notes__", [])])) from error


def tell_machine() -> None:
    programs = ", ".join([f"mitmproxy {version('mitmproxy')}", *rivals.versions()])
    click.echo(f"{os.cpu_count()} CPUs; {this_build()}; {programs}")
    click.echo("Ratios to the first row, what was measured in parentheses; medians over the rounds.")
    tell_missing()


if __name__ == "__main__":
    main(prog_name="python -m bench")
