"""Expected values: recorded from real C# (numbers.jsonl)."""

import pytest

from apim_lab.csharp.runtime.values import Int64
from tests import oracle

test_numbers_agree = oracle.table(__file__, "numbers.jsonl")


@pytest.mark.parametrize(
    ("text", "expected"), [("5", "True5"), (" 5 ", "True5"), ("x", "False0"), ("", "False0"), ("9999999999", "False0")]
)
def test_try_parse(evaluate, text, expected):
    source = '@(int.TryParse((string)context.Variables["x"], out var n).ToString() + n)'

    assert evaluate(source, x=text) == expected


def test_long_arithmetic_wraps_and_stays_long(evaluate):
    found = evaluate('@((long)context.Variables["x"] + 1)', x=Int64(2**63 - 1))

    assert found == -(2**63)
    assert type(found) is Int64
