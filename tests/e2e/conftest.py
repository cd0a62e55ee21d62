"""The real thing: mitmdump with the addon in a process of its own, mock backends on ports the system chose."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import openai
import pytest

from mockbackends import Backend, Call, serve

ROOT = Path(__file__).parents[2]
LISTENING = re.compile(r"listening at (?:http://)?[^ ]*?:(\d+)\.")
QUICK = {"calls": "100000", "retry-interval": "0"}
"""Named values that take the limit and the waits out of the default policy."""

ONE_API = """
backends: {}
apis: [{id: azure-openai, path: openai, policy: policy.xml}]
"""


class Gateway:
    """A running mitmdump (or mitmweb). `log` is what it has written so far."""

    def __init__(self, arguments: list[str], program: str = "mitmdump") -> None:
        command = [str(Path(sys.executable).with_name(program)), "-s", "addon/balancer.py", *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        self.lines: list[str] = []
        self.clients: list[openai.OpenAI] = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()
        self.process.wait()
        with self.changed:
            self.changed.notify_all()  # nothing more will come

    @property
    def log(self) -> str:
        return "".join(self.lines)

    @property
    def port(self) -> int:
        match = LISTENING.search(self.wait_for("listening at"))
        assert match is not None
        return int(match[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, text: str) -> str:
        """The first line with this text in it, once it was written."""
        with self.changed:
            arrived = self.changed.wait_for(lambda: text in self.log or self.process.poll() is not None, timeout=30)
            assert arrived, f"{text!r} did not come:\n{self.log}"
            assert text in self.log, f"{text!r} did not come before the end:\n{self.log}"
            return next(line for line in self.lines if text in line)

    def wait_for_times(self, text: str, times: int) -> None:
        """Return once the text was written so many times."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.log.count(text) >= times, timeout=30), self.log

    def exit_code(self) -> int:
        code = self.process.wait(timeout=30)
        self.reader.join(timeout=10)
        return code

    def stop(self) -> None:
        for client in self.clients:
            client.close()
        self.process.terminate()
        self.exit_code()
        assert self.process.stdout is not None
        self.process.stdout.close()
        assert "has crashed" not in self.log, self.log

    def azure(self, api_key: str = "key", **options: Any) -> openai.AzureOpenAI:
        """Microsoft's form of the official client, which here does not retry by itself."""
        client = openai.AzureOpenAI(
            azure_endpoint=self.url, api_key=api_key, api_version="2024-10-21", max_retries=0, **options
        )
        self.clients.append(client)
        return client


class Lab:
    """Starts gateways and backends, and stops them when the test is over. `calls` are those the backends got."""

    def __init__(self, stack: ExitStack, confdir: Path) -> None:
        self.stack = stack
        self.confdir = confdir
        self.calls: list[Call] = []

    def backends(self, *backends: Backend) -> dict[str, str]:
        """Serve the backends; their URLs by name."""
        return dict(self.stack.enter_context(serve(backends, on_call=self.calls.append)).urls)

    def gateway(
        self, *arguments: str, urls: dict[str, str] | None = None, program: str = "mitmdump", **named_values: str
    ) -> Gateway:
        """Start a gateway in front of the backends; named values are written with underscores."""
        gateway = self.start(
            *(f"apim_backends={name}={url}/openai" for name, url in (urls or {}).items()),
            *(f"apim_named_values={name.replace('_', '-')}={value}" for name, value in named_values.items()),
            arguments=arguments,
            program=program,
        )
        gateway.wait_for("listening at")
        return gateway

    def start(self, *options: str, arguments: tuple[str, ...] = (), program: str = "mitmdump") -> Gateway:
        settings = [f"confdir={self.confdir}", "listen_port=0", *options]
        gateway = Gateway([part for setting in settings for part in ("--set", setting)] + list(arguments), program)
        self.stack.callback(gateway.stop)
        return gateway

    def wait_for_calls(self, number: int) -> list[Call]:
        """The calls, once there are so many: a backend may tell of one a moment after the client has its answer."""
        until = time.monotonic() + 10
        while len(self.calls) < number and time.monotonic() < until:
            time.sleep(0.01)
        return self.calls

    def outcomes(self) -> list[tuple[str, int]]:
        """Backend and status of every call, in the order they were answered."""
        return [(call.backend, call.status) for call in self.calls]


@pytest.fixture(scope="session")
def confdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """mitmproxy's folder: its certificate authority is made once."""
    return tmp_path_factory.mktemp("mitmproxy")


@pytest.fixture
def lab(confdir: Path) -> Iterator[Lab]:
    with ExitStack() as stack:
        yield Lab(stack, confdir)


@pytest.fixture(scope="module")
def with_policy(confdir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Gateway]]:
    """Start a gateway with one API, `openai`, whose policy is this text; it stops after the module's last test."""
    with ExitStack() as stack:

        def start(policy: str, *arguments: str, config: str = ONE_API) -> Gateway:
            folder = tmp_path_factory.mktemp("gateway")
            (folder / "lab.yaml").write_text(config)
            (folder / "policy.xml").write_text(policy)
            return Lab(stack, confdir).gateway("--set", f"apim_config={folder / 'lab.yaml'}", *arguments)

        yield start


@pytest.fixture
def round_robin(lab: Lab) -> Callable[..., Gateway]:
    """Start the default policy in front of three backends, without limit and without waits unless told otherwise."""

    def start(*backends: Backend, arguments: tuple[str, ...] = (), **named_values: str) -> Gateway:
        defaults = {name.replace("-", "_"): value for name, value in QUICK.items()}
        return lab.gateway(*arguments, urls=lab.backends(*backends), **(defaults | named_values))

    return start


class ScriptedBackend:
    """A backend that does to each request what its script says: `script(backend, connection, request)`.

    A script that returns True keeps the connection for the next request. `proceed` is for scripts that wait for the
    test, `requests` are the heads and bodies that came in.
    """

    def __init__(self, script: Callable[["ScriptedBackend", socket.socket, bytes], object]) -> None:
        self.script = script
        self.proceed = threading.Event()
        self.requests: list[bytes] = []
        self.connections: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections.append(connection)
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := read_request(connection):
                self.requests.append(request)
                if not self.script(self, connection, request):
                    return

    def close(self) -> None:
        self.proceed.set()
        for open_socket in (self.listener, *self.connections):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
            open_socket.close()


def read_request(connection: socket.socket) -> bytes:
    """A whole request with a Content-Length; nothing once the client is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := connection.recv(65536)):
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    match = re.search(rb"(?i)content-length: *(\d+)", head)
    while match and len(body) < int(match[1]):
        if not (piece := connection.recv(65536)):
            return b""
        body += piece
    return head + b"\r\n\r\n" + body


def hold(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> bool:
    """Say nothing until the gateway closes the connection."""
    with suppress(OSError):
        connection.recv(1)
    return False


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    assert holds()


@pytest.fixture
def scripted(lab: Lab) -> Callable[..., ScriptedBackend]:
    """Serve a ScriptedBackend."""

    def start(script: Callable[[ScriptedBackend, socket.socket, bytes], object]) -> ScriptedBackend:
        backend = ScriptedBackend(script)
        lab.stack.callback(backend.close)
        return backend

    return start


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
