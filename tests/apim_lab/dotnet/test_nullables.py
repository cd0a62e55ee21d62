"""Expected values: recorded from real C# (nullables.jsonl)."""

from tests import oracle

test_nullables_agree = oracle.table(__file__, "nullables.jsonl")
