import pytest

from apim_lab.dotnet.dates.format_parts import format_parts
from apim_lab.dotnet.exceptions import FormatException


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hh:mm", [("h", "hh"), (":", ":"), ("m", "mm")]),
        ("h'h 'm", [("h", "h"), ("", "h "), ("m", "m")]),
        (r"'it\'s'", [("", "it's")]),
        (r"\hh", [("", "h"), ("h", "h")]),
        ("%hh", [("h", "h"), ("h", "h")]),
    ],
)
def test_parts_of_a_format(text, expected):
    assert list(format_parts(text, "hm")) == expected


@pytest.mark.parametrize("text", ["%", "%%", "h\\", "'h", "'h\\"])
def test_a_format_that_ends_too_early(text):
    with pytest.raises(FormatException):
        list(format_parts(text, "hm"))
