"""The story of a lesson, played on a stage, at a pace for reading along."""

from apim_lab.lessons.client import UnreachableError
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.page import PageError
from apim_lab.lessons.stage import Stage, Step, StoryError
from mockbackends.client import ControlError
from mockbackends.documents import DocumentError

PACE_VARIABLE = "LESSON_PACE"
"""The environment variable with the pace of lessons: 1 is for reading along, 2 is half as fast, 0 has no pauses."""

SLOWEST_PACE = 5.0
"""Real time passes on the lab's clock, too: at a slower pace a limit would recover in the middle of a story."""

_STEP_PAUSE = 1.0  # seconds after every step
_PAUSE_PER_CHARACTER = 0.06  # seconds for each character that is said


def perform(lesson: Lesson, stage: Stage) -> bool:
    """Play the story; returns whether every check held. An error that ends the story counts as a failed check."""
    try:
        stage.check_backends()
        stage.fleet.load_scenario(lesson.scenario)
        lesson.story(stage)
    except (StoryError, UnreachableError, PageError, ControlError, DocumentError) as error:
        stage.check(str(error), ok=False)
    return not stage.failures


def pace_of(text: str) -> float:
    """The pace that a text means; raise ValueError."""
    try:
        pace = float(text)
    except ValueError:
        pace = -1
    if not 0 <= pace <= SLOWEST_PACE:
        raise ValueError(
            f"{PACE_VARIABLE} is {text!r}: expected a number from 0 (no pauses) to {SLOWEST_PACE:g} (very slow)"
        )
    return pace


def pause_after(step: Step) -> float:
    """Seconds that a class needs to read a step and to see its effect."""
    return _STEP_PAUSE + (_PAUSE_PER_CHARACTER * len(str(step["text"])) if step["kind"] == "say" else 0)
