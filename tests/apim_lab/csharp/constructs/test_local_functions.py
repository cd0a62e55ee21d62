import pytest

from apim_lab.csharp.runtime.budget import Budget, Limits
from apim_lab.csharp.runtime.exceptions import InsufficientExecutionStackException
from apim_lab.errors import LimitExceeded
from apim_lab.expressions import compile_expression
from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "local_functions.jsonl")


def test_a_function_that_calls_itself_without_end_ends(evaluate):
    with pytest.raises(InsufficientExecutionStackException):
        evaluate("@{ int f(int n) => f(n + 1); return f(0); }")


def test_each_call_counts_as_a_round_of_a_loop(context):
    context.budget = Budget(Limits(loop_iterations=1000))
    expression = compile_expression("@{ int f(int n) => n == 0 ? 0 : f(n - 1) + f(n - 1); return f(50); }")

    with pytest.raises(LimitExceeded):
        expression.evaluate(context)


def test_a_function_calls_itself_fifty_times(evaluate):
    body = "switch (n) { case 0: return 0; default: try { return 1 + f(n - 1); } finally { n++; } }"

    assert evaluate(f"@{{ int f(int n) {{ {body} }} return f(50); }}") == 50


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("T f<T>(T x) => x; return 1;", "Generic local functions are not supported"),
        ("int f(ref int x) => x; return 1;", "'ref' parameters are not supported in local functions"),
        ("int f(in int x) => x; return 1;", "'in' parameters are not supported in local functions"),
        ("int f(out int x) { x = 1; return x; } return 1;", "'out' parameters are not supported in local functions"),
        ("int f(x) => 1; return 1;", "Type expected"),
        ("int f(); return 1;", "'f()' is a local function and must therefore always have a body."),
        ("if (true) int f() => 1; return 1;", "A local function is supported only directly in a block"),
    ],
)
def test_what_is_refused(mistakes, block, message):
    assert message in [text for _, text in mistakes(f"@{{ {block} }}")]
