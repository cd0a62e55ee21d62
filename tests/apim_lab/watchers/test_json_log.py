import io
import json
import logging
import sys

import freezegun
import pytest

from apim_lab.tracing.usage import Usage
from apim_lab.watchers.json_log import JsonLog


@pytest.fixture
def file() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(file):
    logger = logging.getLogger("test.json_log")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler := JsonLog(file))
    yield logger
    logger.removeHandler(handler)


def told(file) -> dict:
    [line] = file.getvalue().splitlines()
    return json.loads(line)


@freezegun.freeze_time("2026-01-01 10:00:10.125")
def test_a_call_is_an_object(file, failed_over):
    failed_over.find_usage = lambda: Usage(9, 12)
    JsonLog(file).ended(failed_over)

    assert told(file) == {
        "time": "2026-01-01T10:00:10.125Z",
        "level": "info",
        "message": "POST /openai/deployments/gpt-4o/chat/completions 200: openAiBackend1 429 → openAiBackend2 200 after 10 s",
        "number": 7,
        "id": failed_over.id,
        "at": 1767261600.0,
        "method": "POST",
        "path": "/openai/deployments/gpt-4o/chat/completions",
        "key": "3f9a1c",
        "api": "azure-openai",
        "operation": "ChatCompletions_Create",
        "status": 200,
        "outcome": "answered",
        "by": "",
        "refused": "",
        "attempts": [
            {"backend": "openAiBackend1", "at": 0.0, "took": 0.0125, "outcome": "429", "retry_after": None, "waited": 0.0},
            {"backend": "openAiBackend2", "at": 10.015, "took": 0.034, "outcome": "200", "retry_after": None, "waited": 10.0},
        ],
        "waiting": None,
        "first_byte": 10.05,
        "total": 10.125,
        "stream": False,
        "tokens": {"input": 9, "output": 12},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "level", "ending"),
    [
        ("answered", "info", "200: openAiBackend1 200"),
        ("refused", "warning", "429: refused by rate-limit-by-key"),
        ("failed", "error", "500: openAiBackend3 BackendConnectionFailure · failed in forward-request"),
        ("gone", "warning", "without an answer: openAiBackend2 … · client left"),
    ],
)
def test_the_level_says_how_bad_it_is(request, file, name, level, ending):
    JsonLog(file).ended(request.getfixturevalue(name))

    assert told(file)["level"] == level
    assert told(file)["message"] == f"POST /openai/deployments/gpt-4o/chat/completions {ending}"


def test_a_backends_500_is_a_warning(file, make_call, make_attempt):
    JsonLog(file).ended(make_call(make_attempt(outcome="500"), status=500))

    assert told(file)["level"] == "warning"


@pytest.mark.parametrize("path", ["/a\r\n{}", "/\x1b[2J", "/\x9b2J\x7f", "/\u2028\u202e", '/"quoted\\'])
def test_a_hostile_path_stays_one_line_of_ascii(file, make_call, path):
    JsonLog(file).ended(make_call(path=path))

    line = file.getvalue().removesuffix("\n")
    assert line.isascii()
    assert not {"\n", "\r", "\x1b"} & set(line)
    assert told(file)["path"] == path


def test_what_is_no_text_is_replaced(file, make_call):
    JsonLog(file).ended(make_call(path="/\udcff/😀"))

    assert told(file)["path"] == "/?/😀"


def test_a_long_path_is_cut(file, make_call):
    JsonLog(file).ended(make_call(path="/" + "x" * 1000))

    assert told(file)["path"] == "/" + "x" * 299
    assert told(file)["message"] == "POST /" + "x" * 299 + " 200: answered by the gateway"


@pytest.mark.parametrize(
    ("peer", "client"), [(("127.0.0.1", 50000), "127.0.0.1:50000"), (("::1", 50000, 0, 0), "[::1]:50000")]
)
def test_a_record_about_a_client_names_it(file, logger, peer, client):
    logger.warning("refused", extra={"client": peer})

    assert told(file)["client"] == client


def test_a_record_of_the_log_has_the_same_form(file, logger):
    with freezegun.freeze_time("2026-01-01 10:00:00"):
        logger.warning("hello %s", "world", extra={"api_key": "hidden"})

    assert told(file) == {
        "time": "2026-01-01T10:00:00.000Z",
        "level": "warning",
        "logger": "test.json_log",
        "message": "hello world",
    }


def test_an_exception_is_one_text(file, logger):
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        logger.exception("it broke")

    assert told(file)["message"] == "it broke"
    assert told(file)["exception"].startswith("Traceback (most recent call last):\n")
    assert told(file)["exception"].endswith("ZeroDivisionError: division by zero")


def test_no_exception_at_hand_is_no_exception(file, logger):
    logger.error("it broke", exc_info=True)

    assert "exception" not in told(file)


def test_what_is_below_the_level_is_left_out(file, logger):
    logger.debug("details")

    assert file.getvalue() == ""


def test_a_record_that_cannot_be_written_stops_nobody(file, capsys):
    log = JsonLog(file)
    log.handle(logging.LogRecord("apim", logging.INFO, "", 0, "%d", ("no number",), None))
    log.handle(logging.LogRecord("apim", logging.INFO, "", 0, "next", None, None))

    assert told(file)["message"] == "next"
    assert "--- Logging error ---" in capsys.readouterr().err


def test_stdout_is_the_default_and_may_be_closed(capsys, monkeypatch, answered):
    log = JsonLog()
    log.ended(answered)
    assert json.loads(capsys.readouterr().out)["number"] == 7

    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    log.ended(answered)
    log.emit(logging.LogRecord("apim", logging.INFO, "", 0, "hello", None, None))
