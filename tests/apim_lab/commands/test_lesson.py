"""The command line."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from apim_lab.commands import main
from apim_lab.lessons.catalogue import LESSONS
from apim_lab.lessons.page import PageError

ROOT = Path(__file__).parents[3]


def run(*arguments: str):
    return CliRunner().invoke(main, ["lesson", *arguments])


class TestList:
    @pytest.mark.parametrize("arguments", [(), ("list",)])
    def test_it_is_for_people(self, arguments):
        result = run(*arguments)

        assert result.exit_code == 0
        assert "  1  A limit per key\n" in result.output

    @pytest.mark.parametrize(("level", "command"), [("1", "make lesson N=1"), (None, "apim-lab lesson 1")])
    def test_it_ends_with_the_command_that_its_reader_has(self, monkeypatch, level, command):
        monkeypatch.delenv("MAKELEVEL", raising=False)
        if level:
            monkeypatch.setenv("MAKELEVEL", level)

        assert run().output.endswith(f"\n\n{command} plays the first.\n")

    def test_it_is_for_the_pages_server(self):
        done = subprocess.run(
            [sys.executable, "-m", "apim_lab", "lesson", "list", "--json"], cwd=ROOT, capture_output=True, check=True
        )
        told = json.loads(done.stdout)

        assert [lesson["number"] for lesson in told] == list(LESSONS)
        assert set(told[0]) == {
            *("number", "title", "watch", "question", "answer", "policy", "named_values", "scenario"),
        }


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
        assert "LESSON_PACE is '20': expected a number from 0 (no pauses) to 5 (very slow)" in result.output

    def test_without_pauses(self, monkeypatch):
        monkeypatch.setenv("LESSON_PACE", "1")
        monkeypatch.setattr("apim_lab.lessons.terminal.play", lambda number, page: os.environ["LESSON_PACE"] == "0")

        assert run("1", "--fast").exit_code == 0


@pytest.fixture(autouse=True)
def _signals(monkeypatch):
    """Leave those of pytest as they are."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
