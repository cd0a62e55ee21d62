"""The command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from apim_lab.lessons import __main__ as module
from apim_lab.lessons.catalogue import LESSONS
from apim_lab.lessons.lesson import Lesson
from apim_lab.lessons.page import PageError
from apim_lab.lessons.stage import Stage

ROOT = Path(__file__).parents[3]


def run(*arguments: str):
    return CliRunner().invoke(module.main, arguments)


class TestList:
    @pytest.mark.parametrize("arguments", [(), ("list",)])
    def test_it_is_for_people(self, arguments):
        result = run(*arguments)

        assert result.exit_code == 0
        assert "  1  A limit per key\n" in result.output

    def test_it_is_for_the_pages_server(self):
        done = subprocess.run(
            [sys.executable, "-m", "apim_lab.lessons", "list", "--json"], cwd=ROOT, capture_output=True, check=True
        )
        told = json.loads(done.stdout)

        assert [lesson["number"] for lesson in told] == list(LESSONS)
        assert set(told[0]) == {
            *("number", "title", "watch", "question", "answer", "policy", "named_values", "scenario"),
        }


class TestPerform:
    def test_what_keeps_it_from_going_on_is_a_check_that_failed(self, nowhere):
        result = run("perform", "1", "--gateway", nowhere, "--page", nowhere, "--fleet", nowhere, "--pace", "0")

        assert result.exit_code == 1
        step = json.loads(result.stdout)
        assert (step["kind"], step["ok"]) == ("check", False)
        assert "does not answer" in step["text"]

    def test_a_lesson_whose_checks_hold_has_passed(self, stage: Stage, tmp_path):
        assert module.perform(lesson(tmp_path, lambda on: on.check("one is one", 1 == 1)), stage)  # noqa: PLR0133

    def test_a_lesson_with_a_check_that_fails_has_failed(self, stage: Stage, tmp_path):
        assert not module.perform(lesson(tmp_path, lambda on: on.check("one is two", 1 == 2)), stage)  # noqa: PLR0133

    def test_a_fleet_without_the_backends_of_the_stories_is_told(self, stage: Stage, steps, monkeypatch, tmp_path):
        monkeypatch.setattr(stage.fleet, "backends", lambda: ["openAiBackend1", "east"])
        told = module.perform(lesson(tmp_path, lambda on: on.say("never")), stage)

        assert not told
        assert [step["text"] for step in steps] == [
            "the lessons are for openAiBackend1, openAiBackend2, openAiBackend3; "
            "this fleet has no openAiBackend2, openAiBackend3"
        ]

    def test_it_begins_with_its_scenario(self, stage: Stage, tmp_path):
        begun = lesson(tmp_path, lambda _: None)
        module.perform(begun, stage)

        assert stage.fleet.fleet()["scenario"] == {
            "name": begun.as_dict(1)["scenario"],
            "events": [{"at": 0.0, "change": {"limits": {"rpm": 60}}}],
        }

    def test_a_scenario_that_is_wrong_is_told_as_a_check_that_failed(self, stage: Stage, steps, tmp_path):
        begun = lesson(tmp_path, lambda on: on.say("never"))
        (tmp_path / "scenario.yaml").write_text("events:\n  - at: soon\n    change: {}")

        assert not module.perform(begun, stage)
        assert len(steps) == 1
        assert f"{tmp_path / 'scenario.yaml'}:2:" in steps[0]["text"]

    @pytest.mark.parametrize("pace", ["-1", "5.1", "nan", "inf", "slow", ""])
    def test_a_pace_that_is_none_is_told_as_a_check_that_failed(self, nowhere, pace):
        result = run("perform", "1", "--gateway", nowhere, "--page", nowhere, "--fleet", nowhere, "--pace", pace)

        assert result.exit_code == 1
        assert json.loads(result.stdout)["text"] == (
            f"LESSON_PACE is a number from 0, without a pause, to 5, very slow; it was {pace!r}"
        )

    def test_it_ends_with_one_line_if_nobody_reads_it(self, nowhere):
        places = ("--gateway", nowhere, "--page", nowhere, "--fleet", nowhere)
        command = [sys.executable, "-m", "apim_lab.lessons", "perform", "1", *places, "--pace", "0"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        told = process.stderr.read()
        process.stderr.close()

        assert process.wait(30) == 1
        assert told == "Error: nobody reads lesson 1 any more: it ends here\n"

    def test_a_class_has_time_to_read(self):
        assert module.pause_after({"kind": "do", "text": "x" * 100}) == 1
        assert 5 < module.pause_after({"kind": "say", "text": "x" * 100}) < 10


class TestPlay:
    def test_the_exit_code_tells_whether_it_passed(self, monkeypatch):
        played = []
        monkeypatch.setattr(
            "apim_lab.lessons.terminal.play", lambda number, page: played.append((number, page)) or number == 1
        )

        assert run("1", "--page", "http://127.0.0.1:1").exit_code == 0
        assert run("2").exit_code == 1
        assert played == [(1, "http://127.0.0.1:1"), (2, "http://127.0.0.1:8081")]

    def test_what_the_page_refuses_is_told(self, monkeypatch):
        def refuse(number: int, page: str) -> bool:
            raise PageError(409, "lesson 2 is running")

        monkeypatch.setattr("apim_lab.lessons.terminal.play", refuse)
        result = run("1")

        assert result.exit_code == 1
        assert "lesson 2 is running" in result.output

    @pytest.mark.parametrize("number", ["0", "99"])
    def test_a_lesson_that_is_not_there(self, number):
        result = run(number)

        assert result.exit_code == 1
        assert f"there is no lesson {number}: there are 1 to {len(LESSONS)}" in result.output

    def test_a_pace_that_is_none(self, monkeypatch):
        monkeypatch.setenv("LESSON_PACE", "20")
        result = run("1")

        assert result.exit_code == 1
        assert "LESSON_PACE is a number from 0, without a pause, to 5, very slow; it was '20'" in result.output

    def test_without_pauses(self, monkeypatch):
        monkeypatch.setenv("LESSON_PACE", "1")
        monkeypatch.setattr(
            "apim_lab.lessons.terminal.play", lambda number, page: module.os.environ["LESSON_PACE"] == "0"
        )

        assert run("1", "--fast").exit_code == 0


def lesson(folder: Path, story) -> Lesson:
    (folder / "scenario.yaml").write_text("{name: nothing, events: [{at: 0, change: {limits: {rpm: 60}}}]}")
    return Lesson("", "", "", "", story, folder)


@pytest.fixture(autouse=True)
def _signals(monkeypatch):
    """Leave those of pytest as they are."""
    monkeypatch.setattr(module.signal, "signal", lambda *_: None)
