"""Mixed calls for minutes, and whether memory, descriptors and tasks stay as they are: `python -m bench.soak`.

The gateway runs with its default policy, the page and traces. A line each ten seconds tells its vitals, the last lines
the trend of each and what is left when all clients have gone. The exit code is 1 if something grows, is left over, or a
call ended otherwise than its kind may.
"""

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field

import click

from bench.live_page import reader, with_page
from bench.load import AnswerError, connect
from bench.processes import Process, StartError, upstream
from bench.python_build import this_build
from bench.report import table
from bench.soak_calls import KINDS, LIMIT, Callers, Kind, choose
from bench.trend import growth

INTERVAL = 10.0
"""Seconds between two samples."""
IN_FLIGHT = 200
"""Calls at once; if there are as many, the next one is left out."""
REST = 15.0
"""Seconds in which the gateway comes to rest after the last call."""
REST_INTERVAL = 0.5
"""Seconds between two looks at whether it has."""
CALL_TIMEOUT = 60.0
"""Seconds in which a call must end."""

TOLERANCES = {"RSS MB": 4.0, "descriptors": 40.0, "tasks": 40.0}
"""The growth over the whole time that counts as none: descriptors and tasks come and go with the calls under way."""
LEFT_OVER = {"descriptors": 3, "tasks": 3}
"""How many more than before the first call may be there at rest."""
ARGUMENTS = (
    *("--scripts", "bench/scripts/vitals.py"),
    *("--set", f"apim_named_values=calls={LIMIT}"),
    *("--set", "apim_named_values=retry-interval=0"),
)
VITALS = b"GET /vitals HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

type Vitals = dict[str, float]


