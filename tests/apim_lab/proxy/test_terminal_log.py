"""mitmproxy's log on the terminal."""

import io
import logging

import pytest
from mitmproxy.addons.termlog import TermLogHandler

from apim_lab.proxy.terminal_log import make_harmless


@pytest.fixture
def written():
    """What a message looks like on the terminal."""

    def log(message: str, *arguments: object, **options: object) -> str:
        handler = TermLogHandler(file := io.StringIO())
        make_harmless(handler)
        logger = logging.Logger("test")
        logger.addHandler(handler)
        logger.error(message, *arguments, **options)
        return file.getvalue()

    return log


def test_what_a_client_sent_moves_no_cursor(written):
    assert r"server connect evil\x1b[2J\r:80" in written("server connect %s:80", "evil\x1b[2J\r")


def test_lines_of_a_message_stay_lines(written):
    assert "p.xml:1:1: one\np.xml:2:1: two\n" in written("p.xml:1:1: one\np.xml:2:1: two")


def test_a_traceback_quotes_no_control_character(written):
    try:
        raise ValueError("\x1b[31m")
    except ValueError as error:
        shown = written("it has crashed", exc_info=error)

    assert "it has crashed\nTraceback (most recent call last):\n" in shown
    assert r"ValueError: \x1b[31m" in shown


def test_the_client_stands_before_its_message(written):
    assert "][127.0.0.1:5] client connect\n" in written("client connect", extra={"client": ("127.0.0.1", 5)})
