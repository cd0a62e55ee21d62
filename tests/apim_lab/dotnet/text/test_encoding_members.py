"""Expected values: recorded from real C# (encodings.jsonl)."""

from tests import oracle

test_encodings_agree = oracle.table(__file__, "encodings.jsonl")
