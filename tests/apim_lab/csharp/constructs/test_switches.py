import pytest

from apim_lab.csharp.runtime.budget import Budget, Limits
from apim_lab.errors import LimitExceeded
from apim_lab.expressions import compile_expression
from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "switches.jsonl")


def test_jumps_in_circles_end(context):
    context.budget = Budget(Limits(loop_iterations=100))
    expression = compile_expression("@{ switch (context.Variables.Count) { case 0: goto case 0; default: return 1; } }")

    with pytest.raises(LimitExceeded):
        expression.evaluate(context)


@pytest.mark.parametrize(
    ("block", "offset", "message"),
    [
        ("goto x; x: return 1;", 2, "'goto' is supported only to the labels of a switch: goto case, goto default"),
        ("switch (1) { case 1: goto case; }", 23, "A constant value is expected"),
    ],
)
def test_other_labels_are_refused(mistakes, block, offset, message):
    assert (offset + 1, message) in mistakes(f"@{{ {block} }}")
