"""What is measured: each part compares the programs it is about, and gives its tables as text."""

from collections.abc import Callable, Iterator, Mapping

from bench import report
from bench.programs import (
    BARE,
    BARE_STREAMING,
    DIRECT,
    GATEWAY,
    INDEXED,
    INDEXED_STREAMING,
    LITELLM,
    PAGED,
    PORTKEY,
    Programs,
)
from bench.rounds import Calls, Plan, Streams, memory_after, take_turns, typical
from bench.upstream import LARGE

EVERYBODY = (BARE, INDEXED, GATEWAY, PAGED, LITELLM, PORTKEY)
STREAMING = (BARE_STREAMING, INDEXED_STREAMING, GATEWAY, PAGED, LITELLM, PORTKEY)
SATURATED = tuple(name for name in STREAMING if name != LITELLM)

type Part = Callable[[Programs, Plan], Iterator[str]]


def memory(programs: Programs, plan: Plan) -> Iterator[str]:
    """Memory of fresh processes, after a tenth of the calls and after all."""
    after = (plan.memory // 10, plan.memory)
    measured = {}
    for name in (BARE, INDEXED, GATEWAY, PAGED):
        with programs.fresh(name) as program:
            measured[name] = memory_after(program, *after)
    yield report.memory(measured, after)


def calls(programs: Programs, plan: Plan) -> Iterator[str]:
    """Whole answers over kept-alive connections."""
    for connections in plan.connections:
        kinds = {name: Calls(it, connections=connections) for name, it in programs.get(*EVERYBODY).items()}
        yield report.comparison(several(connections, "connection"), take_turns(kinds, plan.rounds, plan.calls))


def reconnect(programs: Programs, plan: Plan) -> Iterator[str]:
    """A new connection for each call."""
    kinds = {f"{BARE}, kept alive": Calls(programs.get(BARE)[BARE], connections=16)} | {
        name: Calls(it, connections=16, reconnect=True) for name, it in programs.get(*EVERYBODY).items()
    }
    rounds = take_turns(kinds, plan.shorter.rounds, plan.calls)
    yield report.comparison("A new connection for each call, 16 at once", rounds)


def bodies(programs: Programs, plan: Plan) -> Iterator[str]:
    """Bodies of 1 MB, in the request or in the answer."""
    for title, deployment, size in (("Requests of 1 MB", "plain", LARGE), ("Answers of 1 MB", "large", 0)):
        kinds = {name: Calls(it, deployment, connections=4, size=size) for name, it in programs.get(*EVERYBODY).items()}
        rounds = take_turns(kinds, plan.shorter.rounds, plan.calls // 5)
        yield report.comparison(f"{title}, 4 connections", rounds)


def failover(programs: Programs, plan: Plan) -> Iterator[str]:
    """A call that the first backend throttles. One connection: the upstream throttles every other call of anybody."""
    for name, it in programs.get(GATEWAY, PAGED).items():
        kinds = {"plain call": Calls(it), "429 first": Calls(it, "throttled")}
        rounds = take_turns(kinds, plan.shorter.rounds, plan.calls)
        yield report.failover(f"One failover, 1 connection, {name}", rounds)


def streams(programs: Programs, plan: Plan) -> Iterator[str]:
    """Streams of 20 events, 10 ms apart."""
    for connections in plan.connections:
        kinds = {name: Streams(it, connections=connections) for name, it in programs.get(DIRECT, *STREAMING).items()}
        rounds = take_turns(kinds, plan.shorter.rounds, plan.streams)
        yield report.streams(several(connections, "stream"), rounds, BARE_STREAMING)


def saturation(programs: Programs, plan: Plan) -> Iterator[str]:
    """More streams at once than a proxy can keep up with: 100 events each, 10 ms apart. LiteLLM would take minutes."""
    kinds = {name: Streams(it, "long", connections=plan.saturating) for name, it in programs.get(*SATURATED).items()}
    rounds = take_turns(kinds, max(1, plan.rounds // 4), plan.saturating)
    yield report.comparison(f"{several(plan.saturating, 'stream')}, 100 events each", rounds, report.SATURATION)


def ceiling(programs: Programs, plan: Plan) -> Iterator[str]:
    """What the load generator and the upstream can do without a proxy: far more than with one, or they are measured."""
    direct = programs.get(DIRECT)[DIRECT]
    rounds = take_turns({DIRECT: Calls(direct, connections=16)}, 3, plan.calls * 20)
    events = take_turns({DIRECT: Streams(direct, "long", connections=plan.saturating)}, 1, plan.saturating)
    yield (
        f"Without a proxy: {typical(rounds[DIRECT], 'calls/s'):,.0f} calls/s over 16 connections, "
        f"{typical(events[DIRECT], 'events/s'):,.0f} events/s over {plan.saturating} streams."
    )


def several(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"


PARTS: Mapping[str, Part] = {
    part.__name__: part for part in (memory, calls, reconnect, bodies, failover, streams, saturation, ceiling)
}
"""By the name that `--only` takes, in the order of the report."""
