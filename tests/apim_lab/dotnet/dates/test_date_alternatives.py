"""Expected values: recorded from real C# (date_alternatives.jsonl)."""

from tests import oracle

test_formats_agree = oracle.table(__file__, "date_alternatives.jsonl")
