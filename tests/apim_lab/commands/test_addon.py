"""`apim-lab addon`."""

from pathlib import Path

from click.testing import CliRunner

from apim_lab.commands import main


def test_the_path_of_the_addon_is_printed():
    path = Path(CliRunner().invoke(main, ["addon"]).output.strip())

    assert "addons = [Balancer()]" in path.read_text(encoding="utf-8")


def test_the_commands_are_listed():
    text = CliRunner().invoke(main, ["--help"]).output

    assert [line.split()[0] for line in text.partition("Commands:")[2].splitlines() if line] == [
        *("addon", "expression", "lab", "lesson", "trace", "types"),
    ]


def test_a_command_that_is_not_there():
    result = CliRunner().invoke(main, ["fly"])

    assert result.exit_code == 2
    assert "No such command 'fly'" in result.output
