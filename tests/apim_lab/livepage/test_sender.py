"""Calls that the page sends: to a gateway that only notes them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from apim_lab.livepage.sender import MAX_CALLS_AT_ONCE, MAX_CALLS_WAITING, Sender


@pytest.fixture
async def sender(operated) -> AsyncIterator[Sender]:
    sender = Sender(operated)
    yield sender
    sender.close()
    await asyncio.sleep(0.01)


async def test_calls_are_chat_completions_each_with_another_message(sender, gateway, until):
    gateway.go.set()
    sender.send(3, "mine", stream=True)
    await until(lambda: not sender._tasks)

    assert len(gateway.calls) == 3
    head, body = gateway.calls[0]
    assert head.startswith(b"POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21 HTTP/1.1\r\n")
    assert b"api-key: mine\r\n" in head.replace(b"Api-Key", b"api-key")
    assert body["stream"] is True
    assert len({body["messages"][0]["content"] for _, body in gateway.calls}) == 3


@pytest.mark.parametrize("parallel", [1, 4])
async def test_so_many_are_under_way_at_once(sender, gateway, until, parallel):
    sender.send(6, "mine", stream=False, parallel=parallel)
    await until(lambda: gateway.under_way == parallel)
    gateway.go.set()
    await until(lambda: not sender._tasks)

    assert len(gateway.calls) == 6
    assert gateway.most == parallel


async def test_without_a_say_all_go_together(sender, gateway, until):
    sender.send(MAX_CALLS_AT_ONCE, "mine", stream=False)

    await until(lambda: gateway.under_way == MAX_CALLS_AT_ONCE)


async def test_there_are_not_endlessly_many(sender, gateway):
    sender.send(MAX_CALLS_WAITING, "mine", stream=False, parallel=1)
    with pytest.raises(ValueError, match=f"{MAX_CALLS_WAITING} calls are under way already"):
        sender.send(1, "mine", stream=False)


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 99_999),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}xxxx",
    ],
    ids=lambda answer: answer[:30].decode(),
)
async def test_how_a_call_ends_does_not_matter(sender, gateway, until, answer):
    gateway.answer = answer
    gateway.go.set()
    sender.send(1, "mine", stream=False)
    (task,) = sender._tasks
    await until(lambda: not sender._tasks)

    assert task.exception() is None


async def test_a_redirect_is_not_followed_with_the_key(sender, gateway, operated, until):
    gateway.answer = f"HTTP/1.1 307 Go\r\nLocation: {operated.place}/there\r\nContent-Length: 0\r\n\r\n".encode()
    gateway.go.set()
    sender.send(1, "mine", stream=False)
    await until(lambda: not sender._tasks)

    assert len(gateway.calls) == 1


async def test_a_gateway_that_is_not_there_is_no_failure(sender, operated, until):
    operated.place = "http://127.0.0.1:1"
    sender.send(1, "mine", stream=False)
    (task,) = sender._tasks
    await until(lambda: not sender._tasks)

    assert task.exception() is None


async def test_closing_gives_up_what_is_under_way(sender, gateway, until):
    sender.send(2, "mine", stream=False, parallel=1)
    await until(lambda: gateway.under_way)
    sender.close()

    await until(lambda: not sender._tasks)


async def test_there_may_be_nowhere_to_send_to(sender, operated):
    operated.place = ""
    with pytest.raises(ValueError, match="does not listen"):
        sender.send(1, "mine", stream=False)
    operated.gateway = None
    with pytest.raises(ValueError, match="no valid configuration"):
        sender.send(1, "mine", stream=False)
