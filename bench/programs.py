"""The programs that are measured, by their names in the report; each is started when it is first asked for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field

import click

from bench import rivals
from bench.live_page import reader, with_page
from bench.processes import Process, bare, gateway, mitmdump
from bench.routes import Route

BARE, INDEXED = "bare mitmdump", "bare, index of hooks"
BARE_STREAMING, INDEXED_STREAMING = "bare, stream_large_bodies=1", "bare, index, stream_large_bodies=1"
GATEWAY, PAGED = "gateway", "gateway, page and traces"
LITELLM, PORTKEY = "LiteLLM", "Portkey"
DIRECT = "no proxy"

INDEX_ALONE = ("--scripts", "bench/scripts/hook_index_alone.py")
STREAMING = ("--set", "stream_large_bodies=1")
"""A bare mitmdump holds back every answer without it."""


@dataclass(frozen=True)
class Program:
    """A running program, and how it wants to be called."""

    process: Process
    route: Route = field(default_factory=Route)


type Start = Callable[[str, Process], AbstractContextManager[Program]]
"""Starts a program of this name in front of the upstream."""


def a_mitmdump(arguments: Callable[[Process], tuple[str, ...]]) -> Start:
    @contextmanager
    def start(name: str, backends: Process) -> Iterator[Program]:
        with mitmdump(name, *arguments(backends)) as process:
            yield Program(process)

    return start


@contextmanager
def a_gateway_with_its_page(name: str, backends: Process) -> Iterator[Program]:
    with with_page(name, backends) as shown, reader(shown.page):
        yield Program(shown.process)


def a_rival(start_rival: Callable[[Process], AbstractContextManager[tuple[Process, Route]]]) -> Start:
    @contextmanager
    def start(name: str, backends: Process) -> Iterator[Program]:
        with start_rival(backends) as (process, route):
            yield Program(process, route)

    return start


@contextmanager
def the_upstream(name: str, backends: Process) -> Iterator[Program]:
    yield Program(backends)


STARTS: Mapping[str, Start] = {
    BARE: a_mitmdump(bare),
    INDEXED: a_mitmdump(lambda backends: (*bare(backends), *INDEX_ALONE)),
    BARE_STREAMING: a_mitmdump(lambda backends: (*bare(backends), *STREAMING)),
    INDEXED_STREAMING: a_mitmdump(lambda backends: (*bare(backends), *INDEX_ALONE, *STREAMING)),
    GATEWAY: a_mitmdump(gateway),
    PAGED: a_gateway_with_its_page,
    LITELLM: a_rival(rivals.litellm),
    PORTKEY: a_rival(rivals.portkey),
    DIRECT: the_upstream,
}
INSTALLED = {LITELLM: rivals.has_litellm, PORTKEY: rivals.has_portkey}
"""Whether a program is there that the project does not install."""


class Programs:
    """The programs in front of one upstream; the stack stops them."""

    def __init__(self, stack: ExitStack, backends: Process) -> None:
        self.stack = stack
        self.backends = backends
        self.running: dict[str, Program] = {}

    def get(self, *names: str) -> dict[str, Program]:
        """Those of these that are installed; each is one process, whoever asks for it."""
        found = [name for name in names if is_installed(name)]
        for name in found:
            if name not in self.running:
                self.running[name] = self.stack.enter_context(STARTS[name](name, self.backends))
        return {name: self.running[name] for name in found}

    @contextmanager
    def fresh(self, name: str) -> Iterator[Program]:
        """One that has served nothing yet."""
        with STARTS[name](name, self.backends) as program:
            yield program


def is_installed(name: str) -> bool:
    return name not in INSTALLED or INSTALLED[name]()


def tell_missing() -> None:
    for name in INSTALLED:
        if not is_installed(name):
            click.echo(f"{name} is not installed, so it is not measured: make bench-rivals")
