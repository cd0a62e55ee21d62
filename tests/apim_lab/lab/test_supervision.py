"""Real processes, on ports that the operating system chose."""

import os
import socket
import sys
from pathlib import Path
from queue import SimpleQueue

import pytest

from apim_lab.lab.supervision import EndedError, Program, supervise

LISTEN = """
import os, pathlib, signal, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
pathlib.Path(sys.argv[2]).write_text(str(os.getpid()))
while True:
    connection = server.accept()[0]
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n")
    connection.close()
"""
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + LISTEN


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def listener(name: str, pid: Path, code: str = LISTEN) -> Program:
    port = free_port()
    return Program(name, (sys.executable, "-c", code, str(port), str(pid)), {port: "--port"})


def python(name: str, code: str) -> Program:
    return Program(name, (sys.executable, "-c", code), {free_port(): "--port"})


def is_running(pid: Path) -> bool:
    try:
        os.kill(int(pid.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_the_programs_are_ready_when_all_answer_and_end_when_stopped(tmp_path: Path) -> None:
    pids = [tmp_path / "one", tmp_path / "two"]
    seen: list[bool] = []
    stop: SimpleQueue[None] = SimpleQueue()

    def ready() -> None:
        seen.extend(map(is_running, pids))
        stop.put(None)

    supervise([listener(pid.name, pid) for pid in pids], stop, ready)

    assert seen == [True, True]
    assert [is_running(pid) for pid in pids] == [False, False]


def test_when_one_ends_the_others_are_stopped(tmp_path: Path) -> None:
    pid = tmp_path / "one"
    one = listener("one", pid)
    # ends once the first one answers
    two = python(
        "two",
        f"""
import socket, sys, time
while True:
    try:
        socket.create_connection(("127.0.0.1", {next(iter(one.ports))})).close()
    except OSError:
        time.sleep(0.02)
    else:
        sys.exit(3)
""",
    )

    with pytest.raises(EndedError, match="two ended with exit code 3") as caught:
        supervise([one, two], SimpleQueue(), lambda: None)

    assert caught.value.code == 3
    assert not is_running(pid)


def test_a_program_that_ends_at_once_is_never_ready() -> None:
    called: list[bool] = []

    with pytest.raises(EndedError):
        supervise([python("one", "raise SystemExit(0)")], SimpleQueue(), lambda: called.append(True))

    assert called == []


def test_a_program_that_does_not_listen_to_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apim_lab.lab.supervision._TERM_TIMEOUT", 0.1)
    pid = tmp_path / "deaf"
    stop: SimpleQueue[None] = SimpleQueue()

    supervise([listener("deaf", pid, DEAF)], stop, lambda: stop.put(None))

    assert not is_running(pid)


def test_when_one_cannot_be_started_the_others_are_stopped(tmp_path: Path) -> None:
    pid = tmp_path / "one"

    with pytest.raises(FileNotFoundError):
        supervise([listener("one", pid), Program("two", ("/nowhere",), {})], SimpleQueue(), lambda: None)

    assert not pid.exists() or not is_running(pid)
