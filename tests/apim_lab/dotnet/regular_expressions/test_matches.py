"""Expected values: recorded from real C# (matches.jsonl)."""

from tests import oracle

test_matches_agree = oracle.table(__file__, "matches.jsonl")
