"""What readers of the page hear."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from apim_lab.livepage import feed as feed_module
from apim_lab.livepage.board import Board
from apim_lab.livepage.classroom import Classroom
from apim_lab.livepage.feed import MAX_BACKLOG, MAX_READERS, Feed, event
from apim_lab.livepage.fleet import FleetControls


class Show:
    """A feed whose ticks the test makes."""

    def __init__(self, operated) -> None:
        self.board = Board(operated, 200)
        self.fleet = FleetControls(())
        self.classroom = Classroom(operated, self.board, self.fleet)
        self.feed = Feed(operated, self.board, self.fleet, self.classroom)

    async def tick(self) -> None:
        await self.feed._publish()


@pytest.fixture
async def show(operated) -> Iterator[Show]:
    show = Show(operated)
    yield show
    show.fleet.close()


def read(queue: "asyncio.Queue[str]") -> list[tuple[str, dict]]:
    events = []
    while not queue.empty():
        events.append(parse(queue.get_nowait()))
    return events


def parse(message: str) -> tuple[str, dict]:
    name, data, *rest = message.split("\n")
    assert rest == ["", ""]
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_a_state_has_everything(show, make_call):
    show.board.changed(make_call(1))
    name, state = parse(await show.feed.state())

    assert name == "state"
    assert set(state) == {
        *("now", "backends", "calls", "kept", "limits", "values", "fleet", "lessons", "lesson", "dropped"),
    }
    assert [call["number"] for call in state["calls"]] == [1]
    assert state["kept"] == 200
    assert (state["fleet"], state["lesson"], state["lessons"], state["dropped"]) == (None, None, [], 0)


async def test_a_tick_has_what_changed(show, operated, make_call):
    with show.feed.reader() as queue:
        await show.tick()
        first = read(queue)
        show.board.changed(make_call(7))
        await show.tick()
        await show.tick()

        assert [set(data) for _, data in first] == [{"now", "calls", "limits", "values", "fleet", "lesson"}]
        ((name, tick),) = read(queue)
        assert (name, set(tick)) == ("tick", {"now", "calls"})
        await operated.store.hit("key", 3, 15)
        await show.tick()
        assert [set(data) for _, data in read(queue)] == [{"now", "calls", "limits"}]


async def test_what_a_state_showed_is_told_again_where_it_is_as_before(show):
    with show.feed.reader() as first, show.feed.reader():
        await show.tick()
        read(first)
        show.fleet.seen = {"backends": [{"name": "one"}]}
        await show.feed.state()
        show.fleet.seen = None
        await show.tick()

        ((_, tick),) = read(first)
        assert tick["fleet"] is None


async def test_another_configuration_is_another_state(show, operated):
    with show.feed.reader() as queue:
        await show.tick()
        operated.gateway = operated.load()
        await show.tick()

        assert [(name, data.get("dropped")) for name, data in read(queue)] == [("state", 0)]


async def test_the_gateway_may_have_lost_its_configuration(show, operated):
    operated.gateway = None
    with show.feed.reader() as queue:
        await show.tick()

        assert [(name, data["backends"]) for name, data in read(queue)] == [("state", [])]


async def test_lessons_that_come_late_are_another_state(show, monkeypatch):
    with show.feed.reader() as queue:
        monkeypatch.setattr(show.classroom, "titles", lambda: [{"number": 1, "title": "A limit"}])
        await show.tick()

        assert [data["lessons"] for _, data in read(queue)] == [[{"number": 1, "title": "A limit"}]]


async def test_a_slow_reader_starts_anew_and_holds_up_nobody(show, make_call):
    with show.feed.reader() as slow, show.feed.reader() as quick:
        heard = []
        for number in range(MAX_BACKLOG):
            show.board.changed(make_call(number))
            await show.tick()
            heard += read(quick)

        assert [name for name, _ in heard] == ["tick"] * MAX_BACKLOG
        ((name, state),) = read(slow)
        assert (name, state["dropped"]) == ("state", MAX_BACKLOG)
        assert [call["number"] for call in state["calls"]] == list(range(MAX_BACKLOG))


async def test_only_so_many_may_read(show):
    with show.feed.reader() as _:
        assert show.feed.is_read
        assert not show.feed.is_full
        show.feed._readers |= {asyncio.Queue() for _ in range(MAX_READERS - 1)}
        assert show.feed.is_full


async def test_it_runs(show, operated, make_call, monkeypatch, until):
    monkeypatch.setattr(feed_module, "TICK_INTERVAL", 0.001)
    running = asyncio.create_task(show.feed.run())
    show.board.changed(make_call(1))
    operated.gateway = operated.load()
    await until(lambda: not show.board._changed)
    with show.feed.reader() as queue:
        show.board.changed(make_call(2))
        _, tick = parse(await asyncio.wait_for(queue.get(), 5))
    running.cancel()

    assert [call["number"] for call in tick["calls"]] == [2]


async def test_nobody_is_left_behind(show):
    with show.feed.reader():
        pass

    assert not show.feed.is_read


def test_an_event_is_two_lines():
    text = "\n\n\r\u2028event: x\ud800</script>"

    assert parse(event("tick", {"text": text})) == ("tick", {"text": text})
    assert event("tick", {"text": text}).isascii()
