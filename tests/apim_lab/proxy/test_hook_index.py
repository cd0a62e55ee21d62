"""mitmproxy's addon manager with the index, and with the patch, beside its own: all call the same, in the same order."""

import logging
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
from mitmproxy import addonmanager, exceptions, hooks, http
from mitmproxy.addonmanager import AddonManager
from mitmproxy.addons.view import View
from mitmproxy.proxy.layers.http import HttpRequestHeadersHook, HttpRequestHook, HttpResponseHook
from mitmproxy.test import taddons, tflow

from apim_lab.proxy import hook_index

PATCH = Path(__file__).parents[3] / "docs" / "patches" / "mitmproxy-hook-index.patch"


class Listener:
    """Notes the hooks that it gets, and does what it is told to."""

    def __init__(self, name: str, heard: list[str], act=lambda flow: None, children=()):
        self.name, self.heard, self.act, self.addons = name, heard, act, list(children)

    def request(self, flow: http.HTTPFlow) -> None:
        self.heard.append(self.name)
        self.act(flow)


class AsyncListener(Listener):
    async def request(self, flow: http.HTTPFlow) -> None:
        self.heard.append(self.name)
        result = self.act(flow)
        if result is not None:
            await result


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture(scope="module")
def patched(tmp_path_factory) -> type[AddonManager]:
    """mitmproxy's own manager with the patch that docs/performance.md offers."""
    if not shutil.which("git"):
        pytest.skip("git applies the patch")
    folder = tmp_path_factory.mktemp("patched")
    copy = folder / "mitmproxy" / "addonmanager.py"
    copy.parent.mkdir()
    shutil.copy(addonmanager.__file__, copy)
    subprocess.run(["git", "apply", PATCH], cwd=folder, check=True)
    source = copy.read_text()
    module = types.ModuleType("mitmproxy.addonmanager")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "mitmproxy.addonmanager", module)  # its dataclass looks for itself there
        patch.delitem(hooks.all_hooks, "load")
        exec(compile(source, copy, "exec"), vars(module))
    return module.AddonManager


@pytest.fixture(params=["mitmproxy's walk", "the index", "the patch"])
def addons(request) -> AddonManager:
    with taddons.context(loadcore=False) as context:
        if request.param == "the index":
            hook_index.install(context.master)
        if request.param == "the patch":
            context.master.addons = request.getfixturevalue("patched")(context.master)
        yield context.master.addons


async def request(addons: AddonManager, flow: http.HTTPFlow | None = None) -> None:
    await addons.handle_lifecycle(HttpRequestHook(flow or tflow.tflow()))


def raising(error: Exception):
    def act(flow: http.HTTPFlow) -> None:
        raise error

    return act


async def test_addons_are_called_in_the_order_of_the_chain_and_children_after_their_parents(addons, heard):
    grandchild = Listener("grandchild", heard)
    child = AsyncListener("child", heard, children=[grandchild])
    addons.add(Listener("first", heard), Listener("parent", heard, children=[child]), AsyncListener("last", heard))
    for _ in range(2):
        await request(addons)
    assert heard == ["first", "parent", "child", "grandchild", "last"] * 2


async def test_a_parent_that_does_not_listen_has_children_that_do(addons, heard):
    parent = types.SimpleNamespace(name="parent", addons=[Listener("child", heard)])
    addons.add(parent)
    await request(addons)
    assert heard == ["child"]


@pytest.mark.parametrize("kind", [Listener, AsyncListener])
async def test_addon_halt_ends_the_dispatch(addons, heard, kind):
    addons.add(kind("halts", heard, raising(exceptions.AddonHalt())), Listener("after", heard))
    await request(addons)
    assert heard == ["halts"]


@pytest.mark.parametrize("kind", [Listener, AsyncListener])
async def test_an_error_is_logged_and_ends_only_the_calls_of_that_addon(addons, heard, kind, caplog):
    failing = kind("fails", heard, raising(ZeroDivisionError("by zero")), children=[Listener("child", heard)])
    addons.add(failing, Listener("after", heard))
    await request(addons)
    assert heard == ["fails", "after"]
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("mitmproxy.addonmanager", logging.ERROR)
    assert record.getMessage() == "Addon error: by zero"
    assert record.exc_info[2].tb_frame.f_code.co_name == "request"  # the traceback begins in the addon


