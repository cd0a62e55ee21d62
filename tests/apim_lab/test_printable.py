import pytest

from apim_lab.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gpt-4o", "gpt-4o"),
        ("modèle →", "modèle →"),
        ("", ""),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\r\nb\x07", "a\\r\\nb\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("\u202egpj", "\\u202egpj"),
        ("\udcff", "\\udcff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_cannot_be_printed_is_escaped(text, shown):
    assert printable(text, 100) == shown


def test_a_long_text_is_cut():
    assert printable("abcdef", 6) == "abcdef"
    assert printable("abcdefg", 6) == "abcde…"


def test_what_escapes_make_long_is_cut_too():
    assert printable("\x1b\x1b\x1b", 6) == "\\x1b\\…"
