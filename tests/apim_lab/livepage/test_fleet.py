"""The controls of mock fleets: real ones, and what only says it is one."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from apim_lab.livepage import fleet as fleet_module
from apim_lab.livepage.fleet import FleetControls, FleetError, parse_control
from mockbackends import Backend, serve
from mockbackends.client import ControlClient
from mockbackends.faults import FAULTS
from tests.apim_lab.livepage.conftest import eventually


@asynccontextmanager
async def fleet_of(*controls: str) -> AsyncIterator[FleetControls]:
    """A fleet; what it still asks for at the end is waited for, so that no socket stays open."""
    fleet = FleetControls(controls)
    try:
        yield fleet
    finally:
        fleet.close()
        await eventually(lambda: not fleet._client.active)


class Impostor:
    """Something that listens where a control should. `answer` writes it."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.answer: Callable[[asyncio.StreamWriter], Awaitable[None]] = self.says(b"{}")
        self.port = 0
        self._answering: set[asyncio.Task[None] | None] = set()

    def says(self, body: bytes, status: str = "200 OK", head: str = "") -> Callable[..., Awaitable[None]]:
        async def answer(writer: asyncio.StreamWriter) -> None:
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body)

        return answer

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._answering.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            await self.answer(writer)
            await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        self._answering.discard(task)

    async def end(self) -> None:
        """Wait for the answers that are under way."""
        await eventually(lambda: not self._answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
async def impostor() -> AsyncIterator[Impostor]:
    impostor = Impostor()
    server = await asyncio.start_server(impostor, "127.0.0.1", 0)
    impostor.port = server.sockets[0].getsockname()[1]
    yield impostor
    server.close()
    await impostor.end()


async def test_it_sees_the_backends(mocks):
    async with fleet_of(mocks.control_url + "/") as fleet:
        await fleet.look()

    assert set(fleet.seen) == {"backends", "faults"}
    (backend,) = fleet.seen["backends"]
    assert (backend["name"], backend["url"]) == ("one", mocks.urls["one"])
    assert backend["deployments"][0]["limits"]["rpm"] == 6


async def test_it_sees_each_fault_of_the_fleets_once(mocks):
    with serve([Backend("two")], control=0) as other:
        async with fleet_of(mocks.control_url, other.control_url) as fleet:
            await fleet.look()

    assert [(fault["name"], fault["help"]) for fault in fleet.seen["faults"]] == [
        (name, fault.help) for name, fault in FAULTS.items()
    ]


async def test_it_sees_several_fleets(mocks):
    with serve([Backend("two", rpm=1)], control=0) as other:
        async with fleet_of(mocks.control_url, other.control_url) as fleet:
            await fleet.look()
            deployment = fleet.seen["backends"][1]["deployments"][0]["name"]
            changed = await fleet.change("two", deployment, b'{"limits": {"rpm": 77}}')

    assert [backend["name"] for backend in fleet.seen["backends"]] == ["one", "two"]
    assert changed["limits"]["rpm"] == 77


async def test_it_changes_a_deployment_and_sees_it(mocks):
    async with fleet_of(mocks.control_url) as fleet:
        await fleet.look()
        name = fleet.seen["backends"][0]["deployments"][0]["name"]
        await fleet.change("one", name, b'{"limits": {"rpm": 9}}')

    assert fleet.seen["backends"][0]["deployments"][0]["limits"]["rpm"] == 9


SCENARIO = '{"name": "%s", "events": [{"at": 0, "change": {"limits": {"rpm": 1}}}]}'


async def test_one_that_plays_such_a_scenario_begins_anew_and_the_others_do_not(mocks, caplog):
    with serve([Backend("two", rpm=6)], control=0) as other, serve([Backend("three")], control=0) as third:
        controls = [ControlClient(fleet.control_url) for fleet in (mocks, other, third)]
        for control, name in zip(controls, ("lesson: one", "mine"), strict=False):
            control.load_scenario(SCENARIO % name)
        async with fleet_of(*(control.url for control in controls)) as fleet:
            await fleet.reset_where(["lesson: one", "lesson: two"])
        scenarios = [control.fleet()["scenario"] for control in controls]

    assert [scenario and scenario["name"] for scenario in scenarios] == [None, "mine", None]
    assert [mocks.control_url in record.getMessage() for record in caplog.records] == [True]


async def test_a_scenario_without_a_name_is_none_of_these(mocks):
    control = ControlClient(mocks.control_url)
    control.load_scenario('{"events": [{"at": 0, "change": {"limits": {"rpm": 1}}}]}')
    async with fleet_of(mocks.control_url) as fleet:
        await fleet.reset_where(["lesson: one"])

    assert control.fleet()["scenario"]


@pytest.mark.parametrize("answer", [b"{", b"{}", b'{"backends": [], "scenario": 1}'])
async def test_what_is_no_fleet_does_not_begin_anew(impostor, answer):
    impostor.answer = impostor.says(answer)
    async with fleet_of(impostor.url) as fleet:
        await fleet.reset_where(["lesson: one"])
        await impostor.end()

    assert [asked.split(b" ", 2)[0] for asked in impostor.asked] == [b"GET"]


@pytest.mark.parametrize(
    ("backend", "deployment", "change", "status"),
    [
        ("none", "gpt-4o", b"{}", 404),
        ("one", "none", b"{}", 404),
        ("one", "../../../reset", b"{}", 404),
        ("one", "..", b"{}", 404),
        ("one", "a?b#c\r\nX: y", b"{}", 404),
        ("one", "gpt-4o", b"", 400),
        ("one", "gpt-4o", b"{", 400),
        ("one", "gpt-4o", b"\xff", 400),
        ("one", "gpt-4o", b'{"limits": {"rpm": NaN}}', 400),
        ("one", "gpt-4o", b'{"limits": {"rpm": 1e999}}', 400),
        ("one", "gpt-4o", b"[" * 60_000, 400),
    ],
)
async def test_what_a_control_refuses_is_refused(mocks, backend, deployment, change, status):
    async with fleet_of(mocks.control_url) as fleet:
        await fleet.look()
        with pytest.raises(FleetError) as refused:
            await fleet.change(backend, deployment, change)

    assert refused.value.status == status
    assert str(refused.value)


async def test_clocks_jump_and_fleets_begin_anew(mocks):
    async with fleet_of(mocks.control_url) as fleet:
        before = mocks.clock.seconds()
        await fleet.advance(100)
        after = mocks.clock.seconds()
        await fleet.look()
        name = fleet.seen["backends"][0]["deployments"][0]["name"]
        await fleet.change("one", name, b'{"limits": {"rpm": 9}}')
        await fleet.reset()

    assert after - before >= 100
    assert fleet.seen["backends"][0]["deployments"][0]["limits"]["rpm"] == 6


async def test_without_controls_there_is_nothing_to_do():
    async with fleet_of() as fleet:
        await fleet.run()
        await fleet.look()
        await fleet.reset()
        await fleet.advance(10)

    assert fleet.seen is None


async def test_it_looks_again_and_again(mocks, monkeypatch, until):
    monkeypatch.setattr(fleet_module, "POLL_INTERVAL", 0.001)
    async with fleet_of(mocks.control_url) as fleet:
        running = asyncio.create_task(fleet.run())
        await until(lambda: fleet.seen)
        fleet.seen = None
        await until(lambda: fleet.seen)
        running.cancel()


async def test_a_control_on_ipv6_is_asked():
    with serve([Backend("one")], control=0, control_host="::1") as mocks:
        async with fleet_of(mocks.control_url) as fleet:
            await fleet.look()

    assert fleet.seen


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://" + "a" * 70 + ":80", "http://nowhere.invalid"])
async def test_a_control_that_is_not_there_is_no_fleet(url):
    async with fleet_of(url) as fleet:
        await fleet.look()
        with pytest.raises(FleetError, match="does not answer") as failed:
            await fleet.reset()

    assert fleet.seen is None
    assert failed.value.status == 502


async def test_one_that_stays_away_is_told_of_once(caplog):
    async with fleet_of("http://127.0.0.1:1") as fleet:
        before = []
        for _ in range(12):
            before.append(len(caplog.records))
            await fleet.look()

    assert before == [0] * 5 + [1] * 7
    assert "the live page shows no mock backends: the fleet's control at http://127.0.0.1:1 does not" in caplog.text


async def test_one_fleet_that_is_gone_hides_no_other(mocks):
    async with fleet_of("http://127.0.0.1:1", mocks.control_url) as fleet:
        await fleet.look()

    assert [backend["name"] for backend in fleet.seen["backends"]] == ["one"]


NESTED = b"[" * 200_000 + b"]" * 200_000


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b"<html>", b"{}", NESTED),
        *(b'{"backends": null}', b'{"backends": {}}', b'{"backends": [1]}', b'{"backends": [{}]}'),
        *(b'{"backends": [{"name": 1, "deployments": []}]}', b'{"backends": [{"name": "one", "deployments": 3}]}'),
        b'{"backends": [{"name": "one", "deployments": [{"no": "name"}]}]}',
        b'{"backends": [{"name": "one", "deployments": [], "more": NaN}]}',
        b'{"backends": [{"name": "one", "deployments": [], "more": 1e999}]}',
        b'{"backends": [{"name": "one", "deployments": [], "more": ' + NESTED + b"}]}",
        b'{"backends": [{"name": "one", "deployments": [], "more": ' + b"9" * 5000 + b"}]}",
    ],
    ids=lambda body: body[:60].decode(errors="replace"),
)
async def test_what_is_no_fleet_is_not_shown(impostor, body):
    impostor.answer = impostor.says(body)
    async with fleet_of(impostor.url) as fleet:
        await fleet.look()

    assert fleet.seen is None


