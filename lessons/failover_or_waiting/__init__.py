"""Lesson: on a 429, go to another backend at once, or wait in the gateway for the same one."""

from pathlib import Path

from lessons.lesson import Lesson
from lessons.stage import FIRST, SECOND, Stage


def story(stage: Stage) -> None:
    """The same 429, twice: green fails over, blue waits."""
    stage.say(f"{FIRST} takes one call in 60 seconds, {SECOND} takes any. The first call is no problem.")
    stage.check(f"{FIRST} answers", stage.way(stage.call("green")) == [(FIRST, 200)])
    stage.say("The next one is throttled. first-fast-retry lets it go elsewhere at once.")
    stage.check("green has its answer, at once", stage.way(stage.call("green")) == [(FIRST, 429), (SECOND, 200)])
    stage.say("blue's call gets the same 429, but its policy waits for the same backend.")
    _wait(stage)


def _wait(stage: Stage) -> None:
    (pending,) = stage.begin("blue", on_429="wait")
    stage.until_waiting(attempts=1)
    stage.do(f"blue: {FIRST} 429, and now it waits in the gateway, its connection open.")
    stage.check("blue has nothing yet, not even a status", not pending.is_answered)
    stage.advance(60)
    answer = pending.answer()
    stage.do(f"blue: {stage.told(answer)}")
    stage.check(f"{FIRST} answers in the end", stage.way(answer) == [(FIRST, 429), (FIRST, 200)])
    refused, served = stage.attempts(answer)
    stage.check("It took blue a minute", served["at"] - refused["at"] >= 60)


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
