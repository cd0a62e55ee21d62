"""The wheel, installed into environments of its own, used from an empty folder: nothing of the checkout helps it."""

import http.client
import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from apim_lab.lab import ports

ROOT = Path(__file__).parents[1]
CHAT = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
CALL = json.dumps({"messages": [{"role": "user", "content": "Hello"}]})
POLICY = """
<policies>
    <inbound><set-backend-service base-url="http://east.example/openai" /></inbound>
    <outbound><set-header name="X-Lab"><value>@("here".ToUpper())</value></set-header></outbound>
</policies>
"""
START_TIMEOUT = 60.0
"""Seconds in which a server must listen."""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it; commands run in the empty `folder`."""

    environment: Path
    folder: Path

    def command(self, name: str, *arguments: str) -> list[str]:
        return [str(self.environment / "bin" / name), *arguments]

    def run(self, name: str, *arguments: str) -> str:
        """What the command writes; it must not fail."""
        ended = subprocess.run(
            self.command(name, *arguments),
            cwd=self.folder,
            env=bare_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    @contextmanager
    def serving(self, port: int, name: str, *arguments: str) -> Iterator[None]:
        """The command runs, and listens on the port, while the block runs."""
        command = self.command(name, *arguments)
        with subprocess.Popen(command, cwd=self.folder, env=bare_environment(), stdout=subprocess.DEVNULL) as process:
            try:
                wait_for(port, process)
                yield
            finally:
                process.terminate()


def bare_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(int(START_TIMEOUT / 0.1)):
        if ports.taken_ports("127.0.0.1", [port]):
            return
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"nothing listens on {port}")


def pip(environment: Path, *arguments: str) -> None:
    command = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=bare_environment(), capture_output=True, text=True, check=False)
    if "NewConnectionError" in ended.stderr or "NameResolutionError" in ended.stderr:
        pytest.skip("the package index is out of reach")
    assert ended.returncode == 0, ended.stderr


def install(folder: Path, what: Sequence[str]) -> Installed:
    environment = folder / "environment"
    pip(environment, "install", "--no-compile", "--constraint", str(ROOT / "constraints.txt"), *what)
    empty = folder / "empty"
    empty.mkdir()
    return Installed(environment, empty)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    environment = new_environment(folder)
    pip(environment, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("bare")
    new_environment(folder)
    return install(folder, [str(wheel), "pytest"])


@pytest.fixture(scope="module")
def gateway(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("gateway")
    new_environment(folder)
    return install(folder, [f"{wheel}[gateway]"])


def new_environment(folder: Path) -> Path:
    venv.create(folder / "environment", with_pip=True, symlinks=sys.platform != "win32")
    return folder / "environment"


def call(port: int) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT)
    try:
        connection.request("POST", CHAT, CALL, {"api-key": "mine", "Content-Type": "application/json"})
        return connection.getresponse()
    finally:
        connection.close()


def test_bare_it_brings_no_mitmproxy(bare: Installed) -> None:
    packages = bare.run("python", "-m", "pip", "--disable-pip-version-check", "freeze").lower()

    assert "apim-lab" in packages
    assert not {"mitmproxy", "tornado", "prometheus"} & set(packages.replace("==", " ").replace("-", " ").split())


def test_bare_it_traces_a_policy(bare: Installed) -> None:
    (bare.folder / "policy.xml").write_text(POLICY, encoding="utf-8")
    (bare.folder / "request.json").write_text('{"path": "/openai/chat"}', encoding="utf-8")
    text = bare.run("apim-lab", "trace", "request.json", "--policy", "policy.xml")

    assert re.search(r"X-Lab +HERE\n", text)


def test_bare_it_serves_mock_backends(bare: Installed) -> None:
    (port,) = ports.free_ports("127.0.0.1", 1)
    with bare.serving(port, "mockbackends", "serve", "--quiet", "--backend", f"east={port}"):
        assert call(port).status == 200


def test_bare_the_pytest_plugin_is_there_without_being_named(bare: Installed) -> None:
    (bare.folder / "test_fleet.py").write_text(
        "def test_fleet(mock_fleet, mock_control):\n    assert mock_control.fleet()\n", encoding="utf-8"
    )

    assert "1 passed" in bare.run("pytest", "-q", "-p", "no:cacheprovider", "test_fleet.py")


def test_bare_the_lab_tells_what_it_needs(bare: Installed) -> None:
    ended = subprocess.run(
        bare.command("apim-lab", "lab"), cwd=bare.folder, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "pip install 'apim-lab[gateway]'" in ended.stderr


def test_the_gateway_answers_a_call(gateway: Installed) -> None:
    backend, port = ports.free_ports("127.0.0.1", 2)
    script = gateway.run("apim-lab", "addon").strip()
    options = ("-q", "-s", script, "--listen-host", "127.0.0.1", "--listen-port", str(port))
    moved = ("--set", f"apim_backends=openAiBackend1=http://127.0.0.1:{backend}/openai")
    with (
        gateway.serving(backend, "mockbackends", "serve", "--quiet", "--backend", f"openAiBackend1={backend}"),
        gateway.serving(port, "mitmdump", *options, *moved),
    ):
        answer = call(port)

    assert answer.status == 200
    assert answer.headers["x-ms-region"] == "openAiBackend1"
    assert Path(script).is_relative_to(gateway.environment)
