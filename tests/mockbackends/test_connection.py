"""The pool of threads: it grows with the calls under way, and shrinks when they are over."""

import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from cheroot.workers.threadpool import ThreadPool

from mockbackends import Backend, Deployment, serve
from mockbackends import connection as module
from mockbackends.clock import SECOND
from mockbackends.connection import WorkerPool
from mockbackends.server import _MIN_THREADS
from mockbackends.verdict import early

MINIMUM = 2


class Seconds:
    """A clock that the test moves; it replaces the module `time`."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def monotonic_ns(self) -> int:
        return round(self.now * 1e9)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    clock = Seconds()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def pool(clock: Seconds) -> WorkerPool:
    """Return a pool with three threads after three calls; the test is one of the threads."""
    pool = WorkerPool(SimpleNamespace(stats={"Worker Threads": {}}), min=MINIMUM)
    pool._spawn_worker = threading.current_thread  # type: ignore[attr-defined]
    for _ in range(MINIMUM + 1):
        pool.put(SimpleNamespace())
    for _ in range(MINIMUM + 1):
        pool.get()
        pool.done()
    return pool


@pytest.mark.parametrize(("seconds", "threads"), [(0, 3), (9.9, 3), (10, 2), (60, 2)])
def test_a_thread_that_was_spare_for_ten_seconds_ends(
    pool: WorkerPool, clock: Seconds, seconds: float, threads: int
) -> None:
    clock.now += seconds
    if threads == 3:
        pool._queue.put("a connection")  # type: ignore[attr-defined]
    taken = pool.get()

    assert (taken == "a connection", len(pool._threads)) == (threads == 3, threads)


def test_no_thread_ends_below_the_minimum(pool: WorkerPool, clock: Seconds) -> None:
    clock.now += 60
    pool.get()
    pool._queue.put("a connection")  # type: ignore[attr-defined]

    assert (pool.get(), len(pool._threads)) == ("a connection", MINIMUM)


def test_no_thread_ends_that_a_call_is_on_its_way_to(pool: WorkerPool, clock: Seconds) -> None:
    clock.now += 60
    calls = [SimpleNamespace() for _ in range(MINIMUM + 1)]
    for call in calls:
        pool.put(call)

    assert [pool.get() for _ in calls] == calls


def test_none_leaves_while_the_server_stops(pool: WorkerPool, clock: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[bool] = []
    monkeypatch.setattr(ThreadPool, "stop", lambda pool, timeout: left.append(pool._leave()))
    clock.now += 60
    pool.stop()

    assert left == [False]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPARE_THREAD_SECONDS", 0.05)


@pytest.fixture
def workers() -> Callable[[], int]:
    before = set(threading.enumerate())
    return lambda: sum("CP Server" in thread.name for thread in set(threading.enumerate()) - before)


def test_a_burst_has_a_thread_for_each_call_and_leaves_the_minimum(short: None, workers: Callable[[], int]) -> None:
    calls = 3 * _MIN_THREADS
    with serve([Backend("east", latency_ms=600_000)]) as fleet, ThreadPoolExecutor(calls) as clients:
        for _ in range(2):
            answers = [clients.submit(ask, fleet.urls["east"]) for _ in range(calls)]
            until(lambda: len(fleet.journal) == calls)  # each is in a thread of its own
            assert workers() == calls
            fleet.clock.advance(600)
            assert [answer.result(10) for answer in answers] == [200] * calls
            until(lambda: workers() == _MIN_THREADS)
            fleet.journal.clear()


GET = b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"


def test_the_lag_is_about_the_time_that_data_lay_unread() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        before = time.monotonic_ns()
        client.sendall(GET)
        sent = time.monotonic_ns()
        with server.accept()[0] as connection:
            time.sleep(0.1)  # nobody has time to read it
            least = time.monotonic_ns() - sent
            lag = module._lag(connection)
            most = time.monotonic_ns() - before

    assert least / 2 < lag < most * 2  # the kernel's clock ticks, and ticks may be lost


def test_a_system_that_does_not_tell_when_data_arrived_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert module._lag(SimpleNamespace()) == 0  # type: ignore[arg-type]


def test_the_time_that_a_client_keeps_its_connection_for_later_is_not_its_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lags: list[int] = []
    measure = module._lag

    def lag(connection: socket.socket) -> int:
        lags.append(measure(connection))
        return lags[-1]

    monkeypatch.setattr(module, "_lag", lag)
    with serve([Backend("east")]) as fleet:
        target = urlsplit(fleet.urls["east"])
        with socket.create_connection((str(target.hostname), target.port or 0)) as connection:
            kept = time.monotonic_ns()
            time.sleep(0.2)
            before = time.monotonic_ns()
            connection.sendall(GET)
            connection.recv(1)
            most = time.monotonic_ns() - before

    assert lags[0] < most + (before - kept) / 2


def test_a_late_reading_shortens_the_wait_for_the_first_token_and_makes_no_attempt_early(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_lag", lambda _: 60 * SECOND)
    settings = {
        "latency": {"first_token_ms": 60_000},
        "faults": [{"fault": "throttle", "retry_after": 600, "first": 1}],
    }
    deployment = Deployment.model_validate({"name": "gpt-4o", **settings})
    with serve([Backend("east", deployments=(deployment,))]) as fleet:
        with pytest.raises(HTTPError) as refused:
            ask(fleet.urls["east"])
        refused.value.close()
        fleet.clock.advance(int(refused.value.headers["Retry-After"]))

        assert ask(fleet.urls["east"]) == 200  # though it would give up long before a minute is over
        assert early(fleet.journal.since()) == []


BAD_CHUNK = b"POST /v1/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"


def lingering(url: str) -> socket.socket:
    """Return a connection that has its last answer, and that its client leaves open."""
    target = urlsplit(url)
    connection = socket.create_connection((str(target.hostname), target.port or 0), timeout=10)
    connection.sendall(BAD_CHUNK)
    assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")
    return connection


def test_a_call_does_not_wait_for_connections_that_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LINGER_SECONDS", 600)
    with serve([Backend("east")]) as fleet, ExitStack() as stack:
        for _ in range(_MIN_THREADS):
            stack.enter_context(lingering(fleet.urls["east"]))

        assert ask(fleet.urls["east"]) == 200


def test_a_client_that_goes_on_sending_is_taken_in_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LINGER_SECONDS", 0.3)
    with serve([Backend("east")]) as fleet, lingering(fleet.urls["east"]) as connection:
        until = time.monotonic() + 5
        with suppress(ConnectionError):
            while time.monotonic() < until:
                connection.sendall(b"a")
                time.sleep(0.05)

        assert time.monotonic() < until


def ask(url: str) -> int:
    body = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}'
    with urlopen(f"{url}/v1/chat/completions", body, timeout=20) as response:
        response.read()
        return int(response.status)


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()
