from tests import oracle

test_texts_agree = oracle.table(__file__, "json_texts.jsonl")
test_paths_agree = oracle.table(__file__, "json_paths.jsonl")
test_access_agrees = oracle.table(__file__, "json_access.jsonl")
test_making_agrees = oracle.table(__file__, "json_making.jsonl")
