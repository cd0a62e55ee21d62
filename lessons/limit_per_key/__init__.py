"""Lesson: every key has a window of its own, and it slides."""

from pathlib import Path

from lessons.client import Answer
from lessons.lesson import ROUND_ROBIN_VALUES, Lesson
from lessons.stage import Stage


def story(stage: Stage) -> None:
    """Use up a limit, be refused, let the window slide."""
    stage.say("Each key may make 3 calls in any 120 seconds. blue makes four, one after the other.")
    four = stage.calls("blue", 4)
    refused = four[3]
    stage.check("Three calls pass, the fourth gets 429", [it.status for it in four] == [200, 200, 200, 429])
    stage.check("The refused call reached no backend", not stage.attempts(refused))
    stage.check("Its outbound section did not run: no Next-Backend-Counter", _counter(refused) == "")
    stage.say("green has a key of its own, and so a window of its own.")
    stage.check("green passes", stage.call("green").status == 200)
    stage.say("Half of the period goes by. The three calls are still inside the window.")
    stage.advance(60)
    later = stage.call("blue")
    stage.check("blue is refused, and told a shorter wait", 1 <= later.retry_after <= refused.retry_after - 60)
    stage.say("blue waits exactly as long as it was told.")
    stage.advance(later.retry_after)
    stage.check("The first call has left the window: blue passes", stage.call("blue").status == 200)


def _counter(answer: Answer) -> str:
    return answer.headers.get("next-backend-counter", "")


LIMIT_PER_KEY = Lesson(
    title="A limit per key",
    watch="Watch the gauges: one for each key. Then the lanes: what happens there when a call is refused?",
    question="A key makes its three calls at 0 s, 50 s and 100 s. When may it make a fourth, and when a fifth?",
    answer="At 120 s and at 170 s. The window slides: each call leaves it one period after it was made. Nothing is "
    "reset for all of them at once, and a refused call does not lengthen the wait.",
    story=story,
    folder=Path(__file__).parent,
    named_values=ROUND_ROBIN_VALUES | {"calls": "3", "renewal-period": "120"},
)
