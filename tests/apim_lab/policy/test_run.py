"""Runs: sections in order, errors to on-error, answers of the gateway's own."""

import asyncio
import re

import pytest

from apim_lab.csharp.runtime.budget import Budget, Limits
from apim_lab.errors import BackendConnectionFailure, OperationNotFound
from apim_lab.messages import Body, Response
from apim_lab.policy.context import Forward, Wait
from apim_lab.policy.document import read_document
from apim_lab.policy.run import Run

FAILING = '<inbound><set-variable name="a" value="@((int)context.Variables["none"])" /></inbound>'
TRAIL = '<set-variable name="trail" value="@(context.Variables.GetValueOrDefault<string>("trail", "") + "{}")" />'


def trail(letter: str) -> str:
    return TRAIL.format(letter)


async def test_sections_run_in_their_order(gateway):
    context = await gateway.run(
        f"<outbound>{trail('o')}</outbound><inbound>{trail('i')}</inbound>"
        f"<backend>{trail('b')}<base /></backend><on-error>{trail('e')}</on-error>"
    )

    assert context.variables["trail"] == "ibo"


async def test_an_error_ends_its_section_and_goes_to_on_error(gateway):
    context = await gateway.run(
        f"{FAILING.replace('</inbound>', trail('i') + '</inbound>')}"
        f"<backend>{trail('b')}</backend><outbound>{trail('o')}</outbound><on-error>{trail('e')}</on-error>"
    )

    assert context.variables["trail"] == "e"


async def test_the_last_error_tells_what_happened_where(gateway):
    context = await gateway.run(
        FAILING.replace("<set", "<choose><when condition='true'><set").replace("/></in", "/></when></choose></in")
    )

    error = context.last_error
    assert (error.source, error.reason, error.section, error.path) == (
        "expression",
        "ExpressionValueEvaluationFailure",
        "inbound",
        "choose[1]/when[1]/set-variable[1]",
    )
    assert "was not present in the dictionary." in error.message


async def test_the_last_error_has_the_message_of_an_exception_that_the_policy_throws(gateway):
    value = "@{ try { int.Parse(&quot;x&quot;); return 1; } catch (Exception e) { throw new Exception(&quot;no number&quot;, e); } }"
    context = await gateway.run(f"<inbound><set-variable name='x' value='{value}' /></inbound>")

    assert (context.last_error.reason, context.last_error.message) == ("ExpressionValueEvaluationFailure", "no number")


async def test_an_error_of_the_policy_is_answered_without_its_details(gateway, caplog):
    context = await gateway.run(FAILING)

    assert context.response.status_code == 500
    assert context.response.body.content.decode() == (
        f'{{ "statusCode": 500, "message": "Internal server error", "activityId": "{context.request_id}" }}'
    )
    assert "policy.xml:1: ExpressionValueEvaluationFailure" in caplog.text
    assert str(context.request_id) in caplog.text


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ('@("ftp://" + context.Request.Body.As<string>(true))', "(27 characters) is not an"),
        ("ftp://x", "'ftp://x' is not an"),
    ],
)
async def test_what_comes_from_a_request_is_not_logged(gateway, caplog, url, told):
    policy = f'<inbound><set-variable name="url" value="{url}" /><set-backend-service base-url="@((string)context.Variables["url"])" /></inbound>'
    context = gateway.context()
    context.request.body = Body(b"my secret prompt 1234", is_original=True)
    await gateway.run(policy, context=context)

    assert f"BackendNotFound: {told}" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ('(string)context.Variables["none"]', "'none' was not present"),  # quotes what the policy has written out
        ("context.Request.Body.As<JObject>(true)", "ExpressionValueEvaluationFailure: ("),  # quotes without marks
    ],
)
async def test_what_a_dotnet_exception_may_quote_is_not_logged(gateway, caplog, read, told):
    context = gateway.context()
    context.request.body = Body(b"my secret prompt 1234", is_original=True)
    await gateway.run(f"<inbound><set-variable name='a' value='@({read})' /></inbound>", context=context)

    assert told in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("http://east.example:8080/", "east.example:8080"),
        ('@("http://east.example:" + 8080)', "another host"),
        ('@((string)context.Variables["url"])', "west.example"),
        ('@("http://" + context.Request.Body.As<string>(true) + ".example")', "another host"),
    ],
)
async def test_a_host_that_an_expression_made_has_no_name_in_logs(gateway, base_url, name):
    url = "<set-variable name='url' value='http://west.example/openai' />"
    context = gateway.context()
    context.request.body = Body(b"secret", is_original=True)
    await gateway.run(f"<inbound>{url}<set-backend-service base-url='{base_url}' /></inbound>", context=context)

    assert [attempt.backend for attempt in context.attempts] == [name]


