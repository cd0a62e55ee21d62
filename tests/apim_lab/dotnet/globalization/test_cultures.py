"""Expected values: recorded from real C# (cultures.jsonl)."""

from tests import oracle

test_cultures_agree = oracle.table(__file__, "cultures.jsonl")
