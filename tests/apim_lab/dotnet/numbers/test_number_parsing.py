"""Expected values: recorded from real C# (number_parsing.jsonl)."""

import pytest

from apim_lab.dotnet.numbers.number_parsing import parse_decimal, parse_double, parse_integer
from tests import oracle

test_parsing_agrees = oracle.table(__file__, "number_parsing.jsonl")


def test_leading_zeros_are_no_digits():
    assert parse_integer("-" + "0" * 10_000 + "7") == -7
    assert parse_integer("0" * 10_000) == 0
    assert parse_decimal("0" * 10_000 + "1.5") == parse_decimal("1.5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1e-" + "9" * 10_000, 0.0), ("1e" + "9" * 10_000, float("inf")), ("9" * 10_000, float("inf"))],
)
def test_a_double_of_very_many_digits(text, expected):
    assert parse_double(text) == expected
