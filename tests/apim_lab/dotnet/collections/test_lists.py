"""Expected values: recorded from real C# (lists.jsonl)."""

import pytest

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from apim_lab.errors import LimitExceeded
from tests import oracle

test_lists_agree = oracle.table(__file__, "lists.jsonl")


@pytest.mark.parametrize(
    "block",
    [
        "return new List<int>(2000000000);",
        "var l = new List<int>(); l.Capacity = 100000000; return l;",
        "var l = new List<int> { 1, 2 }; while (true) { l.AddRange(l); }",
        "var l = new List<int> { 1, 2 }; while (true) { l.InsertRange(1, l); }",
        "var l = new List<int>(new int[100000]); while (true) { l = l.GetRange(0, 99999); }",
        "var l = new List<int>(new int[1500000]); l.Sort(); return l;",
    ],
)
def test_a_list_takes_no_more_memory_than_an_evaluation_may(evaluate, block):
    with pytest.raises(OutOfMemoryException):
        evaluate(f"@{{ {block} }}")


def test_comparisons_count_as_rounds_of_a_loop(evaluate):
    with pytest.raises(LimitExceeded):
        evaluate("@{ var l = new List<int>(new int[100000]); l.Sort((a, b) => 0); return l; }")


def test_a_list_of_one_expression_is_the_list_of_another(evaluate):
    made = evaluate('@(new List<string> { "a", "b" })')

    assert evaluate('@(((List<string>)context.Variables["l"])[1])', l=made) == "b"
    assert evaluate('@(context.Variables.GetValueOrDefault<IList<string>>("l").Count)', l=made) == 2
