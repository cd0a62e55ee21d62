"""Measures the mock backends beside a bare Flask view on the same server: `python -m bench.mockbackends`.

Two questions: how many whole chat completions a second, at 16 connections, and how late the first token is when many
streams begin at once. The clients run in a process of their own; the servers take turns, so that a busy machine is as
unkind to one as to the other. The outcome is in docs/mockbackends-performance.md.
"""

import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version

import click
from flask import Flask, Response, request

from mockbackends import Backend, serve
from mockbackends.server import Server, open_server

CONNECTIONS = 16
STREAMS = (10, 25, 50, 100)
FIRST_TOKEN_MS = 200
TOKEN_MS = 20
BODY = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}).encode()
STREAMED = json.dumps(json.loads(BODY) | {"stream": True}).encode()
PATH = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
ANSWER = b'{"id":"chatcmpl-0","object":"chat.completion","choices":[' + b" " * 900 + b"]}"  # as long as a mock's


def bare_app() -> Flask:
    """A view that reads its request and answers with as many bytes as a mock backend."""
    app = Flask("bare")

    def view(deployment: str) -> Response:
        request.get_data()
        return Response(ANSWER, content_type="application/json")

    app.add_url_rule("/openai/deployments/<deployment>/chat/completions", "view", view, methods=["POST"])
    return app


@contextmanager
def served() -> Iterator[dict[str, int]]:
    """The servers, each in a process of its own: their ports by name."""
    with ExitStack() as stack:
        ports = {}
        for name in ("bare", "mock", "slow"):
            command = [sys.executable, "-m", "bench.mockbackends", "--be", name]
            process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE))  # noqa: S603 - this very file
            stack.callback(process.terminate)
            assert process.stdout is not None
            ports[name] = int(process.stdout.readline())
        yield ports


def be(name: str) -> None:
    """Serve, until the process is ended."""
    with ExitStack() as stack:
        if name == "bare":
            server = Server("bare", bare_app(), "127.0.0.1", 0)
            open_server(server, stack)
            url = server.url
        else:
            slow = name == "slow"
            backend = Backend("east", rpm=10**9, latency_ms=FIRST_TOKEN_MS * slow, token_ms=TOKEN_MS * slow)
            url = stack.enter_context(serve([backend])).urls["east"]
        click.echo(url.rpartition(":")[2])
        time.sleep(3600)


def post(body: bytes) -> bytes:
    return f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def calls(port: int, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.perf_counter() < until:
        writer.write(post(BODY))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r")[0]))
        done += 1
    writer.close()
    return done


async def throughput(port: int, seconds: float) -> float:
    """Whole completions per second."""
    until = time.perf_counter() + seconds
    return sum(await asyncio.gather(*(calls(port, until) for _ in range(CONNECTIONS)))) / seconds


async def first_token(port: int) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    writer.write(post(STREAMED))
    await reader.readuntil(b"data: ")
    late = time.perf_counter() - began
    await reader.readuntil(b"[DONE]")
    writer.close()
    return late


async def first_tokens(port: int, streams: int) -> list[float]:
    """The seconds from sending each request to its first token, all started at once, in order."""
    return sorted(await asyncio.gather(*(first_token(port) for _ in range(streams))))


@click.command()
@click.option("--rounds", default=5, show_default=True, help="How often each server has its turn.")
@click.option("--seconds", default=3.0, show_default=True, help="How long a turn is.")
@click.option("--be", "name", hidden=True)
def main(rounds: int, seconds: float, name: str | None) -> None:
    """Measure the mock backends beside a bare Flask view on the same server."""
    if name:
        be(name)
        return
    click.echo(f"{os.cpu_count()} CPUs, Python {platform.python_version()}, cheroot {version('cheroot')}")
    with served() as ports:
        rates: dict[str, list[float]] = {"bare": [], "mock": []}
        for _ in range(rounds):
            for server, measured in rates.items():
                measured.append(asyncio.run(throughput(ports[server], seconds)))
        asyncio.run(first_tokens(ports["slow"], max(STREAMS)))  # starts the threads
        late = {it: [asyncio.run(first_tokens(ports["slow"], it)) for _ in range(rounds)] for it in STREAMS}
    bare, mock = (statistics.median(measured) for measured in rates.values())
    click.echo(
        f"whole completions at {CONNECTIONS} connections: bare {bare:.0f}/s, mock {mock:.0f}/s, {mock / bare:.2f}"
    )
    for streams, runs in late.items():
        click.echo(f"first token of {streams} streams, {FIRST_TOKEN_MS} ms configured: {summary(runs)}")


def summary(runs: list[list[float]]) -> str:
    """Medians over the runs of sorted seconds."""
    median, slowest = (statistics.median(run[at] for run in runs) * 1000 for at in (len(runs[0]) // 2, -1))
    within = statistics.median(sum(late * 1000 <= FIRST_TOKEN_MS * 1.25 for late in run) / len(run) for run in runs)
    return f"{median:.0f} ms, slowest {slowest:.0f} ms, {within:.0%} within 25 %"


if __name__ == "__main__":
    main(prog_name="python -m bench.mockbackends")
