"""Expected values: recorded from real C# (hashes.jsonl)."""

from tests import oracle

test_hashes_agree = oracle.table(__file__, "hashes.jsonl")
