"""Lesson: every key has a window of its own, and it slides."""

from pathlib import Path

from apim_lab.lessons.client import ChatAnswer
from apim_lab.lessons.lesson import ROUND_ROBIN_VALUES, Lesson
from apim_lab.lessons.stage import Stage


def story(stage: Stage) -> None:
    """Use up a limit, be refused, let the window slide."""
    stage.say(
        "Each key may make 3 calls in any 120 seconds. blue makes one at 0 s, one at 50 s and two at 100 s. "
        "At 120 s it makes two more. Which of them pass?"
    )
    four = _four_calls(stage)
    refused = four[3]
    stage.check("Three calls pass, the fourth gets 429", [it.status for it in four] == [200, 200, 200, 429])
    stage.check("It is told to wait until the first call is 120 s old", 1 <= refused.retry_after <= 20)
    stage.advance_to(120)
    passes, refused_again = stage.calls("blue", 2)
    stage.check("Only the first call has left the window: one call passes", passes.status == 200)
    stage.check("The next one is refused", refused_again.status == 429)
    stage.say("What did the refused call leave behind?")
    stage.check("It reached no backend", not stage.attempts(refused))
    stage.check("The outbound section did not run for it: no Next-Backend-Counter", _counter(refused) == "")
    stage.say("green has a key of its own, and so a window of its own.")
    stage.check("green passes", stage.call("green").status == 200)
    stage.say("blue waits exactly as long as it was told.")
    stage.advance(refused_again.retry_after)
    stage.check("blue's call of 50 s has left the window, too: blue passes", stage.call("blue").status == 200)


def _four_calls(stage: Stage) -> list[ChatAnswer]:
    """At 0 s, at 50 s, and two at 100 s."""
    first = stage.call("blue")
    stage.count_from_here()
    stage.advance_to(50)
    second = stage.call("blue")
    stage.advance_to(100)
    return [first, second, *stage.calls("blue", 2)]


def _counter(answer: ChatAnswer) -> str:
    return answer.headers.get("next-backend-counter", "")


LIMIT_PER_KEY = Lesson(
    title="A limit per key",
    watch="Watch the gauges: one for each key. Then the lanes: what happens there when a call is refused?",
    question="A key makes its three calls at 0 s, 50 s and 100 s. When may it make a fourth, and when a fifth?",
    answer="At 120 s and at 170 s. The window slides: each call leaves it one period after it was made. Nothing is "
    "reset for all of them at once. Here a refused call does not lengthen the wait; what API Management does then is "
    "not documented. Its classic tiers have a sliding window, as here. Its v2 tiers have a token bucket: the right to "
    "make a call comes back bit by bit, so there the times are others.",
    story=story,
    folder=Path(__file__).parent,
    named_values=ROUND_ROBIN_VALUES | {"calls": "3", "renewal-period": "120"},
)