@click.command()
@click.option("--minutes", default=10.0, show_default=True, type=click.FloatRange(0.5, 120), help="How long.")
@click.option("--rate", default=150, show_default=True, type=click.IntRange(1, 2000), help="Calls a second.")
def main(minutes: float, rate: int) -> None:
    """Call the gateway in many ways at a steady rate, and watch whether it grows."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through the context managers, which stop what runs
    click.echo(f"{this_build()}; {rate} calls/s for {minutes:g} min")
    try:
        with ExitStack() as stack:
            shown = stack.enter_context(with_page("the gateway", stack.enter_context(upstream()), *ARGUMENTS))
            stack.enter_context(reader(shown.page))
            failures = asyncio.run(Soak(shown.process, rate, minutes * 60).run())
    except (StartError, AnswerError) as error:
        raise click.ClickException("\n".join([str(error), *getattr(error, "__notes__", [])])) from error
    click.echo("\nThe gateway is flat." if not failures else "\n" + "\n".join(failures))
    sys.exit(bool(failures))


@dataclass
class Soak:
    """One run; `outcomes` counts how the calls of each kind ended."""

    gateway: Process
    rate: int
    seconds: float
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    under_way: set[asyncio.Task[None]] = field(default_factory=set)
    left_out: int = 0
    samples: list[Vitals] = field(default_factory=list)

    async def run(self) -> list[str]:
        """What failed, a line each."""
        before = await vitals(self.gateway)
        callers = Callers(self.gateway.port)
        await callers.open()
        watching = asyncio.create_task(self.watch())
        await self.call_steadily(callers)
        await asyncio.gather(*self.under_way)
        watching.cancel()
        callers.close()
        rest = await at_rest(self.gateway, before)
        click.echo(f"\n{self.table_of_outcomes()}\n\n{self.table_of_vitals(before, rest)}")
        return [*self.too_slow(), *self.wrong_outcomes(), *growing(self.samples), *left_over(before, rest)]

    async def call_steadily(self, callers: Callers) -> None:
        """Begin a call whenever one is due."""
        begun = time.monotonic()
        for number in range(int(self.rate * self.seconds)):
            await asyncio.sleep(begun + number / self.rate - time.monotonic())
            if len(self.under_way) < IN_FLIGHT:
                task = asyncio.create_task(self.call(callers, choose()))
                self.under_way.add(task)
                task.add_done_callback(self.under_way.discard)
            else:
                self.left_out += 1

    async def call(self, callers: Callers, kind: Kind) -> None:
        try:
            async with asyncio.timeout(CALL_TIMEOUT):
                outcome = await kind.make(callers)
        except (AnswerError, OSError, TimeoutError) as error:
            outcome = type(error).__name__
        self.outcomes[kind.name, outcome] += 1

    async def watch(self) -> None:
        """Take a sample at each interval, and tell it."""
        begun = time.monotonic()
        for number in range(1, int(self.seconds / INTERVAL) + 1):
            await asyncio.sleep(begun + number * INTERVAL - time.monotonic())
            self.samples.append(sample := await vitals(self.gateway))
            told = ", ".join(f"{value:,.0f} {name}" for name, value in sample.items() if name != "RSS MB")
            click.echo(
                f"{number * INTERVAL:5.0f} s  {self.outcomes.total():7,} calls, {len(self.under_way)} under way, "
                f"{self.left_out} left out;  RSS {sample['RSS MB']:.1f} MB, {told}"
            )

    def too_slow(self) -> list[str]:
        """Whether calls piled up: then memory, descriptors and tasks follow the calls under way."""
        if not self.left_out:
            return []
        return [f"{self.left_out} calls were left out: the machine is too slow for this rate, and growth says little."]

    def wrong_outcomes(self) -> list[str]:
        allowed = {(kind.name, outcome) for kind in KINDS for outcome in kind.outcomes}
        return [
            f"{number} calls of the kind {name} ended in {outcome}."
            for (name, outcome), number in self.outcomes.items()
            if (name, outcome) not in allowed
        ]

    def table_of_outcomes(self) -> str:
        heads = sorted({outcome for _, outcome in self.outcomes})
        rows = {kind.name: [str(self.outcomes[kind.name, outcome] or "") for outcome in heads] for kind in KINDS}
        return table("calls, by how they ended", heads, rows)

    def table_of_vitals(self, before: Vitals, rest: Vitals) -> str:
        rows = {
            name: [f"{value:,.1f}" for value in (before[name], *(it[name] for it in self.ends()), rest[name])]
            + [f"{growth([it[name] for it in self.samples]):+.1f}"]
            for name in TOLERANCES
        }
        return table("vitals", ["before", "first sample", "last sample", "at rest", "growth by trend"], rows)

    def ends(self) -> tuple[Vitals, Vitals]:
        return self.samples[0], self.samples[-1]


async def vitals(gateway: Process) -> Vitals:
    """Resident memory, open files and sockets, asyncio tasks; those of this question are counted, too."""
    connection = await connect(gateway.port)
    try:
        async with asyncio.timeout(CALL_TIMEOUT):
            await connection.call(VITALS)
        tasks = json.loads(connection.received.partition(b"\r\n\r\n")[2])["tasks"]
        return {
            "RSS MB": gateway.resident_bytes() / 1e6,
            "descriptors": float(gateway.descriptors()),
            "tasks": float(tasks),
        }
    finally:
        connection.transport.close()


async def at_rest(gateway: Process, before: Vitals) -> Vitals:
    """The vitals as soon as nothing is left over, or after some seconds."""
    for _ in range(int(REST / REST_INTERVAL)):
        if not left_over(before, await vitals(gateway)):
            break
        await asyncio.sleep(REST_INTERVAL)
    return await vitals(gateway)


def growing(samples: list[Vitals]) -> list[str]:
    found = {name: growth([sample[name] for sample in samples]) for name in TOLERANCES}
    return [
        f"{name} grew by {found[name]:.1f}: at most {most:g} count as none."
        for name, most in TOLERANCES.items()
        if found[name] > most
    ]


def left_over(before: Vitals, rest: Vitals) -> list[str]:
    return [
        f"{rest[name] - before[name]:.0f} {name} are left over: at most {most} may be."
        for name, most in LEFT_OVER.items()
        if rest[name] - before[name] > most
    ]


if __name__ == "__main__":
    main(prog_name="python -m bench.soak")
