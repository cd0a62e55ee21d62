"""Backends at their worst, many calls at a time: each call gets an answer, and the gateway serves the next one."""

import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx2
import pytest

URL = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
RETRIED = (
    '<policies><inbound><set-backend-service backend-id="first" /></inbound>'
    '<backend><retry condition="@(context.Response.StatusCode &gt;= 429)" count="3" interval="0" first-fast-retry="true">'
    '<forward-request timeout="1" /><set-backend-service backend-id="second" /></retry></backend></policies>'
)
ANSWERS = {200, 429, 500, 503}
"""What a backend said, and what the gateway says for one that said nothing."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"
CHUNKED = b"HTTP/1.1 429 Slow down\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\n\r\n"
CLOSING = b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy"
UNTIL_CLOSED = b"HTTP/1.1 429 Slow down\r\n\r\nbusy"
INTERIM = b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK


class WildBackend:
    """Does to each request something else: what, is drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def __call__(self, backend, connection: socket.socket, request: bytes) -> bool:
        return self.random.choice(DEEDS)(self.random, connection)


def send(data: bytes, *, keep: bool = True) -> Callable[[random.Random, socket.socket], bool]:
    """In two pieces, with or without a pause between them."""

    def deed(chance: random.Random, connection: socket.socket) -> bool:
        cut = chance.randrange(len(data))
        connection.sendall(data[:cut])
        time.sleep(chance.choice([0, 0, 0.02]))
        connection.sendall(data[cut:])
        return keep

    return deed


def close(chance: random.Random, connection: socket.socket) -> bool:
    return False


def reset(chance: random.Random, connection: socket.socket) -> bool:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def stall(chance: random.Random, connection: socket.socket) -> bool:
    time.sleep(1.2)
    return False


DEEDS = (
    *(send(data) for data in (OK, OK, BUSY, BUSY, CHUNKED, CHUNKED, INTERIM)),
    *(send(data, keep=False) for data in (OK, BUSY, CLOSING, UNTIL_CLOSED, BUSY[:-2], CHUNKED[:-5], b"hello\r\n\r\n")),
    close,
    reset,
    stall,
)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_call_gets_an_answer_whatever_the_backends_do(lab, scripted, tmp_path, seed):
    policy = tmp_path / "policy.xml"
    policy.write_text(RETRIED)
    urls = {name: scripted(WildBackend(seed + offset)).url for offset, name in enumerate(("first", "second"))}
    gateway = lab.gateway("--set", f"apim_policy={policy}", urls=urls)

    def calls(caller: int) -> list[int]:
        with httpx2.Client(timeout=20) as client:
            return [client.post(gateway.url + URL, json={"messages": []}).status_code for _ in range(20)]

    def leaves(caller: int) -> None:
        for wait in (0.01, 0.1, 0.5, 1.0):
            with suppress(httpx2.HTTPError):
                httpx2.post(gateway.url + URL, json={"messages": []}, timeout=wait)

    with ThreadPoolExecutor(10) as pool:
        leaving = pool.map(leaves, range(2))
        statuses = Counter(status for answered in pool.map(calls, range(8)) for status in answered)
        list(leaving)

    assert statuses.total() == 8 * 20
    assert set(statuses) <= ANSWERS
    assert statuses[200] > 0
