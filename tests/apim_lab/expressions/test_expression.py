"""The interface, and the policies whose outcome on Azure is known."""

import dataclasses
import inspect
import sys

import pytest

from apim_lab.errors import ExpressionError
from apim_lab.expressions import CompileError, compile_expression, to_text
from tests.apim_lab.expression_fixtures import no_definition

COUNTER = '(string)context.Variables["backend-counter"]'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@(context.Request.Headers.GetValueOrDefault("api-key", "default-value"))', "secret"),
        ('@(context.Request.Headers.GetValueOrDefault("nope", "default-value"))', "default-value"),
        ('@(!context.Variables.ContainsKey("backend-counter"))', False),
        (f"@(int.Parse({COUNTER}) == 0)", False),
        (f"@(int.Parse({COUNTER}) == 1)", True),
        ("@(context.Response.StatusCode == 429)", True),
        (f"@({COUNTER})", "1"),
    ],
)
def test_the_expressions_of_the_seed(evaluate, source, expected):
    assert evaluate(source, backend_counter="1") == expected


def test_the_debug_block_of_the_seed(evaluate, context):
    block = """@{ 
            JObject body = context.Response.Body.As<JObject>(); 
            body.Add(new JProperty("backend-counter", ((string)context.Variables["backend-counter"])));
            return body.ToString(); 
        }"""
    context.response.body.replace(b'{"id": 1}')

    assert evaluate(block, backend_counter="2") == '{\r\n  "id": 1,\r\n  "backend-counter": "2"\r\n}'


V1 = '@(((Int32)context.Variables["remainingBackends"]) > 0)'
V2 = '@(int.Parse((string)context.Variables["remainingBackends"]) > 0)'
V3 = '@(Convert.ToInt32(context.Variables["remainingBackends"]) > 0)'


@pytest.mark.parametrize(
    ("source", "remaining", "outcome"),
    [
        (V1, "1", "Specified cast is not valid."),
        (V1, 1, True),
        (V2, "1", True),
        (V2, 1, "Unable to cast object of type 'System.Int32' to type 'System.String'."),
        (V3, "1", True),
        (V3, 1, True),
    ],
)
def test_the_six_outcomes_seen_on_azure(evaluate, source, remaining, outcome):
    """openai-apim-lb#25 and #29, AI-Gateway#54 and PR#55: a variable set by a literal is a string, by `@{}` an int."""
    try:
        found = evaluate(source, remainingBackends=remaining)
    except ExpressionError as error:
        found = error.message

    assert found == outcome


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("@(1)", "int"),
        ("@(1L)", "long"),
        ('@(context.Variables["x"])', "object"),
        ("@(context.Response)", "IResponse"),
        ("@(context.Response.Headers)", "IReadOnlyDictionary<string, string[]>"),
        ("@(context.LastError?.Message.Length)", "int?"),
        ("@(null)", "<null>"),
        ('@{ return "a"; }', "string"),
        ('@{ if (context.Variables.Count > 0) { return 1; } return "a"; }', "object"),
    ],
)
def test_the_static_type_is_known(source, type_):
    assert str(compile_expression(source).type) == type_


def test_an_expression_is_frozen_and_keeps_its_source():
    expression = compile_expression("@(1 + 1)")

    assert expression.source == "@(1 + 1)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        expression.source = ""


def test_an_expression_can_be_evaluated_again(context):
    expression = compile_expression("@{ int i = 0; i++; return i; }")

    assert [expression.evaluate(context) for _ in range(3)] == [1, 1, 1]


def test_all_mistakes_are_found_at_their_places(mistakes):
    assert mistakes('@(nope + context.Foo + "a".Substring("b"))') == [
        (2, "The name 'nope' does not exist in the current context"),
        (17, no_definition("IProxyRequestContext", "Foo")),
        (37, "Argument 1: cannot convert from 'string' to 'int'"),
    ]


def test_a_tree_that_was_built_too_deep_to_be_written_is_an_error_of_the_expression(thrown):
    block = """@{ var a = new JArray(); var top = a;
        for (int i = 0; i < 5000; i++) { var b = new JArray(); b.Add(a); a = b; } return a.ToString(); }"""

    assert thrown(block).startswith("Insufficient execution stack")


def test_a_tree_too_deep_for_a_text_is_an_error_of_the_expression_outside_it_too(evaluate):
    block = (
        "@{ var a = new JArray(); for (int i = 0; i < 5000; i++) { var b = new JArray(); b.Add(a); a = b; } return a; }"
    )
    tree = evaluate(block)

    with pytest.raises(ExpressionError, match="Insufficient execution stack"):
        to_text(tree)


def test_a_stack_that_is_nearly_used_up_is_no_crash():
    def deeper(frames):
        return compile_expression("@(" + "1+" * 150 + "1)") if frames == 0 else deeper(frames - 1)

    with pytest.raises(CompileError, match="nested too deeply"):
        deeper(sys.getrecursionlimit() - len(inspect.stack()) - 100)


def test_the_memory_that_python_has_not_is_an_error_of_the_expression(context):
    def run(_frame):
        raise MemoryError

    expression = dataclasses.replace(compile_expression("@(1)"), run=run)

    with pytest.raises(ExpressionError, match="OutOfMemoryException"):
        expression.evaluate(context)
