import fcntl
import io
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from apim_lab.watchers.terminal import KEPT_LATENCIES, Terminal, duration, nearest_rank


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


def lines_of(terminal, capsys, *calls) -> list[str]:
    for call in calls:
        terminal.ended(call)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "        "),
        (0, "  0.0 ms"),
        (0.00042, "  0.4 ms"),
        (0.0314, " 31.4 ms"),
        (0.9994, "999.4 ms"),
        (0.99994, "999.9 ms"),
        (0.99996, "  1.0 s "),
        (10.05, " 10.1 s "),
        (600, "600.0 s "),
    ],
)
def test_decimal_points_stand_below_each_other(seconds, shown):
    assert duration(seconds) == shown


def test_a_call_is_a_line(terminal, capsys, failed_over):
    assert lines_of(terminal, capsys, failed_over) == [
        "200  #3f9a1c   10.0 s    10.1 s    10.1 s   openAiBackend1 429 → openAiBackend2 200 after 10 s"
        "  POST /openai/deployments/gpt-4o/chat/completions"
    ]


def test_lines_are_aligned_with_the_longest_way_so_far(terminal, capsys, answered, refused, gone):
    assert lines_of(terminal, capsys, refused, answered, gone) == [
        "429  #3f9a1c              0.4 ms    0.5 ms  refused by rate-limit-by-key  POST /openai/deployments/gpt-4o/chat/completions",
        "200  #3f9a1c            415.0 ms  431.0 ms  openAiBackend1 200            POST /openai/deployments/gpt-4o/chat/completions",
        "---  #3f9a1c                        3.2 s   openAiBackend2 … · client left  POST /openai/deployments/gpt-4o/chat/completions",
    ]


def test_a_caller_without_a_key_has_no_hash(terminal, capsys, make_call):
    [line] = lines_of(terminal, capsys, make_call(key=""))

    assert line.startswith("200           ")
    assert "#" not in line


def test_no_query_is_shown(terminal, capsys, answered):
    assert "hidden" not in lines_of(terminal, capsys, answered)[0]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/a\x1b]0;title\x07", "POST /a\\x1b]0;title\\x07"),
        ("/a\x1b[2J\x1b[H", "POST /a\\x1b[2J\\x1b[H"),
        ("/a\r\n500 #000000", "POST /a\\r\\n500 #000000"),
        ("/\u202egnp", "POST /\\u202egnp"),
        ("/\udcff", "POST /\\udcff"),
        ("", "POST "),
    ],
)
def test_a_hostile_path_is_shown_harmlessly(capsys, make_call, path, shown):
    [line] = lines_of(Terminal(color=True), capsys, make_call(path=path))

    assert line.endswith(f"  {shown}\x1b[0m")


def test_a_hostile_method_and_backend_are_shown_harmlessly(terminal, capsys, make_call, make_attempt):
    [line] = lines_of(terminal, capsys, make_call(make_attempt("\x1b[2J"), method="\x1b[2J" * 100))

    assert "\\x1b[2J 200" in line
    assert "\x1b" not in line


def test_the_end_of_a_long_path_is_shown(terminal, capsys, make_call):
    [line] = lines_of(terminal, capsys, make_call(path="/" + "x" * 100_000 + "/chat/completions"))

    target = line[line.index("POST") :]
    assert target == "POST …" + "x" * (120 - 6 - 17) + "/chat/completions"


def test_the_status_has_the_colour_of_its_class(capsys, answered, refused, failed, gone):
    lines = lines_of(Terminal(color=True), capsys, answered, refused, failed, gone)

    colours = ["32", "33", "31", "35"]
    assert [line[2:4] for line in lines] == colours


def test_the_journey_stays_whole_in_colours(capsys, failed_over):
    [line] = lines_of(Terminal(color=True), capsys, failed_over)

    assert failed_over.context.journey() in line


def test_a_closed_stdout_is_survived(terminal, monkeypatch, answered):
    stdout = io.StringIO()
    stdout.close()
    monkeypatch.setattr(sys, "stdout", stdout)

    terminal.ended(answered)
    terminal.close()

    assert terminal.summary()[0] == "1 call: 1 answered"


