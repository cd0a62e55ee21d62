from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "overloads.jsonl")


def test_an_ambiguous_call_names_two_of_the_methods(mistakes):
    assert mistakes("@(Math.Round(10 / 4))") == [
        (
            len("@(Math."),
            "The call is ambiguous between the following methods or properties: 'Math.Round(decimal)' and 'Math.Round(double)'",
        )
    ]


def test_an_ambiguous_operator_names_its_operands(mistakes):
    assert [message for _, message in mistakes("@{ int i = 1; ulong u = 2; return i + u; }")] == [
        "Operator '+' is ambiguous on operands of type 'int' and 'ulong'"
    ]
