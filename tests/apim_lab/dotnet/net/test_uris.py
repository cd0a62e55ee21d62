"""Expected values: recorded from real C# (uris.jsonl)."""

from tests import oracle

test_uris_agree = oracle.table(__file__, "uris.jsonl")
