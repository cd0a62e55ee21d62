from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "assignments.jsonl")
test_compound_assignments_agree = oracle.table(__file__, "compound_assignments.jsonl")
