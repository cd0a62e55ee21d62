import pytest

from apim_lab.csharp.symbols.suggestions import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("contxt", "context"),
        ("Context", "context"),
        ("datetime", "DateTime"),
        ("DateTim", "DateTime"),
        ("TimeSpam", "TimeSpan"),
        ("x", ""),
        ("Regex", ""),
        ("", ""),
        ("a" * 1000, ""),
    ],
)
def test_the_nearest_name_is_found_if_one_is_near(name, expected):
    assert nearest(name, ["context", "DateTime", "TimeSpan", "i"]) == expected


def test_a_name_is_not_suggested_for_itself():
    assert did_you_mean("context", ["context"]) == ""


def test_a_suggestion_is_a_question():
    assert did_you_mean("Lenght", ["Length"]) == "Did you mean 'Length'?"
