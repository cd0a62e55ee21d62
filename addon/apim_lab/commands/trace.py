"""`apim-lab trace`: runs one request through a policy, and prints what it did."""

import asyncio
import json
import logging
import os
import shutil
from pathlib import Path

import click

from apim_lab.clock import Clock
from apim_lab.gallery import LAB
from apim_lab.service.configuration import Overrides, load_gateway, parse_pairs
from apim_lab.service.gateway import Gateway
from apim_lab.stores.memory import open_store
from apim_lab.tracing.attempts import Json
from apim_lab.tracing.rehearsal import read_rehearsal
from apim_lab.tracing.text import Text

MAX_COLUMNS = 140
"""Columns of the output, even in a wider terminal; in a pipe or a file, too."""

_FILE = click.Path(dir_okay=False, path_type=Path)


class Unusable(click.ClickException):
    """A file or an option cannot be used."""

    exit_code = 2


@click.command("trace")
@click.argument("request_file", metavar="REQUEST.json", type=_FILE)
@click.option("--policy", required=True, type=_FILE, help="The policy document.")
@click.option(
    "--config",
    default=LAB,
    type=_FILE,
    help="The configuration file, for backends and named values.  [the lab's own]",
)
@click.option("--named-value", "values", multiple=True, metavar="NAME=VALUE", help="Fills {{NAME}}; repeatable.")
@click.option("--backend", "backends", multiple=True, metavar="ID=URL", help="Adds or moves a backend; repeatable.")
@click.option(
    "--allow-list",
    type=click.Choice(["warn", "enforce"]),
    default="warn",
    help="Tell of, or refuse, what works in expressions here and not in API Management.",
)
@click.option("--unmasked", is_flag=True, help="Show keys, tokens and what comes from bodies.")
@click.option("--json", "as_json", is_flag=True, help="Print the trace as JSON.")
def command(  # noqa: PLR0913, PLR0917  # a command has as many parameters as options
    request_file: Path,
    policy: Path,
    config: Path,
    values: tuple[str, ...],
    backends: tuple[str, ...],
    allow_list: str,
    unmasked: bool,
    as_json: bool,
) -> None:
    """Run one request through a policy, and print what it did. Nothing is sent anywhere.

    \b
    A REQUEST.json, of which only path is required:
      {
        "method": "POST",
        "path": "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        "headers": {"api-key": "mine"},
        "body": {"messages": [{"role": "user", "content": "Hello"}]},
        "answers": [
          {"status": 429, "headers": {"Retry-After": "8"}},
          {"failure": "timeout"},
          {"status": 200, "body": {"choices": []}}
        ]
      }

    A "product", "subscription" and "user" are given as in the configuration: {"subscription": {"id": "mobile-app"}}.

    answers are those of the backends, one for each attempt; the last one is repeated. An answer has a status (200
    unless given), headers and a body ({}), or a failure: "connection" or "timeout". Waits take no time.

    \b
    With other numbers, and a backend that the configuration does not have:
      apim-lab trace request.json --policy policy.xml --named-value calls=1 --backend east=http://east.example/openai
    """
    logging.getLogger("apim").addHandler(logging.NullHandler())  # an error of the policy's is in the trace
    try:
        overrides = Overrides(
            policy=policy,
            backends=parse_pairs(backends, "--backend ID=URL"),
            named_values=parse_pairs(values, "--named-value NAME=VALUE"),
            strict=allow_list == "enforce",
        )
        trace = run(request_file, config, overrides, unmasked=unmasked)
    except ValueError as error:
        raise Unusable(str(error)) from error
    if as_json:
        click.echo(json.dumps(trace, indent=2))
        return
    width = min(shutil.get_terminal_size((MAX_COLUMNS, 24)).columns, MAX_COLUMNS)
    for line in Text(trace, width).lines():
        click.echo(line, color=False if os.environ.get("NO_COLOR") else None)


def run(request_file: Path, config: Path, overrides: Overrides, *, unmasked: bool) -> Json:
    """The trace of the request. Raises ValueError for files and settings that cannot be used."""
    clock = Clock()
    gateway: Gateway = load_gateway(config, overrides, open_store("memory://", clock), clock)
    for warning in gateway.warnings():
        click.echo(f"warning: {warning}", err=True)
    call = asyncio.run(read_rehearsal(request_file).run(gateway))
    trace = call.trace(unmasked=unmasked)
    assert trace is not None  # a rehearsal is traced
    return trace
