"""Expected values: recorded from real C# (date_encodings.jsonl)."""

from tests import oracle

test_encodings_agree = oracle.table(__file__, "date_encodings.jsonl")
