"""What every lesson must have."""

import json
import re

import pytest

from apim_lab.lessons.catalogue import LESSONS
from apim_lab.lessons.lesson import ROUND_ROBIN, Lesson
from mockbackends.documents import read
from mockbackends.scenario import Scenario

every_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.folder.name)


def test_they_are_numbered_from_one():
    assert list(LESSONS) == list(range(1, len(LESSONS) + 1))
    assert len(LESSONS) >= 8


@every_lesson
def test_its_texts_are_sentences(lesson: Lesson):
    for text in (lesson.watch, lesson.question, lesson.answer):
        assert re.fullmatch(r"[A-Za-z].*[.?]", text)
    assert lesson.title[-1] not in ".?"


@every_lesson
def test_its_scenario_is_the_one_of_its_file_under_a_name_of_its_own(lesson: Lesson):
    played = read(lesson.scenario, Scenario, lesson.folder.name)
    written = read((lesson.folder / "scenario.yaml").read_text(), Scenario, "scenario.yaml")

    assert played.events == written.events
    assert played.name == lesson.scenario_name != written.name


@every_lesson
def test_its_policy_has_all_its_named_values(lesson: Lesson):
    named = set(re.findall(r"{{([\w-]+)}}", re.sub(r"<!--.*?-->", "", lesson.policy.read_text(), flags=re.DOTALL)))

    assert named == set(lesson.named_values)


def test_the_policy_of_the_streams_passes_words_on_as_they_come():
    assert all('buffer-response="false"' in tag for tag in forwards("streams"))


def forwards(folder: str) -> list[str]:
    """The forward-request elements of a lesson's policy. The gateway streams with and without buffer-response."""
    policy = next(lesson.policy for lesson in LESSONS.values() if lesson.folder.name == folder).read_text()
    found = re.findall(r"<forward-request [^>]*>", policy)
    assert found
    return found


def test_a_lesson_without_a_policy_is_about_the_default_one(tmp_path):
    assert Lesson("", "", "", "", lambda _: None, tmp_path).policy == ROUND_ROBIN


def test_the_page_is_told_where_the_policy_is():
    told = LESSONS[2].as_dict(2)

    assert told["number"] == 2
    assert told["scenario"] == "lesson: Round robin, and a counter that races"
    assert str(told["policy"]).endswith("/lessons/round_robin/policy.xml")
    assert json.dumps(told)
