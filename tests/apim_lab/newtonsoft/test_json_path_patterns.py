"""Patterns in a path: what is found, and what is refused because its search might not end."""

import pytest

from apim_lab.csharp.runtime import memory
from apim_lab.csharp.runtime.exceptions import InvalidOperationException, OutOfMemoryException
from apim_lab.newtonsoft.paths.json_path import select_tokens
from apim_lab.newtonsoft.paths.patterns import is_match
from apim_lab.newtonsoft.text.parsing import parse_json


@pytest.fixture(autouse=True)
def fresh() -> None:
    memory.start()


def test_a_pattern_finds_part_of_a_text():
    body = parse_json('[{"a": "gpt-4o"}, {"a": "o1"}]')

    assert [found.plain() for found in select_tokens(body, "[?(@.a =~ /^GPT/i)].a")] == ["gpt-4o"]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("/.*foo.*/", "a foo", True),
        ("/.*foo.*/", "a fo", False),
        (r"/foo\.*/", "foo", True),
        (r"/o\.*x/", "o.x", True),
        (r"/\.*x.*?/", ".", False),
        ("/.*\n/", "a", False),
        ("/a.*b/s", "a\nb", True),
        ("/[*+|(]b/", "|b", True),
        (r"/\(a*\)b/", "(aa)b", True),
        ("/(?:gpt|o1)-?mini/", "o1-mini", True),
    ],
)
def test_a_pattern_matches_as_it_is_written(pattern, text, found):
    assert is_match(pattern, text) is found


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "((a*)*)", "((a*)b?)*c", "(a?)*b", r"(a*\(?)*b", "(a*[(]?)*b", "(?:aa?){40}b"]
)
def test_a_group_that_repeats_what_matches_in_several_ways_is_refused(pattern):
    with pytest.raises(InvalidOperationException, match="not supported"):
        is_match(f"/{pattern}/", "a" * 40)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a*a*a*b", "a" * 2_000),
        ("a*b", "a" * 1_000_000),
        ("a.*b", "a" * 1_000_000),
        ("(a|a)" * 26, "a" * 20),
        ("a?" * 30 + "a" * 30, "a" * 29),
        (r"\\*\\*\\*b", "\\" * 3_000),
    ],
)
def test_a_search_that_may_try_too_many_ways_is_refused(pattern, text):
    with pytest.raises(OutOfMemoryException):
        is_match(f"/{pattern}/", text)


def test_all_searches_of_an_evaluation_count_together():
    body = parse_json(f'["{"a" * 1_000}"{", 1" * 9}]')
    path = f"[?({' || '.join(['@ =~ /a*b/'] * 200)})]"

    with pytest.raises(OutOfMemoryException):
        list(select_tokens(body, path))


def test_what_repeats_at_the_ends_of_a_pattern_costs_nothing():
    """A search looks everywhere by itself."""
    assert is_match("/.*b.*/", "a" * 1_000_000 + "b")


@pytest.mark.parametrize("pattern", ["(a", "a{2,1}", "(?<=a*)b", r"\p{L}", "[[a]b]", "a" * 1_000])
def test_a_pattern_that_is_not_supported_is_told(pattern):
    with pytest.raises(InvalidOperationException, match="not supported"):
        is_match(f"/{pattern}/", "a")
