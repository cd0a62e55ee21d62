"""A call as those who watch the gateway see it."""

import json

import pytest

from apim_lab.errors import BackendConnectionFailure, ExpressionError, InvalidPath, OperationNotFound, RateLimitExceeded
from apim_lab.expressions.entities import Api, Operation
from apim_lab.messages import Headers, Request, Response, Url
from apim_lab.policy.context import Context
from apim_lab.policy.document import read_document
from apim_lab.policy.run import Run
from apim_lab.stores.memory import MemoryStore
from apim_lab.tracing.call import Call
from apim_lab.tracing.masking import short_hash
from apim_lab.tracing.rehearsal import SentBody
from apim_lab.tracing.trace import Trace
from apim_lab.tracing.usage import Usage

FORWARD = read_document("<policies />", "p.xml")


@pytest.fixture
def call(gateway, clock) -> Call:
    context = gateway.context(api_key="mine")
    context.api = Api("azure-openai", "Azure OpenAI", "openai")
    return Call.of(12, context)


def of(context: Context) -> Call:
    return Call.of(1, context)


def test_it_is_what_came(call):
    told = call.as_dict()

    assert (told["number"], told["method"], told["path"], told["api"]) == (12, "POST", "/openai/chat", "azure-openai")
    assert (told["key"], told["id"], told["operation"]) == (short_hash("mine"), str(call.context.request_id), "")
    assert told["at"] == call.context.clock.time()
    assert json.dumps(told)


def test_it_is_under_way_at_first(call):
    told = call.as_dict()

    assert (told["status"], told["outcome"], told["by"], told["attempts"]) == (None, "", "", [])
    assert (told["waiting"], told["first_byte"], told["total"], told["tokens"], told["stream"]) == (None,) * 4 + (
        False,
    )
    assert call.own_latency is None


def test_it_tells_neither_query_nor_headers(call):
    call.context.request.original_url = Url("http", "host", 80, "/" + "x" * 400, "?key=c0ffee")

    assert "c0ffee" not in json.dumps(call.as_dict())
    assert "mine" not in json.dumps(call.as_dict())
    assert call.as_dict()["path"] == "/" + "x" * 299


def test_a_call_of_no_api_has_none():
    context = Context(Request("GET", Url.parse("http://host/x")), MemoryStore())
    context.operation = Operation("chat", "Chat", "GET", "/x")
    told = of(context).as_dict()

    assert (told["api"], told["operation"], told["key"]) == ("", "chat", "")


async def test_it_has_its_attempts_and_its_times(call, clock, answer):
    run = Run.of(FORWARD, call.context)
    clock.tick(0.01)
    await run.resume()
    under_way = call.as_dict()["attempts"]
    clock.tick(0.2)
    run.reply(answer(429, Retry_After="8"))
    await run.resume()
    clock.tick(0.03)
    call.answer_begins(429, is_stream=True)
    clock.tick(0.5)
    call.token_arrives()
    clock.tick(0.5)
    call.token_arrives()
    call.find_usage = lambda: Usage(8, 12)
    call.end(429)
    told = call.as_dict()

    assert under_way == [
        {"backend": "one", "at": pytest.approx(0.01), "took": None, "outcome": "", "retry_after": None, "waited": 0}
    ]
    assert told["attempts"] == [
        {
            "backend": "one",
            "at": pytest.approx(0.01),
            "took": pytest.approx(0.2),
            "outcome": "429",
            "retry_after": 8,
            "waited": 0,
        }
    ]
    assert (told["first_byte"], told["total"], call.first_token) == tuple(map(pytest.approx, (0.24, 1.24, 0.74)))
    assert (told["status"], told["outcome"], told["stream"], told["tokens"]) == (
        429,
        "answered",
        True,
        {"input": 8, "output": 12},
    )
    assert call.own_latency == pytest.approx(0.04)


async def test_a_body_that_the_policy_waited_for_is_not_its_own_latency(call, clock):
    call.context.response = Response(200, body=SentBody(b"late"))
    reading = call.context.response_body()
    reading.send(None)
    clock.tick(3)
    with pytest.raises(StopIteration):
        reading.send(None)
    clock.tick(0.5)
    call.end(200)

    assert call.own_latency == pytest.approx(0.5)


async def test_what_the_policy_waited_is_not_its_own_latency(call, clock):
    waiting = call.context.wait(10)
    waiting.send(None)
    told = call.as_dict()["waiting"]
    call.context.clock.advance(60)  # a jump may go beyond the wait's end
    with pytest.raises(StopIteration):
        waiting.send(None)
    clock.tick(0.5)
    call.end(200)

    assert told == {"since": 0, "seconds": 10}
    assert call.as_dict()["waiting"] is None
    assert (call.waited, call.own_latency) == (10, pytest.approx(0.5))