async def test_where_no_connection_could_be_made_is_logged(gateway, caplog):
    await gateway.run("", answers=[BackendConnectionFailure("Connect call failed ('127.0.0.1', 5003)")])

    assert "BackendConnectionFailure: Connect call failed ('127.0.0.1', 5003)" in caplog.text


async def test_on_error_can_change_the_answer(gateway):
    context = await gateway.run(
        FAILING
        + '<on-error><set-status code="503" reason="Sorry" /><set-body>@(context.LastError.Reason)</set-body></on-error>'
    )

    assert context.response.status_code == 503
    assert context.response.body.content == b"ExpressionValueEvaluationFailure"


async def test_on_error_sees_the_status_of_the_error(gateway):
    context = await gateway.run(
        FAILING + '<on-error><set-variable name="s" value="@(context.Response.StatusCode)" /></on-error>'
    )

    assert context.variables["s"] == 500


async def test_on_error_can_return_a_response(gateway):
    context = await gateway.run(
        FAILING + '<on-error><return-response><set-status code="200" reason="OK" /></return-response></on-error>'
    )

    assert context.response.status_code == 200


async def test_an_error_in_on_error_is_answered_with_500(gateway):
    context = await gateway.run(
        '<inbound><set-backend-service backend-id="none" /></inbound>' + FAILING.replace("inbound", "on-error")
    )

    assert context.response.status_code == 500
    assert b"Internal server error" in context.response.body.content


async def test_an_unexpected_exception_is_answered_with_500_and_logged(gateway, monkeypatch, caplog):
    async def fail(key: str, _default: object) -> None:
        raise ZeroDivisionError(f"no {key}")

    monkeypatch.setattr(gateway.store, "get", fail)
    context = await gateway.run('<inbound><cache-lookup-value key="my secret" variable-name="v" /></inbound>')

    assert context.response.status_code == 500
    assert context.last_error.message == "Unexpected ZeroDivisionError."
    assert "unexpected builtins.ZeroDivisionError in a policy run" in caplog.text
    assert "variables.py" in caplog.text
    assert "my secret" not in caplog.text


async def test_a_refusal_is_public_and_is_not_logged(gateway, caplog):
    context = gateway.context()
    await Run.refusing(OperationNotFound("Resource not found"), context).resume()

    assert context.response.body.content == b'{ "statusCode": 404, "message": "Resource not found" }'
    assert caplog.text == ""


async def test_a_future_of_the_event_loop_passes_through_the_run(gateway, monkeypatch):
    async def slow(*_: object) -> object:
        await asyncio.sleep(0)
        return "late"

    monkeypatch.setattr(gateway.store, "get", slow)
    context = await gateway.run('<inbound><cache-lookup-value key="k" variable-name="v" /></inbound>')

    assert context.variables["v"] == "late"


async def test_a_cancelled_future_is_seen_by_the_run(gateway, monkeypatch):
    async def never(*_: object) -> None:
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(gateway.store, "get", never)
    task = asyncio.ensure_future(gateway.run('<inbound><cache-lookup-value key="k" variable-name="v" /></inbound>'))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_run_that_is_closed_does_nothing_more(gateway):
    document = read_document(
        f"<policies><outbound>{trail('o')}</outbound><on-error>{trail('e')}</on-error></policies>", "p.xml"
    )
    context = gateway.context()
    run = Run.of(document, context)
    question = await run.resume()
    run.close()

    assert isinstance(question, Forward)
    assert run.is_finished
    assert context.variables == {}


async def closed_after_four_seconds(context, policy, *replies):
    """What the run waited for when the client left."""
    run = Run.of(read_document(f"<policies><backend>{policy}</backend></policies>", "p.xml"), context)
    question = await run.resume()
    for reply in replies:
        run.reply(reply)
        question = await run.resume()
    context.clock.advance(4)
    run.close()
    return question


async def test_an_attempt_ends_when_the_client_leaves(gateway):
    context = gateway.context()
    question = await closed_after_four_seconds(context, "<forward-request />")

    assert isinstance(question, Forward)
    assert [(it.outcome, round(it.took)) for it in context.attempts] == [("gone", 4)]


