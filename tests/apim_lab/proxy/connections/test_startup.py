"""Clients that come while the gateway starts."""

import asyncio

import pytest
from mitmproxy.addons.errorcheck import ErrorCheck
from mitmproxy.test import taddons, tflow

from apim_lab.proxy.connections import startup


@pytest.fixture
def check():
    """mitmproxy's check for errors during the start."""
    addon = ErrorCheck()
    with taddons.context(addon):
        yield addon
    addon.finish()


async def test_a_client_waits_until_the_start_is_over(check):
    client = tflow.tclient_conn()
    waiting = asyncio.create_task(startup.wait(client))
    await asyncio.wait([waiting], timeout=3 * startup.POLL_INTERVAL)
    waited = not waiting.done()
    check.finish()
    await waiting

    assert waited
    assert client.error is None


async def test_a_client_is_refused_when_the_start_fails(check):
    client = tflow.tclient_conn()
    waiting = asyncio.create_task(startup.wait(client))
    await asyncio.sleep(0)
    waiting.cancel()  # as the event loop does at its end
    await waiting

    assert client.error == "the gateway does not start"


async def test_a_mitmproxy_without_the_check_has_started():
    with taddons.context():
        await startup.wait(tflow.tclient_conn())
