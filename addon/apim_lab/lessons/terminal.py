"""A lesson in the terminal: begins it on the live page, and prints its steps as they come there."""

import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any

import click

from apim_lab.lessons.catalogue import LESSONS
from apim_lab.lessons.own_lab import own_lab
from apim_lab.lessons.page import LAB, Json, PageClient, PageError

TEXT_WIDTH = 96
START_TIMEOUT = 20.0
"""Seconds until a lab that has just started knows its lessons."""

NOT_FOUND = 404
_COLOR = False if os.environ.get("NO_COLOR") else None  # None: on a terminal only


def play(number: int, url: str) -> bool:
    """Play a lesson on the page at `url`; returns whether every check held. Without the lab's page, start a lab."""
    with _page(url) as page, _performance(page, number) as id_:
        _introduce(number, page.url)
        return _follow(page, id_)


@contextmanager
def _page(url: str) -> Iterator[PageClient]:
    page = PageClient(url)
    try:
        page.state()
    except PageError as error:
        if error.status or page.url != LAB:
            raise
    else:
        yield page
        return
    _echo("Starting the lab ...", dim=True)
    with own_lab() as own:
        yield PageClient(own)


@contextmanager
def _performance(page: PageClient, number: int) -> Iterator[str]:
    """Begin the lesson, yield its id, and leave it at the end; a lesson that was begun meanwhile goes on."""
    id_ = _begin(page, number)
    try:
        yield id_
    except BaseException:
        with suppress(PageError):  # the exception that ended the lesson says more
            page.leave(id_)
        raise
    page.leave(id_)


def _begin(page: PageClient, number: int) -> str:
    """Begin the lesson; returns its id. A lab that has just started may not know it yet."""
    give_up = time.monotonic() + START_TIMEOUT
    while True:
        try:
            return page.begin(number)
        except PageError as error:
            if error.status != NOT_FOUND or time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def _follow(page: PageClient, id_: str) -> bool:
    """Print the steps until the lesson has ended; returns whether it passed."""
    told = 0
    for lesson in _states(page, id_):
        for step in lesson["steps"][told:]:
            _STEPS[step["kind"]](step)
        told = len(lesson["steps"])
        if lesson["state"] != "running":
            return _conclude(lesson)
    _echo("\nThe lesson was left.")
    return False


def _states(page: PageClient, id_: str) -> Iterator[Json]:
    """The lesson, whenever it has changed, until it is left; raise PageError if the page ends."""
    with closing(page.events()) as events:
        for event in events:
            if "lesson" not in event:
                continue
            lesson = event["lesson"]
            if lesson is None or lesson["id"] != id_:
                return
            yield lesson
    raise PageError(0, f"the live page at {page.url} has ended, and the lesson with it")


def _introduce(number: int, url: str) -> None:
    lesson = LESSONS[number]
    _echo(f"\nLesson {number}: {lesson.title}", bold=True)
    _echo(_wrap(lesson.watch))
    _echo(f"The live page: {url}", dim=True)


def _conclude(lesson: Json) -> bool:
    checks = [step for step in lesson["steps"] if step["kind"] == "check"]
    passed: bool = lesson["state"] == "passed"
    held = sum(bool(step["ok"]) for step in checks)
    _echo(f"\n{held} of {len(checks)} checks held.", fg="green" if passed else "red")
    if lesson["state"] == "stopped":
        return False
    _echo(_wrap(f"\nQuestion: {lesson['question']}"), bold=True)
    if sys.stdin.isatty():
        click.prompt("Enter shows the answer", default="", show_default=False, prompt_suffix=" ")
    _echo(_wrap(f"Answer: {lesson['answer']}"))
    return passed


def _say(step: Mapping[str, Any]) -> None:
    _echo("\n" + _wrap(step["text"]))


def _do(step: Mapping[str, Any]) -> None:
    _echo(_wrap(f"  {step['text']}", "    "), fg="cyan")


def _check(step: Mapping[str, Any]) -> None:
    mark, colour = ("ok    ", "green") if step["ok"] else ("FAILED", "red")
    _echo(_wrap(f"  {mark}  {step['text']}", " " * 10), fg=colour)


_STEPS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {"say": _say, "do": _do, "check": _check}


def _wrap(text: str, indent: str = "") -> str:
    lines = textwrap.wrap(text, TEXT_WIDTH, subsequent_indent=indent, drop_whitespace=True, replace_whitespace=False)
    return "\n".join(lines)


def _echo(text: str, **style: Any) -> None:
    click.secho(text, color=_COLOR, **style)
