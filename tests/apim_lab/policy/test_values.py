"""Values: written out, or computed for each request."""

import asyncio
import threading
from itertools import count

import pytest

from apim_lab.csharp.runtime import budget
from apim_lab.csharp.runtime.budget import HEAVY_SECONDS
from apim_lab.errors import ExpressionError, LimitExceeded
from apim_lab.expressions import compile_expression, to_int
from apim_lab.expressions.weight import LARGE
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
    context.response.body.arrive(lambda: b"Hello", 5)
    with pytest.raises(StopIteration) as ended:
        course.send(None)

    assert question == ReadBody()
    assert ended.value.value == "Hello"


# ---- what may take long -------------------------------------------------------------------------------------------

LENGTH = "@(context.Request.Body.As<string>(true).Length)"


def is_aside(_value: object) -> bool:
    """Whether the value is converted, and so was computed, in another thread than the event loop's."""
    return threading.current_thread() is not threading.main_thread()


@pytest.mark.parametrize(("size", "expected"), [(LARGE, False), (LARGE + 1, True)])
async def test_a_large_body_is_read_aside(gateway, size, expected):
    context = gateway.context()
    context.request.body = Body(b"x" * size)

    assert await computed(LENGTH, is_aside).get(context) is expected


async def test_other_calls_go_on_while_a_large_body_is_read(gateway):
    may_end = threading.Event()
    context = gateway.context()
    context.request.body = Body(b"x" * (LARGE + 1))
    large = asyncio.create_task(computed(LENGTH, lambda _: may_end.wait(10)).get(context))
    await asyncio.sleep(0)
    small = await computed(LENGTH).get(gateway.context())
    may_end.set()

    assert small == len('{"messages": []}')
    assert await large is True


async def test_a_loop_that_takes_long_goes_on_aside(gateway, monkeypatch):
    seconds = count(step=HEAVY_SECONDS)
    monkeypatch.setattr(budget, "cpu_time", lambda: next(seconds))
    value = computed("@{ var n = 0; for (var i = 0; i < 100; i++) { n++; } return n; }", lambda n: (n, is_aside(n)))

    assert [await value.get(gateway.context()) for _ in range(2)] == [(100, True), (100, True)]
    assert value.expression.weight.was_heavy


async def test_an_error_aside_knows_its_place(gateway):
    context = gateway.context()
    context.request.body = Body(b"x" * (LARGE + 1))
    with pytest.raises(ExpressionError) as raised:
        await computed("@(int.Parse(context.Request.Body.As<string>()))", to_int).get(context)

    assert (raised.value.path, raised.value.line) == ("choose[1]/when[1]", 7)


async def test_what_a_large_body_costs_counts(gateway, monkeypatch):
    seconds = count(step=11)
    monkeypatch.setattr(budget, "cpu_time", lambda: next(seconds))
    context = gateway.context()
    context.request.body = Body(b"x" * (LARGE + 1))

    with pytest.raises(LimitExceeded, match="took more than 10 s"):
        await computed(LENGTH).get(context)
