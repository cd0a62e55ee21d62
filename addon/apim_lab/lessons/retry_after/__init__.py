"""Lesson: a client that ignores Retry-After, and one that respects it."""

from pathlib import Path

from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.stage import FIRST, Stage

IMPATIENT = 5
"""Calls that red makes at once after it was told to wait."""


def story(stage: Stage) -> None:
    """red hammers; blue waits once."""
    _ignore(stage)
    _respect(stage)


def _ignore(stage: Stage) -> None:
    stage.say(
        f"{FIRST} takes one call in 60 seconds, and the gateway passes its 429s on. A 429 says in Retry-After how many "
        "seconds to wait. red does not look at it and calls again, and again."
    )
    first, told, *hammered = stage.calls("red", 2 + IMPATIENT)
    stage.check("red's first call is answered", first.status == 200)
    stage.check("Its second gets 429, and is told how long to wait", told.status == 429 and told.retry_after > 0)
    stage.check("All of that gets 429", all(answer.status == 429 for answer in hammered))
    stage.check(f"{FIRST} had to refuse {IMPATIENT} calls that came too early", stage.early_attempts() == IMPATIENT)


def _respect(stage: Stage) -> None:
    stage.say(
        "A minute later, and the backends' journal of calls is empty again. blue's second call is told to wait as "
        "well, and blue waits."
    )
    stage.advance(60)
    stage.fleet.clear_journal()
    first, told = stage.calls("blue", 2)
    stage.check("blue's first call is answered, its second gets 429", (first.status, told.status) == (200, 429))
    stage.advance(told.retry_after)
    stage.check("Its third call is answered", stage.call("blue").status == 200)
    stage.check("No call came too early", stage.early_attempts() == 0)


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
