"""The launcher as a process of its own, with programs on ports that the operating system chose."""

import signal
import socket
import subprocess
import sys
from collections.abc import Sequence

import pytest
from click.testing import CliRunner

from apim_lab.lab.__main__ import BACKEND_PORTS, CONTROL_PORT, GATEWAY_PORT, PAGE_PORT, PROGRAMS, main
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
from apim_lab.lab.__main__ import run
from apim_lab.lab.supervision import Program

@click.command()
def main():
    run((Program("the first", (sys.executable, "-c", sys.argv[1], sys.argv[2]), (int(sys.argv[2]),)),), "Welcome")

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
    assert f"port {port} of the first is taken on 127.0.0.1" in ended.stderr
    assert ended.stdout == ""


def test_a_program_that_dies_is_named_and_its_output_shown() -> None:
    ended = subprocess.run(
        launcher("import sys; sys.exit('no such policy')", free_port()), capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == "no such policy\nError: the first ended with exit code 1; everything else was stopped.\n"


def test_the_lab_is_the_gateway_in_front_of_the_three_mock_backends() -> None:
    assert [program.ports for program in PROGRAMS] == [(*BACKEND_PORTS, CONTROL_PORT), (GATEWAY_PORT, PAGE_PORT)]
    assert tuple(backend.port for backend in LAB) == BACKEND_PORTS


def test_options_go_to_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Sequence[str]] = []
    monkeypatch.setattr("lab.__main__.run", lambda programs, _: begun.extend(it.command for it in programs))
    CliRunner().invoke(main, ["--set", "apim_policy=policy.xml", "-q"], catch_exceptions=False)

    assert begun[0] == PROGRAMS[0].command
    assert begun[1] == (*PROGRAMS[1].command, "--set", "apim_policy=policy.xml", "-q")
