"""Lessons: a program of the test's own plays them, in a process of its own."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import ANY

import pytest

from apim_lab.livepage import classroom as classroom_module
from apim_lab.livepage.board import Board
from apim_lab.livepage.classroom import MAX_STEPS, NAMES, Classroom, step
from apim_lab.livepage.fleet import FleetError
from apim_lab.tracing.masking import short_hash

PAGE = "http://127.0.0.1:8081"


class Fleet:
    """Counts its beginnings. `gate` holds them up, `refusal` lets them fail. `left` are the
    scenarios that it looked for, and after how many beginnings."""

    def __init__(self) -> None:
        self.controls = ["http://127.0.0.1:5000"]
        self.resets = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.refusal = False
        self.left: list[tuple[str, int]] = []

    async def reset(self) -> None:
        await self.gate.wait()
        if self.refusal:
            raise FleetError(502, "the fleet's control does not answer")
        self.resets += 1

    async def reset_where(self, scenarios: list[str]) -> None:
        await self.gate.wait()
        await asyncio.sleep(0.01)
        self.left += [(name, self.resets) for name in scenarios]


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
async def classroom(operated, fleet, lessons) -> AsyncIterator[Classroom]:
    classroom = Classroom(operated, Board(operated, 10), fleet)
    await classroom.open(PAGE)
    yield classroom
    classroom.close()
    await ended(classroom)


async def ended(classroom: Classroom) -> dict | None:
    if classroom._task:
        await asyncio.wait([classroom._task], timeout=10)
    return classroom.lesson()


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def has_begun(lessons, until) -> int:
    """The id of the process of the lesson that runs."""
    return (await until(lambda: [one for one in lessons.arguments if one[1] == "perform"]))[-1][0]


# ---- the list ----------------------------------------------------------------------------------------------------


async def test_it_knows_the_lessons(classroom):
    assert classroom.titles() == [{"number": 1, "title": "Lesson 1"}, {"number": 2, "title": "Lesson 2"}]
    assert classroom.lesson() is None


async def test_a_fleet_that_was_left_in_a_lesson_begins_anew(classroom, fleet):
    assert fleet.left == [("lesson: Lesson 1", 0), ("lesson: Lesson 2", 0)]


async def test_a_lesson_begins_when_the_fleet_has_begun_anew(operated, fleet, lessons, until):
    classroom = Classroom(operated, Board(operated, 10), fleet)
    fleet.gate.clear()
    opening = asyncio.create_task(classroom.open(PAGE))
    await until(classroom.titles)
    beginning = asyncio.create_task(classroom.begin(1))
    await asyncio.sleep(0.01)
    fleet.gate.set()
    await asyncio.gather(opening, beginning)

    assert [resets for _, resets in fleet.left] == [0, 0]
    assert fleet.resets == 1
    assert (await ended(classroom))["state"] == "passed"


async def test_without_a_fleet_there_are_no_lessons(operated, fleet, lessons, caplog):
    fleet.controls = []
    classroom = Classroom(operated, Board(operated, 10), fleet)
    await classroom.open(PAGE)

    assert (classroom.titles(), lessons.arguments, caplog.text) == ([], [], "")


@pytest.mark.parametrize(
    ("listing", "code"),
    [("[]", 1), ("", 0), ("no JSON", 0), ("{}", 0), ("[1]", 0), ('[{"number": 1}]', 0), ('[{"number": "x"}]', 0)],
)
async def test_a_list_that_is_none_is_logged(operated, fleet, lessons, caplog, listing, code):
    lessons.lists([], listing, code)
    lessons.tells("")
    classroom = Classroom(operated, Board(operated, 10), fleet)
    await classroom.open(PAGE)

    assert classroom.titles() == []
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "there are no lessons" in caplog.text


async def test_where_there_is_no_package_there_are_no_lessons(operated, fleet, monkeypatch, caplog, tmp_path):
    monkeypatch.setattr(classroom_module, "ROOT", tmp_path)
    classroom = Classroom(operated, Board(operated, 10), fleet)
    await classroom.open(PAGE)

    assert (classroom.titles(), caplog.text) == ([], "")


async def test_a_package_that_has_no_program_is_logged(operated, fleet, monkeypatch, caplog, tmp_path):
    (tmp_path / "apim_lab" / "lessons").mkdir(parents=True)
    (tmp_path / "apim_lab" / "__init__.py").touch()
    monkeypatch.setattr(classroom_module, "ROOT", tmp_path)
    classroom = Classroom(operated, Board(operated, 10), fleet)
    await classroom.open(PAGE)

    assert classroom.titles() == []
    assert "`apim-lab lesson list --json` failed" in caplog.text


async def test_a_lesson_may_have_more_than_is_known(operated, fleet, lessons):
    lessons.lists([1])
    lessons.listing = lessons.listing.replace('"number": 1', '"number": 1, "minutes": 5')
    lessons.tells("")
    classroom = Classroom(operated, Board(operated, 10), fleet)
    await classroom.open(PAGE)

    assert [lesson["number"] for lesson in classroom.titles()] == [1]


# ---- how they end -------------------------------------------------------------------------------------------------


async def test_a_lesson_passes(classroom, operated, fleet, lessons):
    lessons.tells("tell('say', 'Hello'); tell('do', 'A call'); tell('check', 'It holds', True)")
    await classroom.begin(1)
    before = classroom.lesson()
    after = await ended(classroom)

    assert (before["state"], before["steps"]) == ("running", [])
    assert after == {
        "id": ANY,
        "number": 1,
        "title": "Lesson 1",
        "watch": "the lanes",
        "question": "Why?",
        "answer": "So.",
        "keys": NAMES,
        "state": "passed",
        "steps": [
            {"kind": "say", "text": "Hello", "ok": None},
            {"kind": "do", "text": "A call", "ok": None},
            {"kind": "check", "text": "It holds", "ok": True},
        ],
    }
    assert operated.begun == [(Path("/lab/lesson-1.xml"), {"calls": "3"})]
    assert fleet.resets == 1


@pytest.mark.parametrize("name", ["blue", "green", "red"])
def test_the_keys_of_lessons_have_names(name):
    assert NAMES[short_hash(name)] == name
    assert NAMES[short_hash(f"calls of {name}")] == f"calls of {name}"


async def test_its_program_is_told_where_everything_is(classroom, operated, fleet, lessons):
    await classroom.begin(2)
    await ended(classroom)

    assert lessons.arguments[-1][1:] == [
        *("perform", "2", "--gateway", operated.place, "--page", PAGE, "--fleet", fleet.controls[0]),
    ]


async def test_steps_come_while_it_runs(classroom, lessons, until):
    lessons.tells("tell('say', 'Hello'); time.sleep(60)")
    await classroom.begin(1)

    assert await until(lambda: classroom.lesson()["steps"]) == [{"kind": "say", "text": "Hello", "ok": None}]
    assert classroom.lesson()["state"] == "running"


async def test_a_check_that_fails_says_why(classroom, lessons):
    lessons.tells("tell('check', 'It holds', False); sys.exit(1)")
    await classroom.begin(1)
    told = await ended(classroom)

    assert told["state"] == "failed"
    assert told["steps"] == [{"kind": "check", "text": "It holds", "ok": False}]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("tell('say', 'Hello'); sys.exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), 9)", "exit code -9"),
        ("print('x' * 100_000)", "limit"),
        ("print('x' * 100_000, end=''); time.sleep(60)", "limit"),
        (f"for _ in range({MAX_STEPS + 1}): print('a')\ntime.sleep(60)", f"more than {MAX_STEPS} steps"),
        ("while True: print('a')", f"more than {MAX_STEPS} steps"),
    ],
)
async def test_a_program_that_breaks_off_says_why(classroom, lessons, until, program, why):
    lessons.tells(program)
    await classroom.begin(1)
    told = await ended(classroom)

    assert told["state"] == "failed"
    assert (told["steps"][-1]["kind"], told["steps"][-1]["ok"]) == ("check", False)
    assert why in told["steps"][-1]["text"]
    assert len(told["steps"]) <= MAX_STEPS + 1
    assert not is_running(lessons.arguments[-1][0])


async def test_a_program_that_cannot_be_started_says_why(classroom, monkeypatch, tmp_path):
    monkeypatch.setattr(classroom_module, "ROOT", tmp_path / "none")
    await classroom.begin(1)
    told = await ended(classroom)

    assert told["state"] == "failed"
    assert "No such file or directory" in told["steps"][-1]["text"]


async def test_garbage_is_something_that_was_said(classroom, lessons):
    lessons.tells("sys.stdout.buffer.write(b'Hello\\xff\\n\\n[]\\n{\"kind\": 1}\\n')")
    await classroom.begin(1)
    told = await ended(classroom)

    assert told["state"] == "passed"
    assert [told["text"] for told in told["steps"]] == ["Hello\ufffd", "", "[]", '{"kind": 1}']


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"kind": "check", "text": "x", "ok": true}', ("check", "x", True)),
        (b'{"kind": "say", "text": "<script>\\u2028"}', ("say", "<script>\u2028", None)),
        (b'{"kind": "say", "text": "\\ud800"}', ("say", '{"kind": "say", "text": "\\ud800"}', None)),
        (b'{"kind": "say", "text": 5, "ok": NaN}', ("say", '{"kind": "say", "text": 5, "ok": NaN}', None)),
        (b'{"kind": "say", "text": "x", "ok": [1]}', ("say", '{"kind": "say", "text": "x", "ok": [1]}', None)),
        (b'{"kind": "shout", "text": "x"}', ("say", '{"kind": "shout", "text": "x"}', None)),
        (b'"text"', ("say", '"text"', None)),
        (b"  plain \r\n", ("say", "plain", None)),
        (b"", ("say", "", None)),
        (b"[" * 60_000, ("say", "[" * 60_000, None)),
    ],
    ids=range(10),
)
def test_a_line_is_a_step(line, expected):
    assert tuple(step(line).values()) == expected


# ---- one at a time ------------------------------------------------------------------------------------------------


async def test_there_is_no_such_lesson(classroom):
    with pytest.raises(LookupError, match="there is no lesson 9: there are 1, 2"):
        await classroom.begin(9)


async def test_there_are_no_lessons_at_all(operated, fleet):
    with pytest.raises(LookupError, match="there are none"):
        await Classroom(operated, Board(operated, 10), fleet).begin(1)


async def test_one_runs_at_a_time(classroom, lessons, operated):
    lessons.tells("time.sleep(60)")
    await classroom.begin(1)
    with pytest.raises(ValueError, match="lesson 1 is running: leave it first"):
        await classroom.begin(2)

    assert classroom.lesson()["number"] == 1
    assert len(operated.begun) == 1


async def test_of_two_that_begin_together_one_does(classroom, fleet, lessons, operated):
    lessons.tells("time.sleep(60)")
    fleet.gate.clear()
    both = [asyncio.create_task(classroom.begin(number)) for number in (1, 2)]
    await asyncio.sleep(0.01)
    fleet.gate.set()
    results = await asyncio.gather(*both, return_exceptions=True)

    assert [type(result) for result in results] == [str, ValueError]
    assert [policy.name for policy, _ in operated.begun] == ["lesson-1.xml"]


async def test_the_next_one_may_begin_when_one_has_ended(classroom, operated):
    await classroom.begin(1)
    await ended(classroom)
    await classroom.begin(2)

    assert (await ended(classroom))["number"] == 2
    assert len(operated.begun) == 2


# ---- leaving ------------------------------------------------------------------------------------------------------


async def test_leaving_stops_it_and_all_is_as_at_the_start(classroom, operated, fleet, lessons, until):
    lessons.tells("tell('say', 'Hello'); time.sleep(60)")
    await classroom.begin(1)
    process = await has_begun(lessons, until)
    await classroom.leave()

    assert not is_running(process)
    assert classroom.lesson() is None
    assert (operated.restored, fleet.resets) == (1, 2)


async def test_leaving_at_once_leaves_no_program(classroom, lessons, operated):
    lessons.tells("time.sleep(60)")
    await classroom.begin(1)
    await classroom.leave()
    await asyncio.sleep(0.2)

    assert operated.restored == 1
    assert not [one for one in lessons.arguments if one[1] == "perform" and is_running(one[0])]


async def test_leaving_while_it_begins_waits_until_it_has(classroom, fleet, lessons, operated):
    lessons.tells("time.sleep(60)")
    fleet.gate.clear()
    beginning = asyncio.create_task(classroom.begin(1))
    await asyncio.sleep(0.01)
    leaving = asyncio.create_task(classroom.leave())
    await asyncio.sleep(0.01)
    fleet.gate.set()
    await asyncio.gather(beginning, leaving)

    assert classroom.lesson() is None
    assert (len(operated.begun), operated.restored) == (1, 1)
    assert classroom._task.done()


async def test_without_a_lesson_there_is_nothing_to_leave(classroom, fleet):
    await classroom.leave()

    assert fleet.resets == 0


async def test_one_that_has_ended_is_left(classroom, operated, fleet):
    await classroom.begin(1)
    await ended(classroom)
    await classroom.leave()

    assert classroom.lesson() is None
    assert (operated.restored, fleet.resets) == (1, 2)


async def test_a_fleet_that_is_gone_keeps_nobody_from_leaving(classroom, operated, fleet):
    await classroom.begin(1)
    fleet.refusal = True
    with pytest.raises(FleetError):
        await classroom.leave()

    assert classroom.lesson() is None
    assert operated.restored == 1


async def test_the_one_that_is_meant_is_left_and_no_other(classroom, operated, lessons):
    lessons.tells("time.sleep(60)")
    first = await classroom.begin(1)
    await classroom.leave(first)
    second = await classroom.begin(1)
    await classroom.leave(first)
    before = classroom.lesson()
    await classroom.leave(second)

    assert (before["id"], before["state"]) == (second, "running")
    assert classroom.lesson() is None
    assert operated.restored == 2


async def test_one_that_is_left_while_the_next_begins_is_not_the_next(classroom, fleet, operated):
    first = await classroom.begin(1)
    await ended(classroom)
    fleet.gate.clear()
    beginning = asyncio.create_task(classroom.begin(2))
    await asyncio.sleep(0.01)
    leaving = asyncio.create_task(classroom.leave(first))
    await asyncio.sleep(0.01)
    fleet.gate.set()
    await asyncio.gather(beginning, leaving)

    assert classroom.lesson()["number"] == 2
    assert operated.restored == 0


@pytest.mark.parametrize("id_", ["", "another"])
async def test_without_a_lesson_none_is_meant(classroom, operated, id_):
    await classroom.leave(id_)

    assert operated.restored == 0


# ---- what cannot begin --------------------------------------------------------------------------------------------


async def test_a_gateway_that_cannot_be_called_begins_none(classroom, operated, fleet):
    operated.place = ""
    with pytest.raises(ValueError, match="does not listen"):
        await classroom.begin(1)

    assert (classroom.lesson(), operated.begun, fleet.resets) == (None, [], 0)


async def test_a_fleet_that_does_not_answer_begins_none(classroom, operated, fleet):
    fleet.refusal = True
    with pytest.raises(FleetError):
        await classroom.begin(1)

    assert (classroom.lesson(), operated.begun) == (None, [])


async def test_the_lesson_before_can_be_left_where_the_next_cannot_begin(classroom, operated, fleet):
    await classroom.begin(1)
    await ended(classroom)
    fleet.refusal = True
    with pytest.raises(FleetError):
        await classroom.begin(2)
    before = classroom.lesson()
    fleet.refusal = False
    await classroom.leave()

    assert before["number"] == 1
    assert operated.restored == 1


async def test_a_policy_that_cannot_be_is_taken_back(classroom, operated):
    operated.refusal = "lesson-1.xml, line 3: unknown element"
    with pytest.raises(ValueError, match="unknown element"):
        await classroom.begin(1)

    assert classroom.lesson() is None
    assert operated.restored == 1


# ---- the gateway ends ---------------------------------------------------------------------------------------------


async def test_closing_ends_the_program(classroom, lessons, until):
    lessons.tells("tell('say', 'Hello'); time.sleep(60)")
    await classroom.begin(1)
    process = await has_begun(lessons, until)
    classroom.close()
    told = await ended(classroom)

    assert told["state"] == "stopped"
    assert not is_running(process)


async def test_closing_while_it_begins_begins_none(classroom, fleet, lessons):
    fleet.gate.clear()
    beginning = asyncio.create_task(classroom.begin(1))
    await asyncio.sleep(0.01)
    classroom.close()
    fleet.gate.set()
    with pytest.raises(ValueError, match="is being stopped"):
        await beginning

    assert [one[1] for one in lessons.arguments] == ["list"]


async def test_a_call_that_has_not_ended_must_not_spoil_a_lesson(operated, fleet, lessons, make_call, end_call):
    board = Board(operated, 1)
    classroom = Classroom(operated, board, fleet)
    await classroom.open(PAGE)
    calls = [make_call(number) for number in (1, 2, 3)]
    for call in (*calls, end_call(calls[1])):
        board.changed(call)
    with pytest.raises(ValueError, match="calls that have not ended: 2"):
        await classroom.begin(1)
    for call in (calls[0], calls[2]):
        board.changed(end_call(call))
    await classroom.begin(1)

    assert (await ended(classroom))["state"] == "passed"


def test_the_end_of_the_loop_ends_the_program(operated, lessons, until):
    lessons.tells("tell('say', 'Hello'); time.sleep(60)")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Classroom]:
        classroom = Classroom(operated, Board(operated, 10), Fleet())
        await classroom.open(PAGE)
        yield classroom

    async def main() -> int:
        async with opened() as classroom:
            await classroom.begin(1)
            await until(lambda: classroom.lesson()["steps"])
        return lessons.arguments[-1][0]

    assert not is_running(asyncio.run(main()))


def test_the_real_lessons_are_understood(operated):
    async def main() -> list:
        classroom = Classroom(operated, Board(operated, 10), Fleet())
        await classroom.open(PAGE)
        return classroom.titles()

    assert [lesson["number"] for lesson in asyncio.run(main())][:3] == [1, 2, 3]
