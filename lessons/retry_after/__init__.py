"""Lesson: a client that ignores Retry-After, and one that respects it."""

from pathlib import Path

from lessons.lesson import Lesson
from lessons.stage import FIRST, Stage

IMPATIENT = 5
"""Calls that red makes at once after it was told to wait."""


def story(stage: Stage) -> None:
    """red hammers; blue waits once."""
    stage.say(f"{FIRST} takes one call in 60 seconds, and the gateway passes its 429s on.")
    stage.check("red's first call is answered", stage.call("red").status == 200)
    _ignore(stage)
    _respect(stage)


def _ignore(stage: Stage) -> None:
    told = stage.call("red")
    stage.check("Its second gets 429, and is told how long to wait", told.status == 429 and told.retry_after > 0)
    stage.say("red does not look at Retry-After and calls again, and again.")
    hammered = stage.calls("red", IMPATIENT)
    stage.check("All of that gets 429", all(answer.status == 429 for answer in hammered))
    stage.check(f"{FIRST} had to refuse {IMPATIENT} calls that came too early", stage.early() == IMPATIENT)


def _respect(stage: Stage) -> None:
    stage.say("The journal is cleared. blue is told to wait as well, and does.")
    stage.fleet.clear_journal()
    told = stage.call("blue")
    stage.check("blue gets 429", told.status == 429)
    stage.advance(told.retry_after)
    stage.check("Its second call is answered", stage.call("blue").status == 200)
    stage.check("No call came too early", stage.early() == 0)


RETRY_AFTER = Lesson(
    title="Retry-After, ignored and respected",
    watch="Watch the lane of openAiBackend1: how many 429s until an answer?",
    question="red got its answer no sooner for all its calls. Who else pays for them?",
    answer="Everybody who shares the gateway and the backend: refused calls take time there, too. And some services "
    "count refused calls against the limit; there red would stay locked out as long as it goes on. The official "
    "clients respect Retry-After by themselves; what is written by hand often does not.",
    story=story,
    folder=Path(__file__).parent,
)
