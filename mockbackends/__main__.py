"""The command line: `mockbackends` serves a fleet, and steers and judges one that runs."""

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

# The lab's own: the first is soon throttled, the second after a few calls, the third hardly ever.
LAB = (
    Backend("openAiBackend1", 5001, rpm=6, latency_ms=50, token_ms=40),
    Backend("openAiBackend2", 5002, rpm=30, latency_ms=50, token_ms=40),
    Backend("openAiBackend3", 5003, rpm=600, latency_ms=50, token_ms=40),
)

PROBE_PATH = "/healthz"  # asked again and again by whoever waits for a backend; no call of a client

_COLOURS = {2: "green", 4: "yellow"}  # by the first digit of the status; anything else is red


_PATH = click.Path(dir_okay=False, path_type=Path)

_LOOPBACK = "127.0.0.1"


def _parse(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> list[Backend]:
    try:
        return [Backend.parse(value) for value in values]
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _address(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """`5000`, `0.0.0.0:5000` or `[::1]:5000` as host and port; a port alone is on the loopback."""
    if value is None:
        return None
    host, _, port = value.rpartition(":")
    is_port = port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= 65_535
    if not is_port or "/" in host or (":" in value and not host):
        raise click.BadParameter(f"{value!r} is neither a port, like 5000, nor HOST:PORT, like 0.0.0.0:5000")
    return host.strip("[]") or _LOOPBACK, int(port)


class _Commands(click.Group):
    """A group whose command is `serve` where none is named: `python -m mockbackends --quiet` serves."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Name the command, unless there is one or help is asked for."""
        if args[:1] != ["--help"] and (not args or args[0].startswith("-")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Commands)
def main() -> None:
    """Mock Azure OpenAI backends, to exercise a client or a gateway against.

    \b
    Serve two regions, one of which throttles, with a control on port 5000:
      mockbackends serve --control 5000 --backend east=5001,rpm=12 --backend west=5002
    From another terminal, while calls go through your gateway:
      mockbackends scenario brownout.yaml    east breaks down, and recovers
      mockbackends advance 60                a minute passes at once
      mockbackends verdict                   how did the gateway do?

    Without a command: serve.
    """


SERVE_HELP = """\
Serve mock Azure OpenAI backends until Ctrl-C.

Without options: openAiBackend1, 2 and 3 on ports 5001, 5002 and 5003. The first is soon throttled, the
second after a few calls, the third hardly ever.

\b
The settings of a backend:
  rpm=N          requests per minute; more get a 429 with Retry-After (no limit)
  window=S       seconds of the slices over which rpm is judged (10)
  latency-ms=N   milliseconds before an answer starts (0)
  token-ms=N     milliseconds before each streamed token (0)
  key=TEXT       the key to be carried, as api-key or Authorization: Bearer (none)
  fault=NAME     what goes wrong with each call (nothing):
FAULTS

\b
Two regions, one with 12 requests per minute, one that is slow:
  python -m mockbackends --backend east=5001,rpm=12 --backend west=5002,latency-ms=800
  curl 'http://127.0.0.1:5001/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21' \\
    -H 'Content-Type: application/json' -d '{"messages": [{"role": "user", "content": "Hello"}]}'

\b
A fleet file has deployments, tokens per minute, dialects and faults of some calls, too:
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
    help="A backend to serve instead of the lab's three; repeatable. Port 0 lets the system choose.",
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
@click.option("--key", help="The key that calls must carry, for each backend without a key of its own.")
@click.option(
    "--control",
    callback=_address,
    metavar="PORT|HOST:PORT",
    help="Where the control listens: a port alone is on 127.0.0.1, 0 lets the system choose. Without it, no control.",
)
@click.option("--quiet", is_flag=True, help="No line for each call.")
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
    except ValueError as error:  # two of --backend have the same name: a fleet file was looked through before
        raise click.UsageError(str(error)) from error
    if scenario_path:
        _start(fleet, scenario_path)
    if control is None and control_port is not None:
        control = _LOOPBACK, control_port
    _run(served, fleet, host, control, quiet=quiet)


def _fleet(path: Path) -> tuple[list[Backend], int | None]:
    with _told():
        file = FleetFile.load(path)
    return [entry.backend() for entry in file.backends], file.control


def _lab(first_port: int) -> list[Backend]:
    return [replace(backend, port=first_port + place) for place, backend in enumerate(LAB)]


def _start(fleet: Fleet, path: Path) -> None:
    with _told():
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
def _told() -> Iterator[None]:
    """Turn what is wrong with a file, or what the control refuses, into a message and exit code 1."""
    try:
        yield
    except (DocumentError, UnknownError, ControlError) as error:
        raise click.ClickException(str(error)) from error
    except ValidationError as error:  # of a change whose fields are good, but not all of them together
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
    help="Where the control of the fleet listens: 6000 is http://127.0.0.1:6000, lab:6000 is http://lab:6000.",
)


@main.command("scenario")
@click.argument("path", metavar="FILE", type=_PATH, required=False)
@click.option("--check", is_flag=True, help="Only read the file: no fleet is needed.")
@_control_option
def scenario_command(path: Path | None, check: bool, url: str) -> None:
    """Start the scenario of FILE in a running fleet; without FILE, leave the one that runs.

    \b
    At 20 s east throttles every call for 30 s, and then is as it was:
      events:
        - at: 20
          for: 30
          backend: east
          change: {faults: [{fault: throttle, dialect: high-demand, retry_after: 20}]}
    """
    with _told():
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
    """Let SECONDS pass at once in a running fleet: limits are reset, waits end, the scenario goes on."""
    with _told():
        click.echo(f"the fleet's clock is at {ControlClient(url).advance(seconds):.3f} s")


@main.command("reset")
@_control_option
def reset_command(url: str) -> None:
    """Bring a running fleet back to its start: no scenario, its first settings, nothing counted.

    The journal is emptied: write it to a file with `mockbackends journal` before, if it is still to be judged.
    """
    with _told():
        ControlClient(url).reset()


@main.command("journal")
@_control_option
def journal_command(url: str) -> None:
    """Print every attempt that reached a backend of a running fleet, one line of JSON each, after the backends' names.

    `mockbackends verdict --journal FILE` judges what was written to a file.
    """
    with _told():
        client = ControlClient(url)
        click.echo(json.dumps({"backends": client.backends()}))
        for attempt in client.attempts():
            click.echo(json.dumps(attempt))
        _tell_dropped(client.fleet()["journal"]["dropped"])


@main.command("verdict")
@_control_option
@click.option("--journal", "path", type=_PATH, help="A file that `mockbackends journal` wrote, instead of a fleet.")
@click.option("--attempts-per-call", type=float, help="The most attempts that a call may take on average.")
@click.option("--spread", type=float, help="How far a backend's part may be from an equal one: 0 is round robin.")
@click.option("--early", type=int, default=0, show_default=True, help="Calls sent to a backend inside its Retry-After.")
@click.option("--leaked", type=int, default=0, show_default=True, help="429s passed on while another one had room.")
@click.option("--wrong-key", type=int, default=0, show_default=True, help="Calls with another backend's key, or none.")
@click.option("--streamed-before-failover", type=int, default=0, show_default=True, help="Bytes sent, then sent anew.")
@click.option("--duplicates", type=int, default=0, show_default=True, help="Complete answers beyond the first.")
def verdict_command(url: str, path: Path | None, **bounds: Any) -> None:
    """Judge the gateway in front of the fleet: the figures, and exit code 1 if one is more than it may be.

    It works for any gateway: the fleet's journal is all that is looked at. Let the gateway pass on
    x-ms-client-request-id, x-request-id or traceparent, or let the bodies of the calls differ: then attempts that
    belong together are known.
    """
    with _told():
        attempts, names = _written(path) if path else _asked(url)
    figures = judge(attempts, names)
    for name, value in figures.as_dict().items():
        if value is not None:
            click.echo(f"{name:26}{value}")
    complaints = Bounds(**bounds).complaints(figures)
    for complaint in complaints:
        click.secho(complaint, fg="red", err=True)
    if complaints:
        raise SystemExit(1)


def _asked(url: str) -> tuple[list[Attempt], list[str]]:
    client = ControlClient(url)
    attempts = [Attempt.from_dict(values) for values in client.attempts()]
    _tell_dropped(client.fleet()["journal"]["dropped"])
    return attempts, client.backends()


def _tell_dropped(number: int) -> None:
    if number:
        click.secho(f"The journal was full: the first {number} attempts are not in it.", fg="yellow", err=True)


def _written(path: Path) -> tuple[list[Attempt], list[str]]:
    """The attempts of a saved journal and the names of the backends, none where another version left them out."""
    lines = [_line(text, f"{path}:{number}") for number, text in enumerate(read_text(path).splitlines(), 1)]
    names = [name for line in lines if isinstance(line, Heading) for name in line.backends]
    return [line for line in lines if isinstance(line, Attempt)], names


def _line(text: str, place: str) -> Attempt | Heading:
    try:
        return read_line(json.loads(text))
    except ValidationError as error:
        raise DocumentError(mistakes(error, Attempt, place)) from error
    except (ValueError, RecursionError, AttributeError, TypeError) as error:  # no JSON, no object
        raise DocumentError([f"{place}: not an attempt as `mockbackends journal` writes it"]) from error


def _stop_on_signals() -> SimpleQueue[None]:
    """A queue that gets something with each signal. An Event would not do: a signal may come while it is being set."""
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
    """Print a line. Once nobody reads any more, the fleet is served in silence."""
    try:
        click.echo(text, color=color)
    except OSError:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())  # else what is left in the buffer fails again at the end


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
    """What a client sent, fit for a terminal."""
    return text if text.isprintable() else ascii(text)


if __name__ == "__main__":
    main(prog_name="python -m mockbackends")
