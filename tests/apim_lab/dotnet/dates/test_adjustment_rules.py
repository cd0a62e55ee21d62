"""Expected values: recorded from real C# (adjustment_rules.jsonl)."""

from tests import oracle

test_rules_agree = oracle.table(__file__, "adjustment_rules.jsonl")
