"""Expected values: recorded from real C# (time_span_parse_members.jsonl)."""

from tests import oracle

test_time_span_parse_members_agree = oracle.table(__file__, "time_span_parse_members.jsonl")
