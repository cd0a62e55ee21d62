"""Expected values: recorded from real C# (patterns.jsonl)."""

from tests import oracle

test_patterns_agree = oracle.table(__file__, "patterns.jsonl")
