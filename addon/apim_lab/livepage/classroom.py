"""The lessons, and the one that runs, in a program of its own (`apim-lab lesson perform`).

That program plays the story from outside, as a client of the gateway and of the fleet, and writes its steps as lines of
JSON. This module makes the gateway ready for it, and keeps its steps for the page.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from apim_lab.livepage.board import Board, Operated
from apim_lab.livepage.fleet import FleetControls
from apim_lab.tracing.attempts import Json
from apim_lab.tracing.masking import short_hash

ROOT = Path(__file__).parents[2]
"""The folder that the package is in."""

MAX_LINE = 64 * 1024
"""Bytes of one step."""

MAX_STEPS = 1000

NAMES = {
    short_hash(key): key
    for name in ("blue", "green", "red")
    for key in (name, f"calls of {name}", f"answers of {name}")
}
"""The keys with which lessons call and their policies count, by the short hash that the page would show."""

logger = logging.getLogger("apim")


@dataclass(frozen=True)
class LessonEntry:
    """A lesson as `apim-lab lesson list --json` prints it.

    `policy` is a file, `scenario` the name of the fleet's scenario while the lesson plays.
    """

    number: int
    title: str
    watch: str
    question: str
    answer: str
    policy: str
    named_values: dict[str, str]
    scenario: str

    def as_dict(self) -> Json:
        """What the page shows of it."""
        return {name: told for name, told in asdict(self).items() if name not in ("policy", "named_values", "scenario")}


@dataclass
class Performance:
    """A lesson that runs, or has run: `state` is running, passed, failed or stopped. Each has an `id` of its own: a
    lesson that is played twice has two."""

    lesson: LessonEntry
    id: str = field(default_factory=lambda: str(uuid4()))
    state: str = "running"
    steps: list[Json] = field(default_factory=list)

    def as_dict(self) -> Json:
        """As the page has it."""
        return {
            **self.lesson.as_dict(),
            "id": self.id,
            "keys": NAMES,
            "state": self.state,
            "steps": list(self.steps),
        }

    def add(self, told: Json) -> None:
        """Keep a step; raise ValueError if there are too many."""
        if len(self.steps) >= MAX_STEPS:
            raise ValueError(f"it has more than {MAX_STEPS} steps")
        self.steps.append(told)

    def end(self, code: int) -> None:
        """Note that its program has ended with this exit code."""
        self.state = "passed" if code == 0 else "failed"
        if code and all(told["ok"] is not False for told in self.steps):
            self.fail(f"its program ended with exit code {code}")

    def fail(self, why: str) -> None:
        """Note why it cannot go on."""
        self.state = "failed"
        self.steps.append({"kind": "check", "text": f"The lesson broke off: {why}", "ok": False})


class LessonStep(BaseModel):
    """One step, as the program writes it. `ok` is whether a check held."""

    model_config = ConfigDict(strict=True)

    kind: Literal["say", "do", "check"]
    text: str
    ok: bool | None = None


_LESSONS = TypeAdapter(list[LessonEntry])


class Classroom:
    """Runs one lesson at a time; `begin` and `leave` wait for each other."""

    def __init__(self, operated: Operated, board: Board, fleet: FleetControls) -> None:
        self._operated = operated
        self._board = board
        self._fleet = fleet
        self._lessons: dict[int, LessonEntry] = {}
        self._performance: Performance | None = None
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._page = ""
        self._is_closed = False

    def titles(self) -> list[Json]:
        """Number and title of every lesson."""
        return [{"number": lesson.number, "title": lesson.title} for lesson in self._lessons.values()]

    def lesson(self) -> Json | None:
        """The lesson that runs; after its end, until somebody leaves it."""
        return self._performance.as_dict() if self._performance else None

    async def open(self, page: str) -> None:
        """Read the list of lessons; without a mock fleet there are none. `page` is the page's URL.

        If a gateway ended during a lesson, the fleet still plays the lesson's scenario: reset it.
        """
        self._page = page
        if (
            not self._fleet.controls or not (ROOT / "apim_lab" / "lessons").is_dir()
        ):  # the image of compose leaves them out
            return
        try:
            async with program("list", "--json") as lister:
                listed, _ = await lister.communicate()
            if lister.returncode:
                raise ValueError(f"it ended with exit code {lister.returncode}")
            lessons = _LESSONS.validate_json(listed)
        except (OSError, ValueError) as error:
            logger.warning("there are no lessons, `apim-lab lesson list --json` failed: %s", error)
            return
        async with self._turn:
            self._lessons = {lesson.number: lesson for lesson in lessons}
            await self._fleet.reset_where([lesson.scenario for lesson in lessons])

    async def begin(self, number: int) -> str:
        """Begin a lesson; returns the id of its performance.

        Raise LookupError if there is no such lesson, ValueError if it cannot begin now, FleetError.
        """
        lesson = self._lessons.get(number)
        if lesson is None:
            raise LookupError(f"there is no lesson {number}: there are {', '.join(map(str, self._lessons)) or 'none'}")
        async with self._turn:
            if self._performance and self._performance.state == "running":
                raise ValueError(f"lesson {self._performance.lesson.number} is running: leave it first")
            if count := self._board.under_way:  # the page would show them as the lesson's
                raise ValueError(f"calls that have not ended: {count}. Wait for them, or advance the clock")
            gateway = self._operated.url()
            await self._prepare(lesson)
            self._performance = Performance(lesson)
            perform = self._perform(self._performance, gateway)
            self._task = asyncio.get_running_loop().create_task(perform)
            return self._performance.id

    async def leave(self, id_: str | None = None) -> None:
        """Stop the lesson, and put gateway and fleet back as they were at the start. Raise FleetError.

        With an id, leave that performance only, if it is still here.
        """
        async with self._turn:
            here = self._performance.id if self._performance else None
            if id_ not in (None, here):
                return
            self._stop()
            if self._task:
                await asyncio.wait([self._task])  # its program must not make a call after the reset
            await self._operated.restore()
            if self._performance:
                self._performance = None
                await self._fleet.reset()

    def close(self) -> None:
        """Stop the lesson's program, and begin no more."""
        self._is_closed = True
        self._stop()

    def _stop(self) -> None:
        if self._task:
            self._task.cancel()
        if self._performance and self._performance.state == "running":
            self._performance.state = "stopped"

    async def _prepare(self, lesson: LessonEntry) -> None:
        """Make fleet and gateway ready for the lesson. If its policy has a mistake, no lesson is left on the page."""
        await self._fleet.reset()
        try:
            await self._operated.begin(Path(lesson.policy), lesson.named_values)
            if self._is_closed:
                raise ValueError("the gateway is being stopped")
        except ValueError:
            self._performance = None
            await self._operated.restore()
            raise

    async def _perform(self, performance: Performance, gateway: str) -> None:
        number, fleet = str(performance.lesson.number), self._fleet.controls[0]
        places = ("--gateway", gateway, "--page", self._page, "--fleet", fleet)
        try:
            async with program("perform", number, *places) as teller:
                assert teller.stdout is not None
                async for line in teller.stdout:
                    performance.add(step(line))
                performance.end(await teller.wait())
        except (OSError, ValueError) as error:
            performance.fail(str(error))


@asynccontextmanager
async def program(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `apim-lab lesson` with these arguments, and end it with the block. Raise OSError."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "apim_lab", "lesson", *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        limit=MAX_LINE,
    )
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.kill()
        await running.wait()


def step(line: bytes) -> Json:
    """A step that the program has written; any other line becomes a step of kind `say`."""
    try:
        return LessonStep.model_validate_json(line).model_dump()
    except ValidationError:
        return {"kind": "say", "text": line.decode(errors="replace").strip(), "ok": None}
