"""Tables of the measurements, for people: ratios first, what was measured in parentheses."""

import statistics
from collections.abc import Mapping, Sequence

from bench.rounds import Rounds, differences, ratios, typical

FORMS = {"calls/s": "{:,.0f}", "events/s": "{:,.0f}", "CPU µs/event": "{:,.0f}"}
"""How figures are written that are not in milliseconds."""

CALLS = ("calls/s", "p50 ms", "p99 ms", "CPU ms")
STREAM = ("first p50 ms", "first p99 ms", "gap p50 ms", "gap p99 ms")
SATURATION = ("events/s", "CPU µs/event")
"""The columns of a table."""


def table(title: str, heads: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    """A table with a title; the first column is left-aligned, the others right."""
    lines = [[title, *heads], *([name, *cells] for name, cells in rows.items())]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads) + 1)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]).rstrip() for line in lines
    )


def comparison(title: str, rounds: Rounds, figures: Sequence[str] = CALLS) -> str:
    """Every kind of calls as a multiple of the first kind; the last column is the range of the first figure."""
    reference = next(iter(rounds.values()))
    rows = {}
    for name, measured in rounds.items():
        spread = ratios(measured, reference, figures[0])
        cells = [
            f"{statistics.median(ratios(measured, reference, figure)):.2f} ({write(figure, typical(measured, figure))})"
            for figure in figures
        ]
        rows[name] = [*cells, "" if measured is reference else f"{min(spread):.2f} to {max(spread):.2f}"]
    return table(title, [*figures, f"{figures[0]}, all rounds"], rows)


def write(figure: str, value: float) -> str:
    return FORMS.get(figure, "{:.2f}").format(value)


def streams(title: str, rounds: Rounds, reference: str) -> str:
    """Milliseconds to the first event and between events, and how much later than the reference's the first is."""
    rows = {}
    for name, measured in rounds.items():
        later = statistics.median(differences(measured, rounds[reference], "first p50 ms"))
        rows[name] = [*(write(figure, typical(measured, figure)) for figure in STREAM), f"{later:+.2f}"]
    return table(title, [*STREAM, "first, later"], rows)


def memory(measured: Mapping[str, Sequence[float]], after: Sequence[int]) -> str:
    """Megabytes after so many calls, and the growth from the first number to the last."""
    heads = [*(f"after {calls:,} calls" for calls in after), "growth"]
    rows = {
        name: [*(f"{megabytes:.1f} MB" for megabytes in sizes), f"{sizes[-1] - sizes[0]:+.1f} MB"]
        for name, sizes in measured.items()
    }
    return table("Memory (RSS)", heads, rows)


def failover(title: str, rounds: Rounds) -> str:
    """The comparison of calls that the first backend throttles with plain ones, and the difference between them."""
    plain, throttled = rounds.values()
    extra = {figure: typical(throttled, figure) - typical(plain, figure) for figure in CALLS}
    return (
        f"{comparison(title, rounds)}\n"
        f"A failover costs {extra['p50 ms']:.2f} ms (p50) and {extra['CPU ms']:.2f} ms of CPU."
    )
