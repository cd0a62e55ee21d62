"""A mistake in C#'s words has C#'s number."""

from pathlib import Path

import pytest

from apim_lab.csharp.error_numbers import numbered
from tests import oracle

TABLES = Path(__file__).parents[1].rglob("*.jsonl")
RECORDED = {
    (error["code"], error["message"])
    for table in TABLES
    for case in oracle.read(table)
    if "code" in (error := case.get("compile_error") or {})
}


def test_what_csharp_says_has_its_own_number_or_none():
    wrong = {text for code, text in RECORDED if numbered(text) not in {text, f"{code}: {text}"}}

    assert not wrong


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        ("The name 'x' does not exist in the current context", "CS0103: The name 'x' does not exist"),
        ("The name 'x' does not exist in the current context. Did you mean 'y'?", "CS0103: The name"),
        ("Cannot implicitly convert type 'bool' to 'int'", "CS0029: Cannot"),
        (
            "Cannot implicitly convert type 'long' to 'int'. An explicit conversion exists (are you missing a cast?)",
            "CS0266: Cannot",
        ),
        ("'JObject' does not contain a definition for 'a'", "CS0117: "),
        (
            "'a' does not contain a definition for 'b' and no extension method 'b' accepting a first argument of type "
            "'a' could be found",
            "CS1061: ",
        ),
        ("; expected", "CS1002: ; expected"),
        ("Not all code paths return a value", "CS0161: Not"),
        ("Not all code paths return a value in lambda expression", "CS1643: Not"),
    ],
)
def test_the_number_stands_in_front(mistake, expected):
    assert numbered(mistake).startswith(expected)


def test_what_is_not_in_csharps_words_has_no_number():
    assert numbered("The expression is nested too deeply") == "The expression is nested too deeply"