async def test_a_wait_ends_when_the_client_leaves(gateway):
    context = gateway.context()
    retry = '<retry condition="@(true)" count="1" interval="300"><forward-request /></retry>'
    question = await closed_after_four_seconds(context, retry, Response(429))

    assert isinstance(question, Wait)
    assert (context.pause, round(context.waited)) == (None, 4)


async def test_the_time_in_expressions_is_that_of_the_runs_own_gateway(gateway):
    """Two gateways of one process: only one of them was advanced."""
    began = '<set-variable name="began" value="@(DateTime.UtcNow)" />'
    retry = '<retry condition="@(true)" count="1" interval="60"><set-variable name="again" value="yes" /></retry>'
    passed = (
        "@((DateTime.UtcNow - (DateTime)context.Variables[&quot;began&quot;]).TotalMinutes.ToString(&quot;F0&quot;))"
    )
    policy = read_document(
        f'<policies><inbound>{began}</inbound><backend>{retry}<set-variable name="passed" value="{passed}" /></backend>'
        "</policies>",
        "p.xml",
    )
    contexts = [gateway.context() for _ in range(2)]
    runs = [Run.of(policy, context) for context in contexts]
    for run in runs:
        assert isinstance(await run.resume(), Wait)
    contexts[0].clock.advance(3600)
    for run in runs:
        await run.resume()

    assert [context.variables["passed"] for context in contexts] == ["60", "0"]


async def test_the_activity_id_is_a_guid(gateway):
    context = await gateway.run("", answers=[BackendConnectionFailure("refused")])

    assert re.search(rb'"activityId": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"', context.response.body.content)


# ---- what one request may use -------------------------------------------------------------------------------------

AGAIN = '<retry condition="@(true)" count="50" interval="0">{}</retry>'
FIFTY_TO_THE_FOURTH = AGAIN.format(AGAIN.format(AGAIN.format(AGAIN.format(trail("x")))))


async def test_retries_in_retries_come_to_an_end(gateway, caplog):
    context = await gateway.run(f"<inbound>{FIFTY_TO_THE_FOURTH}</inbound><on-error>{trail('e')}</on-error>")

    assert context.response.status_code == 500
    assert context.last_error.reason == "LimitExceeded"
    assert "The request ran more than 10000 statements (apim_statements)." in caplog.text
    assert context.variables["trail"].endswith("xe")
    assert len(context.variables["trail"]) < 10_000


async def test_other_calls_go_on_between_the_statements_of_a_long_run(gateway):
    long = asyncio.create_task(gateway.run(f"<inbound>{FIFTY_TO_THE_FOURTH}</inbound>"))
    short = [await gateway.run(f"<inbound>{trail('a')}</inbound>") for _ in range(3)]
    is_under_way = not long.done()
    await long

    assert is_under_way
    assert [context.variables["trail"] for context in short] == ["a"] * 3


async def test_loops_of_several_statements_count_together(gateway, caplog):
    loop = "@{ for (var i = 0; i < 60; i++) { } return 1; }"
    context = gateway.context()
    context.budget = Budget(Limits(loop_iterations=100))
    statement = f'<set-variable name="a" value="{loop}" />'
    await gateway.run(f"<inbound>{statement * 2}</inbound>", context=context)

    assert "more than 100 loop iterations (apim_loop_iterations)" in caplog.text


async def test_variables_count_together(gateway, caplog):
    variables = "".join(f"""<set-variable name="v{n}" value="@(new string('x', 40_000_000))" />""" for n in range(4))
    context = await gateway.run(f"<inbound>{variables}</inbound>")

    assert context.response.status_code == 500
    assert "hold more than 134217728 bytes (apim_variable_bytes)" in caplog.text


async def test_a_run_that_is_closed_while_it_computes_aside_is_over(gateway):
    context = gateway.context()
    context.request.body = Body(b"x" * (1 << 17))
    policy = '<inbound><set-variable name="a" value="@(context.Request.Body.As&lt;string&gt;())" /></inbound>'
    run = Run.of(read_document(f"<policies>{policy}</policies>", "policy.xml"), context)
    task = asyncio.create_task(resumed(run))
    await asyncio.sleep(0)
    run.close()

    assert await task is None
    assert "a" not in context.variables


async def resumed(run: Run) -> object:
    return await run.resume()
