"""Which builds of Python count as optimised, and which one bin/setup takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.python_build import describe, is_optimised

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "optimised"),
    [
        (
            "'--prefix=/root/.pyenv/versions/3.12.1' '--enable-shared' 'LDFLAGS=-L/root/.pyenv/versions/3.12.1/lib'",
            False,
        ),
        ("'--enable-shared' '--prefix=/usr' '--libdir=/usr/lib/x86_64-linux-gnu' '--without-ensurepip'", True),
        ("'--prefix=/usr/local' '--enable-shared'", False),
        ("'--build=x86_64-linux-gnu' '--enable-optimizations' '--enable-shared' '--with-lto'", True),
        ("", False),
    ],
    ids=["pyenv", "Debian", "by hand", "the image python:3.13", "none"],
)
def test_a_build_is_optimised_by_its_arguments_or_as_a_distributions_own(arguments, optimised):
    assert is_optimised(arguments) is optimised
    assert ("without" not in describe(arguments)) is optimised


UV = """#!/bin/sh
case "$1" in
venv) mkdir -p "$5/bin" && ln -s {python} "$5/bin/python" && echo "took $4" ;;
python) exit 2 ;;
esac
"""
"""A uv that installs nothing, and tells which interpreter it was given: `uv venv --quiet --python INTERPRETER DIRECTORY`."""


def command(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def interpreter(path: Path, build: str) -> None:
    command(path, f'#!/bin/sh\necho "{path}"\necho "Python 3.13.9, built {build} optimisation"\n')


@pytest.fixture
def set_up(tmp_path):
    """Run bin/setup where `python3` is not optimised and `python3.13` is; what it writes."""
    programs = tmp_path / "programs"
    programs.mkdir()
    interpreter(programs / "python3", "without")
    interpreter(programs / "python3.13", "with")
    command(programs / "uv", UV.format(python=sys.executable))

    def run(**environment: str) -> str:
        path = os.pathsep.join([str(programs), "/usr/bin", "/bin"])
        return subprocess.run(
            [ROOT / "bin/setup", tmp_path / "environment", "gateway"],
            env=os.environ | {"PATH": path, "PYTHON": ""} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        ).stdout

    return run


def test_setup_prefers_an_optimised_interpreter_to_an_earlier_one(set_up):
    assert "/python3.13\n" in set_up()


def test_setup_takes_the_interpreter_that_is_named(set_up):
    assert "/python3\n" in set_up(PYTHON="python3")
