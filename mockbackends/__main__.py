"""The command line: `mockbackends` serves a fleet, and controls and judges a running fleet."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import click
from pydantic import ValidationError

from mockbackends.backend import Backend
from mockbackends.client import ControlClient, ControlError
from mockbackends.documents import DocumentError, mistakes, read
from mockbackends.faults import FAULTS
from mockbackends.fleet import Fleet, UnknownError
from mockbackends.fleet_file import FleetFile, read_text
from mockbackends.journal import Attempt, Heading, read_line
from mockbackends.recorder import Call
from mockbackends.scenario import Scenario
from mockbackends.server import PortError, serve
from mockbackends.settings import Deployment
from mockbackends.throttle import slice_of
from mockbackends.verdict import Bounds, judge

# The backends of the lab: the first throttles soon, the second after a few calls, the third hardly ever.
LAB = (
    Backend("openAiBackend1", 5001, rpm=6, latency_ms=50, token_ms=40),
    Backend("openAiBackend2", 5002, rpm=30, latency_ms=50, token_ms=40),
    Backend("openAiBackend3", 5003, rpm=600, latency_ms=50, token_ms=40),
)

PROBE_PATH = "/healthz"  # for whoever waits until a backend is up; it is no call of a client

_COLOURS = {2: "green", 4: "yellow"}  # by the first digit of the status; any other is red


_PATH = click.Path(dir_okay=False, path_type=Path)

_LOOPBACK = "127.0.0.1"


def _parse(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> list[Backend]:
    try:
        return [Backend.parse(value) for value in values]
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _address(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """Read `5000`, `0.0.0.0:5000` or `[::1]:5000` as host and port; the default host is the loopback."""
    if value is None:
        return None
    host, _, port = value.rpartition(":")
    is_port = port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= 65_535
    if not is_port or "/" in host or (":" in value and not host):
        raise click.BadParameter(f"{value!r} is neither a port, like 5000, nor HOST:PORT, like 0.0.0.0:5000")
    return host.strip("[]") or _LOOPBACK, int(port)


class _Commands(click.Group):
    """A group whose default command is `serve`: `python -m mockbackends --quiet` serves."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `serve` unless the arguments begin with a command or --help."""
        if args[:1] != ["--help"] and (not args or args[0].startswith("-")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Commands)
def main() -> None:
    """Mock Azure OpenAI backends, to test a client or a gateway.

    \b
    Serve two regions, of which the first throttles, with a control on port 5000:
      mockbackends serve --control 5000 --backend east=5001,rpm=12 --backend west=5002
    From another terminal, while calls go through your gateway:
      mockbackends scenario brownout.yaml    east fails for a while
      mockbackends advance 60                a minute passes at once
      mockbackends verdict                   judge the gateway

    Without a command, it serves.
    """


SERVE_HELP = """\
Serve mock Azure OpenAI backends until Ctrl-C.

Without options: openAiBackend1, 2 and 3 on ports 5001, 5002 and 5003. The first throttles soon, the
second after a few calls, the third hardly ever.

\b
The settings of a backend:
  rpm=N          requests per minute; more get a 429 with Retry-After (no limit)
  window=S       seconds of each slice in which rpm is counted (10)
  latency-ms=N   milliseconds before an answer starts (0)
  token-ms=N     milliseconds before each streamed token (0)
  key=TEXT       the key of a call, in api-key or Authorization: Bearer (any)
  fault=NAME     the fault of each call (none); the backend
FAULTS

\b
Two regions, the first with 12 requests per minute, the second slow:
  python -m mockbackends --backend east=5001,rpm=12 --backend west=5002,latency-ms=800
  curl 'http://127.0.0.1:5001/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21' \\
    -H 'Content-Type: application/json' -d '{"messages": [{"role": "user", "content": "Hello"}]}'

\b
A fleet file also has deployments, tokens per minute, dialects, and faults of some calls:
  backends:
    - name: east
      port: 5001
      deployments:
        - name: gpt-4o
          limits: {rpm: 60, tpm: 10000}
          faults: [{fault: reset, first: 3}]
""".replace("FAULTS", "\n".join(f"{'':19}{name:13}{fault.help}" for name, fault in FAULTS.items()))


