"""Lesson: what retries do when every backend throttles."""

from itertools import pairwise
from pathlib import Path

from apim_lab.lessons.client import Pending
from apim_lab.lessons.lesson import ROUND_ROBIN_VALUES, Lesson
from apim_lab.lessons.stage import FIRST, SECOND, THIRD, Stage

RETRY = 30
"""Seconds between the later attempts of one call."""


def story(stage: Stage) -> None:
    """One call, four attempts, a minute, one 429."""
    stage.say("All three backends throttle. The policy tries again at once, then after 30 s, and again after 30 s.")
    (pending,) = stage.begin("blue")
    _watch(stage, pending)
    answer = pending.answer()
    stage.do(f"blue: {stage.describe(answer)}")
    stage.check("Four attempts", stage.way(answer) == [(name, 429) for name in (FIRST, SECOND, THIRD, FIRST)])
    moments = [attempt["at"] for attempt in stage.attempts(answer)]
    has_waited = [later - earlier >= RETRY for earlier, later in pairwise(moments)]
    stage.check(f"The second came at once, each later one after {RETRY} s", has_waited == [False, True, True])
    stage.check("The client gets the last backend's 429", answer.status == 429 and answer.backend == FIRST)
    stage.check("Outbound ran on it: it has Next-Backend-Counter", "next-backend-counter" in answer.headers)
    stage.say("Five minutes later the backends have room again.")
    stage.advance(300)
    answer = stage.call("blue")
    stage.check("One attempt is enough", answer.status == 200 and len(stage.way(answer)) == 1)


def _watch(stage: Stage, pending: Pending) -> None:
    for attempts in (2, 3):
        stage.until_waiting(attempts=attempts)
        stage.do(f"{attempts} attempts, {attempts} times 429. blue waits.")
        stage.check("blue has nothing yet", not pending.is_answered)
        stage.advance(RETRY)


ALL_THROTTLED = Lesson(
    title="All backends throttled",
    watch="Watch one call: how many lanes does it visit, and how long does it stand still between them?",
    question="The backends had said: wait two minutes. What has the gateway made of one call meanwhile?",
    answer="Four calls, and a minute of waiting for the 429 that it could have had at once. When nobody has room, "
    "retries multiply the load just then. Retry while another backend may have room; when all have refused, pass "
    "the 429 on, with its Retry-After.",
    story=story,
    folder=Path(__file__).parent,
    named_values=ROUND_ROBIN_VALUES | {"retry-interval": str(RETRY)},
)