async def test_hostile_names_are_only_text(impostor):
    name = "<script>\ud800\r\n\x00"
    shown = {"backends": [{"name": name, "deployments": [{"name": name}]}], "faults": [{"name": name, "help": name}]}
    impostor.answer = impostor.says(json.dumps(shown).encode())
    async with fleet_of(impostor.url) as fleet:
        await fleet.look()

    assert fleet.seen in (shown, None)
    assert json.dumps(fleet.seen).isascii()


@pytest.mark.parametrize(
    ("status", "body", "expected", "message"),
    [
        ("409 Conflict", b'{"error": {"message": "not now"}}', 409, "not now"),
        ("418 Teapot", b'{"error": {"message": "x\\r\\nSet-Cookie: a"}}', 418, "x\r\nSet-Cookie: a"),
        ("400 Bad", b'{"error": {"message": {"a": 1}}}', 502, "is no fleet's control"),
        ("400 Bad", b'{"error": "x"}', 502, "is no fleet's control"),
        ("400 Bad", b"[]", 502, "is no fleet's control"),
        ("400 Bad", b"", 502, "is no fleet's control"),
        ("400 Bad", b'{"error": {"message": "' + b"x" * 20_000 + b'"}}', 502, "is no fleet's control"),
        ("500 Oh", b'{"error": {"message": "no"}}', 502, "is no fleet's control"),
        ("999 Oh", b"{}", 502, "is no fleet's control"),
        ("204 No Content", b"", 502, "is no fleet's control"),
    ],
)
async def test_refusals_keep_their_status_if_it_is_the_clients(impostor, status, body, expected, message):
    impostor.answer = impostor.says(body, status)
    async with fleet_of(impostor.url) as fleet:
        with pytest.raises(FleetError) as refused:
            await fleet.advance(1)

    assert refused.value.status == expected
    assert message in str(refused.value)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
