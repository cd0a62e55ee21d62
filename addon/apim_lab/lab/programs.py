"""The programs of the lab, the gateway and the mock backends, on ports that can be moved."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

from apim_lab.lab import ports
from apim_lab.lab.script import script
from apim_lab.lab.supervision import Program

HOST = "127.0.0.1"
BACKENDS = ("openAiBackend1", "openAiBackend2", "openAiBackend3")
"""The backends of gallery/lab.yaml, and of `mockbackends serve` without options."""


@dataclass(frozen=True)
class Ports:
    """Where the lab listens; `backend` is the port of the first backend, the other two are on the next ones."""

    gateway: int = 8080
    page: int = 8081
    fleet: int = 5000
    backend: int = 5001

    @classmethod
    def free(cls) -> "Ports":
        """Ports on which nothing listens, chosen by the operating system."""
        gateway, page, fleet = ports.free_ports(HOST, 3)
        return cls(gateway, page, fleet, ports.free_range(HOST, len(BACKENDS)))

    @property
    def backends(self) -> range:
        """The ports of the backends."""
        return range(self.backend, self.backend + len(BACKENDS))

    @property
    def are_taken(self) -> bool:
        """Whether something listens on one of them."""
        return any(ports.taken_ports(program.host, program.ports) for program in programs(self))


def check_installed() -> None:
    """Raise ClickException where the extra that the lab needs is not installed."""
    if find_spec("mitmproxy") is None:
        raise click.ClickException("the lab runs on mitmproxy, which is not installed: pip install 'apim-lab[gateway]'")


def programs(at: Ports, options: Sequence[str] = ()) -> tuple[Program, Program]:
    """The mock backends, and the gateway with these options of mitmdump."""
    return _mock_backends(at), _gateway(at, options)


def _mock_backends(at: Ports) -> Program:
    command = (
        *(sys.executable, "-m", "mockbackends", "serve", "--host", HOST),
        *("--control", str(at.fleet), "--first-port", str(at.backend)),
        "--quiet",  # the gateway has a line for each call
    )
    options = dict.fromkeys(at.backends, "--backend-port") | {at.fleet: "--fleet-port"}
    return Program("the mock backends", command, options)


def _gateway(at: Ports, options: Sequence[str]) -> Program:
    command = (
        str(Path(sys.executable).with_name("mitmdump")),
        *("--scripts", str(script())),
        *("--listen-host", HOST, "--listen-port", str(at.gateway)),
        *("--set", f"apim_page={at.page}", "--set", f"apim_fleet=http://{HOST}:{at.fleet}"),
        *(_backend_urls(at) if at.backend != Ports.backend else ()),
        *options,
    )
    # a probe of the gateway itself would be a call, and the page would show it
    return Program("the gateway", command, {at.gateway: "--port", at.page: "--page-port"}, probed=(at.page,))


def _backend_urls(at: Ports) -> Sequence[str]:
    """Options that move the backends of gallery/lab.yaml."""
    placed = zip(BACKENDS, at.backends, strict=True)
    return [part for name, port in placed for part in ("--set", f"apim_backends={name}=http://{HOST}:{port}/openai")]
