"""The command line, in its own process."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockbackends import __main__
from mockbackends.__main__ import LAB, line, main
from mockbackends.backend import SETTINGS, Backend
from mockbackends.faults import FAULTS
from mockbackends.fleet import Fleet
from mockbackends.recorder import Call
from mockbackends.server import serve


@contextmanager
def start(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "mockbackends", *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_an_error(number: int) -> None:
    with start("--backend", "east=0") as process:
        first_line(process)
        process.send_signal(number)

        assert process.wait(10) == 0


def test_signals_that_come_together_end_it_too() -> None:
    with start("--backend", "east=0") as process:
        first_line(process)
        for _ in range(20):
            process.send_signal(signal.SIGTERM)

        assert process.wait(10) == 0


def test_it_says_which_port_was_chosen_and_logs_each_call() -> None:
    with start("--backend", "east=0,rpm=12", "--backend", "northwest=0") as process:
        introduction = first_line(process)
        url = introduction.split()[1]
        first_line(process)
        with urllib.request.urlopen(f"{url}/healthz") as response:  # a probe is no call
            response.read()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{url}/nothing?key=secret")
        logged = first_line(process)

    assert re.fullmatch(r"east       http://127\.0\.0\.1:[1-9]\d+  2 calls in 10 s\n", introduction)
    assert logged == "east       404  GET /nothing\n"


def test_quiet_logs_no_call() -> None:
    with start("--quiet", "--backend", "east=0") as process:
        with urllib.request.urlopen(f"{first_line(process).split()[1]}/healthz") as response:
            response.read()
        process.terminate()

        assert first_line(process) == ""


def test_a_key_holds_for_the_backends_without_one() -> None:
    with start("--key", "secret", "--backend", "east=0") as process:
        url = f"{first_line(process).split()[1]}/v1/chat/completions"
        with pytest.raises(urllib.error.HTTPError, match="401") as caught:
            urllib.request.urlopen(url, b"{}")
        caught.value.close()


def test_a_port_that_is_taken_is_a_message_and_an_exit_code() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "mockbackends", "--backend", f"east={port}"],
            capture_output=True,
            text=True,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr == f"Error: east cannot listen on 127.0.0.1, port {port}: Address already in use\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--backend", "east=5001,rmp=6"], "'rmp=6' is not a setting"),
        (["--backend", "east=0", "--backend", "east=0"], "each backend needs a name of its own"),
    ],
)
def test_a_bad_option_says_what_is_wrong(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 2
    assert message in result.output


def test_help_names_every_setting_and_fault() -> None:
    text = CliRunner().invoke(main, ["serve", "--help"]).output

    words = text.replace("=", " ").split()
    assert {*SETTINGS, *FAULTS} <= set(words)


def test_the_lab_has_the_three_backends_of_the_default_policy() -> None:
    assert {backend.name: backend.port for backend in LAB} == {
        "openAiBackend1": 5001,
        "openAiBackend2": 5002,
        "openAiBackend3": 5003,
    }


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (Call("east", 200, "POST", "/a"), "east  \x1b[32m200\x1b[0m  POST /a"),
        (Call("east", 429, "POST", "/a"), "east  \x1b[33m429\x1b[0m  POST /a"),
        (Call("east", 500, "POST", "/a"), "east  \x1b[31m500\x1b[0m  POST /a"),
        (Call("east", 0, "POST", "/a"), "east  \x1b[31m---\x1b[0m  POST /a"),
        (Call("east", 200, "GET", "/\x1b[2J"), "east  \x1b[32m200\x1b[0m  GET '/\\x1b[2J'"),
        (Call("east", 404, "\x1b[2J", "/a"), "east  \x1b[33m404\x1b[0m  '\\x1b[2J' /a"),
    ],
)
def test_a_line_of_the_log(call: Call, text: str) -> None:
    assert line(call, width=4) == text


FLEET = """\
control: 0
backends:
  - name: east
    deployments: [{name: gpt-4o, limits: {rpm: 6}}]
