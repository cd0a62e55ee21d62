"""Expected values: recorded from real C# (base64.jsonl)."""

from tests import oracle

test_base64_agrees = oracle.table(__file__, "base64.jsonl")
