"""Expected values: recorded from real C# (number_styles.jsonl)."""

from tests import oracle

test_styles_agree = oracle.table(__file__, "number_styles.jsonl")
