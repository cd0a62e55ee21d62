"""Expected values: recorded from real C# (ref_arguments.jsonl)."""

from tests import oracle

test_ref_arguments_agree = oracle.table(__file__, "ref_arguments.jsonl")
