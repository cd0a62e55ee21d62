"""Programs are started, found by their ports, and stopped whatever happens."""

import sys
from pathlib import Path

import pytest

from bench.processes import StartError, running

LISTENS = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print('hello', flush=True); time.sleep(60)"
FAILS = "import sys; print('no such option'); sys.exit(3)"


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_program_is_stopped_when_the_block_ends() -> None:
    with running("it", (sys.executable, "-c", LISTENS)) as process:
        assert process.port > 0
        assert process.resident_bytes() > 1_000_000
        assert process.cpu_seconds() >= 0

    assert not is_running(process.pid)


def test_a_program_is_stopped_when_the_block_fails_and_its_log_is_in_the_error() -> None:
    with pytest.raises(ValueError, match="wrong") as caught, running("it", (sys.executable, "-c", LISTENS)) as process:
        raise ValueError("wrong")

    assert caught.value.__notes__ == ["it wrote:\nhello\n"]
    assert not is_running(process.pid)


def test_a_program_that_ends_before_it_listens_is_an_error_with_its_log() -> None:
    with pytest.raises(StartError, match="exit code 3") as caught, running("it", (sys.executable, "-c", FAILS)):
        pass

    assert caught.value.__notes__ == ["it wrote:\nno such option\n"]
