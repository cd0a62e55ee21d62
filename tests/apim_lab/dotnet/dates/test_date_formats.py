"""Expected values: real C#."""

from tests import oracle

test_agrees = oracle.table(__file__, "date_formats.jsonl")
