"""Expected values: recorded from real C# (enum_members.jsonl)."""

from tests import oracle

test_members_agree = oracle.table(__file__, "enum_members.jsonl")
