"""Expected values: recorded from real C# (string_reader.jsonl)."""

from tests import oracle

test_string_readers_agree = oracle.table(__file__, "string_reader.jsonl")
