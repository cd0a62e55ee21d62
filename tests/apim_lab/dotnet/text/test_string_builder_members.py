"""Expected values: recorded from real C# (string_builder.jsonl)."""

import pytest

from tests import oracle

test_string_builders_agree = oracle.table(__file__, "string_builder.jsonl")


@pytest.mark.parametrize(
    "source",
    [
        '@{ var b = new StringBuilder("x"); while (true) { b.Append(b); } }',
        '@{ var b = new StringBuilder("x"); while (true) { b.Replace("x", "xx"); } }',
        "@(new StringBuilder().Append('x', int.MaxValue).Length)",
        '@(new StringBuilder().Insert(0, "xy", int.MaxValue).Length)',
        "@{ var b = new StringBuilder(); b.Length = int.MaxValue; return b; }",
    ],
)
def test_what_runs_away_ends(source: str) -> None:
    assert "OutOfMemoryException" in str(oracle.ours({"expr": source}))


def test_a_line_ends_as_on_windows() -> None:
    assert oracle.ours({"expr": '@(new StringBuilder("a").AppendLine("b").ToString())'})["value"] == "ab\r\n"
