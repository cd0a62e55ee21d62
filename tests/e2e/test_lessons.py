"""Every lesson, for real: one gateway with its live page, one fleet, on ports that the system chose."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apim_lab.lessons.catalogue import LESSONS
from apim_lab.lessons.terminal import play
from mockbackends import Backend, serve

ROOT = Path(__file__).parents[2]
PAGE = re.compile(r"live page is at (\S+)")
BACKENDS = [Backend(f"openAiBackend{number}", rpm=6) for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the live page of a gateway in front of a fleet."""
    folder = tmp_path_factory.mktemp("gateway")
    with serve(BACKENDS, control=0) as fleet:
        settings = [
            *(f"confdir={folder}", "listen_host=127.0.0.1", "listen_port=0", "apim_page=0"),
            *(f"apim_backends={name}={url}/openai" for name, url in fleet.urls.items()),
            f"apim_fleet={fleet.control_url}",
        ]
        command = [str(Path(sys.executable).with_name("mitmdump")), "-s", "addon/balancer.py"]
        command += [part for setting in settings for part in ("--set", setting)]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"LESSON_PACE": "0"}, stdout=log, stderr=log)
        try:
            yield wait_for_page(process, folder / "log")
        finally:
            process.terminate()
            process.wait(30)


def wait_for_page(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + 60
    while not (found := PAGE.search(log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)
    return found[1]


@pytest.mark.parametrize("number", LESSONS, ids=lambda number: LESSONS[number].folder.name)
def test_every_check_holds(page: str, number: int, capsys: pytest.CaptureFixture[str]):
    passed = play(number, page)
    told = capsys.readouterr().out

    assert passed, told
    assert LESSONS[number].title in told
    assert "FAILED" not in told
