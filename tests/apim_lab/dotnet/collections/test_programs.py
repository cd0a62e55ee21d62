"""Small programs on one collection, and what one changed token makes of them. Recorded from real C# (programs.jsonl)."""

from tests import oracle

test_programs_agree = oracle.table(__file__, "programs.jsonl")
