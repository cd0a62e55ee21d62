"""Expected values: recorded from real C# (convert.jsonl)."""

from tests import oracle

test_conversions_agree = oracle.table(__file__, "convert.jsonl")
