"""Expected values: recorded from real C# (change_type.jsonl)."""

from tests import oracle

test_change_type_agree = oracle.table(__file__, "change_type.jsonl")
