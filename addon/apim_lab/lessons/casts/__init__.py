"""Lesson: a cast in a retry condition that answers 500 instead of failing over."""

from pathlib import Path

from apim_lab.lessons.client import ChatAnswer
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.stage import FIRST, SECOND, Stage

THROTTLES = [{"fault": "throttle", "retry_after": 30}]
STALLS = [{"fault": "stall"}]
MESSAGE = "Specified cast is not valid."


def story(stage: Stage) -> None:
    """Three versions of one condition, each with a 429 and with a timeout."""
    _first_version(stage)
    _second_version(stage)
    _third_version(stage)


def _first_version(stage: Stage) -> None:
    stage.say('The retry condition casts: ((Int32)context.Variables["backends-left"]) > 0. It is tried with a 429.')
    stage.change(f"{FIRST} throttles.", FIRST, faults=THROTTLES)
    stage.check("It fails over; it goes live", _fails_over(stage, stage.call("blue", cast="Int32"), 429))
    stage.say("One day a backend does not throttle, but does not answer at all. After 3 s forward-request gives up.")
    stage.change(f"{FIRST} does not answer.", FIRST, faults=STALLS)
    failed = stage.call("blue", cast="Int32")
    stage.check("The client gets 500, and nobody else was asked", _fails(stage, failed, 0))
    stage.check(f"The trace says: {MESSAGE}", any(MESSAGE in error for error in stage.errors(failed)))


def _second_version(stage: Stage) -> None:
    stage.say("The repair parses the text instead: int.Parse((string)context.Variables[...]).")
    stage.check("The timeout fails over", _fails_over(stage, stage.call("green", cast="Parse"), 0))
    stage.change(f"{FIRST} throttles again.", FIRST, faults=THROTTLES)
    stage.check("And now the 429 gets 500", _fails(stage, stage.call("green", cast="Parse"), 429))


def _third_version(stage: Stage) -> None:
    stage.say("The second repair takes whatever it is: Convert.ToInt32(context.Variables[...]).")
    stage.check("The 429 fails over", _fails_over(stage, stage.call("red", cast="Convert"), 429))
    stage.change(f"{FIRST} does not answer again.", FIRST, faults=STALLS)
    stage.check("The timeout, too", _fails_over(stage, stage.call("red", cast="Convert"), 0))


def _fails_over(stage: Stage, answer: ChatAnswer, status: int) -> bool:
    return answer.status == 200 and stage.way(answer) == [(FIRST, status), (SECOND, 200)]


def _fails(stage: Stage, answer: ChatAnswer, status: int) -> bool:
    return answer.status == 500 and stage.way(answer) == [(FIRST, status)]


CASTS = Lesson(
    title="The cast that answers 500",
    watch="Watch the traces: where does the run stop, and what is in the variable then?",
    question='The variable is set from value="1", and later from an expression. Why does each of the first two '
    "versions work only half of the time?",
    answer="A value that is written out is a string; the value of an expression keeps its type, here int. The "
    "statement that stores the int comes after forward-request and is skipped when that gives up. So after a timeout "
    "the variable is still a string, which (Int32) refuses, and after a 429 it is an int, which (string) refuses. "
    "This happened, in this order, to a policy that was published and widely used.",
    story=story,
    folder=Path(__file__).parent,
)
