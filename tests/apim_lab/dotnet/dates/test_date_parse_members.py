"""Expected values: recorded from real C# (date_parse_members.jsonl)."""

from tests import oracle

test_styles_agree = oracle.table(__file__, "date_parse_members.jsonl")