@main.command("serve", help=SERVE_HELP)
@click.option(
    "--backend",
    "backends",
    callback=_parse,
    multiple=True,
    metavar="NAME=PORT[,SETTING=VALUE ...]",
    help="A backend to serve, instead of the lab's three; repeatable. Port 0 lets the system choose.",
)
@click.option(
    "--first-port",
    default=LAB[0].port,
    show_default=True,
    help="The port of the first of the lab's three backends; the other two are on the next ones.",
)
@click.option("--fleet", "fleet_path", type=_PATH, help="A fleet file in YAML, instead of --backend.")
@click.option("--scenario", "scenario_path", type=_PATH, help="A scenario to start with.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--key", help="The key that calls must carry, for backends without their own key.")
@click.option(
    "--control",
    callback=_address,
    metavar="PORT|HOST:PORT",
    help="The address of the control; the default host is 127.0.0.1, port 0 lets the system choose. Default: none.",
)
@click.option("--quiet", is_flag=True, help="Print no line for each call.")
def serve_command(
    backends: list[Backend],
    first_port: int,
    fleet_path: Path | None,
    scenario_path: Path | None,
    host: str,
    key: str | None,
    control: tuple[str, int] | None,
    quiet: bool,
) -> None:
    """Serve backends until a signal."""
    if backends and fleet_path:
        raise click.UsageError("--fleet names the backends: leave --backend out")
    served, control_port = _fleet(fleet_path) if fleet_path else (backends or _lab(first_port), None)
    served = [replace(backend, key=backend.key or key) for backend in served]
    try:
        fleet = Fleet(served)
    except ValueError as error:  # two --backend have the same name; a fleet file is already checked
        raise click.UsageError(str(error)) from error
    if scenario_path:
        _start(fleet, scenario_path)
    if control is None and control_port is not None:
        control = _LOOPBACK, control_port
    _run(served, fleet, host, control, quiet=quiet)


def _fleet(path: Path) -> tuple[list[Backend], int | None]:
    with _errors_as_messages():
        file = FleetFile.load(path)
    return [entry.backend() for entry in file.backends], file.control


def _lab(first_port: int) -> list[Backend]:
    return [replace(backend, port=first_port + place) for place, backend in enumerate(LAB)]


def _start(fleet: Fleet, path: Path) -> None:
    with _errors_as_messages():
        fleet.load(read(read_text(path), Scenario, str(path)))


def _run(served: list[Backend], fleet: Fleet, host: str, control: tuple[str, int] | None, *, quiet: bool) -> None:
    stop = _stop_on_signals()
    on_call = _ignore if quiet else _printer(served)
    control_host, control_port = control or (_LOOPBACK, None)
    try:
        with serve(served, host, on_call, fleet=fleet, control=control_port, control_host=control_host):
            _introduce(served, fleet)
            stop.get()
    except PortError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _errors_as_messages() -> Iterator[None]:
    """Turn a mistake in a file, or a refusal of the control, into a message and exit code 1."""
    try:
        yield
    except (DocumentError, UnknownError, ControlError) as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:  # each field is valid, but not together with the others
        raise click.ClickException("\n".join(mistakes(error, Deployment, "scenario"))) from error


