"""Lesson: round robin by a counter, why the counter races, and who pays for a retry."""

from collections.abc import Iterable
from pathlib import Path

from apim_lab.lessons.client import ChatAnswer
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.stage import FIRST, SECOND, THIRD, Stage


def story(stage: Stage) -> None:
    """Six calls in turn, three at once, six while one backend throttles."""
    _in_turn(stage)
    _at_once(stage)
    _with_retries(stage)


def _in_turn(stage: Stage) -> None:
    stage.say("One call after the other. Each looks up the counter, goes where it says, and stores the next one.")
    six = stage.calls("blue", 6)
    stage.check("They take the backends in turn", _first_attempts(stage, six) == [FIRST, SECOND, THIRD] * 2)


def _at_once(stage: Stage) -> None:
    stage.say("Now three calls at once. Between lookup and store they hesitate, so that one can see the gap.")
    pending = stage.begin("blue", "green", "red", hesitate="30")
    stage.until_waiting(3, attempts=0)
    stage.do("blue, green and red have looked up the counter; none of them has stored the next one.")
    stage.advance(30)
    three = [one.answer() for one in pending]
    stage.do(f"All three: {', '.join(stage.describe(answer) for answer in three)}")
    stage.check("All three read 0 and went to the same backend", _first_attempts(stage, three) == [FIRST] * 3)
    next_ones = [answer.headers.get("next-backend-counter") for answer in three]
    stage.check("Three calls have moved the counter by one", next_ones == ["1"] * 3)


def _with_retries(stage: Stage) -> None:
    stage.say("Then one backend throttles every call. Each retry takes the next counter value.")
    stage.calls("blue", 2)
    stage.change(f"{FIRST} throttles from now on.", FIRST, faults=[{"fault": "throttle", "retry_after": 30}])
    six = stage.calls("blue", 6)
    stage.check("Every client got its answer", all(answer.status == 200 for answer in six))
    stage.check(f"{FIRST} got one half of the first attempts", _first_attempts(stage, six) == [FIRST, THIRD] * 3)


def _first_attempts(stage: Stage, answers: Iterable[ChatAnswer]) -> list[str]:
    return [stage.way(answer)[0][0] for answer in answers]


ROUND_ROBIN = Lesson(
    title="Round robin, and a counter that races",
    watch="Watch the counter, and which lane each call takes first.",
    question=f"{FIRST} throttled every call, and was still asked first for every second one. Why not for every third?",
    answer=f"Its 429 sends the call to {SECOND}, and that retry uses up the counter value which the next call would "
    f"have had. So the next call begins at {THIRD}, and the one after it at {FIRST} again. And the race: lookup and "
    "store are two statements, so calls that run at once may read the same value.",
    story=story,
    folder=Path(__file__).parent,
)
