"""Lines and columns, counted from 1."""

import pytest

from apim_lab.places import Lines, Values

YAML = """
apis:
  - id: chat
    path: openai
backends: {east: {url: http://east/}}
"""


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("abc", 0, (1, 1)),
        ("abc", 2, (1, 3)),
        ("a\nbc", 1, (1, 2)),
        ("a\nbc", 2, (2, 1)),
        ("a\n\nb", 3, (3, 1)),
        ("", 0, (1, 1)),
    ],
)
def test_an_offset_has_a_place(text, offset, place):
    assert Lines(text).place(offset) == place
    assert Lines(text).line(offset) == place[0]


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ((), (2, 1)),
        (("apis",), (2, 1)),
        (("apis", 0), (3, 5)),
        (("apis", 0, "path"), (4, 5)),
        (("backends", "east", "url"), (5, 19)),
        (("backends", "west", "url"), (5, 1)),
        (("apis", 7), (2, 1)),
        (("apis", 0, "path", "deeper"), (4, 5)),
    ],
)
def test_a_value_of_a_document_has_a_place(location, place):
    assert Values(YAML).place(location) == place


def test_of_a_name_that_stands_twice_in_json_the_last_one_counts():
    assert Values('{"a": 1,\n "a": 2}').place(["a"]) == (2, 2)


@pytest.mark.parametrize("text", ["", "a: [", "[" * 5000])
def test_a_text_without_values_has_its_start(text):
    assert Values(text).place(["a"]) == (1, 1)
