"""Expected values: recorded from real C# (convert_members.jsonl)."""

from tests import oracle

test_convert_members_agree = oracle.table(__file__, "convert_members.jsonl")
