"""Work in threads beside the event loop."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from apim_lab.aside import Aside

COLOUR: ContextVar[str] = ContextVar("COLOUR", default="none")


@pytest.fixture
def aside() -> Aside:
    return Aside("test", threads=1)


async def test_the_event_loop_goes_on_meanwhile(aside):
    may_end = threading.Event()
    task = asyncio.create_task(aside.run(lambda: may_end.wait(10)))
    await asyncio.sleep(0)
    may_end.set()  # nobody could, if the work stood in the loop's way

    assert await task is True


async def test_what_the_work_raises_is_raised(aside):
    with pytest.raises(ZeroDivisionError):
        await aside.run(lambda: 1 // 0)

    assert await aside.run(lambda: 7) == 7


async def test_context_variables_are_the_callers_and_stay_so(aside):
    COLOUR.set("blue")

    def repaint() -> str:
        before = COLOUR.get()
        COLOUR.set("red")
        return before

    assert await aside.run(repaint) == "blue"
    assert COLOUR.get() == "blue"


async def test_nobody_may_wait_any_more_when_the_work_ends(aside):
    may_end = threading.Event()
    task = asyncio.create_task(aside.run(lambda: may_end.wait(10)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    may_end.set()

    assert await aside.run(lambda: "the next") == "the next"


def test_the_loop_may_be_closed_when_the_work_ends(aside):
    may_end = threading.Event()

    async def leave() -> None:
        task = asyncio.create_task(aside.run(lambda: may_end.wait(10)))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    may_end.set()

    async def come() -> str:
        return await aside.run(lambda: "in another loop")

    assert asyncio.run(come()) == "in another loop"
