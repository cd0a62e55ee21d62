"""The command line: `python -m mockbackends` serves the lab's three backends, or those it is told."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace

import click

from mockbackends.backend import Backend
from mockbackends.fleet import Fleet
from mockbackends.recording import Call
from mockbackends.server import PortError, serve
from mockbackends.throttle import slice_of

# The lab's own: the first is soon throttled, the second after a few calls, the third hardly ever.
LAB = (
    Backend("openAiBackend1", 5001, rpm=6, latency_ms=50, token_ms=40),
    Backend("openAiBackend2", 5002, rpm=30, latency_ms=50, token_ms=40),
    Backend("openAiBackend3", 5003, rpm=600, latency_ms=50, token_ms=40),
)

_COLOURS = {2: "green", 4: "yellow"}  # by the first digit of the status; anything else is red


def _parse(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> list[Backend]:
    try:
        return [Backend.parse(value) for value in values]
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.option(
    "--backend",
    "backends",
    callback=_parse,
    multiple=True,
    metavar="NAME=PORT[,SETTING=VALUE ...]",
    help="A backend to serve instead of the lab's three; repeatable. Port 0 lets the system choose.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--key", help="The key that calls must carry, for each backend without a key of its own.")
@click.option("--quiet", is_flag=True, help="No line for each call.")
def main(backends: list[Backend], host: str, key: str | None, quiet: bool) -> None:
    """Serve mock Azure OpenAI backends until Ctrl-C.

    Without options: openAiBackend1, 2 and 3 on ports 5001, 5002 and 5003. The first is soon throttled, the
    second after a few calls, the third hardly ever.

    \b
    The settings of a backend:
      rpm=N          requests per minute; more get a 429 with Retry-After (no limit)
      window=S       seconds of the slices over which rpm is judged (10)
      latency-ms=N   milliseconds before an answer starts (0)
      token-ms=N     milliseconds before each streamed token (0)
      key=TEXT       the key to be carried, as api-key or Authorization: Bearer (none)
      fault=NAME     what goes wrong with each chat call (nothing):
                       reset    closes the connection without an answer
                       garbage  answers with bytes that are not HTTP
                       cut      stops in mid-stream, without data: [DONE]
                       stall    never answers
                       error    answers 500

    \b
    Two regions, one with 12 requests per minute, one that is slow:
      python -m mockbackends --backend east=5001,rpm=12 --backend west=5002,latency-ms=800
      curl 'http://127.0.0.1:5001/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21' \\
        -H 'Content-Type: application/json' -d '{"messages": [{"role": "user", "content": "Hello"}]}'
    """
    served = [replace(backend, key=backend.key or key) for backend in backends or LAB]
    _check_names(served)
    stop = _stop_on_signals()
    try:
        with serve(served, host, _ignore if quiet else _printer(served)) as fleet:
            _introduce(served, fleet)
            stop.wait()
    except PortError as error:
        raise click.ClickException(str(error)) from error


def _check_names(backends: list[Backend]) -> None:
    names = [backend.name for backend in backends]
    if len(set(names)) < len(names):
        raise click.UsageError(f"each backend needs a name of its own: {', '.join(names)}")


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _introduce(backends: list[Backend], fleet: Fleet) -> None:
    width = max(map(len, fleet.urls))
    for backend in backends:
        click.echo(f"{backend.name:{width}}  {fleet.urls[backend.name]}  {_limit(backend)}")


def _limit(backend: Backend) -> str:
    calls = slice_of(backend.rpm, backend.window)
    if calls is None:
        return "no limit"
    return f"{calls} {'call' if calls == 1 else 'calls'} in {backend.window:g} s"


def _ignore(_call: Call) -> None:
    pass


def _printer(backends: list[Backend]) -> Callable[[Call], None]:
    width = max(len(backend.name) for backend in backends)
    colour = False if os.environ.get("NO_COLOR") else None  # None: on a terminal only

    def show(call: Call) -> None:
        click.echo(line(call, width), color=colour)

    return show


def line(call: Call, width: int) -> str:
    """The log line of a call: backend, status, method and path, aligned for names of `width` characters."""
    status = click.style(f"{call.status or '---'}", fg=_COLOURS.get(call.status // 100, "red"))
    path = call.path if call.path.isprintable() else ascii(call.path)
    return f"{call.backend:{width}}  {status}  {call.method} {path}"


if __name__ == "__main__":
    main(prog_name="python -m mockbackends")
