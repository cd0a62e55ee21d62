"""Expected values: recorded from real C# (number_bases.jsonl)."""

from tests import oracle

test_number_bases_agree = oracle.table(__file__, "number_bases.jsonl")
