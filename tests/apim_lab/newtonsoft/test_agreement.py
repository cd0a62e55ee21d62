from tests import oracle

test_texts_agree = oracle.table(__file__, "texts.jsonl")
test_paths_agree = oracle.table(__file__, "paths.jsonl")
test_access_agrees = oracle.table(__file__, "access.jsonl")
test_making_agrees = oracle.table(__file__, "making.jsonl")
test_members_agree = oracle.table(__file__, "members.jsonl")
test_deserializing_agrees = oracle.table(__file__, "deserializing.jsonl")
test_sequences_agree = oracle.table(__file__, "sequences.jsonl")
