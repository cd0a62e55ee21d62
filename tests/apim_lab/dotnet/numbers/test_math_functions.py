"""Expected values: recorded from real C# (math_functions.jsonl)."""

from tests import oracle

test_functions_agree = oracle.table(__file__, "math_functions.jsonl")