"""
SCENARIO = "events: [{at: 0, backend: east, change: {faults: [{fault: error}]}}]"


def ask(url: str) -> int:
    body = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}'
    try:
        with urllib.request.urlopen(f"{url}/v1/chat/completions", body) as response:
            response.read()
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output


def test_a_fleet_is_served_controlled_and_judged(tmp_path: Path) -> None:
    fleet, scenario, journal = (tmp_path / name for name in ("fleet.yaml", "scenario.yaml", "journal.jsonl"))
    fleet.write_text(FLEET)
    scenario.write_text(SCENARIO)
    with start("serve", "--fleet", str(fleet)) as process:
        east = first_line(process)
        url, control = east.split()[1], ("--control", first_line(process).split()[1])
        statuses = [ask(url), ask(url)]
        advanced = run("advance", "10", *control)
        began = run("scenario", str(scenario), *control)
        statuses.append(ask(url))
        left = run("scenario", *control)
        judged = run("verdict", *control, "--attempts-per-call", "1")
        journal.write_text(run("journal", *control)[1])
        again = run("verdict", "--journal", str(journal), "--attempts-per-call", "9")
        reset = run("reset", *control)
        empty = run("journal", *control)

    assert east.split()[2] == "gpt-4o"
    assert statuses == [200, 429, 500]
    assert (advanced[0], left, reset) == (0, (0, ""), (0, ""))
    assert empty == (0, '{"backends": ["east"]}\n')
    assert began == (0, f"{scenario}: 1 events, started\n")
    assert judged[0] == 1
    assert "attempts_per_call is 1.5, more than 1" in judged[1]
    assert again[0] == 0
    assert len(journal.read_text().splitlines()) == 1 + 3


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("given", "shown", "asked"),
    [
        ("0", "127.0.0.1", "127.0.0.1"),
        ("localhost:0", "localhost", "127.0.0.1"),
        ("0.0.0.0:0", "0.0.0.0", "localhost"),
        pytest.param("[::1]:0", "[::1]", "[::1]", marks=pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")),
    ],
)
def test_the_control_listens_where_it_is_told_to(given: str, shown: str, asked: str) -> None:
    with start("serve", "--backend", "east=0", "--control", given) as process:
        first_line(process)
        host, _, port = first_line(process).split()[1].removeprefix("http://").rpartition(":")
        advanced = run("advance", "1", "--control", f"{asked}:{port}")

    assert host == shown
    assert advanced[0] == 0


def test_a_control_that_listens_everywhere_answers_to_this_machines_names_alone() -> None:
    with start("serve", "--backend", "east=0", "--control", "0.0.0.0:0") as process:
        first_line(process)
        port = first_line(process).rpartition(":")[2].strip()
        url = f"http://127.0.0.1:{port}/fleet"
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Host": "localhost"})) as response:
            response.read()
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            urllib.request.urlopen(urllib.request.Request(url, headers={"Host": "attacker.example"}))
        refused.value.close()


@pytest.mark.parametrize(
    "address", ["x", ":5000", "0.0.0.0:", "65536", "localhost:65536", "-1", "http://localhost:5000"]
)
def test_a_control_that_is_no_address_is_refused(address: str) -> None:
    code, text = run("serve", "--backend", "east=0", "--control", address)

    assert code == 2
    assert "is neither a port, like 5000, nor HOST:PORT, like 0.0.0.0:5000" in " ".join(text.split())


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(command: str) -> None:
    code, text = run(command, "--help")

    assert code == 0
    assert len(text.splitlines()) > 5
    assert f"  {command} " in run("--help")[1]


def test_a_scenario_is_checked_without_a_fleet(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    good = run("scenario", str(path), "--check")
    path.write_text(SCENARIO.replace("at: 0", "at: soon"))

    assert good == (0, f"{path}: 1 events, good\n")
    assert run("scenario", str(path), "--check")[1].startswith(f"Error: {path}:1:15: events.0.at: Input should be")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--fleet", "none.yaml"], "none.yaml: No such file or directory"),
        (["serve", "--fleet", "f", "--backend", "a=0"], "--fleet names the backends: leave --backend out"),
        (["advance", "1", "--control", "http://127.0.0.1:1"], "http://127.0.0.1:1 does not answer"),
        (["verdict", "--control", "1"], "http://127.0.0.1:1 does not answer"),
        (["verdict", "--control", "127.0.0.1:1"], "http://127.0.0.1:1 does not answer"),
        (["verdict", "--control", "localhost:x"], "http://localhost:x is no control: "),
        (["verdict", "--journal", "none.jsonl"], "none.jsonl: No such file or directory"),
        (["serve", "--scenario", "none.yaml"], "none.yaml: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_a_message(arguments: list[str], message: str) -> None:
    code, text = run(*arguments)

    assert code != 0
    assert message in text


OLD_ATTEMPT = (
    '{"number": 1, "at": 0, "backend": "east", "method": "POST", "path": "/", "operation": "x", "status": 429}'
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", ":2: number: Field required"),
        (OLD_ATTEMPT.replace("429", '"full"'), ":2: status: Input should be a valid integer, unable to parse"),
        (OLD_ATTEMPT[:-9], ":2: not an attempt as `mockbackends journal` writes it"),
        ('{"backends": 2}', ":2: backends: Input should be a valid tuple"),
        ("1", ":2: not an attempt as `mockbackends journal` writes it"),
        ("[]", ":2: not an attempt as `mockbackends journal` writes it"),
    ],
)
def test_a_journal_that_is_none_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(f"{OLD_ATTEMPT}\n{text}\n")

    code, output = run("verdict", "--journal", str(path))

    assert code == 1
    assert output.startswith(f"Error: {path}{message}")


def test_a_journal_of_another_version_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(OLD_ATTEMPT[:-1] + ', "room_elsewhere": ["west"], "humidity": 0.4}')

    assert "leaked is 1, more than 0" in run("verdict", "--journal", str(path))[1]


def test_a_saved_journal_counts_the_backends_that_got_no_call(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with serve([Backend("east"), Backend("west")], control=0) as fleet:
        ask(fleet.urls["east"])
        path.write_text(run("journal", "--control", fleet.control_url)[1])

    code, output = run("verdict", "--journal", str(path), "--spread", "0.1")

    assert json.loads(path.read_text().splitlines()[0]) == {"backends": ["east", "west"]}
    assert code == 1
    assert "spread is 0.5, more than 0.1" in output  # all calls instead of a half
    assert "{'east': 1, 'west': 0}" in output


def test_a_journal_that_does_not_name_its_backends_has_no_spread(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(OLD_ATTEMPT)

    silent = run("verdict", "--journal", str(path))
    asked = run("verdict", "--journal", str(path), "--spread", "0.1")

    assert (silent[0], "spread" in silent[1]) == (0, False)
    assert (asked[0], "spread is not known: the journal does not name the backends" in asked[1]) == (1, True)


@pytest.mark.parametrize("command", ["journal", "verdict"])
def test_attempts_that_the_journal_dropped_are_told(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr("mockbackends.journal.MAX_ATTEMPTS", 1)
    with serve([Backend("east")], control=0) as fleet:
        for _ in range(3):
            ask(fleet.urls["east"])
        code, output = run(command, "--control", fleet.control_url)

    assert code == 0
    assert "The journal was full: the first 2 attempts are not in it." in output


def test_every_page_of_the_journal_is_printed_and_judged() -> None:
    with serve([Backend("east")], control=0) as fleet:
        for number in range(1500):
            fleet.journal.begin(backend="east", method="POST", path="/", operation="x", body=str(number))
        printed = run("journal", "--control", fleet.control_url)[1]
        judged = run("verdict", "--control", fleet.control_url)[1]

    assert len(printed.splitlines()) == 1 + 1500
    assert judged.split()[:2] == ["calls", "1500"]


def test_a_file_with_a_tag_that_does_not_fit_is_a_message(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text("!!bool x")

    assert run("scenario", str(path), "--check") == (1, f"Error: {path}: not YAML: 'x'\n")


def test_calls_are_answered_after_the_reader_of_the_log_left() -> None:
    with start("--backend", "east=0") as process:
        url = first_line(process).split()[1]
        assert process.stdout is not None
        process.stdout.close()

        assert [ask(url) for _ in range(3)] == [200, 200, 200]
        process.terminate()
        assert process.wait(10) == 0


def test_a_fleet_is_served_whose_introduction_nobody_reads(free_port: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "mockbackends", "--backend", f"east={free_port}", "--backend", "west=0"]
    with subprocess.Popen(command, stdout=writer, stderr=subprocess.PIPE, text=True) as process:
        os.close(writer)
        status = ask_until_it_answers(f"http://127.0.0.1:{free_port}")
        process.terminate()
        _, complaints = process.communicate(timeout=10)

    assert (status, process.returncode, complaints) == (200, 0, "")


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def ask_until_it_answers(url: str) -> int:
    until = time.monotonic() + 20
    while True:
        try:
            return ask(url)
        except urllib.error.URLError:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_the_reset_tells_that_the_journal_is_emptied() -> None:
    assert "an empty journal" in " ".join(run("reset", "--help")[1].split())


@pytest.mark.parametrize("command", ["advance", "journal", "reset", "scenario", "verdict"])
def test_the_forms_of_the_control_are_explained(command: str) -> None:
    text = " ".join(run(command, "--help")[1].split())

    assert "PORT|HOST:PORT|URL" in text
    assert "6000 is http://127.0.0.1:6000, lab:6000 is http://lab:6000" in text


def test_the_urls_of_the_backends_and_of_the_control_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    fleet = Fleet([Backend("a")])
    fleet.urls["a"], fleet.control_url = "http://a", "http://control"
    __main__._introduce([Backend("a")], fleet)

    assert capsys.readouterr().out == "a        http://a  no limit\ncontrol  http://control\n"
