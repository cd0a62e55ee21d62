"""Lesson: a gateway that remembers who throttles does not ask in vain."""

from pathlib import Path

from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.stage import FIRST, SECOND, Stage, Way

ASKED_IN_VAIN: Way = [(FIRST, 429), (SECOND, 200)]
REMEMBERED = f"{FIRST}-throttles"
"""The key of the cached value."""


def story(stage: Stage) -> None:
    """Failing over every time, and then only once."""
    stage.say(
        f"{FIRST} takes one call in 60 seconds, {SECOND} takes any. red's calls fail over, and the gateway forgets it."
    )
    stage.calls("red", 1, memory="off")
    ways = [stage.way(answer) for answer in stage.calls("red", 3, memory="off")]
    stage.check(f"Each of them asked {FIRST} in vain", ways == [ASKED_IN_VAIN] * 3)
    stage.check(f"Two came although {FIRST} had said: wait", stage.early_attempts() == 2)
    stage.check("The cache has nothing about it", stage.cached_value(REMEMBERED) == "")
    _remember(stage)


def _remember(stage: Stage) -> None:
    stage.say(
        "A minute later. For blue's calls the gateway does remember: on a 429 it puts into its cache that the backend "
        "throttles, for Retry-After seconds."
    )
    stage.advance(60)
    stage.fleet.clear_journal()
    four = stage.calls("blue", 4)
    stage.advance(10)
    ways = [stage.way(answer) for answer in (*four, stage.call("blue"))]
    cached, early = stage.cached_value(REMEMBERED), stage.early_attempts()
    of_red = stage.way(stage.call("red", memory="off"))
    stage.check("One call is answered, one fails over", ways[:2] == [[(FIRST, 200)], ASKED_IN_VAIN])
    stage.check("The cache says so", cached == "true")
    stage.check(f"The others go to {SECOND} at once", ways[2:] == [[(SECOND, 200)]] * 3)
    stage.check("None of blue's calls came too early", early == 0)
    stage.check(f"red does not look there, and asks {FIRST} in vain", of_red == ASKED_IN_VAIN)
    stage.say("When the time is over, the cached value is gone by itself.")
    stage.advance(60)
    stage.check("The cache has nothing about it", stage.cached_value(REMEMBERED) == "")
    stage.check(f"{FIRST} is asked again", stage.way(stage.call("blue")) == [(FIRST, 200)])


REMEMBERING = Lesson(
    title="A gateway that remembers",
    watch="Watch the cached value openAiBackend1-throttles, and how many 429s there are with and without it.",
    question="What does API Management offer so that nobody has to write this into a policy?",
    answer="Backends with a circuit breaker, which may accept Retry-After, and pools of them with priorities and "
    "weights. What happens is the same: a backend that has refused is left alone until its time is over.",
    story=story,
    folder=Path(__file__).parent,
)
