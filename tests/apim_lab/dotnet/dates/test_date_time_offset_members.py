"""Expected values: recorded from real C# (date_time_offset_members.jsonl, date_time_offset_parsing.jsonl)."""

from tests import oracle

test_members_agree = oracle.table(__file__, "date_time_offset_members.jsonl")
test_parsing_agrees = oracle.table(__file__, "date_time_offset_parsing.jsonl")
