import io
import sys

from apim_lab.watchers.stdout import say


class Broken(io.StringIO):
    def write(self, text):
        raise BrokenPipeError


def test_a_line_is_written(capsys):
    say("hello →")

    assert capsys.readouterr().out == "hello →\n"


def test_colours_go_to_terminals_only(capsys):
    say("\x1b[31mred\x1b[0m")
    say("\x1b[31mred\x1b[0m", color=True)

    assert capsys.readouterr().out == "red\n\x1b[31mred\x1b[0m\n"


def test_a_closed_stdout_is_survived(monkeypatch):
    closed = io.StringIO()
    closed.close()
    for stdout in (closed, Broken(), None):
        monkeypatch.setattr(sys, "stdout", stdout)

        say("nobody hears it")


def test_an_encoding_without_arrows_gets_question_marks(monkeypatch):
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="latin-1"))

    say("é → ü")

    assert buffer.getvalue() == "é ? ü\n".encode("latin-1")
