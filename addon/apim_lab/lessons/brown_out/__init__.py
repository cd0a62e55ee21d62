"""Lesson: a backend browns out for a while, on a timeline, and recovers."""

from pathlib import Path

from apim_lab.lessons.client import ChatAnswer
from apim_lab.lessons.lesson import ROUND_ROBIN_VALUES, Lesson
from apim_lab.lessons.stage import SECOND, Stage


def story(stage: Stage) -> None:
    """Before, during, after."""
    stage.say(f"The scenario: after 5 minutes {SECOND} throttles every call, for 10 minutes, and then recovers.")
    before = stage.calls("blue", 3)
    stage.check("Before: one attempt for each call", _attempts(stage, before) == [1, 1, 1])
    stage.say("Let the brown-out begin.")
    stage.advance(300)
    during = stage.calls("blue", 6)
    ways = [stage.way(answer) for answer in during]
    stage.check("During it: every client gets 200", all(answer.status == 200 for answer in during))
    stage.check(f"{SECOND} was asked, and refused", any((SECOND, 429) in way for way in ways))
    stage.check("Each of its 429s cost one attempt more", all(len(way) == 1 + ((SECOND, 429) in way) for way in ways))
    stage.say("And let it end.")
    stage.advance(600)
    after = stage.calls("blue", 3)
    stage.check("After it: one attempt for each call again", _attempts(stage, after) == [1, 1, 1])
    stage.check("No 429 was passed on while another backend had room", stage.leaked_calls() == 0)


def _attempts(stage: Stage, answers: list[ChatAnswer]) -> list[int]:
    return [len(stage.way(answer)) for answer in answers]


BROWN_OUT = Lesson(
    title="A brown-out, from beginning to end",
    watch="Watch the lane of openAiBackend2: before, during and after. The clients notice nothing; what does?",
    question="No client saw an error. How would you have found out that a backend was in trouble?",
    answer="From what clients do not see: attempts for each call, 429s for each backend, the time that calls take. "
    "Retries hide trouble, so watch the retries. The live page's lanes show it, and /metrics counts it.",
    story=story,
    folder=Path(__file__).parent,
    named_values=ROUND_ROBIN_VALUES,
)
