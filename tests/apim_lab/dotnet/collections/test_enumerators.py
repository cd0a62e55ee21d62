"""Expected values: recorded from real C# (enumerators.jsonl)."""

from tests import oracle

test_enumerators_agree = oracle.table(__file__, "enumerators.jsonl")
