"""What the gateway does about a shortage of file descriptors."""

import asyncio
import errno
import resource

import pytest

from apim_lab.proxy.connections import descriptors
from apim_lab.proxy.connections.descriptors import Shortage

NONE_LEFT = {"exception": OSError(errno.EMFILE, "Too many open files")}


@pytest.fixture
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_a_shortage_is_said_once_a_minute(loop, clock, caplog):
    shortage = Shortage(None)
    for seconds in (0, 59, 1):
        clock.tick(seconds)
        shortage(loop, NONE_LEFT)
        shortage(loop, NONE_LEFT)

    assert len(caplog.messages) == 2
    assert caplog.messages[0].startswith("no file descriptors left of ")
    assert "`ulimit -n`" in caplog.messages[0]


def test_other_errors_go_to_the_handler_that_was_there(loop):
    told = []
    loop.set_exception_handler(lambda _, context: told.append(context))
    descriptors.watch(loop)
    other = {"message": "another", "exception": ValueError()}
    loop.call_exception_handler(other)

    assert told == [other]


def test_without_one_they_are_logged_as_the_loop_does(loop, caplog):
    descriptors.watch(loop)
    loop.call_exception_handler({"message": "another"})

    assert caplog.messages == ["another"]


@pytest.mark.parametrize(
    ("limits", "raised"),
    [
        ((256, 4096), (4096, 4096)),
        ((256, resource.RLIM_INFINITY), (65_536, resource.RLIM_INFINITY)),
        ((1024, 1_048_576), (65_536, 1_048_576)),
        ((4096, 4096), None),
        ((100_000, 1_048_576), None),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may(monkeypatch, limits, raised):
    asked = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: asked.append(wanted))
    descriptors.raise_limit()

    assert asked == ([raised] if raised else [])


def test_a_system_without_such_a_limit_is_left_alone(monkeypatch, loop, caplog):
    monkeypatch.setattr(descriptors, "resource", None)
    descriptors.raise_limit()
    Shortage(None)(loop, NONE_LEFT)

    assert caplog.messages[0].startswith("no file descriptors left: ")
