"""The programs that are measured, each in a process: started, looked at through /proc, stopped in every case."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.upstream import BACKENDS

ROOT = Path(__file__).parents[1]
START_TIMEOUT = 30.0
"""Seconds to start."""
GRACE = 5.0
"""Seconds to end after SIGTERM, before SIGKILL."""
LOG_TAIL = 4_000
"""Bytes of a program's log that an error shows."""
LISTENING = "0A"
"""The state in /proc/PID/net/tcp (Linux, include/net/tcp_states.h: TCP_LISTEN)."""


class StartError(Exception):
    """A program ended, or did not listen in time."""


@dataclass(frozen=True)
class Process:
    """A running program and the ports on which it listens."""

    pid: int
    ports: Sequence[int]

    @property
    def port(self) -> int:
        return self.ports[0]

    def cpu_seconds(self) -> float:
        """CPU time so far, user's and system's together; its resolution is 10 ms."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        """How many files and sockets are open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def resident_bytes(self) -> int:
        """Memory that is in RAM now (RSS)."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(
    name: str,
    command: Sequence[str],
    ports: int = 1,
    *,
    environment: Mapping[str, str] | None = None,
    timeout: float = START_TIMEOUT,
) -> Iterator[Process]:
    """Run a program that listens on so many ports within the timeout (seconds), with an `environment` on top of ours.

    What it wrote is added to an error that ends the block.
    """
    with tempfile.TemporaryFile() as log:
        started = subprocess.Popen(  # noqa: S603 - our own
            command,
            cwd=ROOT,
            env=os.environ | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
        )
        try:
            yield Process(started.pid, wait_for_ports(started, ports, timeout))
        except Exception as error:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_TAIL))
            if written := log.read().decode(errors="replace"):
                error.add_note(f"{name} wrote:\n{written}")
            raise
        finally:
            stop(started)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_ports(process: subprocess.Popen[bytes], number: int, timeout: float) -> list[int]:
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        if process.poll() is not None:
            raise StartError(f"{process.args!r} ended with exit code {process.returncode}")
        with suppress(OSError):  # it is just ending, or closed a file while the list was read
            if len(ports := listening_ports(process.pid)) >= number:
                return ports
        time.sleep(0.05)
    raise StartError(f"{process.args!r} did not listen within {timeout:g} s")


def listening_ports(pid: int) -> list[int]:
    """The IPv4 ports on which the process listens; mitmdump does not say when it is quiet."""
    sockets = {os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return [
        int(row[1].partition(":")[2], 16) for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in sockets
    ]


@contextmanager
def upstream() -> Iterator[Process]:
    with running("the upstream", (sys.executable, "-m", "bench.upstream"), ports=BACKENDS) as process:
        yield process


@contextmanager
def mitmdump(name: str, *arguments: str) -> Iterator[Process]:
    """A mitmdump that writes nothing but errors, with a configuration folder of its own."""
    program = str(Path(sys.executable).with_name("mitmdump"))
    with tempfile.TemporaryDirectory() as confdir:
        places = [f"confdir={confdir}", "listen_host=127.0.0.1", "listen_port=0"]
        settings = [part for place in places for part in ("--set", place)]
        with running(name, (program, "--quiet", *settings, *arguments)) as process:
            yield process


def bare(upstream: Process) -> tuple[str, ...]:
    """The arguments of a mitmdump that only passes everything on."""
    return ("--mode", f"reverse:http://127.0.0.1:{upstream.port}")


def gateway(upstream: Process) -> tuple[str, ...]:
    """The arguments of a gateway with the default policy, whose limit is never reached."""
    settings = [
        "apim_named_values=calls=1000000000",
        *(
            f"apim_backends=openAiBackend{number}=http://127.0.0.1:{port}/openai"
            for number, port in enumerate(upstream.ports, 1)
        ),
    ]
    return ("--scripts", "addon/balancer.py", *(part for setting in settings for part in ("--set", setting)))
