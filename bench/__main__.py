"""The command line: `python -m bench`, from the project's directory, measures the gateway against bare mitmdump."""

import os
import platform
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import version

import click

from bench import report
from bench.load import AnswerError, first_events
from bench.processes import Process, StartError, bare, gateway, mitmdump, upstream
from bench.rounds import FULL, QUICK, Calls, Plan, memory_after, take_turns, typical

BARE, GATEWAY, STREAMING = "bare mitmdump", "gateway", "bare, stream_large_bodies=1"


@click.command()
@click.option("--quick", is_flag=True, help="A tenth of the calls: to try it out, not for numbers to quote.")
def main(quick: bool) -> None:
    """Measure the gateway, with its default policy, against bare mitmdump on the same upstream."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through the context managers, which stop what runs
    click.echo(f"{os.cpu_count()} CPUs, Python {platform.python_version()}, mitmproxy {version('mitmproxy')}")
    click.echo("Ratios to the first row, what was measured in parentheses; medians over the rounds.")
    try:
        for part in parts(QUICK if quick else FULL):
            click.echo(f"\n{part}")
    except (StartError, AnswerError) as error:
        raise click.ClickException("\n".join([str(error), *getattr(error, "__notes__", [])])) from error


def parts(plan: Plan) -> Iterator[str]:
    """Measure, and tell of one thing after the other."""
    with ExitStack() as stack:
        backends = stack.enter_context(upstream())
        programs = {
            name: stack.enter_context(mitmdump(name, *arguments))
            for name, arguments in (
                (BARE, bare(backends)),
                (GATEWAY, gateway(backends)),
            )
        }
        fresh = (BARE, GATEWAY)
        yield report.memory({name: memory_after(programs[name], plan) for name in fresh}, plan.memory)
        yield from plain_calls(programs, plan)
        yield new_connections(programs, plan.shorter)
        yield failover(programs[GATEWAY], plan.shorter)
        streaming = stack.enter_context(mitmdump(STREAMING, *bare(backends), "--set", "stream_large_bodies=1"))
        yield first_event({"no proxy": backends, STREAMING: streaming, **programs}, plan)
        yield ceiling(backends, plan)


def plain_calls(programs: dict[str, Process], plan: Plan) -> Iterator[str]:
    for connections in plan.connections:
        title = f"{connections} connection{'s' if connections > 1 else ''}"
        kinds = {name: Calls(program, connections=connections) for name, program in programs.items()}
        yield report.comparison(title, take_turns(kinds, plan))


def new_connections(programs: dict[str, Process], plan: Plan) -> str:
    kinds = {f"{BARE}, kept alive": Calls(programs[BARE], connections=16)} | {
        name: Calls(programs[name], connections=16, reconnect=True) for name in (BARE, GATEWAY)
    }
    return report.comparison("A new connection for each call, 16 at once", take_turns(kinds, plan))


def failover(program: Process, plan: Plan) -> str:
    """One connection only: the upstream throttles every other call, whoever makes it."""
    kinds = {"gateway, plain call": Calls(program), "gateway, 429 first": Calls(program, "throttled")}
    return report.failover(take_turns(kinds, plan))


def first_event(programs: dict[str, Process], plan: Plan) -> str:
    samples = first_events([program.port for program in programs.values()], plan.streams)
    return report.first_event(dict(zip(programs, samples, strict=True)), STREAMING)


def ceiling(backends: Process, plan: Plan) -> str:
    """What the load generator and the upstream can do without a proxy: far more than with one, or they are measured."""
    plan = replace(plan, rounds=3, calls=plan.calls * 20)
    rounds = take_turns({"no proxy": Calls(backends, connections=16)}, plan)
    return f"Without a proxy: {typical(rounds['no proxy'], 'calls/s'):,.0f} calls/s over 16 connections."


if __name__ == "__main__":
    main(prog_name="python -m bench")
