"""Values: written out, or computed for each request."""

import pytest

from apim_lab.errors import ExpressionError
from apim_lab.expressions import compile_expression, to_int
from apim_lab.messages import Body, Response
from apim_lab.policy.context import ReadBody
from apim_lab.policy.values import Computed, Literal
from apim_lab.tracing.trace import Trace


def computed(source: str, convert=lambda value: value) -> Computed:
    return Computed(compile_expression(source), convert, "choose[1]/when[1]", "condition", 7)


async def test_one_that_is_written_out_is_what_it_is(gateway):
    assert await Literal("a").get(gateway.context()) == "a"


async def test_one_that_is_computed_is_converted(gateway):
    assert await computed('@("4" + "2")', to_int).get(gateway.context()) == 42


@pytest.mark.parametrize("is_traced", [True, False])
@pytest.mark.parametrize(("source", "convert"), [('@(int.Parse("x"))', to_int), ('@("x")', to_int)])
async def test_an_error_knows_its_place(gateway, source, convert, is_traced):
    context = gateway.context()
    if is_traced:
        context.trace = Trace(context.clock, context.started)
    with pytest.raises(ExpressionError) as raised:
        await computed(source, convert).get(context)

    assert (raised.value.path, raised.value.line) == ("choose[1]/when[1]", 7)


async def test_the_place_of_an_error_that_has_one_stays(gateway):
    def fail(_: object) -> object:
        error = ExpressionError("no")
        error.path, error.line = "elsewhere[1]", 3
        raise error

    with pytest.raises(ExpressionError) as raised:
        await computed("@(1)", fail).get(gateway.context())

    assert (raised.value.path, raised.value.line) == ("elsewhere[1]", 3)


async def test_the_body_of_the_answer_is_awaited_where_it_is_read(gateway):
    context = gateway.context()
    context.response = Response(body=Body())
    course = computed("@(context.Response.Body.As<string>())").get(context)
    question = course.send(None)
    context.response.body.arrive(lambda: b"Hello")
    with pytest.raises(StopIteration) as ended:
        course.send(None)

    assert question == ReadBody()
    assert ended.value.value == "Hello"
