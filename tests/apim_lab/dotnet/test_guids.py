"""Expected values: recorded from real C# (guids.jsonl)."""

from tests import oracle

test_guids_agree = oracle.table(__file__, "guids.jsonl")
