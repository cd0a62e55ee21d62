"""Expected values: recorded from real C# (uri_members.jsonl)."""

from tests import oracle

test_uri_members_agree = oracle.table(__file__, "uri_members.jsonl")
