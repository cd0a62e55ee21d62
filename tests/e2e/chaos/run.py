"""Plays sessions against a gateway, and says what was wrong."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched

from tests.e2e.chaos.backends import Backends
from tests.e2e.chaos.calls import Call, Received
from tests.e2e.chaos.http1 import Line, connect, exchange, leave
from tests.e2e.chaos.http2 import Http2Connection
from tests.e2e.chaos.model import fits, outcomes
from tests.e2e.chaos.plans import Session

DEADLINE = 60.0
"""Seconds that a session may take."""
AT_ONCE = 32
"""Sessions at the same time."""


@dataclass
class Report:
    """What was found, and how the calls went: how many ended in each way."""

    findings: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    statuses: dict[int, int | None] = field(default_factory=dict)
    """The status of each whole answer, by call."""
    log: str = ""


class Player:
    """Plays the sessions of a run against the gateway on a port."""

    def __init__(self, port: int, backends: Backends) -> None:
        self.port, self.backends = port, backends
        self.report = Report()
        self.ended: set[int] = set()

    async def play_all(self, sessions: Iterable[Session]) -> None:
        waiting = iter(sessions)

        async def work() -> None:
            for session in waiting:
                await self.play(session)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))

    async def play(self, session: Session) -> None:
        self.backends.calls |= {call.number: call for call in session.calls}
        before = len(self.report.findings)
        try:
            async with asyncio.timeout(DEADLINE):
                await (self.play_http2(session) if session.is_http2 else self.play_http1(session))
        except TimeoutError:
            self.find(session, f"it hangs: {self.open_calls(session)}")
        except Exception as error:  # noqa: BLE001  # whatever it was, the other sessions go on
            self.find(session, f"{type(error).__name__}: {error}: {self.open_calls(session)}")
        self.report.counts["sessions"] += 1
        if len(self.report.findings) > before:
            self.report.counts["sessions with findings"] += 1

    def open_calls(self, session: Session) -> str:
        """Those that did not end, on a line each."""
        ways = [f"\n    {call.describe()}" for call in session.calls if call.number not in self.ended]
        return "".join(ways)

    def find(self, session: Session, what: str) -> None:
        kind = "HTTP/2" if session.is_http2 else "HTTP/1.1"
        self.report.findings.append(
            f"session {session.name} ({kind}, {session.way}, {session.together} at once): {what}"
        )

    # ---- HTTP/1.1 --------------------------------------------------------------------------------------------

    async def play_http1(self, session: Session) -> None:
        line: Line | None = None
        left = list(session.calls)
        try:
            while left:
                if line is None or line.is_over:
                    if line:
                        line.writer.close()
                    line = Line(*await connect(self.port, session.way, small=bool(session.pause)), session.pause)
                del left[: await self.go_on(session, line, left)]
        finally:
            if line:
                line.writer.close()

    async def go_on(self, session: Session, line: Line, left: Sequence[Call]) -> int:
        """Make the next calls; how many were made."""
        group, urls = pipelined(left, session.together), self.backends.urls
        if departure := group[0].departure:
            await leave(line, group[0], departure, urls, session.way)
            self.report.counts["left"] += 1
            self.ended.add(group[0].number)
            return 1
        answers = await exchange(line, group, urls, session.way)
        for call, received in zip(group, answers, strict=False):
            self.judge(session, call, received, ends_by_close=line.is_over)
        return len(answers)

    # ---- HTTP/2 ----------------------------------------------------------------------------------------------

    async def play_http2(self, session: Session) -> None:
        connection: Http2Connection | None = None
        groups = list(batched(session.calls, session.together))
        try:
            for group in groups:
                if connection is None or connection.is_over:
                    connection = Http2Connection(session.window, session.pause)
                    await connection.open(self.port, proxied=session.way in {"absolute", "connect"})
                await self.make_group(session, connection, group, leaves=bool(session.leaves) and group == groups[-1])
        finally:
            if connection:
                await connection.leave(session.leaves or "close")

    async def make_group(
        self, session: Session, connection: Http2Connection, group: Sequence[Call], *, leaves: bool
    ) -> None:
        """Make the calls at the same time; the client may leave in the middle of them."""
        async with asyncio.TaskGroup() as tasks:
            calls = [tasks.create_task(self.make_http2(session, connection, call)) for call in group]
            if leaves:
                await asyncio.sleep(0.01 * (group[0].number % 5))
                for task in calls:
                    task.cancel()

    async def make_http2(self, session: Session, connection: Http2Connection, call: Call) -> None:
        if call.departure:
            await connection.give_up(call, self.backends.urls)
            self.report.counts["left"] += 1
            self.ended.add(call.number)
        else:
            received = await connection.make(call, self.backends.urls)
            self.judge(session, call, received, ends_by_close=False)

    # ---- judging ---------------------------------------------------------------------------------------------

    def judge(self, session: Session, call: Call, received: Received, *, ends_by_close: bool) -> None:
        self.ended.add(call.number)
        acts = self.backends.acts[call.number]
        expected = outcomes(call, acts)
        for outcome in expected:
            if fits(outcome, call, received, ends_by_close=ends_by_close):
                self.report.counts[type(outcome).__name__] += 1
                if received.is_whole:
                    self.report.statuses[call.number] = received.status
                return
        self.find(
            session,
            f"{call.describe()}\n    came: {received.describe()}\n    expected: {expected}\n    acts: {dict(acts)}"[
                :2000
            ],
        )


def pipelined(calls: Sequence[Call], together: int) -> list[Call]:
    """The next calls that may go out in one piece: one that leaves, or waits for a word, goes alone."""
    group: list[Call] = []
    for call in calls[:together]:
        if call.departure or call.form == "expect":
            return group or [call]
        group.append(call)
    return group


def faults_in_log(log: str, report: Report, backends: Backends) -> Iterator[str]:
    """What the log should not say: tracebacks, calls that are told of twice or otherwise than they ended, or never."""
    told: Counter[int] = Counter()
    for line in log.splitlines():
        record = json.loads(line) if line.startswith("{") else {}
        if not record or "exception" in record or is_unexpected(record):
            yield f"the log says: {line}"
        elif "/calls/" in record.get("path", ""):
            number = int(record["path"].rpartition("/")[2])
            told[number] += 1
            if number in report.statuses and record["status"] != report.statuses[number]:
                yield f"call {number} got {report.statuses[number]}, and the log says {line}"
    for number, call in backends.calls.items():
        if not call.api.is_governed:
            continue
        must = number in report.statuses or bool(backends.acts.get(number))
        if told[number] > 1 or (must and not told[number]):
            yield f"{call.describe()} was told of {told[number]} times"


def is_unexpected(record: dict[str, object]) -> bool:
    """Whether it is an error, and not that of a call whose backend failed."""
    if record["level"] != "error" or "path" in record:
        return False
    return record["logger"] != "apim" or str(record["message"]).startswith("unexpected")
