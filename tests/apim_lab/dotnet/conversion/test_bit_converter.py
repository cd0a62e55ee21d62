"""Expected values: recorded from real C# (bit_converter.jsonl)."""

from tests import oracle

test_bit_converter_agrees = oracle.table(__file__, "bit_converter.jsonl")
