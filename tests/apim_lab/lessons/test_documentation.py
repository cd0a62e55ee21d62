"""The lesson in docs/lessons.md is one, and the table has them all."""

import re
import runpy
from pathlib import Path

from apim_lab.lessons.catalogue import LESSONS
from apim_lab.lessons.lesson import Lesson
from mockbackends.documents import read
from mockbackends.scenario import Scenario

TEXT = (Path(__file__).parents[3] / "docs" / "lessons.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)[0]


def test_the_example_is_a_lesson(tmp_path):
    (tmp_path / "lesson.py").write_text(block("python"))
    (tmp_path / "scenario.yaml").write_text(block("yaml"))
    lesson = runpy.run_path(str(tmp_path / "lesson.py"))["SLOW_BACKEND"]

    assert isinstance(lesson, Lesson)
    assert len(read(lesson.scenario, Scenario, "scenario.yaml").events) == 2


def test_every_lesson_is_in_the_table():
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", TEXT, re.MULTILINE)

    assert rows == [(str(number), lesson.title) for number, lesson in LESSONS.items()]
