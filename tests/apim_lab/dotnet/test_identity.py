"""Expected values: recorded from real C# (identity.jsonl)."""

from tests import oracle

test_identity_agrees = oracle.table(__file__, "identity.jsonl")
