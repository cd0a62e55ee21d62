"""`apim-lab lesson`: lists the lessons; `apim-lab lesson 3` plays the third.

`perform` is what the live page's server runs: the story itself, its steps as lines of JSON.
"""

import json
import os
import signal
import sys
import time

import click

from apim_lab.lessons.catalogue import LESSONS
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.page import LAB, PageClient, PageError
from apim_lab.lessons.performance import PACE_VARIABLE, SLOWEST_PACE, pace_of, pause_after, perform
from apim_lab.lessons.stage import Stage, Step
from mockbackends.client import ControlClient


class _LessonCommands(click.Group):
    """A group in which `3` means `play 3`, and no argument means `list`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Add the command that a number, or nothing, means."""
        if not args:
            args = ["list"]
        elif args[0].isdecimal():
            args = ["play", *args]
        return super().parse_args(ctx, args)


@click.group("lesson", cls=_LessonCommands)
def command() -> None:
    """Lessons on throttling, routing and retries, on the live page and in the terminal.

    \b
    apim-lab lesson       lists the lessons
    apim-lab lesson 3     plays the third, in the lab that runs, or in one of its own
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for the live page's server.")
def list_command(as_json: bool) -> None:
    """List the lessons."""
    if as_json:
        click.echo(json.dumps([lesson.as_dict(number) for number, lesson in LESSONS.items()]))
        return
    for number, lesson in LESSONS.items():
        click.echo(f"{number:3}  {lesson.title}")
    is_made = "MAKELEVEL" in os.environ  # make's, whose users have no apim-lab on their path
    click.echo(f"\n{'make lesson N=1' if is_made else 'apim-lab lesson 1'} plays the first.")


@command.command("perform")
@click.argument("number", type=int)
@click.option("--gateway", required=True, metavar="URL")
@click.option("--page", required=True, metavar="URL")
@click.option("--fleet", required=True, metavar="URL", help="Where the control of the fleet listens.")
@click.option(
    "--pace",
    default="1",
    envvar=PACE_VARIABLE,
    show_envvar=True,
    show_default=True,
    help=f"From 0 (no pauses) to {SLOWEST_PACE:g} (very slow).",
)
def perform_command(number: int, gateway: str, page: str, fleet: str, pace: str) -> None:
    """Play the story of a lesson, its steps as lines of JSON. The gateway must have its policy already."""

    def tell(step: Step) -> None:
        click.echo(json.dumps(step))
        time.sleep(slowness * pause_after(step))

    lesson = _lesson(number)
    try:
        slowness = pace_of(pace)
    except ValueError as error:
        click.echo(json.dumps({"kind": "check", "text": str(error), "ok": False}))
        raise SystemExit(1) from error
    try:
        passed = perform(lesson, Stage(gateway, PageClient(page), ControlClient(fleet), tell))
    except BrokenPipeError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python writes what is left when it ends
        raise click.ClickException(f"nobody reads lesson {number} any more: it ends here") from error
    if not passed:
        raise SystemExit(1)


@command.command("play")
@click.argument("number", type=int)
@click.option("--fast", is_flag=True, help="Without pauses; a lab that runs already keeps its own pace.")
@click.option("--page", default=LAB, show_default=True, metavar="URL", help="The live page of the lab that runs.")
def play_command(number: int, fast: bool, page: str) -> None:
    """Play a lesson in the terminal and on the live page."""
    from apim_lab.lessons.terminal import play  # noqa: PLC0415 - of no use to the other commands

    _lesson(number)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda received, _: sys.exit(128 + received))
    if fast:
        os.environ[PACE_VARIABLE] = "0"  # a lab of our own hands it on
    try:
        pace_of(os.environ.get(PACE_VARIABLE) or "1")
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    try:
        passed = play(number, page)
    except PageError as error:
        raise click.ClickException(str(error)) from error
    if not passed:
        raise SystemExit(1)


def _lesson(number: int) -> Lesson:
    if number not in LESSONS:
        raise click.ClickException(f"there is no lesson {number}: there are 1 to {len(LESSONS)}")
    return LESSONS[number]
