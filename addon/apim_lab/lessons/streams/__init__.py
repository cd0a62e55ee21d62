"""Lesson: a stream fails over before its first byte, and never after it."""

from pathlib import Path

from apim_lab.lessons.client import Streamed
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.stage import FIRST, SECOND, THIRD, Stage, StoryError

WORD = 61
"""Seconds after which the next word is there: the model needs 60 for each."""


def story(stage: Stage) -> None:
    """One stream that fails over, and one that cannot."""
    stage.say(f"{FIRST} throttles. {SECOND} answers, but its model needs a minute for each word.")
    streamed = stage.stream("blue")
    stage.check("The stream failed over", stage.way(streamed.head) == [(FIRST, 429), (SECOND, 200)])
    is_stream = streamed.head.headers["content-type"].startswith("text/event-stream")
    stage.check("The client knows nothing of it: 200, an event stream", streamed.head.status == 200 and is_stream)
    stage.say(
        "The words come when the model has them. The gateway keeps none of them back: forward-request has "
        'buffer-response="false" in this policy.'
    )
    _read(stage, streamed)
    stage.advance(3600)
    streamed.rest()
    stage.check("The stream ends with [DONE]", streamed.is_complete)
    _break(stage)


def _read(stage: Stage, streamed: Streamed) -> None:
    for _ in range(3):
        stage.advance(WORD)
        word = streamed.next_word()
        under_way = stage.attempts(streamed)[-1]["ended_at"] is None
        stage.check(f"{word.strip()!r} is there, while the backend still writes", bool(word) and under_way)


def _break(stage: Stage) -> None:
    stage.say(f"Now a stream whose backend, {THIRD}, breaks off in the middle.")
    streamed = stage.stream("green")
    if streamed.head.backend != THIRD:
        raise StoryError(f"{THIRD} was not asked")  # what comes instead may take long to end
    words = streamed.rest()
    stage.do(f"green gets {words.strip()!r}, and then the connection breaks.")
    stage.check("The client has a part of the answer, and no [DONE]", bool(words) and not streamed.is_complete)
    stage.check("Nobody else was asked", stage.way(streamed.head) == [(THIRD, 200)])


STREAMS = Lesson(
    title="A stream that fails over",
    watch="Watch the attempts of the stream, and the moment of its first byte.",
    question="The second stream broke off after its first words. Why did the gateway not ask another backend?",
    answer="The client has the status, 200, and words already; they cannot be taken back, and another backend would "
    "begin anew with other words. Until the first byte a gateway can change its mind, after it only the client can: "
    "by noticing that [DONE] is missing, and asking again.",
    story=story,
    folder=Path(__file__).parent,
)
