"""A lab of one's own: started silently, stopped at the end."""

import socket
import sys
from pathlib import Path

import click
import pytest

from apim_lab.lab.programs import Ports
from apim_lab.lab.supervision import Program
from apim_lab.lessons import own_lab as module
from apim_lab.lessons.page import PageClient, PageError


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
    return number


def server(port: int) -> Program:
    return Program(
        "a server", (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)), {port: "--port"}
    )


def test_it_runs_while_the_block_runs_and_is_silent(monkeypatch, port, capfd):
    monkeypatch.setattr(module, "programs", lambda _: (server(port),))
    monkeypatch.setattr(module.Ports, "are_taken", False)
    with module.own_lab() as url, pytest.raises(PageError, match="404"):
        PageClient(f"http://127.0.0.1:{port}").state()

    assert url == f"http://127.0.0.1:{module.Ports().page}"
    with pytest.raises(PageError, match="there is no live page"):
        PageClient(f"http://127.0.0.1:{port}").state()
    assert capfd.readouterr() == ("", "")


def test_what_it_wrote_is_told_if_it_ends_at_once(monkeypatch, port):
    program = Program("a program", (sys.executable, "-c", "raise SystemExit('no such option')"), {port: "--port"})
    monkeypatch.setattr(module, "programs", lambda _: (program,))

    with (
        pytest.raises(click.ClickException, match="a program ended with exit code 1:\nno such option"),
        module.own_lab(),
    ):
        pass


def test_a_program_that_is_not_there_wrote_nothing(tmp_path: Path, port):
    with (
        pytest.raises(click.ClickException),
        module.run_silently([Program("none", ("/no/such",), {port: "--port"})], tmp_path / "log"),
    ):
        pass


def test_where_a_port_of_the_lab_is_taken_others_are_found(monkeypatch):
    begun = []
    monkeypatch.setattr(Ports, "are_taken", True)
    monkeypatch.setattr(module, "programs", lambda at: begun.append(at) or (server(at.page),))
    with module.own_lab() as url:
        PageClient(url)

    assert url == f"http://127.0.0.1:{begun[0].page}"
    assert not {begun[0].gateway, begun[0].page, begun[0].fleet, *begun[0].backends} & {8080, 8081, *range(5000, 5004)}
