"""What the server sends has the types of messages.d.ts, by which the page's JavaScript is checked."""

import json
import re
from pathlib import Path

import apim_lab
from apim_lab.livepage import board, classroom
from apim_lab.stores.memory import MemoryStore

TYPES = (Path(apim_lab.__file__).parent / "livepage" / "messages.d.ts").read_text(encoding="utf-8")


def fields(interface: str) -> set[str]:
    """The names of an interface's fields, with those of the interface that it extends."""
    found = re.search(
        rf"^export interface {interface}(?: extends (\w+))? \{{\n(.*?)^\}}", TYPES, re.DOTALL | re.MULTILINE
    )
    own = set(re.findall(r"^  (\w+)\??:", found[2], re.MULTILINE))
    return own | fields(found[1]) if found[1] else own


def test_a_call(make_call, end_call):
    call = end_call(make_call()).as_dict()

    assert call.keys() == fields("Call")
    assert call["attempts"][0].keys() == fields("Attempt")


async def test_a_limit():
    assert (await board.limit_gauge(MemoryStore(), "key", 1, 60)).keys() == fields("Limit")


def test_a_lesson():
    listed = {"number": 1, "title": "", "watch": "", "question": "", "answer": "", "policy": "/p.xml", "scenario": ""}
    lesson = classroom.Performance(classroom.LessonEntry(**listed, named_values={}))
    lesson.fail("broken")

    assert lesson.as_dict().keys() == fields("Lesson")
    assert lesson.steps[0].keys() == fields("Step")


async def test_a_state(open_page):
    page = await open_page()
    async with page.http.stream("GET", "/events") as response:
        data = await anext(line async for line in response.aiter_lines() if line.startswith("data: "))
    state = json.loads(data.removeprefix("data: "))

    assert state.keys() == fields("State")
    assert state["backends"][0].keys() == fields("Backend")


async def test_a_fleet(open_page, mocks, until):
    page = await open_page(mocks.control_url)
    fleet = await until(lambda: page.page._desk.fleet.seen)

    assert fleet.keys() == fields("Fleet")
    assert fields("MockBackend") <= fleet["backends"][0].keys()
    assert fields("Deployment") <= fleet["backends"][0]["deployments"][0].keys()
    assert fleet["faults"][0].keys() >= fields("Fault")


async def test_a_trace(open_page, make_call):
    page, call = await open_page(), make_call(traced=True)
    page.page.changed(call)
    trace = (await page.get(f"/traces/{call.id}")).json()

    assert trace.keys() == fields("Trace")
