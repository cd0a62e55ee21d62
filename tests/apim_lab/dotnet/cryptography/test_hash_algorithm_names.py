"""Expected values: recorded from real C# (hash_algorithm_names.jsonl)."""

from tests import oracle

test_hash_algorithm_names_agree = oracle.table(__file__, "hash_algorithm_names.jsonl")