async def test_an_options_error_reaches_the_caller(addons, heard):
    addons.add(Listener("fails", heard, raising(exceptions.OptionsError("wrong"))))
    with pytest.raises(exceptions.OptionsError, match="wrong"):
        await request(addons)


async def test_an_attribute_of_the_name_that_is_no_method_is_logged_each_time(addons, heard, caplog):
    addons.add(types.SimpleNamespace(name="odd", request=5), Listener("after", heard))
    for _ in range(2):
        await request(addons)
    assert heard == ["after", "after"]
    assert len(caplog.records) == 2
    assert "not callable" in caplog.text


async def test_a_module_of_the_name_is_passed_over(addons, heard, caplog):
    addons.add(types.SimpleNamespace(name="imports", request=types), Listener("after", heard))
    await request(addons)
    assert (heard, caplog.records) == (["after"], [])


async def test_addons_may_come_and_go_between_two_dispatches(addons, heard):
    first, second = Listener("first", heard), Listener("second", heard)
    addons.add(first)
    await request(addons)
    addons.add(second)
    await request(addons)
    addons.remove(first)
    await request(addons)
    addons.clear()
    await request(addons)
    assert heard == ["first", "first", "second", "second"]


async def test_children_may_be_registered_while_it_runs(addons, heard):
    parent = Listener("parent", heard)
    addons.add(parent)
    await request(addons)
    child = Listener("child", heard)
    addons.register(child)
    parent.addons.append(child)  # as mitmproxy's scripts do: after
    await request(addons)
    assert heard == ["parent", "parent", "child"]


@pytest.mark.parametrize("kind", [Listener, AsyncListener])
async def test_an_addon_that_comes_during_a_dispatch_gets_that_hook(addons, heard, kind):
    addons.add(kind("adds", heard, lambda flow: addons.add(Listener("added", heard))), Listener("after", heard))
    await request(addons)
    assert heard == ["adds", "after", "added"]


async def test_a_child_that_goes_while_another_addon_waits_is_not_called(addons, heard):
    child = Listener("child", heard)
    parent = Listener("parent", heard, children=[child])

    async def reload(flow: http.HTTPFlow) -> None:
        addons.remove(child)
        parent.addons.clear()

    addons.add(AsyncListener("waits", heard, reload), parent)
    await request(addons)
    assert heard == ["waits", "parent"]


async def test_a_new_order_of_children_by_an_option_is_followed(addons, heard):
    children = [Listener("one", heard), Listener("two", heard)]
    addons.add(Listener("parent", heard, children=children))
    await request(addons)
    addons.chain[0].addons.reverse()
    addons.trigger(hooks.ConfigureHook({"scripts"}))
    await request(addons)
    assert heard == ["parent", "one", "two", "parent", "two", "one"]


async def test_whoever_wants_to_know_of_changed_flows_is_told_after_each_hook_of_one(addons):
    updates, flow = [], tflow.tflow(resp=True)
    addons.add(types.SimpleNamespace(name="watches", update=updates.append))
    await addons.handle_lifecycle(HttpRequestHook(flow))
    await addons.handle_lifecycle(HttpResponseHook(flow))
    assert updates == [[flow], [flow]]


async def test_mitmwebs_view_follows_the_flows(addons):
    view, flow, updated = View(), tflow.tflow(), []
    addons.add(view)
    await addons.handle_lifecycle(HttpRequestHeadersHook(flow))

    def note(flow: http.HTTPFlow) -> None:
        updated.append(flow)

    view.sig_view_update.connect(note)
    await request(addons, flow)
    assert list(view) == [flow]
    assert flow in updated


async def test_a_hook_without_an_argument_is_triggered(addons, heard):
    addons.add(types.SimpleNamespace(name="starts", running=lambda: heard.append("running")))
    await addons.trigger_event(hooks.RunningHook())
    assert heard == ["running"]


def test_the_manager_stays_the_same_object():
    with taddons.context() as context:
        manager = context.master.addons
        hook_index.install(context.master)
        assert context.master.addons is manager
        assert manager.get("core")
