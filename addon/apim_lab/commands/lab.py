"""`apim-lab lab`: the gateway and three mock backends, until Ctrl-C."""

import signal
from collections.abc import Sequence
from queue import SimpleQueue

import click

from apim_lab.lab import ports
from apim_lab.lab.programs import Ports, check_installed, programs
from apim_lab.lab.supervision import EndedError, Program, supervise

WELCOME = """
The lab is running:
  page      http://127.0.0.1:{page} shows what happens, and has lessons: open it in a browser
  gateway   http://127.0.0.1:{gateway}/openai
  backends  http://127.0.0.1:{backends[0]}, {backends[1]} and {backends[2]}

Try it from another terminal:
  curl 'http://127.0.0.1:{gateway}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21' \\
    -H 'api-key: any' -H 'Content-Type: application/json' \\
    -d '{{"messages": [{{"role": "user", "content": "Hello"}}]}}'

or from Python:
  from openai import AzureOpenAI
  client = AzureOpenAI(azure_endpoint="http://127.0.0.1:{gateway}", api_key="any", api_version="2024-10-21")
  for chunk in client.chat.completions.create(
      model="gpt-4o", messages=[{{"role": "user", "content": "Hello"}}], stream=True
  ):
      print(*(choice.delta.content or "" for choice in chunk.choices), end="", flush=True)
  print()

Ctrl-C stops everything. Each line below is a call.
"""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
PORT = click.IntRange(1, 65_533)
"""A port behind which two more may follow."""

_LISTENING = ("-p", "--listen-port", "--listen-host")


@click.command("lab", context_settings={"ignore_unknown_options": True})
@click.option("--port", type=PORT, default=Ports.gateway, show_default=True, help="Where the gateway listens.")
@click.option("--page-port", type=PORT, default=Ports.page, show_default=True, help="Where the live page is.")
@click.option(
    "--fleet-port", type=PORT, default=Ports.fleet, show_default=True, help="Where the control of the mocks is."
)
@click.option(
    "--backend-port",
    type=PORT,
    default=Ports.backend,
    show_default=True,
    help="The first backend's; two more follow.",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF MITMDUMP]...")
def command(port: int, page_port: int, fleet_port: int, backend_port: int, options: tuple[str, ...]) -> None:
    """Run the gateway and its three mock backends until Ctrl-C.

    The gateway gets the options of mitmdump, like `--set apim_policy=policy.xml`, on top of its own.
    """
    check_installed()
    if moved := [option for option in options if option.partition("=")[0] in _LISTENING]:
        raise click.UsageError(f"{moved[0]} is the lab's to set: --port N moves the gateway, on 127.0.0.1")
    at = Ports(port, page_port, fleet_port, backend_port)
    if len({port, page_port, fleet_port, *at.backends}) < len(at.backends) + 3:
        raise click.UsageError("two programs of the lab have the same port")
    run(programs(at, options), WELCOME.format(gateway=port, page=page_port, backends=at.backends))


def run(started: Sequence[Program], welcome: str) -> None:
    """Run the programs; raise ClickException if a port is taken, or when one of them ends by itself."""
    stop = _stop_on_signals()
    _check_ports(started)
    try:
        supervise(started, stop, lambda: click.echo(welcome))
        _ignore_signals()
    except EndedError as error:
        raise click.ClickException(f"{error}; everything else was stopped.") from error
    except FileNotFoundError as error:
        raise click.ClickException(f"{error.filename} is not installed; everything was stopped.") from error


def _check_ports(started: Sequence[Program]) -> None:
    lines = [
        f"port {port} of {program.name} is taken on {program.host}: {program.ports[port]} moves it"
        for program in started
        for port in ports.taken_ports(program.host, program.ports)
    ]
    if lines:
        raise click.ClickException("\n".join([*lines, "Nothing was started."]))


def _stop_on_signals() -> SimpleQueue[None]:
    """A queue that gets an item with each signal. An Event would not do: a signal may come while it is being set."""
    stop: SimpleQueue[None] = SimpleQueue()
    for number in _SIGNALS:
        signal.signal(number, lambda *_: stop.put(None))
    return stop


def _ignore_signals() -> None:
    """A second Ctrl-C, when everything has stopped, changes nothing."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
