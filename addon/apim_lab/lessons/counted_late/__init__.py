"""Lesson: a limit that counts answers lets calls through that are made at once."""

from pathlib import Path

from apim_lab.lessons.client import ChatAnswer, Pending
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.stage import Stage

AT_ONCE = 5
ANSWER = 31
"""Seconds after which an answer is there."""


def story(stage: Stage) -> None:
    """Five calls at once against a limit of two: counted as they arrive, and counted late."""
    _counted_at_once(stage)
    _counted_late(stage)
    _after_one_answer(stage)


def _counted_at_once(stage: Stage) -> None:
    stage.say("Each key may make 2 calls in 5 minutes; an answer takes 30 s. green's calls are counted as they arrive.")
    green = stage.begin(*["green"] * AT_ONCE)
    _until_under_way(stage, green, 2)
    stage.do("green: two calls are at the backend, three are refused.")
    stage.advance(ANSWER)
    stage.check("Two of five calls pass", _statuses(stage, green) == [200] * 2 + [429] * 3)


def _counted_late(stage: Stage) -> None:
    stage.say("blue's policy wants to be fair: increment-condition counts only calls that were answered with 200.")
    blue = stage.begin(*["blue"] * AT_ONCE, count="answers")
    _until_under_way(stage, blue, AT_ONCE)
    stage.do("All five are at the backend: no answer yet, so nothing was counted.")
    stage.advance(ANSWER)
    stage.check("Five of five calls pass", _statuses(stage, blue) == [200] * AT_ONCE)
    stage.say("Now the answers are counted.")
    stage.check("The next call is refused", stage.call("blue", count="answers").status == 429)


def _after_one_answer(stage: Stage) -> None:
    stage.say(
        "red's calls are counted as blue's are. It waits for one answer first, and then makes five calls at once."
    )
    one = stage.begin("red", count="answers")
    _until_under_way(stage, one, 1)
    stage.advance(ANSWER)
    stage.check("red has one answer, of the two that it may have", _statuses(stage, one) == [200])
    five = stage.begin(*["red"] * AT_ONCE, count="answers")
    _until_under_way(stage, five, AT_ONCE)
    stage.do("All five are at the backend: one answer was counted, and one is less than two.")
    stage.advance(ANSWER)
    stage.check("Five more calls pass", _statuses(stage, five) == [200] * AT_ONCE)
    stage.check("The next call is refused", stage.call("red", count="answers").status == 429)


def _until_under_way(stage: Stage, pending: list[Pending], expected: int) -> None:
    """Return once so many calls are at a backend, and the others have their answers."""

    def is_so() -> bool:
        reached = sum(bool(stage.attempts(one)) for one in pending)
        return reached == expected and sum(one.is_answered for one in pending) == len(pending) - expected

    stage.until(is_so, f"that {expected} calls are under way")


def _statuses(stage: Stage, pending: list[Pending]) -> list[int]:
    answers: list[ChatAnswer] = [one.answer() for one in pending]
    statuses = sorted(answer.status for answer in answers)
    stage.do(f"{answers[0].key} gets {', '.join(map(str, statuses))}")
    return statuses


COUNTED_LATE = Lesson(
    title="A limit that counts too late",
    watch="Watch the gauges while calls are under way: when does each of them move?",
    question="How many calls can a client get through blue's limit of 2?",
    answer="As many as it begins before two answers are counted. The limit is checked when a call arrives. But where "
    "increment-condition or increment-count is an expression, the call is counted only at the end of outbound, when "
    "its answer is there. So all calls under way pass, also those that begin after a first answer. Counting tokens has "
    "the same gap. A limit on answers guards a bill, not a backend.",
    story=story,
    folder=Path(__file__).parent,
)
