"""The command line: `python -m tests.e2e.chaos`."""

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import click

from tests.e2e.chaos import plans
from tests.e2e.chaos.attack import attack


@click.command()
@click.option("--calls", default=10_000, show_default=True, help="How many calls are drawn.")
@click.option("--seed", default=1, show_default=True, help="What they are drawn from.")
@click.option("--session", type=int, help="Play this session alone, for example one that failed.")
@click.option("--log", type=click.Path(path_type=Path), help="Write the gateway's log here.")
@click.option("--cuts/--no-cuts", default=True, help="Also cut answers and requests at every byte.")
def main(calls: int, seed: int, session: int | None, log: Path | None, cuts: bool) -> None:
    """Attack a gateway with clients and backends at their worst."""
    chosen = [plans.session(seed, session)] if session is not None else list(plans.sessions(seed, calls))
    if cuts and session is None:
        chosen = [*plans.every_cut(), *chosen]
    began = time.monotonic()
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        report = attack(stack, Path(folder), chosen)
    if log:
        log.write_text(report.log)
    took = time.monotonic() - began
    click.echo(f"seed {seed}: {sum(len(each.calls) for each in chosen)} calls in {took:.0f} s, {dict(report.counts)}")
    for finding in report.findings:
        click.echo(finding)
    sys.exit(bool(report.findings))


if __name__ == "__main__":
    main(prog_name="python -m tests.e2e.chaos")
