"""The command line: `python -m apim_lab.lab` runs the gateway and three mock backends."""

import signal
import sys
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import click

from apim_lab.lab import ports
from apim_lab.lab.supervision import EndedError, Program, supervise

HOST = "127.0.0.1"
GATEWAY_PORT = 8080
PAGE_PORT = 8081
CONTROL_PORT = 5000
BACKEND_PORTS = (5001, 5002, 5003)  # also those of gallery/lab.yaml and of `python -m mockbackends`

BACKENDS = Program(
    "the mock backends",
    (
        *(sys.executable, "-m", "mockbackends", "serve", "--host", HOST, "--control", str(CONTROL_PORT)),
        "--quiet",  # the gateway has a line for each call
    ),
    (*BACKEND_PORTS, CONTROL_PORT),
)
GATEWAY = Program(
    "the gateway",
    (
        str(Path(sys.executable).with_name("mitmdump")),
        *("--scripts", "addon/balancer.py"),
        *("--listen-host", HOST, "--listen-port", str(GATEWAY_PORT)),
        *("--set", f"apim_page={PAGE_PORT}", "--set", f"apim_fleet=http://{HOST}:{CONTROL_PORT}"),
    ),
    (GATEWAY_PORT, PAGE_PORT),
    probed=(PAGE_PORT,),  # a probe of the gateway would be a call, and show
)
PROGRAMS = (BACKENDS, GATEWAY)

WELCOME = """
The lab is running:
  page      http://127.0.0.1:8081 shows what happens, and has lessons: open it in a browser
  gateway   http://127.0.0.1:8080/openai
  backends  http://127.0.0.1:5001, 5002 and 5003

Try it from another terminal:
  curl 'http://127.0.0.1:8080/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21' \\
    -H 'api-key: any' -H 'Content-Type: application/json' \\
    -d '{"messages": [{"role": "user", "content": "Hello"}]}'

or from Python:
  from openai import AzureOpenAI
  client = AzureOpenAI(azure_endpoint="http://127.0.0.1:8080", api_key="any", api_version="2024-10-21")
  for chunk in client.chat.completions.create(
      model="gpt-4o", messages=[{"role": "user", "content": "Hello"}], stream=True
  ):
      print(*(choice.delta.content or "" for choice in chunk.choices), end="", flush=True)
  print()

Ctrl-C stops everything. Each line below is a call.
"""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF MITMDUMP]...")
def main(options: tuple[str, ...]) -> None:
    """Run the gateway and its three mock backends until Ctrl-C.

    The gateway gets the options of mitmdump, like `--set apim_policy=policy.xml`, on top of its own.
    """
    run((BACKENDS, replace(GATEWAY, command=(*GATEWAY.command, *options))), WELCOME)


def run(programs: tuple[Program, ...], welcome: str) -> None:
    """Run the programs; raise ClickException if a port is taken, or when one of them ends by itself."""
    stop = _stop_on_signals()
    _check_ports(programs)
    try:
        supervise(programs, stop, lambda: click.echo(welcome))
    except EndedError as error:
        raise click.ClickException(f"{error}; everything else was stopped.") from error
    except FileNotFoundError as error:
        raise click.ClickException(f"{error.filename} is not installed; everything was stopped.") from error


def _check_ports(programs: tuple[Program, ...]) -> None:
    lines = [
        f"port {port} of {program.name} is taken on {program.host}"
        for program in programs
        for port in ports.taken(program.host, program.ports)
    ]
    if lines:
        raise click.ClickException("\n".join([*lines, "Nothing was started. End what listens there first."]))


def _stop_on_signals() -> SimpleQueue[None]:
    """A queue that gets something with each signal. An Event would not do: a signal may come while it is being set."""
    stop: SimpleQueue[None] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, lambda *_: stop.put(None))
    return stop


if __name__ == "__main__":
    main(prog_name="python -m apim_lab.lab")
