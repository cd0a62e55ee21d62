"""Expected values: recorded from real C# (regexes.jsonl)."""

from tests import oracle

test_regular_expressions_agree = oracle.table(__file__, "regexes.jsonl")
