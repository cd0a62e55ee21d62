"""Expected values: recorded from real C# (string_writer.jsonl)."""

from tests import oracle

test_string_writers_agree = oracle.table(__file__, "string_writer.jsonl")
