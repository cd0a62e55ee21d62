"""Expected values: recorded from real C# (object_identifiers.jsonl)."""

from tests import oracle

test_object_identifiers_agree = oracle.table(__file__, "object_identifiers.jsonl")
