"""The story of a lesson, played on a stage."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from apim_lab.commands import main
from apim_lab.lessons import performance
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.stage import Stage

ROOT = Path(__file__).parents[3]


def run(*arguments: str):
    return CliRunner().invoke(main, ["lesson", *arguments])


def test_what_keeps_it_from_going_on_is_a_check_that_failed(nowhere):
    result = run("perform", "1", "--gateway", nowhere, "--page", nowhere, "--fleet", nowhere, "--pace", "0")

    assert result.exit_code == 1
    step = json.loads(result.stdout)
    assert (step["kind"], step["ok"]) == ("check", False)
    assert "does not answer" in step["text"]


def test_a_lesson_whose_checks_hold_has_passed(stage: Stage, tmp_path):
    assert performance.perform(lesson(tmp_path, lambda on: on.check("one is one", 1 == 1)), stage)  # noqa: PLR0133


def test_a_lesson_with_a_check_that_fails_has_failed(stage: Stage, tmp_path):
    assert not performance.perform(lesson(tmp_path, lambda on: on.check("one is two", 1 == 2)), stage)  # noqa: PLR0133


def test_a_fleet_without_the_backends_of_the_stories_is_told(stage: Stage, steps, monkeypatch, tmp_path):
    monkeypatch.setattr(stage.fleet, "backends", lambda: ["openAiBackend1", "east"])
    told = performance.perform(lesson(tmp_path, lambda on: on.say("never")), stage)

    assert not told
    assert [step["text"] for step in steps] == [
        "the lessons are for openAiBackend1, openAiBackend2, openAiBackend3; "
        "this fleet has no openAiBackend2, openAiBackend3"
    ]


def test_it_begins_with_its_scenario(stage: Stage, tmp_path):
    begun = lesson(tmp_path, lambda _: None)
    performance.perform(begun, stage)

    assert stage.fleet.fleet()["scenario"] == {
        "name": begun.as_dict(1)["scenario"],
        "events": [{"at": 0.0, "change": {"limits": {"rpm": 60}}}],
    }


def test_a_scenario_that_is_wrong_is_told_as_a_check_that_failed(stage: Stage, steps, tmp_path):
    begun = lesson(tmp_path, lambda on: on.say("never"))
    (tmp_path / "scenario.yaml").write_text("events:\n  - at: soon\n    change: {}")

    assert not performance.perform(begun, stage)
    assert len(steps) == 1
    assert f"{tmp_path / 'scenario.yaml'}:2:" in steps[0]["text"]


@pytest.mark.parametrize("pace", ["-1", "5.1", "nan", "inf", "slow", ""])
def test_a_pace_that_is_none_is_told_as_a_check_that_failed(nowhere, pace):
    result = run("perform", "1", "--gateway", nowhere, "--page", nowhere, "--fleet", nowhere, "--pace", pace)

    assert result.exit_code == 1
    assert json.loads(result.stdout)["text"] == (
        f"LESSON_PACE is {pace!r}: expected a number from 0 (no pauses) to 5 (very slow)"
    )


def test_it_ends_with_one_line_if_nobody_reads_it(nowhere):
    places = ("--gateway", nowhere, "--page", nowhere, "--fleet", nowhere)
    command = [sys.executable, "-m", "apim_lab", "lesson", "perform", "1", *places, "--pace", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()

    assert process.wait(30) == 1
    assert told == "Error: nobody reads lesson 1 any more: it ends here\n"


def test_a_class_has_time_to_read():
    assert performance.pause_after({"kind": "do", "text": "x" * 100}) == 1
    assert 5 < performance.pause_after({"kind": "say", "text": "x" * 100}) < 10


def lesson(folder: Path, story) -> Lesson:
    (folder / "scenario.yaml").write_text("{name: nothing, events: [{at: 0, change: {limits: {rpm: 60}}}]}")
    return Lesson("", "", "", "", story, folder)
