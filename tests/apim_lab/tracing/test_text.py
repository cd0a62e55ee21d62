"""A trace in lines for a terminal."""

import pytest

from apim_lab.tracing.text import colour_of, duration, label, shortened


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0.00 ms"), (0.00004, "0.04 ms"), (0.9994, "999.40 ms"), (1, "1.0 s"), (300, "300.0 s")]
)
def test_durations_are_for_people(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("status", "colour"),
    [(200, "green"), ("302", "green"), ("429", "yellow"), (500, "red"), ("Timeout", "red"), ("", "red")],
)
def test_a_status_has_a_colour(status, colour):
    assert colour_of(status) == colour


@pytest.mark.parametrize(
    ("text", "width", "expected"), [("abc", 3, "abc"), ("abcdefghij", 9, "abcdefgh…"), ("abcdefghij", 7, "")]
)
def test_a_text_is_cut_to_a_width(text, width, expected):
    assert shortened(text, width) == expected


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("choose[1]", "condition", "condition"),
        ("choose[1]/when[2]", "condition", "when[2]"),
        ("choose[1]/value[1]", "text", "value[1]"),
        ("choose[1]/metadata[1]", "name", "metadata[1] name"),
    ],
)
def test_an_attribute_has_a_label(path, name, expected):
    assert label({"path": path, "name": name}, {"path": "choose[1]"}) == expected