def _control_url(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    value = f"127.0.0.1:{value}" if value.isdecimal() else value
    return value if "://" in value else f"http://{value}"


_control_option = click.option(
    "--control",
    "url",
    default="http://127.0.0.1:5000",
    show_default=True,
    envvar="MOCKBACKENDS_CONTROL",
    show_envvar=True,
    callback=_control_url,
    metavar="PORT|HOST:PORT|URL",
    help="The control of the fleet: 6000 is http://127.0.0.1:6000, lab:6000 is http://lab:6000.",
)


@main.command("scenario")
@click.argument("path", metavar="FILE", type=_PATH, required=False)
@click.option("--check", is_flag=True, help="Only read the file; this needs no fleet.")
@_control_option
def scenario_command(path: Path | None, check: bool, url: str) -> None:
    """Start or end a scenario.

    Start the scenario of FILE in a running fleet; without FILE, end the current scenario.

    \b
    East throttles every call from second 20 to 50:
      events:
        - at: 20
          for: 30
          backend: east
          change: {faults: [{fault: throttle, dialect: high-demand, retry_after: 20}]}
    """
    with _errors_as_messages():
        if path is None:
            ControlClient(url).end_scenario()
            return
        text = read_text(path)
        scenario = read(text, Scenario, str(path))
        if not check:
            ControlClient(url).load_scenario(text)
    click.echo(f"{path}: {len(scenario.events)} events, {'good' if check else 'started'}")


@main.command("advance")
@click.argument("seconds", type=click.FloatRange(0))
@_control_option
def advance_command(seconds: float, url: str) -> None:
    """Let time pass at once.

    SECONDS pass in a running fleet: limits reset, waits end, the scenario goes on.
    """
    with _errors_as_messages():
        click.echo(f"the fleet's clock is at {ControlClient(url).advance(seconds):.3f} s")


@main.command("reset")
@_control_option
def reset_command(url: str) -> None:
    """Return to the start.

    A running fleet then has no scenario, its first settings, no counts, and an empty journal.

    To judge the journal later, write it to a file first: `mockbackends journal > before.jsonl`.
    """
    with _errors_as_messages():
        ControlClient(url).reset()


@main.command("journal")
@_control_option
def journal_command(url: str) -> None:
    """Print the journal.

    Print a line of JSON with the names of a running fleet's backends, then a line for each attempt.

    `mockbackends verdict --journal FILE` judges a journal in a file.
    """
    with _errors_as_messages():
        client = ControlClient(url)
        click.echo(json.dumps({"backends": client.backends()}))
        for attempt in client.attempts():
            click.echo(json.dumps(attempt))
        _tell_dropped(client.fleet()["journal"]["dropped"])


@main.command("verdict")
@_control_option
@click.option("--journal", "path", type=_PATH, help="A file with a journal, instead of a running fleet.")
@click.option("--attempts-per-call", type=float, help="Attempts per call at most, on average.")
@click.option("--spread", type=float, help="Distance of a backend's share from an equal share: 0 is round robin.")
@click.option("--early", type=int, default=0, show_default=True, help="Attempts before the end of a Retry-After.")
@click.option("--leaked", type=int, default=0, show_default=True, help="429s though another backend had room.")
@click.option("--wrong-key", type=int, default=0, show_default=True, help="Attempts without the backend's key.")
@click.option(
    "--streamed-before-failover",
    type=int,
    default=0,
    show_default=True,
    help="Bytes of answers that broke off.",
)
@click.option("--duplicates", type=int, default=0, show_default=True, help="Complete answers beyond the first.")
def verdict_command(url: str, path: Path | None, **bounds: Any) -> None:
    """Judge the gateway.

    Print the figures of the gateway in front of the fleet; exit code 1 if a figure is beyond its bound.

    The verdict needs only the fleet's journal, so it works for any gateway. To show which attempts belong to the same
    call, let the gateway pass on x-ms-client-request-id, x-request-id or traceparent, or let the bodies differ.
    """
    with _errors_as_messages():
        attempts, names = _read_journal(path) if path else _ask_journal(url)
    figures = judge(attempts, names)
    for name, value in figures.as_dict().items():
        if value is not None:
            click.echo(f"{name:26}{value}")
    complaints = Bounds(**bounds).complaints(figures)
    for complaint in complaints:
        click.secho(complaint, fg="red", err=True)
    if complaints:
        raise SystemExit(1)


def _ask_journal(url: str) -> tuple[list[Attempt], list[str]]:
    client = ControlClient(url)
    attempts = [Attempt.from_dict(values) for values in client.attempts()]
    _tell_dropped(client.fleet()["journal"]["dropped"])
    return attempts, client.backends()


def _tell_dropped(number: int) -> None:
    if number:
        click.secho(f"The journal was full: the first {number} attempts are not in it.", fg="yellow", err=True)


def _read_journal(path: Path) -> tuple[list[Attempt], list[str]]:
    """Read a saved journal: its attempts, and the names of the backends, which older versions left out."""
    lines = [_line(text, f"{path}:{number}") for number, text in enumerate(read_text(path).splitlines(), 1)]
    names = [name for line in lines if isinstance(line, Heading) for name in line.backends]
    return [line for line in lines if isinstance(line, Attempt)], names


def _line(text: str, place: str) -> Attempt | Heading:
    try:
        return read_line(json.loads(text))
    except ValidationError as error:
        raise DocumentError(mistakes(error, Attempt, place)) from error
    except (ValueError, RecursionError, AttributeError, TypeError) as error:  # not JSON, or not an object
        raise DocumentError([f"{place}: not an attempt as `mockbackends journal` writes it"]) from error


def _stop_on_signals() -> SimpleQueue[None]:
    """Return a queue that gets an item for each signal. An Event could deadlock: a signal may interrupt its set()."""
    stop: SimpleQueue[None] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.put(None))
    return stop


def _introduce(backends: list[Backend], fleet: Fleet) -> None:
    width = max(map(len, [*fleet.urls, *(["control"] if fleet.control_url else [])]))
    for backend in backends:
        _say(f"{backend.name:{width}}  {fleet.urls[backend.name]}  {_limit(backend)}")
    if fleet.control_url:
        _say(f"{'control':{width}}  {fleet.control_url}")


def _say(text: str, color: bool | None = None) -> None:
    """Print a line; once nobody reads the output, print nothing more."""
    try:
        click.echo(text, color=color)
    except OSError:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())  # else the rest of the buffer fails again at the end


def _limit(backend: Backend) -> str:
    if backend.deployments:
        return ", ".join(deployment.name for deployment in backend.deployments)
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
        if call.path != PROBE_PATH:
            _say(line(call, width), colour)

    return show


def line(call: Call, width: int) -> str:
    """The log line of a call: backend, status, method and path, aligned for names of `width` characters."""
    status = click.style(f"{call.status or '---'}", fg=_COLOURS.get(call.status // 100, "red"))
    return f"{call.backend:{width}}  {status}  {_printable(call.method)} {_printable(call.path)}"


def _printable(text: str) -> str:
    """Return a client's text, escaped if a terminal cannot print it."""
    return text if text.isprintable() else ascii(text)


if __name__ == "__main__":
    main(prog_name="python -m mockbackends")
