"""The launcher as a process of its own, with programs on ports that the operating system chose."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from click.testing import CliRunner

from apim_lab.commands import lab, main
from apim_lab.lab.programs import BACKENDS, Ports, programs
from apim_lab.lab.supervision import Program
from mockbackends.__main__ import LAB

LISTEN = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection = server.accept()[0]
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n")
    connection.close()
"""
LAUNCH = """
import sys, click
from apim_lab.commands.lab import run
from apim_lab.lab.supervision import Program

@click.command()
def main():
    run((Program("the first", (sys.executable, "-c", sys.argv[1], sys.argv[2]), {int(sys.argv[2]): '--port'}),), "Welcome")

main(args=[])
"""


def launcher(code: str, port: int) -> Sequence[str]:
    return [sys.executable, "-c", LAUNCH, code, str(port)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_stops_everything_without_an_error(number: int) -> None:
    port = free_port()
    with subprocess.Popen(launcher(LISTEN, port), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        welcome = process.stdout.readline()
        process.send_signal(number)
        code = process.wait(20)

    assert (welcome, code) == ("Welcome\n", 0)
    socket.create_server(("127.0.0.1", port)).close()


def test_signals_that_come_together_stop_everything_too() -> None:
    with subprocess.Popen(launcher(LISTEN, free_port()), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        for _ in range(20):
            process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0


def test_a_taken_port_is_named_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        ended = subprocess.run(launcher("print('started')", port), capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert f"port {port} of the first is taken on 127.0.0.1: --port moves it" in ended.stderr
    assert ended.stdout == ""


def test_a_program_that_dies_is_named_and_its_output_shown() -> None:
    ended = subprocess.run(
        launcher("import sys; sys.exit('no such policy')", free_port()), capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == "no such policy\nError: the first ended with exit code 1; everything else was stopped.\n"


def test_the_lab_is_the_gateway_in_front_of_the_three_mock_backends() -> None:
    backends, gateway = programs(Ports())

    assert (list(backends.ports), list(gateway.ports)) == ([5001, 5002, 5003, 5000], [8080, 8081])
    assert tuple(backend.name for backend in LAB) == BACKENDS
    assert [backend.port for backend in LAB] == list(Ports().backends)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Sequence[Program], str]]:
    """What the command line runs, and the welcome text."""

    def begin(*arguments: str) -> tuple[Sequence[Program], str]:
        found: list[tuple[Sequence[Program], str]] = []
        monkeypatch.setattr(lab, "run", lambda started, welcome: found.append((started, welcome)))
        CliRunner().invoke(main, ["lab", *arguments], catch_exceptions=False)
        return found[0]

    return begin


def test_options_go_to_the_gateway(begun) -> None:
    (backends, gateway), _ = begun("--set", "apim_policy=policy.xml", "-q")

    assert backends == programs(Ports())[0]
    assert gateway.command == (*programs(Ports())[1].command, "--set", "apim_policy=policy.xml", "-q")


def test_every_port_can_be_moved(begun) -> None:
    (backends, gateway), welcome = begun(
        *("--port", "18080", "--page-port", "18081", "--fleet-port", "15000", "--backend-port", "16001")
    )

    assert (list(backends.ports), list(gateway.ports)) == ([16001, 16002, 16003, 15000], [18080, 18081])
    assert backends.command[-5:] == ("--control", "15000", "--first-port", "16001", "--quiet")
    assert "apim_backends=openAiBackend3=http://127.0.0.1:16003/openai" in gateway.command
    for url in ("http://127.0.0.1:18081", "http://127.0.0.1:18080/openai", "http://127.0.0.1:16001, 16002 and 16003"):
        assert url in welcome
    assert not re.search(r":(8080|8081|500\d)\b", welcome)


@pytest.mark.parametrize("option", ["-p", "--listen-port", "--listen-port=18080", "--listen-host"])
def test_the_port_of_mitmdump_is_the_labs_to_set(option) -> None:
    result = CliRunner().invoke(main, ["lab", option, "18080"])

    assert result.exit_code == 2
    assert "--port N moves the gateway" in result.output


def test_without_mitmproxy_the_command_to_install_it_is_told(monkeypatch) -> None:
    monkeypatch.setattr("apim_lab.lab.programs.find_spec", lambda _: None)
    result = CliRunner().invoke(main, ["lab"])

    assert result.exit_code == 1
    assert "pip install 'apim-lab[gateway]'" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--port", "70000"), "70000 is not in the range"),
        (("--port", "0"), "0 is not in the range"),
        (("--port", "18080", "--page-port", "18080"), "two programs of the lab have the same port"),
        (("--backend-port", "4999"), "two programs of the lab have the same port"),
    ],
)
def test_a_port_that_cannot_be_is_told(arguments, told) -> None:
    result = CliRunner().invoke(main, ["lab", *arguments])

    assert result.exit_code == 2
    assert told in result.output
