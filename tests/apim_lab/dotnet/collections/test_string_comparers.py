"""Expected values: recorded from real C# (string_comparers.jsonl)."""

from tests import oracle

test_string_comparers_agree = oracle.table(__file__, "string_comparers.jsonl")
