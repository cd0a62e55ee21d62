"""The story of a lesson, played on a stage, at a pace for reading along."""

from apim_lab.lessons.client import UnreachableError
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.page import PageError
from apim_lab.lessons.stage import Stage, Step, StoryError
from mockbackends.client import ControlError
from mockbackends.documents import DocumentError

PACE_VARIABLE = "LESSON_PACE"
"""The environment variable with how slow a lesson is told: 1 is for reading along, 0 is without a pause."""

SLOWEST_PACE = 5.0
"""The slowest. The real time passes on the lab's clock, too: more slowly told, a limit would recover in mid-story."""

_STEP_PAUSE = 1.0  # seconds after every step
_PAUSE_PER_CHARACTER = 0.06  # seconds for each character that is said


def perform(lesson: Lesson, stage: Stage) -> bool:
    """Play the story; whether every check held. What keeps it from going on is told as a check that failed."""
    try:
        stage.check_backends()
        stage.fleet.load_scenario(lesson.scenario)
        lesson.story(stage)
    except (StoryError, UnreachableError, PageError, ControlError, DocumentError) as error:
        stage.check(str(error), ok=False)
    return not stage.failures


def pace_of(text: str) -> float:
    """How slow a lesson is told; raise ValueError."""
    try:
        pace = float(text)
    except ValueError:
        pace = -1
    if not 0 <= pace <= SLOWEST_PACE:
        raise ValueError(
            f"{PACE_VARIABLE} is a number from 0, without a pause, to {SLOWEST_PACE:g}, very slow; it was {text!r}"
        )
    return pace


def pause_after(step: Step) -> float:
    """Seconds that a class needs to read a step and to see what it does."""
    return _STEP_PAUSE + (_PAUSE_PER_CHARACTER * len(str(step["text"])) if step["kind"] == "say" else 0)
