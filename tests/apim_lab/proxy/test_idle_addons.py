"""Which of mitmproxy's addons stay."""

from mitmproxy.addons import default_addons
from mitmproxy.test import taddons

from apim_lab.proxy import idle_addons


async def remaining(**options) -> set[str]:
    with taddons.context(*default_addons(), loadcore=False) as context:
        context.options.update(**options)
        idle_addons.remove(context.master)
        return set(context.master.addons.lookup)


async def test_addons_whose_options_give_them_nothing_to_do_are_removed():
    assert not await remaining() & set(idle_addons.WORK_FOR)


async def test_an_addon_with_work_stays():
    assert "mapremote" in await remaining(map_remote=["|a|b"])


async def test_what_keeps_the_proxy_working_and_safe_stays():
    assert {"proxyserver", "nextlayer", "tlsconfig", "block", "disableh2c"} <= await remaining()
