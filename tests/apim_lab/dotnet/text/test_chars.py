"""Expected values: recorded from real C# (chars.jsonl)."""

from tests import oracle

test_chars_agree = oracle.table(__file__, "chars.jsonl")
