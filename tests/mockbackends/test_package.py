"""The package as it is installed: the wheel is built and laid into a folder, and nothing of the tree is on the path.

Where the tests run, `make` has installed the project with uv or pip, and the same builds it here.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str, cwd: Path, path: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path:
        environment["PYTHONPATH"] = str(path)
    ended = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what the wheel has in it."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    source.mkdir()
    for name in ("addon", "mockbackends"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    target = folder / "target"
    run(*_installer(), "--no-deps", "--target", str(target), str(source), cwd=ROOT)
    return target


def _installer() -> tuple[str, ...]:
    if find_spec("pip"):
        return (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    return ("uv", "pip", "install", "--quiet", "--python", sys.executable)


def test_the_wheel_has_the_package_and_nothing_of_the_tree(installed: Path, tmp_path: Path) -> None:
    program = "import apim_lab, mockbackends; print(apim_lab.__file__, mockbackends.__file__)"
    apim_lab, mockbackends = run(sys.executable, "-c", program, cwd=tmp_path, path=installed).split()

    assert Path(apim_lab).is_relative_to(installed)
    assert Path(mockbackends).is_relative_to(installed)
    assert (installed / "mockbackends" / "py.typed").exists()
    assert not (installed / "balancer.py").exists()
    assert not (installed / "tests").exists()


def test_the_console_script_works(installed: Path, tmp_path: Path) -> None:
    text = run(str(installed / "bin" / "mockbackends"), "--help", cwd=tmp_path, path=installed)

    assert "mockbackends serve --control 5000" in text


def test_the_pytest_plugin_is_there_without_being_named(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "test_fleet.py").write_text(
        "def test_fleet(mock_fleet, mock_control):\n    assert mock_control.fleet()\n"
    )
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:anyio", "-p", "no:cacheprovider")

    assert "1 passed" in run(*command, "--rootdir", str(tmp_path), cwd=tmp_path, path=installed)
