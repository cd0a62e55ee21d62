"""Expected values: real C#."""

from tests import oracle

test_agrees = oracle.table(__file__, "time_span_formats.jsonl")
