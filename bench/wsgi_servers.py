"""Compares WSGI servers for streams: how late is the first token when 100 streams run at once?

Not part of `python -m bench`: it needs candidates that the project does not depend on. Each that is installed is run:
`python -m bench.wsgi_servers`; the outcome is in docs/mockbackends-performance.md.
"""

import asyncio
import importlib.util
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response

STREAMS = 100
FIRST_TOKEN = 0.2  # seconds
TOKEN = 0.02
TOKENS = 40
CONNECTIONS = 16
SECONDS = 4  # of the throughput measurement
THREADS = 128


def create_app() -> Flask:
    app = Flask(__name__)

    def tokens() -> Iterator[bytes]:
        time.sleep(FIRST_TOKEN)
        for _ in range(TOKENS):
            yield b'data: {"choices":[]}\n\n'
            time.sleep(TOKEN)

    app.add_url_rule("/stream", "stream", lambda: Response(tokens(), content_type="text/event-stream"))
    app.add_url_rule("/whole", "whole", lambda: Response(b'{"choices":[]}' * 60, content_type="application/json"))
    return app


def werkzeug(port: int) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, *_: Any) -> None:
            pass

    make_server("127.0.0.1", port, create_app(), threaded=True, request_handler=Handler).serve_forever()


def cheroot(port: int) -> None:
    from cheroot.wsgi import Server  # noqa: PLC0415

    Server(("127.0.0.1", port), create_app(), numthreads=THREADS, request_queue_size=256).safe_start()


def waitress(port: int) -> None:
    from waitress import serve  # noqa: PLC0415

    serve(create_app(), host="127.0.0.1", port=port, threads=THREADS, _quiet=True)


def gunicorn(port: int, *options: str) -> None:
    app = "bench.wsgi_servers:create_app()"
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "--log-level", "error", *options, app]
    os.execv(command[0], command)  # noqa: S606 - this very file


def gevent(port: int) -> None:
    from gevent import monkey  # noqa: PLC0415

    monkey.patch_all()
    from gevent.pywsgi import WSGIServer  # noqa: PLC0415

    WSGIServer(("127.0.0.1", port), create_app(), log=None).serve_forever()


CANDIDATES: dict[str, tuple[str, Callable[[int], None]]] = {
    "werkzeug (a thread per connection)": ("werkzeug", werkzeug),
    f"cheroot ({THREADS} threads)": ("cheroot", cheroot),
    f"waitress ({THREADS} threads)": ("waitress", waitress),
    "gunicorn gthread (8 threads)": ("gunicorn", lambda port: gunicorn(port, "-k", "gthread", "--threads", "8")),
    f"gunicorn gthread ({THREADS} threads)": (
        "gunicorn",
        lambda port: gunicorn(port, "-k", "gthread", "--threads", str(THREADS)),
    ),
    "gunicorn gevent": ("gevent", lambda port: gunicorn(port, "-k", "gevent")),
    "gevent pywsgi": ("gevent", gevent),
}


async def first_token(port: int, start: asyncio.Event) -> float:
    await start.wait()
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    await reader.readuntil(b"data: ")
    late = time.perf_counter() - began
    for _ in range(TOKENS - 1):
        await reader.readuntil(b"data: ")
    writer.close()
    return late


async def first_tokens(port: int) -> list[float]:
    start = asyncio.Event()
    tasks = [asyncio.create_task(first_token(port, start)) for _ in range(STREAMS)]
    await asyncio.sleep(0)
    start.set()
    return sorted(await asyncio.gather(*tasks))


async def calls(port: int, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.perf_counter() < until:
        writer.write(b"GET /whole HTTP/1.1\r\nHost: a\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.split(b":")[1]))
        done += 1
        if b"connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    return done


async def throughput(port: int) -> float:
    until = time.perf_counter() + SECONDS
    return sum(await asyncio.gather(*(calls(port, until) for _ in range(CONNECTIONS)))) / SECONDS


def measure(name: str) -> dict[str, Any]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.wsgi_servers", name, str(port)]
    with subprocess.Popen(command) as process:  # noqa: S603 - this very file
        try:
            wait_for(port)
            late = asyncio.run(first_tokens(port))
            try:
                rate: float | str = round(asyncio.run(throughput(port)))
            except (OSError, asyncio.IncompleteReadError) as error:
                rate = type(error).__name__
        finally:
            process.terminate()
    return {
        "server": name,
        "median_ms": round(statistics.median(late) * 1000),
        "p95_ms": round(late[94] * 1000),
        "slowest_ms": round(late[-1] * 1000),
        "per_second": rate,
    }


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            time.sleep(0.5)
            return


def main() -> None:
    """Measure every candidate that is installed, or (with a name and a port) be one."""
    if len(sys.argv) == 3:
        CANDIDATES[sys.argv[1]][1](int(sys.argv[2]))
        return
    for name, (package, _) in CANDIDATES.items():
        if importlib.util.find_spec(package):
            print(json.dumps(measure(name)), flush=True)  # noqa: T201 - its only output


if __name__ == "__main__":
    main()
