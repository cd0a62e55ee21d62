import pytest

from apim_lab.dotnet.dates.text_cursor import TextCursor, is_digit, is_white, trim


def test_a_cursor_goes_past_what_it_takes():
    cursor = TextCursor("12:34  x")

    assert cursor.digits() == "12"
    assert not cursor.accept(".")
    assert cursor.accept(":")
    assert cursor.digits(1) == "3"
    assert cursor.peek(2) == "4 "
    cursor.digits()
    cursor.skip_white()
    assert cursor.accept("x")
    assert cursor.at_end
    assert cursor.peek() == ""


@pytest.mark.parametrize(("character", "expected"), [("7", True), ("٣", False), ("²", False), ("a", False)])
def test_digits_are_those_of_ascii(character, expected):
    assert is_digit(character) is expected


@pytest.mark.parametrize(
    ("character", "expected"),
    [(" ", True), ("\t", True), ("\u00a0", True), ("\u2028", True), ("\x1c", False), ("\u200b", False)],
)
def test_white_space_is_that_of_char_is_white_space(character, expected):
    assert is_white(character) is expected


def test_trimming():
    assert trim(" \u00a0a b\n") == "a b"
