"""Lists, dictionaries and their kin as JSON, and JSON as them. Expected values: recorded from real C#."""

from tests import oracle

test_collections_agree = oracle.table(__file__, "collections.jsonl")
