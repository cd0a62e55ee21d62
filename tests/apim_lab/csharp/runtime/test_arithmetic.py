"""Expected values: recorded from real C# (arithmetic.jsonl)."""

from tests import oracle

test_operators_agree = oracle.table(__file__, "arithmetic.jsonl")
