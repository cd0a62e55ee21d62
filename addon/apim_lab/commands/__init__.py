"""The command line `apim-lab`: a module for each command, imported when the command is used.

So `apim-lab trace` needs no mitmproxy. A module has the name of its command, and the command as `command`.
"""

from importlib import import_module
from pkgutil import iter_modules

import click


class Commands(click.Group):
    """The group whose commands are the modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the modules."""
        return sorted(module.name for module in iter_modules(__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None if there is no such module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found = import_module(f"{__name__}.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Commands)
@click.version_option(package_name="apim-lab")
def main() -> None:
    """Azure API Management policies on this machine.

    \b
    The gateway, three mock backends and the live page, until Ctrl-C:
      apim-lab lab
    What a policy does with a request, statement by statement, without any server:
      apim-lab trace request.json --policy policy.xml
    """
