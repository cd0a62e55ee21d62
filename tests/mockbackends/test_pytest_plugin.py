"""The plugin in its own pytest, with the example of the documentation."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "test_failover.py"


def test_the_example_of_the_documentation_passes(tmp_path: Path) -> None:
    (tmp_path / "test_failover.py").write_text(EXAMPLE.read_text())
    installed = entry_points(group="pytest11", name="mockbackends")
    plugin = [] if installed else ["-p", "mockbackends.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:anyio", *plugin]

    ended = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=EXAMPLE.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "3 passed" in ended.stdout, ended.stdout + ended.stderr
