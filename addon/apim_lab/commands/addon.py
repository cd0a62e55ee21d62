"""`apim-lab addon`: prints the path of the file that mitmproxy loads."""

import click

from apim_lab.lab.script import script


@click.command("addon")
def command() -> None:
    """Print the path of the gateway's addon.

    \b
    mitmdump -s "$(apim-lab addon)" --listen-host 127.0.0.1
    """
    click.echo(script())
