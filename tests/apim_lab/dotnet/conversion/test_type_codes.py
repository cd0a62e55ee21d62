"""Expected values: recorded from real C# (type_codes.jsonl)."""

from tests import oracle

test_type_codes_agree = oracle.table(__file__, "type_codes.jsonl")