SCRIPT = """
import sys
sys.path[:0] = ["addon", "tests/apim_lab/watchers"]
from conftest import attempt, ended
from apim_lab.watchers.terminal import Terminal
terminal = Terminal()
terminal.ended(ended(attempt()))
terminal.ended(ended(attempt()))
"""


def on_a_terminal(columns: int) -> list[str]:
    """The lines that two calls make on a terminal."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=terminal, cwd=root) as process:
        os.close(terminal)
        shown = b""
        while b"\n" not in shown or shown.count(b"\n") < 3:
            shown += os.read(controller, 65536)
        process.wait()
    os.close(controller)
    return shown.decode().splitlines()


def test_on_a_terminal_there_are_a_heading_once_and_colours():
    heading, *calls = on_a_terminal(120)

    assert heading == "\x1b[2m                  wait  1st byte     total  \x1b[0m"
    assert len(calls) == 2
    assert calls[0].startswith("\x1b[32m\x1b[1m200\x1b[0m")


def test_a_line_fits_into_the_terminal():
    _, wide, _ = on_a_terminal(112)
    _, narrow, _ = on_a_terminal(111)
    _, narrowest, _ = on_a_terminal(40)

    # 44 characters of fixed columns, 18 of the way, 2 between: 48 are left of 112, 47 of 111
    assert wide.endswith("openAiBackend1 200\x1b[2m  POST /openai/deployments/gpt-4o/chat/completions\x1b[0m")
    assert narrow.endswith("openAiBackend1 200\x1b[2m  POST …penai/deployments/gpt-4o/chat/completions\x1b[0m")
    assert narrowest.endswith("openAiBackend1 200\x1b[2m  POST …chat/completions\x1b[0m")


# ---- the summary ---------------------------------------------------------------------------------------------


def test_without_calls_there_is_no_summary(terminal, capsys):
    terminal.close()

    assert terminal.summary() == []
    assert capsys.readouterr().out == ""


def test_the_summary_counts(terminal, capsys, request):
    names = ("answered", "answered", "failed_over", "refused", "failed", "gone")
    lines_of(terminal, capsys, *map(request.getfixturevalue, names))

    assert terminal.summary() == [
        "6 calls: 3 answered, 1 refused, 1 failed, 1 gone",
        "refused by  rate-limit-by-key  1",
        "failed in   forward-request  1",
        "sent to     openAiBackend1  200: 2, 429: 1",
        "            openAiBackend2  200: 1, gone: 1",
        "            openAiBackend3  BackendConnectionFailure: 1",
        "failovers   1, waits 10.0 s",
        # 2.5, 2.5, 3.5, 0.4 and 1.0 ms
        "gateway     median 2.5 ms, 95th percentile 3.5 ms",
    ]


def test_the_end_prints_the_summary(terminal, capsys, refused):
    lines_of(terminal, capsys, refused)

    terminal.close()

    assert capsys.readouterr().out.splitlines() == ["", *terminal.summary()]


def test_a_retry_of_the_same_backend_is_no_failover(terminal, capsys, make_call, make_attempt):
    twice = make_call(make_attempt(outcome="429"), make_attempt(at=1, took=0.01, waited=0.5), first_byte=1.5)
    lines_of(terminal, capsys, twice)

    assert "failovers   0, waits 0.5 s" in terminal.summary()


def test_a_call_without_a_head_has_no_latency(terminal, capsys, gone):
    lines_of(terminal, capsys, gone)

    assert terminal.summary() == ["1 call: 1 gone", "sent to     openAiBackend2  gone: 1"]


@pytest.mark.parametrize(("number", "rank"), [(1, 1), (10, 10), (19, 19), (20, 19), (100, 95)])
def test_the_percentile_is_the_nearest_rank(number, rank):
    assert nearest_rank(range(1, number + 1), 0.95) == rank


def test_memory_is_bounded(terminal, monkeypatch, make_call, make_attempt):
    monkeypatch.setattr("apim_lab.watchers.terminal.say", lambda *_, **__: None)
    for number in range(KEPT_LATENCIES + 10):
        terminal.ended(make_call(make_attempt(f"host{number}:80")))

    assert len(terminal._totals._latencies) == KEPT_LATENCIES
    assert sum(line.startswith(("sent to", "   ")) for line in terminal.summary()) == 101
    assert any(line.split() == ["other", "200:", str(KEPT_LATENCIES + 10 - 100)] for line in terminal.summary())
