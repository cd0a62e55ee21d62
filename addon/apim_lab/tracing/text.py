"""A trace as a person reads it in a terminal."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap
from typing import Any

import click

from apim_lab.printable import printable
from apim_lab.tracing.attempts import Json

GUTTER = 17
"""Columns before a statement: its line, and the time that it took."""

NARROW = 12
"""Columns within which values are aligned."""

RESTATING = frozenset({"set-variable", "cache-store-value"})
"""Statements whose notes say what their attributes say."""

type Read = dict[str, Any]
"""A trace, or a part of it, that is only read."""


class Text:
    """A trace in lines of at most `width` columns. Nothing in them steers the terminal, whatever a client has sent."""

    def __init__(self, trace: Json, width: int) -> None:
        self.trace: Read = trace
        self.width = width

    def lines(self) -> Iterator[str]:
        """The request, the sections with their statements, the attempts, the answer."""
        yield from self.request()
        entries: list[Read] = self.trace["entries"]
        for section, inside in groupby(entries, lambda entry: str(entry["section"])):
            yield from heading(section)
            for entry in inside:
                yield from self.entry(entry)
        if self.trace["is_cut"]:
            yield click.style("… and more statements, which are not kept", fg="yellow")
        if self.trace["attempts"]:
            yield from heading("attempts")
            yield from self.attempts()
        yield from heading("answer")
        yield from self.answer()

    # ---- request and answer ----------------------------------------------------------------------------------

    def request(self) -> Iterator[str]:
        request = self.trace["request"]
        yield click.style(self.cut(printable(f"{request['method']} {request['url']}")), bold=True)
        yield from self.headers(request["headers"])

    def answer(self) -> Iterator[str]:
        answer, error = self.trace["response"], self.trace["error"]
        status = click.style(f"{answer['status']} {printable(answer['reason'])}", fg=colour_of(answer["status"]))
        yield f"  {status} after {duration(self.trace['duration'])}"
        yield from self.headers(answer["headers"])
        if error:
            reason = error["reason"] or "Error"
            yield click.style(self.cut(f"  {reason}: {printable(error['message'])}"), fg="red")

    def headers(self, fields: list[tuple[str, str]]) -> Iterator[str]:
        width = max((len(name) for name, _ in fields), default=0)
        for name, value in fields:
            yield self.cut(f"  {printable(name):{width}}  {printable(value)}")

    # ---- statements ------------------------------------------------------------------------------------------

    def entry(self, entry: Read) -> Iterator[str]:
        indent = "  " * entry["depth"]
        line, took = entry["line"] or "", duration(entry["took"])
        name = click.style(entry["name"], fg="red" if entry["has_failed"] else "cyan")
        written = [it for it in entry["values"] if not it["expression"] and is_short(it, entry)]
        head = f"{line:>5} {took:>9}  {indent}"
        room = self.width - len(head) - len(entry["name"]) - 2
        attributes = " ".join(f"{it['name']}={printable(it['value'])}" for it in written)
        yield f"{click.style(head, dim=True)}{name}  {shortened(attributes, room)}".rstrip()
        margin = f"{'':{GUTTER}}{indent}  "
        yield from self.values([it for it in entry["values"] if it not in written], entry, margin)
        for note in () if entry["name"] in RESTATING else entry["notes"]:
            yield self.cut(f"{margin}→ {printable(note)}")
        if entry["has_failed"]:
            kind = f"{entry['exception']}: " if entry["exception"] else ""
            yield click.style(self.cut(f"{margin}✗ {kind}{printable(entry['error'])}"), fg="red")

    def values(self, values: list[Read], entry: Read, margin: str) -> Iterator[str]:
        labels = [label(it, entry) for it in values]
        width = max(map(len, labels), default=0)
        of_values = min(max((len(it["value"]) for it in values), default=0), NARROW)
        for name, it in zip(labels, values, strict=True):
            text = self.cut(f"{margin}{name:{width}}  {printable(it['value']):{of_values}}")
            source = shortened(printable(" ".join(it["expression"].split())), self.width - len(text) - 2)
            yield f"{text}  {click.style(source, dim=True)}" if source else text

    # ---- attempts --------------------------------------------------------------------------------------------

    def attempts(self) -> Iterator[str]:
        attempts: list[Read] = self.trace["attempts"]
        width = max(len(it["backend"]) for it in attempts)
        for it in attempts:
            outcome = click.style(f"{it['outcome']:>3}", fg=colour_of(it["outcome"]))
            waited = f"  after a wait of {duration(it['waited'])}" if it["waited"] else ""
            told = f"  Retry-After {it['retry_after']:g} s" if it["retry_after"] is not None else ""
            yield f"{'':6}{duration(it['at']):>9}  {printable(it['backend']):{width}}  {outcome}{told}{waited}"
            for line in wrap(
                printable(it["why"]), self.width - GUTTER - 4, subsequent_indent="    ", break_on_hyphens=False
            ):
                yield click.style(f"{'':{GUTTER}}{line}", dim=True)

    def cut(self, text: str) -> str:
        return shortened(text, self.width)


def heading(text: str) -> Iterator[str]:
    """An empty line, and a heading."""
    yield ""
    yield click.style(text, bold=True)


def is_short(value: Read, entry: Read) -> bool:
    """Whether an attribute stands beside its statement's name: it is the statement's own, and no text between tags."""
    return bool(value["path"] == entry["path"]) and value["name"] != "text"


def label(value: Read, entry: Read) -> str:
    """What an attribute is called below its statement: `counter-key`, `when[2] condition`, `value[1]`."""
    if value["path"] == entry["path"]:
        return str(value["name"])
    part = value["path"].removeprefix(f"{entry['path']}/")
    return part if value["name"] in {"text", "condition"} else f"{part} {value['name']}"


def duration(seconds: float) -> str:
    """A duration for people: `0.04 ms`, `10.0 s`."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.2f} ms"


def colour_of(status: object) -> str:
    """Green for what went well, yellow for what the caller can help, red for what not."""
    return {"2": "green", "3": "green", "4": "yellow"}.get(str(status)[:1], "red")


def shortened(text: str, width: int) -> str:
    """The text, cut to a width; "" where there is no room to speak of."""
    if len(text) <= width:
        return text
    return f"{text[: width - 1]}…" if width >= 8 else ""
