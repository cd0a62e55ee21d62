from tests import oracle

test_types_and_sizes_agree_with_csharp = oracle.table(__file__, "type_expressions.jsonl")
test_default_agrees_with_csharp = oracle.table(__file__, "default.jsonl")
