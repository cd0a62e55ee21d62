"""Tables of the measurements, for people: ratios first, what was measured in parentheses."""

import statistics
from collections.abc import Mapping, Sequence

from bench.rounds import Rounds, ratios, typical

FIGURES = {"calls/s": "{:,.0f}", "p50 ms": "{:.2f}", "p99 ms": "{:.2f}", "CPU s/1000": "{:.2f}"}
"""The figures of a round, and how each is written."""


def table(title: str, heads: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    """A table with a title; the first column is left-aligned, the others right."""
    lines = [[title, *heads], *([name, *cells] for name, cells in rows.items())]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads) + 1)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]).rstrip() for line in lines
    )


def comparison(title: str, rounds: Rounds) -> str:
    """Every kind of calls as a multiple of the first kind; the last column is the range over the rounds."""
    reference = next(iter(rounds.values()))
    rows = {}
    for name, measured in rounds.items():
        spread = ratios(measured, reference, "calls/s")
        cells = [
            f"{statistics.median(ratios(measured, reference, figure)):.2f} ({form.format(typical(measured, figure))})"
            for figure, form in FIGURES.items()
        ]
        rows[name] = [*cells, "" if measured is reference else f"{min(spread):.2f} to {max(spread):.2f}"]
    return table(title, [*FIGURES, "calls/s, all rounds"], rows)


def memory(measured: Mapping[str, tuple[float, float]], after: tuple[int, int]) -> str:
    heads = [*(f"after {calls:,} calls" for calls in after), "growth"]
    rows = {
        name: [f"{early:.1f} MB", f"{late:.1f} MB", f"{late - early:+.1f} MB"]
        for name, (early, late) in measured.items()
    }
    return table("Memory (RSS)", heads, rows)


def first_event(measured: Mapping[str, Sequence[float]], reference: str) -> str:
    """The medians in milliseconds, and how much later than the reference's each is."""
    medians = {name: statistics.median(seconds) * 1000 for name, seconds in measured.items()}
    rows = {name: [f"{median:.2f} ms", f"{median - medians[reference]:+.2f} ms"] for name, median in medians.items()}
    return table("First event of a stream", ["median", f"beside {reference}"], rows)


def failover(rounds: Rounds) -> str:
    """The comparison of calls that the first backend throttles with plain ones, and the difference between them."""
    plain, throttled = rounds.values()
    extra = {figure: typical(throttled, figure) - typical(plain, figure) for figure in FIGURES}
    return (
        f"{comparison('One failover, 1 connection', rounds)}\n"
        f"A failover costs {extra['p50 ms']:.2f} ms (p50) and {extra['CPU s/1000']:.2f} ms of CPU."
    )
