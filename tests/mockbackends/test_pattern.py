import re

import pytest

from mockbackends import pattern


@pytest.mark.parametrize(
    ("wanted", "least"),
    [
        ("abc", 0),
        (r"^\d{3}-\d{4}$", 0),
        (r"^[A-Z]{2}\s\w+\.$", 10),
        (r"^[^a-z]+$", 5),
        (r"^[^a]$", 0),
        (r"^(one|two)?$", 0),
        (r"^.{3,5}$", 5),
        (r"^\S+@\S+?\.(com|org)$", 20),
        (r"^[\d_]\D\W$", 0),
    ],
)
def test_an_example_matches_its_pattern(wanted: str, least: int) -> None:
    text = pattern.example(wanted, least)

    assert re.search(wanted, text)
    assert len(text) >= least


def test_a_bracket_within_brackets_is_a_character() -> None:
    assert pattern.example("^[[a]$") == "["


@pytest.mark.parametrize("wanted", ["(", "(?=a)b", r"(a)\1", "a{9}{9}{9}{9}{9}{9}", "a" * 1001, "^a$(?<!b)"])
def test_a_pattern_that_is_not_supported_is_an_error(wanted: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        pattern.example(wanted)


@pytest.mark.parametrize(("wanted", "least", "most"), [("^abc$", 4, 9), ("^abc$", 0, 2)])
def test_a_length_that_the_pattern_cannot_have_is_an_error(wanted: str, least: int, most: int) -> None:
    with pytest.raises(ValueError, match="no text can be made"):
        pattern.example(wanted, least, most)
