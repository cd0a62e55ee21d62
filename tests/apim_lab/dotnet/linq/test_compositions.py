from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "compositions.jsonl")
