"""Expected texts: recorded from real C# (number_formats.jsonl)."""

from tests import oracle

test_formats_agree = oracle.table(__file__, "number_formats.jsonl")
