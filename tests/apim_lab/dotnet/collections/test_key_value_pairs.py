"""Expected values: recorded from real C# (key_value_pairs.jsonl)."""

from tests import oracle

test_key_value_pairs_agree = oracle.table(__file__, "key_value_pairs.jsonl")
