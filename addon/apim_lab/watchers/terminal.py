"""Writes a line for each call on the terminal, and a summary at the end."""

import math
import os
import statistics
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import pairwise

import click

from apim_lab.printable import printable
from apim_lab.tracing.call import Call, Outcome
from apim_lab.watchers.measurements import Bounded
from apim_lab.watchers.stdout import say
from apim_lab.watchers.way import ending, journey, way

LONGEST_PATH = 120
"""Characters of method and path if stdout is no terminal."""

SHORTEST_PATH = 22
"""Characters of method and path that even a narrow terminal shows."""

WIDEST_WAY = 52
"""Characters to which ways are padded at most; a longer one pushes the path behind it aside."""

LONGEST_WAY = 10_000
"""Characters of one way: enough for a retry with many attempts."""

KEPT_LATENCIES = 10_000
"""Calls, the last ones, of which the summary has the median and the percentile."""

_OUTCOMES: tuple[Outcome, ...] = ("answered", "refused", "failed", "gone")
_ENDINGS: dict[Outcome, str | None] = {"refused": "yellow", "failed": "red", "gone": "magenta"}
_STATUSES = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}


class Terminal:
    """Prints a line per call. `color` None: in colours if stdout is a terminal.

    200  #3f9a1c   10.0 s     31.4 ms   10.1 s   openAiBackend1 429 → openAiBackend2 200 after 10 s  POST /openai/…
    """

    def __init__(self, *, color: bool | None = None) -> None:
        self._color = color
        self._way_width = 0
        self._is_first = True
        self._totals = Totals()

    def ended(self, call: Call) -> None:
        """Print the call."""
        self._totals.add(call)
        columns = terminal_width()
        if self._is_first and columns:
            say(click.style(HEADING, dim=True), color=self._color)
        self._is_first = False
        say(self._line(call, columns), color=self._color)

    def summary(self) -> list[str]:
        """The lines of the summary; none if there was no call."""
        return list(self._totals.lines())

    def close(self) -> None:
        """Print the summary."""
        if lines := self.summary():
            say("\n" + "\n".join(lines))

    def _line(self, call: Call, columns: int) -> str:
        taken = printable(way(call), LONGEST_WAY)
        self._way_width = min(max(self._way_width, len(taken)), WIDEST_WAY)
        room = columns - len(HEADING) - max(len(taken), self._way_width) - 2 if columns else LONGEST_PATH
        return "".join(
            (
                status(call),
                click.style(f"  {'#' + call.key if call.key else '':7}  ", dim=True),
                click.style(duration(call.waited or None), fg="yellow"),
                click.style(f"  {duration(call.first_byte)}  ", dim=True),
                f"{duration(call.total)}  ",
                styled_way(call),
                " " * (self._way_width - len(taken)),
                click.style(f"  {target(call, max(room, SHORTEST_PATH))}", dim=True),
            )
        )


HEADING = f"{'':3}  {'':7}  {'wait':>8}  {'1st byte':>8}  {'total':>8}  "


def terminal_width() -> int:
    """Columns of the terminal; 0 if stdout is none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (AttributeError, OSError, ValueError):  # no stdout, no terminal, closed
        return 0


def status(call: Call) -> str:
    """The status, coloured by its class; "---" if the call was not answered."""
    code = call.status or 0
    return click.style(f"{code or '---':>3}", fg=_STATUSES.get(code // 100, "magenta"), bold=True)


def styled_way(call: Call) -> str:
    """The journey, and in colour the ending."""
    went, ended = printable(journey(call), LONGEST_WAY), printable(ending(call), LONGEST_WAY)
    parts = went, ended and click.style(ended, fg=_ENDINGS.get(call.outcome))
    return " · ".join(filter(None, parts))


def duration(seconds: float | None) -> str:
    """Eight characters, with the decimal points of "31.4 ms" and "10.1 s" below each other."""
    if seconds is None:
        return " " * 8
    if seconds < 0.99995:
        return f"{seconds * 1000:5.1f} ms"
    return f"{seconds:5.1f} s "


def target(call: Call, room: int) -> str:
    """Method and path; of a long path only the end, which says more."""
    method, path = printable(call.method, 10), printable(call.path[-LONGEST_PATH:], LONGEST_PATH * 6)
    is_cut = len(call.path) > LONGEST_PATH or len(method) + 1 + len(path) > room
    return f"{method} …{path[len(method) + 2 - room :]}" if is_cut else f"{method} {path}"


class Totals:
    """The figures of the summary, in memory that does not grow with the calls."""

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._rejections: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._attempts: Counter[tuple[str, str]] = Counter()
        self._failovers = 0
        self._waited = 0.0
        self._latencies: deque[float] = deque(maxlen=KEPT_LATENCIES)
        self._backend, self._status = Bounded(), Bounded()

    def add(self, call: Call) -> None:
        """Count the call."""
        attempts = call.context.attempts
        self._outcomes[call.outcome] += 1
        if call.outcome == "refused":
            self._rejections[": ".join(filter(None, (call.by, call.refused)))] += 1
        if call.outcome == "failed":
            self._failures[call.by or "the gateway"] += 1
        self._attempts.update((self._backend(it.backend), self._status(it.outcome or "gone")) for it in attempts)
        self._failovers += sum(before.backend != after.backend for before, after in pairwise(attempts))
        self._waited += call.waited
        if (latency := call.own_latency) is not None:
            self._latencies.append(latency)

    def lines(self) -> Iterator[str]:
        """The summary."""
        if not self._outcomes:
            return
        number = self._outcomes.total()
        outcomes = ", ".join(f"{self._outcomes[it]} {it}" for it in _OUTCOMES if self._outcomes[it])
        yield f"{number} {'call' if number == 1 else 'calls'}: {outcomes}"
        yield from table("refused by", self._rejections.most_common())
        yield from table("failed in", self._failures.most_common())
        yield from self._backends()
        if self._failovers or self._waited:
            yield f"{'failovers':<12}{self._failovers}, waits {self._waited:.1f} s"
        if self._latencies:
            median, percentile = statistics.median(self._latencies), nearest_rank(self._latencies, 0.95)
            yield f"{'gateway':<12}median {duration(median).strip()}, 95th percentile {duration(percentile).strip()}"

    def _backends(self) -> Iterator[str]:
        backends = sorted({backend for backend, _ in self._attempts})
        rows = [(backend, ", ".join(self._statuses(backend))) for backend in backends]
        yield from table("sent to", rows)

    def _statuses(self, backend: str) -> Iterator[str]:
        for (name, code), number in sorted(self._attempts.items()):
            if name == backend:
                yield f"{code}: {number}"


def table(title: str, rows: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Two columns, the title before the first row."""
    rows = list(rows)
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        yield f"{title:<12}{name:<{width}}  {value}"
        title = ""


def nearest_rank(values: Iterable[float], share: float) -> float:
    """The smallest value that a share of all values, like 0.95, does not exceed."""
    ranked = sorted(values)
    return ranked[math.ceil(share * len(ranked)) - 1]
