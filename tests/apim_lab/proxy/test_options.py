"""The options, and that the documentation knows them."""

import re
from pathlib import Path

import pytest
from mitmproxy.addonmanager import Loader
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.test import taddons

from apim_lab.proxy import options

ROOT = Path(__file__).parents[3]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LIMITS = [name for name in (*options.AT_LEAST_ONE, *options.LIMITED) if name != "apim_traces"]
NAMES = [option.name for option in options.OPTIONS]


class Declared:
    """An addon that has the options, and nothing else."""

    def load(self, loader: Loader) -> None:
        options.declare(loader)


def default_of(name: str) -> object:
    return next(option.default for option in options.OPTIONS if option.name == name)


def limits_in_the_docs() -> dict[str, set[str]]:
    """The defaults in the tables of docs/limits.md, by option: the number that a cell begins with."""
    found: dict[str, set[str]] = {}
    for row in (ROOT / "docs/limits.md").read_text().splitlines():
        if match := re.fullmatch(r"\| .+ \| ([0-9,]+[0-9]|[0-9]).* \| `(apim_\w+)` \| .+ \|", row):
            found.setdefault(match[2], set()).add(match[1].replace(",", ""))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_documentation_names_every_option(name):
    assert any(re.search(rf"\b{name}\b", page.read_text()) for page in DOCS)


@pytest.mark.parametrize("name", LIMITS)
def test_the_documentation_has_the_default_of_every_limit(name):
    assert limits_in_the_docs()[name] == {str(default_of(name))}


@pytest.mark.parametrize("name", [*LIMITS, "apim_traces"])
def test_a_limit_is_at_least_one(name):
    with taddons.context(Proxyserver(), Declared()) as context:
        options.check(context.options)
        context.options.update(**{name: 0})

        with pytest.raises(ValueError, match=f"{name} is 0: expected at least 1"):
            options.check(context.options)
