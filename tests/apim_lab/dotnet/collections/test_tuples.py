"""Expected values: recorded from real C# (tuples.jsonl)."""

from tests import oracle

test_tuples_agree = oracle.table(__file__, "tuples.jsonl")