async def test_redirects_lead_nowhere(impostor, mocks, status):
    impostor.answer = impostor.says(b"{}", status, f"Location: {mocks.control_url}/fleet\r\n")
    async with fleet_of(impostor.url) as fleet:
        await fleet.look()
        with pytest.raises(FleetError) as failed:
            await fleet.reset()

    assert fleet.seen is None
    assert failed.value.status == 502
    assert len(impostor.asked) == 2


def endless(head: str, piece: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode())
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()

    return answer


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        ("", b"x" * 65_536),
        ("Content-Length: 99999999999\r\n", b"x" * 65_536),
        ("Transfer-Encoding: chunked\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
        ("X: y\r\n" * 3 + "Z: ", b"z" * 65_536),
    ],
    ids=["until it closes", "of a length", "chunked", "header"],
)
async def test_an_endless_answer_is_given_up(impostor, head, piece, monkeypatch):
    monkeypatch.setattr(fleet_module, "ANSWER_TIMEOUT", 0.5)
    impostor.answer = endless(head, piece)
    async with fleet_of(impostor.url) as fleet, asyncio.timeout(5):
        with pytest.raises(FleetError) as failed:
            await fleet.reset()

    assert failed.value.status == 502


async def test_a_compressed_answer_is_not_blown_up(impostor):
    impostor.answer = impostor.says(b"\x1f\x8b", head="Content-Encoding: gzip\r\n")
    async with fleet_of(impostor.url) as fleet:
        with pytest.raises(FleetError, match="is no fleet's control"):
            await fleet.reset()


async def test_one_that_never_answers_is_given_up(impostor, monkeypatch):
    monkeypatch.setattr(fleet_module, "ANSWER_TIMEOUT", 0.05)

    async def never(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)

    impostor.answer = never
    async with fleet_of(impostor.url) as fleet:
        with pytest.raises(FleetError, match="does not answer") as failed:
            await fleet.reset()

    assert failed.value.status == 502


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\r\n\r\n", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 99999999 x\r\n\r\n", b"\xff" * 1000 + b"\r\n\r\n"),
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}",
        b"HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}xxxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
    ],
)
async def test_garbage_is_no_answer(impostor, data, monkeypatch):
    monkeypatch.setattr(fleet_module, "ANSWER_TIMEOUT", 0.1)

    async def garbage(writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    impostor.answer = garbage
    async with fleet_of(impostor.url) as fleet:
        with pytest.raises(FleetError):
            await fleet.reset()


@pytest.mark.parametrize(
    "url",
    [
        *("", "5000", "127.0.0.1:5000", "localhost:5000", "ftp://a", "file:///etc/passwd", "http://", "http:///x"),
        *("http://a:99999", "http://a:b", "http://[::1", "http://a?b=c", "http://a#b", "http://user:secret@a"),
    ],
)
def test_what_is_no_url_is_refused(url):
    with pytest.raises(ValueError, match=r"apim_fleet is .*: expected a URL, like http://127.0.0.1:5000"):
        parse_control(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000", "https://mocks", "http://[::1]:5000", "http://mocks/control"])
def test_what_is_a_url_is_one(url):
    assert parse_control(url + "/") == url
