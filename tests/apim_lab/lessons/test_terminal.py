"""A lesson in the terminal."""

from contextlib import contextmanager

import pytest

from apim_lab.lessons import terminal
from apim_lab.lessons.page import PageError

STEPS = [
    {"kind": "say", "text": "Look.", "ok": None},
    {"kind": "do", "text": "blue: 200", "ok": None},
    {"kind": "check", "text": "It holds", "ok": True},
    {"kind": "check", "text": "This does not", "ok": False},
]


ID = "of-the-terminal"


def shown(steps: int, state: str = "running", id_: str = ID) -> dict[str, object]:
    return {"lesson": {"id": id_, "state": state, "steps": STEPS[:steps], "question": "Why?", "answer": "Because."}}


STATE = {"lessons": []}


@pytest.fixture
def fake_page(fake_page):
    fake_page.answers["/lessons/1"] = {"lesson": 1, "id": ID}
    return fake_page


def test_it_is_told_step_by_step(fake_page, capsys):
    fake_page.events = [STATE | shown(1), {"limits": []}, shown(3), shown(3, "passed")]

    assert terminal.play(1, fake_page.url)
    told = capsys.readouterr().out
    assert "Lesson 1: A limit per key\nWatch the gauges" in told
    assert f"The live page: {fake_page.url}\n" in told
    assert "\nLook.\n  blue: 200\n  ok      It holds\n" in told
    assert told.count("Look.") == 1
    assert "1 of 1 checks held." in told
    assert told.endswith("Question: Why?\nAnswer: Because.\n")


def test_the_lab_is_left_as_it_was(fake_page):
    fake_page.events = [STATE | shown(3, "passed")]
    terminal.play(1, fake_page.url)

    assert fake_page.asked == [("POST", "/lessons/1", {}), ("DELETE", f"/lessons?id={ID}", {})]


def test_what_keeps_it_from_being_left_is_told(fake_page):
    fake_page.events = [STATE | shown(3, "passed")]
    fake_page.refusals[f"/lessons?id={ID}"] = [(502, "the fleet's control does not answer")]

    with pytest.raises(PageError, match="the fleet's control does not answer"):
        terminal.play(1, fake_page.url)


def test_what_ended_it_is_told_rather_than_what_keeps_it_from_being_left(fake_page):
    fake_page.events = [STATE | shown(1)]
    fake_page.refusals[f"/lessons?id={ID}"] = [(502, "the fleet's control does not answer")]

    with pytest.raises(PageError, match="has ended, and the lesson with it"):
        terminal.play(1, fake_page.url)


def test_a_check_that_fails_is_told(fake_page, capsys):
    fake_page.events = [STATE | shown(4, "failed")]

    assert not terminal.play(1, fake_page.url)
    assert "  FAILED  This does not\n" in capsys.readouterr().out


@pytest.mark.parametrize("last", [shown(2, "stopped"), {"lesson": None}])
def test_a_lesson_that_is_left_has_not_passed(fake_page, last):
    fake_page.events = [STATE | shown(1), last]

    assert not terminal.play(1, fake_page.url)


@pytest.mark.parametrize("others", [shown(2, "running", "of-another"), shown(3, "passed", "of-another")])
def test_where_another_has_begun_the_lesson_was_left(fake_page, capsys, others):
    fake_page.events = [STATE | shown(1), others]

    assert not terminal.play(1, fake_page.url)
    assert capsys.readouterr().out.endswith("\nLook.\n\nThe lesson was left.\n")
    assert fake_page.asked[-1] == ("DELETE", f"/lessons?id={ID}", {})


def test_a_page_that_ends_ends_the_lesson(fake_page):
    fake_page.events = [STATE | shown(1)]

    with pytest.raises(PageError, match="has ended, and the lesson with it"):
        terminal.play(1, fake_page.url)


def test_the_question_comes_after_the_story_and_the_answer_after_enter(fake_page, capsys, monkeypatch):
    def enter(text: str, **_: object) -> str:
        assert "Question: Why?" in capsys.readouterr().out
        terminal.click.echo(text)
        return ""

    monkeypatch.setattr(terminal.sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(terminal.click, "prompt", enter)
    fake_page.events = [STATE | shown(1), shown(3, "passed")]

    assert terminal.play(1, fake_page.url)
    assert capsys.readouterr().out == "Enter shows the answer\nAnswer: Because.\n"


def test_a_lab_that_has_just_started_may_not_know_its_lessons_yet(fake_page):
    fake_page.refusals["/lessons/1"] = [(404, "there are none")]
    fake_page.events = [STATE | shown(3, "passed")]

    assert terminal.play(1, fake_page.url)


def test_what_it_refuses_otherwise_is_passed_on(fake_page):
    fake_page.refusals["/lessons/1"] = [(409, "lesson 2 is running")]
    fake_page.events = [STATE]

    with pytest.raises(PageError, match="lesson 2 is running"):
        terminal.play(1, fake_page.url)


def test_what_is_no_live_page_but_answers_is_not_taken_for_none(fake_page):
    with pytest.raises(PageError):
        terminal.play(1, f"{fake_page.url}/elsewhere")


def test_a_page_that_was_named_must_be_there(nowhere):
    with pytest.raises(PageError, match="there is no live page"):
        terminal.play(1, nowhere)


def test_without_a_lab_one_is_started(fake_page, nowhere, monkeypatch):
    @contextmanager
    def own_lab():
        yield fake_page.url

    monkeypatch.setattr(terminal, "own_lab", own_lab)
    monkeypatch.setattr(terminal, "LAB", nowhere)
    fake_page.events = [STATE | shown(3, "passed")]

    assert terminal.play(1, nowhere)
