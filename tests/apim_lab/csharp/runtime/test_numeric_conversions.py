"""Expected values: recorded from real C# (numeric_conversions.jsonl)."""

from tests import oracle

test_casts_agree = oracle.table(__file__, "numeric_conversions.jsonl")
