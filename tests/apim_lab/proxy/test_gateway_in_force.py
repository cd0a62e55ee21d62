"""The gateway in force: by the options, by files that change, by a lesson."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import ctx
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.test import taddons

from apim_lab.csharp.runtime.budget import Limits
from apim_lab.messages import Request, Url
from apim_lab.proxy import gateway_in_force
from apim_lab.proxy.addon import Balancer
from apim_lab.proxy.gateway_in_force import GatewayInForce
from apim_lab.service.configuration import load_gateway
from apim_lab.service.gateway import Gateway

POLICY = '<policies><inbound><set-backend-service backend-id="openAiBackend1" /></inbound></policies>'


@pytest.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gateway_in_force, "RELOAD_INTERVAL", 0.01)
    addon = Balancer()
    policy(tmp_path, "first")
    with taddons.context(Proxyserver(), addon) as context:
        context.configure(addon, apim_policy=str(tmp_path / "first.xml"))
        addon.is_running = True
        addon.in_force.open()
        yield addon.in_force
        addon.in_force.close()


def policy(folder: Path, name: str, said: str = "") -> Path:
    path = folder / f"{name}.xml"
    path.write_text(f"{POLICY}<!-- {name} {said} -->")
    return path


def text(served: GatewayInForce) -> str:
    return served.gateway.apis[0].document.text


async def comes(said: str, where: Callable[[], str]) -> bool:
    async with asyncio.timeout(10):
        while said not in where():  # noqa: ASYNC110  # the files are looked at, nobody tells of them
            await asyncio.sleep(0.01)
    return True


async def test_a_policy_that_changes_is_read_again(served, tmp_path):
    policy(tmp_path, "first", "changed")

    assert await comes("first changed", lambda: text(served))


async def test_a_policy_that_is_wrong_is_not_taken_and_its_mending_is(served, tmp_path, caplog):
    (tmp_path / "first.xml").write_text("<policies><nonsense /></policies>")
    await comes("stays in force", lambda: caplog.text)
    before = text(served)
    policy(tmp_path, "first", "mended")

    assert POLICY in before
    assert await comes("first mended", lambda: text(served))


REFUSED_THERE = """<policies><inbound>
<set-variable name="day" value="@(DateTime.Today.ToLocalTime())" />
</inbound></policies>"""


async def test_what_api_management_refuses_is_logged_when_the_policy_is_read(served, tmp_path, caplog):
    (tmp_path / "first.xml").write_text(REFUSED_THERE)

    assert await comes("documentation does not list this", lambda: caplog.text)
    assert (
        "first.xml:2:50: API Management's documentation does not list this: Usage of member 'ToLocalTime' of type "
        "'System.DateTime' is not supported within expressions"
    ) in caplog.text
    assert {"WARNING"} == {it.levelname for it in caplog.records if "does not list" in it.message}


async def test_what_api_management_refuses_is_a_mistake_if_the_list_is_enforced(served, tmp_path, caplog):
    ctx.options.update(apim_allow_list="enforce")
    (tmp_path / "first.xml").write_text(REFUSED_THERE)

    assert await comes("stays in force", lambda: caplog.text)
    assert "first.xml:2:50: Usage of member 'ToLocalTime'" in caplog.text


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """The reading of first.xml begins, and goes on when it may."""
    is_being_read, may_end = threading.Event(), threading.Event()

    def load_slowly(*arguments: Any) -> Gateway:
        if "first" in str(arguments[1].policy):
            is_being_read.set()
            assert may_end.wait(10)
        return load_gateway(*arguments)

    monkeypatch.setattr(gateway_in_force, "load_gateway", load_slowly)
    return is_being_read, may_end


async def test_calls_go_on_while_a_policy_is_read(served, tmp_path, held):
    is_being_read, may_end = held
    policy(tmp_path, "first", "changed")
    await comes("True", lambda: str(is_being_read.is_set()))
    meanwhile = text(served)
    may_end.set()

    assert "changed" not in meanwhile
    assert await comes("first changed", lambda: text(served))


async def test_a_lesson_that_begins_while_a_policy_is_read_is_not_replaced_by_it(served, tmp_path, held):
    is_being_read, may_end = held
    policy(tmp_path, "first", "changed")
    await comes("True", lambda: str(is_being_read.is_set()))
    beginning = asyncio.create_task(served.begin(policy(tmp_path, "lesson"), {}))
    await asyncio.sleep(0)
    may_end.set()
    await beginning

    assert "lesson" in text(served)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
async def test_a_policy_that_becomes_a_pipe_is_a_mistake(served, tmp_path, caplog):
    (tmp_path / "first.xml").unlink()
    os.mkfifo(tmp_path / "first.xml")

    assert await comes("expected a regular file\nThe configuration before this change", lambda: caplog.text)


async def test_the_policy_of_a_lesson_is_the_one_that_is_watched(served, tmp_path):
    store = served.store
    await served.begin(policy(tmp_path, "lesson"), {})
    began = text(served)
    policy(tmp_path, "lesson", "changed")

    assert "lesson" in began
    assert served.store is not store
    assert served.gateway.store is served.store
    assert await comes("lesson changed", lambda: text(served))


async def test_after_a_lesson_all_is_as_before(served, tmp_path):
    await served.begin(policy(tmp_path, "lesson"), {})
    await served.begin(policy(tmp_path, "other"), {})
    await served.restore()
    restored = text(served)
    store = served.store
    await served.restore()

    assert "first" in restored
    assert served.store is store


async def test_after_a_lesson_the_policy_of_before_stays_where_it_has_become_wrong(served, tmp_path, caplog):
    before, file = text(served), tmp_path / "first.xml"
    await served.begin(policy(tmp_path, "lesson"), {})
    file.write_text("<policies><nonsense /></policies>")
    os.utime(file, ns=(1, 1))  # the mending is later, however coarse the clock of the files
    await served.restore()
    left, store = text(served), served.gateway.store
    policy(tmp_path, "first", "mended")

    assert left == before
    assert store is served.store
    assert f"{file}:1:11" in caplog.text
    assert "The configuration before this change stays in force." in caplog.text
    assert await comes("first mended", lambda: text(served))


async def test_a_lesson_whose_policy_is_wrong_cannot_begin(served, tmp_path):
    with pytest.raises(ValueError, match="cannot read the file"):
        await served.begin(tmp_path / "none.xml", {})

    await served.restore()
    assert "first" in text(served)


async def test_what_a_request_may_use_is_an_option(served):
    ctx.options.update(apim_statements=7, apim_cpu_seconds=1)
    run = served.gateway.start(served.gateway.apis[0], Request("GET", Url.parse("http://gateway/openai/a")))
    run.close()

    assert run.context.budget.limits == Limits(statements=7, cpu_seconds=1)


async def test_a_gateway_that_does_not_listen_has_no_url(served, monkeypatch):
    monkeypatch.setattr(
        "apim_lab.proxy.gateway_in_force.ctx.master.addons.get", lambda name: type("Proxyserver", (), {"servers": []})
    )
    with pytest.raises(ValueError, match="does not listen"):
        served.url()
