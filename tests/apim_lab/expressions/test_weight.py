"""Which expressions may take long."""

import pytest

from apim_lab.csharp.runtime.budget import HEAVY_BYTES
from apim_lab.expressions import compile_expression
from apim_lab.expressions.weight import LARGE
from apim_lab.messages import Body, Response

READ = "context.{}.Body.As<string>(true).Length"


@pytest.mark.parametrize(("size", "is_heavy"), [(LARGE, False), (LARGE + 1, True)])
@pytest.mark.parametrize("message", ["Request", "Response"])
def test_one_that_reads_a_large_body(context, message, size, is_heavy):
    context.request.body = context.response.body = Body(b"x" * size)

    assert compile_expression(f"@({READ.format(message)})").weight.is_heavy(context) is is_heavy


@pytest.mark.parametrize("message", ["Request", "Response"])
def test_one_that_reads_a_body_which_may_become_large(context, message):
    body = Body(encoded=b"small", decode=lambda: b"small", decoded_size=LARGE + 1)
    context.request.body = context.response.body = body
    expression = compile_expression(f"@({READ.format(message)})")
    before = expression.weight.is_heavy(context)
    expression.evaluate(context)

    assert (before, expression.weight.is_heavy(context)) == (True, False)


def test_one_that_reads_another_body_or_none(context):
    context.request.body = Body(b"x" * (LARGE + 1))
    context.response = Response(body=Body(b"{}"))

    assert not compile_expression(f"@({READ.format('Response')})").weight.is_heavy(context)
    assert not compile_expression("@(context.Request.Method)").weight.is_heavy(context)


def test_without_an_answer_there_is_no_body(context):
    context.response = None

    assert not compile_expression(f"@({READ.format('Response')})").weight.is_heavy(context)


@pytest.mark.parametrize(
    ("source", "is_heavy"),
    [
        ('@(context.Variables["large"])', True),
        ('@(context.Variables["other"])', False),
        ("@(context.Variables[context.Request.Method])", True),
    ],
)
def test_one_that_reads_a_large_variable(context, source, is_heavy):
    context.budget.hold("large", LARGE + 1)

    assert compile_expression(source).weight.is_heavy(context) is is_heavy


def test_one_that_has_allocated_much_before(context):
    expression = compile_expression(f"@(new string('x', {HEAVY_BYTES + 1}).Length)")
    before = expression.weight.is_heavy(context)
    expression.evaluate(context)

    assert (before, expression.weight.is_heavy(context)) == (False, True)


@pytest.mark.parametrize(
    ("source", "can_be_repeated"),
    [
        ("@(context.Request.Headers.Count)", True),
        ("@(context.Request.Body.As<string>())", False),
        ('@(context.Variables["a"])', False),
        ("@(context.Request)", False),
    ],
)
def test_one_that_changes_nothing_can_be_repeated(source, can_be_repeated):
    assert compile_expression(source).weight.can_be_repeated is can_be_repeated
