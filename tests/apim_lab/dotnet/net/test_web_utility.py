"""Expected values: recorded from real C# (web_utility.jsonl)."""

from tests import oracle

test_web_utility_agrees = oracle.table(__file__, "web_utility.jsonl")
