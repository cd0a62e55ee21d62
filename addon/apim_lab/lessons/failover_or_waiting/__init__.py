"""Lesson: on a 429, go to another backend at once, or wait in the gateway for the same one."""

from pathlib import Path

from apim_lab.lessons.client import ChatAnswer
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.stage import FIRST, SECOND, Stage

INTERVAL = 60
"""Seconds that the policy waits before it asks again."""


def story(stage: Stage) -> None:
    """The same 429, twice: green fails over, blue waits."""
    stage.say(f"{FIRST} takes one call in 60 seconds, {SECOND} takes any. The first call is no problem.")
    stage.check(f"{FIRST} answers", stage.way(stage.call("green")) == [(FIRST, 200)])
    stage.say("The next one is throttled. first-fast-retry lets it go elsewhere at once.")
    answer = stage.call("green")
    stage.check(f"{SECOND} answers green", stage.way(answer) == [(FIRST, 429), (SECOND, 200)])
    stage.check("green did not wait a minute", not _waits_a_minute(stage, answer))
    stage.say(
        f"A minute later. green takes {FIRST}'s one call again. blue gets the same 429 as green did before, but asks "
        "the policy to wait for the same backend."
    )
    stage.advance(60)
    stage.check(f"{FIRST} answers green", stage.way(stage.call("green")) == [(FIRST, 200)])
    _wait(stage)


def _wait(stage: Stage) -> None:
    (pending,) = stage.begin("blue", on_429="wait")
    stage.until_waiting(attempts=1)
    stage.do(f"blue: {FIRST} 429, and now it waits in the gateway, its connection open.")
    stage.check("blue has nothing yet, not even a status", not pending.is_answered)
    stage.advance(INTERVAL)
    answer = pending.answer()
    stage.do(f"blue: {stage.describe(answer)}")
    stage.check(f"{FIRST} answers in the end", stage.way(answer) == [(FIRST, 429), (FIRST, 200)])
    stage.check("blue waited a minute", _waits_a_minute(stage, answer))


def _waits_a_minute(stage: Stage, answer: ChatAnswer) -> bool:
    """Whether a minute passed between the attempts of a call."""
    moments = [attempt["at"] for attempt in stage.attempts(answer)]
    return bool(max(moments) - min(moments) >= INTERVAL)


FAILOVER_OR_WAITING = Lesson(
    title="Fail over at once, or wait",
    watch="Watch two calls with the same 429: one changes its lane at once, the other stands still.",
    question="The gateway could wait for everybody, and clients would see no 429. What is wrong with that?",
    answer="The client cannot tell a waiting gateway from a dead one: many give up and call again, and then two calls "
    "are under way. Waiting also leaves room elsewhere unused. Fail over where there is another backend; where there "
    "is none, rather tell the client Retry-After than keep it waiting.",
    story=story,
    folder=Path(__file__).parent,
)
