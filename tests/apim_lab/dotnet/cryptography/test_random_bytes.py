"""Expected values: recorded from real C# (random_bytes.jsonl)."""

from tests import oracle

test_random_bytes_agree = oracle.table(__file__, "random_bytes.jsonl")