def test_an_answer_without_a_beginning_begins_at_its_end(call, clock):
    clock.tick(1)
    call.end(200)

    assert call.first_byte == call.total == pytest.approx(1)


@pytest.mark.parametrize(
    ("error", "outcome", "by", "refused"),
    [
        (None, "answered", "", ""),
        (OperationNotFound("Resource not found"), "refused", "configuration", "no such operation"),
        (InvalidPath("The path has a zero."), "refused", "configuration", "invalid path"),
        (RateLimitExceeded("Wait."), "refused", "rate-limit-by-key", ""),
        (BackendConnectionFailure("refused"), "failed", "forward-request", ""),
    ],
)
def test_it_ends_in_some_way(call, error, outcome, by, refused):
    call.context.error = error
    call.end(200)

    assert (call.outcome, call.by, call.refused) == (outcome, by, refused)
    assert call.as_dict()["refused"] == refused


@pytest.mark.parametrize(("by_client", "outcome", "by"), [(True, "gone", ""), (False, "failed", "forward-request")])
def test_it_may_break_off(call, clock, by_client, outcome, by):
    clock.tick(2)
    call.break_off(by_client=by_client)

    assert (call.outcome, call.by, call.total) == (outcome, by, pytest.approx(2))


def test_what_may_be_large_is_let_go(call):
    call.context.variables["a"] = "x" * 1000
    call.context.response = Response()
    call.end(200)

    assert call.context.variables == {}
    assert call.context.request.body.content == call.context.response.body.content == b""


def test_the_frames_of_an_error_are_let_go(call):
    body = "a large body"
    try:
        try:
            raise KeyError(body)
        except KeyError as error:
            raise ExpressionError("no such key") from error
    except ExpressionError as error:
        call.context.error = error
    call.end(500)

    error = call.context.error
    assert (error.__traceback__, error.__cause__, error.__context__) == (None, None, None)


def test_one_without_an_answer_is_let_go_too(call):
    call.context.response = None
    call.break_off(by_client=True)

    assert call.context.request.body.content == b""


# ---- its trace ---------------------------------------------------------------------------------------------------


def test_there_is_no_trace_of_a_call_that_was_not_traced(call):
    assert call.trace() is None


@pytest.fixture
def traced() -> Context:
    url = Url.parse("http://gateway/openai/chat?api-version=1&sig=c0ffee")
    context = Context(Request("POST", url, Headers([("api-key", "mine-all-mine"), ("Accept", "*/*")])), MemoryStore())
    context.trace = Trace(context.clock, context.started)
    return context


def test_a_trace_has_the_request_as_it_came(traced):
    call = of(traced)
    traced.request.headers.set("Accept", "changed")
    trace = call.trace()

    assert (
        trace["url"]
        == trace["request"]["url"]
        == f"http://gateway/openai/chat?api-version=1&sig=#{short_hash('c0ffee')}"
    )
    assert trace["method"] == trace["request"]["method"] == "POST"
    assert trace["request"]["headers"] == [("api-key", f"#{short_hash('mine-all-mine')}"), ("Accept", "*/*")]
    assert (trace["response"], trace["error"], trace["api"]) == (None, None, "")
    assert (trace["id"], trace["number"], trace["at"]) == (call.id, 1, call.at)


def test_a_trace_may_be_unmasked(traced):
    trace = of(traced).trace(unmasked=True)

    assert trace["url"].endswith("&sig=c0ffee")
    assert trace["request"]["headers"][0] == ("api-key", "mine-all-mine")


async def test_a_trace_has_the_head_of_the_answer(traced):
    call = of(traced)
    await Run.refusing(OperationNotFound("Resource not found"), traced).resume()
    call.end(404)
    trace = call.trace()

    assert trace["response"] == {
        "status": 404,
        "reason": "Not Found",
        "headers": [("Content-Type", "application/json")],
    }
    assert trace["error"] == {"source": "configuration", "reason": "OperationNotFound", "message": "Resource not found"}
    assert (trace["status"], trace["duration"]) == (404, call.total)
    assert (trace["entries"], trace["attempts"], trace["lines"], trace["is_cut"]) == ([], [], {}, False)
    assert json.dumps(trace)


def test_a_call_that_broke_off_may_have_no_answer(traced):
    call = of(traced)
    call.break_off(by_client=True)

    assert call.trace()["response"] is None
