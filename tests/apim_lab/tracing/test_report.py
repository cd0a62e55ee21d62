"""What a person reads of a run: entries, attempts and why, marked lines; and what is not told."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apim_lab.errors import ForwardTimeout
from apim_lab.expressions.entities import Api, Caller, Subscription, User
from apim_lab.messages import Body, Headers, Request, Url
from apim_lab.policy.backends import Backend
from apim_lab.policy.context import Context
from apim_lab.policy.document import read_document
from apim_lab.policy.run import Run
from apim_lab.service.configuration import Overrides, load_gateway
from apim_lab.stores.memory import MemoryStore
from apim_lab.tracing.call import Call
from apim_lab.tracing.masking import short_hash
from apim_lab.tracing.rehearsal import Rehearsal
from apim_lab.tracing.trace import Trace

GALLERY = Path(__file__).parents[3] / "addon" / "apim_lab" / "gallery"
POLICY = GALLERY / "openai-round-robin.xml"
KEY = "c0ffee00c0ffee00c0ffee00"
MASK = f"#{short_hash(KEY)}"


@pytest.fixture
def traced(gateway) -> Callable:
    """Runs the inside of <policies> and returns the trace."""

    async def run(policy, *, context=None, answers=None, unmasked=False, body=b"", **headers):
        context = context or gateway.context(**headers)
        context.request.body = Body(body, is_original=True)
        context.trace = Trace(context.clock, context.started)
        call = Call.of(1, context)
        await gateway.run(policy, context=context, answers=answers)
        call.end(context.response.status_code)
        return call.trace(unmasked=unmasked)

    return run


def value_of(trace: dict, name: str, entry: int = 0) -> str:
    return next(it["value"] for it in trace["entries"][entry]["values"] if it["name"] == name)


def written_by(policy: str, section: str = "inbound") -> str:
    return f"<{section}>{policy}</{section}>"


def line_of(text: str, occurrence: int = 0) -> int:
    """The line of the default policy that has the text."""
    lines = POLICY.read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if text in line][occurrence]


# ---- the default policy ------------------------------------------------------------------------------------------


@pytest.fixture
async def failover(caplog) -> dict:
    """The default policy: the first backend throttles, the second times out; no retry follows that."""
    return await rehearsed([{"status": 429, "headers": {"Retry-After": "8"}}, {"status": 429}, {"status": 200}])


async def rehearsed(answers: list[dict], policy: Path = POLICY) -> dict:
    gateway = load_gateway(GALLERY / "lab.yaml", Overrides(policy=policy), MemoryStore())
    rehearsal = Rehearsal.model_validate(
        {"path": "/openai/chat?api-version=1", "headers": {"api-key": "mine"}, "answers": answers}
    )
    return (await rehearsal.run(gateway)).trace()


async def test_a_call_knows_the_policy_that_ran():
    policy = GALLERY / "openai-round-robin.xml"
    gateway = load_gateway(GALLERY / "lab.yaml", Overrides(policy=policy), MemoryStore())
    ran = await Rehearsal.model_validate({"path": "/openai/chat"}).run(gateway)
    refused = await Rehearsal.model_validate({"path": "/elsewhere"}).run(gateway)

    assert ran.policy() == {"name": "openai-round-robin.xml", "text": policy.read_text()}
    assert refused.policy() is None


async def test_a_failover_has_its_statements_in_order(failover):
    choose = "retry[1]/choose[1]/when[1]/choose[1]"
    chosen = ["set-backend-service[1]", "set-variable[1]", "cache-store-value[1]"]

    assert [(entry["section"], entry["path"], entry["depth"]) for entry in failover["entries"]] == [
        ("inbound", "rate-limit-by-key[1]", 0),
        ("inbound", "cache-lookup-value[1]", 0),
        ("inbound", "choose[1]", 0),
        ("inbound", "choose[1]/when[1]/set-variable[1]", 1),
        ("inbound", "choose[1]/when[1]/cache-store-value[1]", 1),
        ("inbound", "choose[2]", 0),
        *(("inbound", f"choose[2]/when[1]/{it}", 1) for it in chosen),
        ("backend", "retry[1]", 0),
        ("backend", "retry[1]/choose[1]", 1),
        ("backend", "retry[1]/forward-request[1]", 1),
        ("backend", "retry[1]/choose[1]", 1),
        ("backend", choose, 2),
        *(("backend", f"{choose}/when[2]/{it}", 3) for it in chosen),
        ("backend", "retry[1]/forward-request[1]", 1),
        ("backend", "retry[1]/choose[1]", 1),
        ("backend", choose, 2),
        *(("backend", f"{choose}/otherwise[1]/{it}", 3) for it in chosen),
        ("backend", "retry[1]/forward-request[1]", 1),
        ("outbound", "set-header[1]", 0),
    ]  # fmt: skip


async def test_a_failover_has_the_lines_of_its_statements(failover):
    lines = {(entry["section"], entry["path"]): entry["line"] for entry in failover["entries"]}

    assert lines["inbound", "rate-limit-by-key[1]"] == line_of("<rate-limit-by-key")
    assert lines["inbound", "choose[2]"] == line_of("<choose>", 1)
    assert lines["backend", "retry[1]"] == line_of("<retry")
    assert lines["outbound", "set-header[1]"] == line_of("<set-header")


async def test_a_failover_has_its_attributes(failover):
    limit, lookup, *_ = failover["entries"]
    retry = next(entry for entry in failover["entries"] if entry["name"] == "retry")
    header = failover["entries"][-1]

    assert [(it["name"], it["value"], it["line"]) for it in limit["values"]] == [
        ("calls", "3", line_of("<rate-limit-by-key")),
        ("renewal-period", "15", line_of("<rate-limit-by-key")),
        ("counter-key", f"#{short_hash('mine')}", line_of("counter-key=")),
    ]
    assert limit["values"][2]["expression"].startswith("@(context.Request.Headers.GetValueOrDefault(")
    assert [(it["name"], it["value"]) for it in lookup["values"]] == [
        ("key", "backend-counter"),
        ("variable-name", "backend-counter"),
    ]
    assert [it["value"] for it in retry["values"] if it["name"] == "condition"] == ["true", "true", "false"]
    assert [(it["path"], it["name"], it["value"]) for it in header["values"]] == [
        ("set-header[1]", "name", "Next-Backend-Counter"),
        ("set-header[1]", "exists-action", "override"),
        ("set-header[1]/value[1]", "text", "0"),
    ]


async def test_a_failover_tells_what_it_did(failover):
    notes = [note for entry in failover["entries"] for note in entry["notes"]]

    assert notes == [
        "2 of 3 calls are left",
        "backend-counter is not cached",
        "the variable backend-counter is now 0",
        "backend-counter is cached for 100 s: 0",
        "the request goes to http://127.0.0.1:5001/openai/chat?api-version=1",
        "the variable backend-counter is now 1",
        "backend-counter is cached for 100 s: 1",
        "retry 1 at once",
        "retry 2 after 10 s",
        "no condition is true",
        "openAiBackend1 answered 429, Retry-After 8 s",
        "the request goes to http://127.0.0.1:5002/openai/chat?api-version=1",
        "the variable backend-counter is now 2",
        "backend-counter is cached for 100 s: 2",
        "openAiBackend2 answered 429",
        "no condition is true: otherwise",
        "the request goes to http://127.0.0.1:5003/openai/chat?api-version=1",
        "the variable backend-counter is now 0",
        "backend-counter is cached for 100 s: 0",
        "openAiBackend3 answered 200",
    ]


async def test_each_attempt_of_a_failover_tells_why(failover):
    throttled = "@(context.Response.StatusCode == 429) was true"
    counter = '@(int.Parse((string)context.Variables["backend-counter"]) == {}) was true'

    assert [(it["backend"], it["outcome"], it["retry_after"], it["waited"]) for it in failover["attempts"]] == [
        ("openAiBackend1", "429", 8, 0),
        ("openAiBackend2", "429", None, 0),
        ("openAiBackend3", "200", None, 10),
    ]
    assert [it["why"] for it in failover["attempts"]] == [
        f"line {line_of('openAiBackend1')}: set-backend-service, because {counter.format(0)}",
        f"line {line_of('openAiBackend2', 1)}: set-backend-service, because {throttled} and {counter.format(1)}",
        f"line {line_of('openAiBackend3', 1)}: set-backend-service, because {throttled} and "
        f"no condition of line {line_of('<choose>', 3)} was true",
    ]


async def test_a_failover_marks_its_lines(failover):
    lines = failover["lines"]

    assert lines[line_of("<rate-limit-by-key")] == "ran"
    assert lines[line_of("ContainsKey")] == "true"
    assert lines[line_of("== 0)")] == "true"
    assert line_of("== 1)") not in lines
    assert line_of("openAiBackend2") not in lines
    assert lines[line_of("<retry")] == "true"
    assert lines[line_of("== 429)", 1)] == "true"
    assert lines[line_of("== 0)", 1)] == "false"
    assert lines[line_of("== 1)", 1)] == "true"
    assert lines[line_of("openAiBackend3", 1)] == "ran"
    assert lines[line_of("<forward-request")] == "ran"
    assert line_of("<otherwise>") not in lines


async def test_a_failed_attempt_marks_its_line():
    trace = await rehearsed([{"failure": "timeout"}])
    entries = {entry["name"]: entry for entry in trace["entries"]}

    assert entries["forward-request"]["notes"] == ["openAiBackend1 failed: Timeout"]
    assert (
        entries["forward-request"]["error"]
        == entries["retry"]["error"]
        == "The backend sent no headers within 300 seconds."
    )
    assert trace["lines"][line_of("<forward-request")] == "error"
    assert trace["lines"][line_of("<retry")] == "false"
    assert trace["error"] == {
        "source": "forward-request",
        "reason": "Timeout",
        "message": "The backend sent no headers within 300 seconds.",
    }


async def test_a_policy_that_computes_its_backend_tells_what_it_came_to():
    trace = await rehearsed([{"status": 429}, {"status": 200}], GALLERY / "openai-round-robin-n.xml")
    chosen = [entry for entry in trace["entries"] if entry["name"] == "set-backend-service"]

    assert [it["values"][0]["value"] for it in chosen] == ["openAiBackend1", "openAiBackend2"]
    assert [it["backend"] for it in trace["attempts"]] == ["openAiBackend1", "openAiBackend2"]


# ---- entries and lines -------------------------------------------------------------------------------------------


async def test_values_are_written_as_in_a_policy(traced):
    expressions = [
        "true",
        "1.5",
        "(string)null",
        "new JObject()",
        "TimeSpan.FromSeconds(90)",
        'new string[] { "a" }',
    ]
    trace = await traced(written_by("".join(f'<set-variable name="a" value="@({it})" />' for it in expressions)))
    values = [entry["values"][1]["value"] for entry in trace["entries"] if entry["name"] == "set-variable"]

    assert values == ["true", "1.5", "null", "(JObject)", "00:01:30", "(Array)"]
    assert trace["entries"][0]["notes"] == ["the variable a is now true"]
    assert trace["lines"] == {1: "ran"}


async def test_what_statements_did_that_were_not_kept_is_hidden(traced, monkeypatch):
    monkeypatch.setattr("apim_lab.tracing.trace.MAX_STATEMENTS", 2)
    read = "context.Request.Body.As<string>(true)"
    said = '@((string)context.Variables["b"])'
    policy = f"""
        <inbound>
            <set-variable name="a" value="1" /><set-variable name="a" value="2" />
            <set-variable name="b" value="@({read})" />
            <set-backend-service base-url="{said}" />
        </inbound>
        <on-error>
            <set-header name="X-Echo"><value>{said}</value></set-header>
            <set-status code="200" reason="{said}" />
        </on-error>"""
    trace = await traced(policy, body=b"my secret prompt")

    assert trace["is_cut"]
    assert "secret" not in json.dumps(trace)
    assert trace["error"]["message"].startswith("(from a statement that was not kept, ")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("<choose><when condition='@(true)'>{}</when></choose>", [("choose", False), ("set-variable", True)]),
        ("<choose><when condition='@((bool)context.Variables[\"none\"])'>{}</when></choose>", [("choose", True)]),
    ],
)
async def test_an_error_is_told_where_it_was_raised(traced, policy, expected):
    failing = '<set-variable name="a" value="@((int)context.Variables["none"])" />'
    trace = await traced(written_by(policy.format(failing)))

    assert [(entry["name"], entry["has_failed"]) for entry in trace["entries"]] == expected


async def test_a_long_text_is_cut(traced):
    trace = await traced(written_by(f'<set-variable name="a" value="{"x" * 1001}" />'))

    assert value_of(trace, "value") == f"{'x' * 1000}… (1001 characters)"


async def test_the_parts_of_a_statement_have_their_places(traced):
    policy = """<return-response>
        <set-status code="@(418)" reason="Teapot" />
        <set-header name="A"><value>1</value><value>@("2")</value></set-header>
        <set-body>@("body")</set-body>
    </return-response>"""
    trace = await traced(written_by(policy))
    entry = trace["entries"][0]

    assert [(it["path"], it["name"], it["line"], it["value"]) for it in entry["values"]] == [
        ("return-response[1]/set-status[1]", "reason", 1, "Teapot"),
        ("return-response[1]/set-header[1]", "name", 1, "A"),
        ("return-response[1]/set-header[1]/value[1]", "text", 1, "1"),
        ("return-response[1]/set-status[1]", "code", 2, "418"),
        ("return-response[1]/set-header[1]/value[2]", "text", 3, "2"),
        ("return-response[1]/set-body[1]", "text", 4, "body"),
    ]
    assert entry["notes"] == ["the answer is 418 Teapot"]
    assert trace["response"] == {"status": 418, "reason": "Teapot", "headers": [("A", "1"), ("A", "2")]}
    assert trace["attempts"] == []


async def test_an_error_is_told_where_it_came_from_and_around_it(traced):
    policy = """<choose>
        <when condition="true">
            <set-variable name="a" value="@(int.Parse("x"))" />
        </when>
    </choose>"""
    trace = await traced(
        written_by(policy) + '\n<on-error><set-variable name="r" value="@(context.LastError.Reason)" /></on-error>'
    )
    choose, variable, on_error = trace["entries"]

    assert choose["error"] == variable["error"] == "Input string was not in a correct format."
    assert (on_error["section"], value_of(trace, "value", 2)) == ("on-error", "ExpressionValueEvaluationFailure")
    assert trace["lines"] == {1: "ran", 3: "error", 6: "ran"}
    assert trace["error"]["reason"] == "ExpressionValueEvaluationFailure"


async def test_an_error_of_a_condition_marks_its_line(traced):
    policy = """<choose>
        <when condition="@(1 > int.Parse(""))" />
    </choose>"""

    assert (await traced(written_by(policy)))["lines"] == {1: "ran", 2: "error"}


async def test_an_error_that_a_retry_catches_stays_with_its_statement(traced):
    policy = """<retry condition="@(context.Response.StatusCode == 500)" count="1" interval="0">
        <forward-request />
    </retry>"""
    trace = await traced(written_by(policy, "backend"), answers=[ForwardTimeout("too late"), 200])
    retry, first, second = trace["entries"]

    assert (retry["error"], first["error"], second["error"]) == ("", "too late", "")
    assert retry["notes"] == ["retry 1 at once", "no retry is left"]
    assert trace["lines"] == {1: "true", 2: "error"}


async def test_a_condition_that_was_true_once_stays_so(traced):
    policy = """<retry condition="@(context.Variables.GetValueOrDefault("n", 0) < 3)" count="5" interval="0">
        <set-variable name="n" value="@(context.Variables.GetValueOrDefault("n", 0) + 1)" />
        <choose>
            <when condition="@((int)context.Variables["n"] == 2)" />
        </choose>
    </retry>"""
    trace = await traced(written_by(policy))

    assert [it["value"] for it in trace["entries"][0]["values"] if it["name"] == "condition"] == [
        "true",
        "true",
        "false",
    ]
    assert trace["lines"] == {1: "true", 2: "ran", 3: "ran", 4: "true"}


async def test_other_truth_values_mark_nothing(traced):
    policy = '<set-variable name="a" value="@(false)" />'

    assert (await traced(written_by(policy)))["lines"] == {1: "ran"}


async def test_redirects_are_attempts_of_one_statement(traced, answer):
    policy = '<forward-request follow-redirects="true" /><forward-request />'
    there = answer(302, Location="http://elsewhere.example/")
    trace = await traced(written_by(policy, "backend"), answers=[there, 200, 429])

    assert [entry["notes"] for entry in trace["entries"]] == [
        ["one answered 302", "elsewhere.example answered 200"],
        ["one answered 429"],
    ]
    assert {it["why"] for it in trace["attempts"]} == {"no statement chose a backend"}


async def test_a_forward_request_that_sends_nothing_has_no_attempt(traced, gateway):
    policy = """<retry condition="@(true)" count="1" interval="0">
        <forward-request />
        <set-backend-service backend-id="two" />
    </retry>"""
    context = gateway.context()
    context.backend = None
    trace = await traced(written_by(policy, "backend"), context=context)

    assert [entry["notes"] for entry in trace["entries"] if entry["name"] == "forward-request"] == [[], []]


async def test_an_attempt_that_is_under_way_is_told(gateway):
    context = gateway.context(api_key=KEY)
    context.trace = Trace(context.clock, context.started)
    call = Call.of(1, context)
    run = Run.of(read_document("<policies />", "p.xml"), context)
    await run.resume()
    trace = call.trace()
    run.close()

    assert trace["entries"][-1]["notes"] == ["one has not answered yet"]
    assert (trace["response"], trace["duration"], trace["status"]) == (None, None, None)
    assert call.trace()["entries"][-1]["notes"] == ["one had not answered when the client left"]


async def test_a_backend_set_by_a_failed_statement_is_no_reason(traced):
    policy = '<set-backend-service backend-id="two" /><retry condition="@(false)" count="1" interval="0"><set-backend-service backend-id="none" /></retry>'
    trace = await traced(f"<backend>{policy}</backend><on-error />")

    assert trace["entries"][-1]["error"].startswith("Backend with id 'none' could not be found")


async def test_a_base_url_is_told(traced):
    trace = await traced(written_by('<set-backend-service base-url="http://base.example/api" />'))

    assert trace["entries"][0]["notes"] == ["the request goes to http://base.example/api/chat?api-version=1"]
    assert (trace["attempts"][0]["backend"], trace["attempts"][0]["why"]) == (
        "base.example",
        "line 1: set-backend-service",
    )


async def test_a_run_without_end_says_so(traced, monkeypatch):
    monkeypatch.setattr("apim_lab.tracing.trace.MAX_STATEMENTS", 1)
    trace = await traced(written_by('<set-variable name="a" value="1" />' * 2))

    assert trace["is_cut"]
    assert len(trace["entries"]) == 1


# ---- what is not told --------------------------------------------------------------------------------------------

BODY = b'{"user": "Ada Lovelace", "number": 47110815, "stream": true, "model": "gpt-4o"}'
READ = '((string)context.Request.Body.As<JObject>(true)["user"])'
NUMBER = '((int)context.Request.Body.As<JObject>(true)["number"])'
HIDDEN = "(from a body, 12 characters)"


async def test_what_comes_from_a_body_is_told_by_its_length(traced):
    policy = f'<set-variable name="a" value="@({READ})" />'
    trace = await traced(written_by(policy), body=BODY)

    assert value_of(trace, "value") == HIDDEN
    assert trace["entries"][0]["notes"] == [f"the variable a is now {HIDDEN}"]


async def test_one_who_asked_for_it_sees_everything(traced):
    policy = (
        f'<set-variable name="a" value="@({READ})" /><set-header name="api-key"><value>@("{KEY}")</value></set-header>'
    )
    trace = await traced(written_by(policy), body=BODY, unmasked=True, api_key=KEY)

    assert value_of(trace, "value") == "Ada Lovelace"
    assert trace["entries"][0]["notes"] == ["the variable a is now Ada Lovelace"]
    assert value_of(trace, "text", 1) == KEY
    assert trace["request"]["headers"] == [("api-key", KEY)]


async def test_whether_a_condition_on_a_body_is_true_is_told(traced):
    policy = """<choose><when condition="@((bool)context.Request.Body.As<JObject>(true)["stream"])" /></choose>"""
    trace = await traced(written_by(policy), body=BODY)

    assert value_of(trace, "condition") == "true"


@pytest.mark.parametrize(
    "policy",
    [
        # through variables, in a chain, by a computed name, from an object
        f'<set-variable name="a" value="@({READ})" /><set-variable name="b" value="@((string)context.Variables["a"] + "!")" />',
        f'<set-variable name="a" value="@({READ})" /><set-variable name="b" value="@((string)context.Variables["" + "a"])" />',
        '<set-variable name="a" value="@(context.Request.Body.As<JObject>(true))" />'
        '<set-variable name="b" value="@((string)((JObject)context.Variables["a"])["user"])" />',
        f'<set-variable name="a" value="@({READ}.Substring(0, 5))" />',
        f'<set-variable name="a" value="@({NUMBER})" />',
        # through headers, whatever their case
        f'<set-header name="X-A"><value>@({READ})</value></set-header>'
        '<set-variable name="b" value="@(context.Request.Headers.GetValueOrDefault("x-a", ""))" />',
        f'<set-header name="@({READ}.Replace(" ", "-"))"><value>1</value></set-header>'
        f'<set-header name="@({READ}.Replace(" ", "-"))" exists-action="skip"><value>1</value></set-header>',
        # through the cache, by this request
        f'<cache-store-value key="k" value="@({READ})" duration="1" /><cache-lookup-value key="k" variable-name="a" />'
        '<set-variable name="b" value="@((string)context.Variables["a"])" />',
        f'<cache-store-value key="k" value="@({NUMBER} % 1000)" duration="1" /><cache-lookup-value key="k" variable-name="a" />',
        f'<cache-lookup-value key="@({READ})" variable-name="a" default-value="@({READ})" />',
        # into the URL and the name of the backend
        f'<set-backend-service base-url="@("http://" + {READ}.Replace(" ", "-") + ".example/" + {READ}.Replace(" ", "-"))" />'
        '<set-variable name="h" value="@(context.Request.Url.Host + context.Request.Url.Path)" />',
        # into errors: of a conversion, of a statement, and on-error
        f'<rate-limit-by-key calls="@({READ})" renewal-period="1" counter-key="k" />',
        f'<rate-limit-by-key calls="1" renewal-period="@({NUMBER})" counter-key="k" />',
        f'<set-backend-service backend-id="@({READ})" />',
        f'<set-backend-service base-url="@({READ})" />',
        f'<set-header name="@({READ})"><value>1</value></set-header>',
        f'<choose><when condition="true"><set-backend-service backend-id="@({READ})" /></when></choose></inbound><on-error>'
        '<set-header name="X-Error"><value>@(context.LastError.Message)</value></set-header></on-error><inbound>',
        # into what is written out
        f'<trace source="s"><message>@({READ})</message><metadata name="n" value="@({READ})" /></trace>',
        f'<set-body>@({READ} + " and more")</set-body>',
        # into the answer
        f'<return-response><set-status code="200" reason="@({READ})" /><set-header name="A"><value>@({READ})</value></set-header>'
        f"<set-body>@({READ})</set-body></return-response>",
    ],
)  # fmt: skip
async def test_what_comes_from_a_body_is_nowhere(traced, policy):
    policy = written_by(policy).replace("<inbound></inbound>", "")
    told = "\n".join(texts_in({**await traced(policy, body=BODY), "id": ""}))

    for part in ("Ada", "Lovelace", "ada-lovelace", "47110815", "815"):
        assert part not in told
    assert "characters)" in told


async def test_a_status_made_of_a_body_is_nowhere(traced):
    policy = (
        f'<set-status code="200" reason="@({READ})" />'
        '<set-variable name="a" value="@(context.Response.StatusReason)" />'
    )
    trace = await traced(written_by(policy, "outbound"), body=BODY)

    assert trace["response"]["reason"] == HIDDEN
    assert value_of(trace, "value", 2) == HIDDEN


async def test_a_header_made_of_a_long_body_is_hidden_as_a_whole(traced):
    policy = '<set-header name="X-A"><value>@(context.Request.Body.As<string>(true))</value></set-header>'
    trace = await traced(written_by(policy, "outbound"), body=b"x" * 1500)

    assert value_of(trace, "text", 1) == "(from a body, 1500 characters)"
    assert ("X-A", "(from a body, 1500 characters)") in trace["response"]["headers"]


async def test_a_long_text_from_a_body_is_found_where_nobody_thought_of(traced, answer):
    body = b"a long text that comes back"
    policy = '<set-variable name="a" value="@(context.Request.Body.As<string>(true))" />'
    trace = await traced(written_by(policy), body=body, answers=[answer(200, X_Echo=f"you said: {body.decode()}")])

    assert trace["response"]["headers"] == [("X-Echo", f"you said: #{short_hash(body.decode())}")]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (f"context.Request.Body.As<JObject>(true) == null ? 1 : {NUMBER}", "(from a body, 8 characters)"),
        ('context.Request.Body.As<string>(true).Contains("x") ? "yes" : "no"', "no"),
        ("context.Request.Body.As<JObject>(true)", "(JObject)"),
        ('(string)context.Request.Body.As<JObject>(true)["none"]', "null"),
    ],
)
async def test_what_tells_nothing_of_a_body_is_told(traced, expression, told):
    trace = await traced(written_by(f'<set-variable name="a" value="@({expression})" />'), body=BODY)

    assert value_of(trace, "value") == told


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        (f"int.Parse({READ})", "Input string was not in a correct format."),
        ('(string)context.Request.Body.As<JObject>(true)["a"]["b"]', "Object reference not set to an instance of an object."),
        ('context.Request.Body.As<JArray>(true)', "(from a body, "),
    ],
)  # fmt: skip
async def test_an_error_that_is_always_the_same_is_told(traced, expression, error):
    trace = await traced(written_by(f'<set-variable name="a" value="@({expression})" />'), body=BODY)

    assert trace["entries"][0]["error"].startswith(error)


async def test_an_error_that_the_client_is_told_is_told(traced, gateway):
    policy = written_by(
        """<rate-limit-by-key calls="1" renewal-period="9" counter-key="@(context.Request.Headers["api-key"][0])" />"""
    )
    for _ in range(2):
        context = gateway.context()
        context.request.headers = Headers([("api-key", KEY)])
        trace = await traced(policy, context=context)

    assert (
        trace["entries"][0]["error"] == trace["error"]["message"] == "Rate limit is exceeded. Try again in 9 seconds."
    )
    assert trace["entries"][0]["notes"] == ["0 of 1 calls are left"]


# ---- secrets -----------------------------------------------------------------------------------------------------


def with_key(gateway, key: str = KEY, query: str = "") -> Context:
    request = Request(
        "POST",
        Url.parse(f"http://gateway/openai/chat?api-version=1{query}"),
        Headers([("api-key", key), ("Cookie", f"id={key}")]),
    )
    context = Context(request, gateway.store, backends=gateway.backends, path="/chat")
    context.route_to(gateway.backends["one"])
    return context


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ('context.Request.Headers["api-key"][0]', MASK),
        ('"Bearer " + context.Request.Headers["api-key"][0]', f"Bearer {MASK}"),
        ('"x" + context.Request.Headers["api-key"][0]', "(from a secret, 25 characters)"),
        ('context.Request.Headers["api-key"][0].Substring(0, 6)', "(from a secret, 6 characters)"),
        ('context.Request.Headers["api-key"][0].ToUpper()', "(from a secret, 24 characters)"),
        ('context.Request.Headers["api-key"][0].Length', "(from a secret, 2 characters)"),
        ('context.Request.Headers["api-key"][0].Length == 24', "true"),
        ('context.Request.Headers.GetValueOrDefault("X-Key", "none")', "none"),
        ("context.Request.Url.QueryString", "(from a secret, 43 characters)"),
        ('context.Request.Url.Query.GetValueOrDefault("sig", "")', MASK),
        ('context.Request.Url.Query.GetValueOrDefault("api-version", "")', "1"),
        ("context.Request.Url.Path", "/openai/chat"),
    ],
)
async def test_what_comes_from_a_secret(traced, gateway, expression, told):
    policy = written_by(f'<set-variable name="a" value="@({expression})" />')
    trace = await traced(policy, context=with_key(gateway, query=f"&sig={KEY}"))

    assert value_of(trace, "value") == told
    assert trace["entries"][0]["notes"] == [f"the variable a is now {told}"]


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (f'<set-header name="Authorization"><value>Bearer {KEY}</value></set-header>', MASK),
        (f'<set-header name="@("X-" + "Token")"><value>{KEY}</value></set-header>', MASK),
        (f'<set-header name="X-Token"><value>@("{KEY}")</value></set-header>', MASK),
        ('<set-header name="X-Tokens"><value>12</value></set-header>', "12"),
        ('<set-header name="X-Plain"><value>plain</value></set-header>', "plain"),
    ],
)
async def test_the_value_of_a_header_whose_name_is_secret(traced, policy, told):
    assert value_of(await traced(written_by(policy)), "text") == told


@pytest.mark.parametrize(
    ("value", "told"),
    [(KEY, MASK), (f'@("{KEY}")', MASK), ("@(4711)", "(from a secret, 4 characters)"), ("@(true)", "true")],
)
async def test_the_value_of_a_variable_whose_name_is_secret(traced, value, told):
    policy = f"<set-variable name='backendKey' value='{value}' /><set-variable name='b' value='@((object)context.Variables[\"backendKey\"])' />"
    trace = await traced(written_by(policy))

    assert value_of(trace, "value") == told
    if value == KEY:
        assert KEY not in json.dumps(trace)


async def test_secrets_of_backends_and_answers_are_known(traced, gateway, answer):
    gateway.backends["one"] = Backend("one", Url.parse("http://one.example"), (("api-key", "the-backend's-own"),))
    policy = '<set-variable name="a" value="@(context.Response.Headers.GetValueOrDefault("X-Echo", ""))" />'
    echo = answer(200, X_Echo="the-backend's-own and session-id-42", Set_Cookie="id=session-id-42; Path=/")
    trace = await traced(written_by(policy, "outbound"), answers=[echo])

    assert (
        value_of(trace, "value", 1)
        == f"#{short_hash(chr(39).join(['the-backend', 's-own']))} and #{short_hash('session-id-42')}"
    )
    assert trace["response"]["headers"][1] == ("Set-Cookie", f"#{short_hash('id=session-id-42; Path=/')}")


async def test_a_short_key_wrecks_no_words(traced, gateway):
    policy = '<set-variable name="company" value="any company, many" /><trace source="any"><message>anything</message></trace>'
    trace = await traced(written_by(policy), context=with_key(gateway, "any"))

    assert value_of(trace, "value") == f"#{short_hash('any')} company, many"
    assert trace["entries"][1]["notes"] == [f"#{short_hash('any')}: anything"]
    assert trace["entries"][0]["name"] == "set-variable"


async def test_a_header_that_stays_is_told(traced):
    policy = '<set-header name="Connection"><value>close</value></set-header>'

    assert (await traced(written_by(policy)))["entries"][0]["notes"] == ["Connection stays as it is"]


# ---- the cache ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1", "1"),
        ("123456", "123456"),
        ("1234567", "(from the cache, 7 characters)"),
        ("TRUE", "TRUE"),
        (5, "5"),
        (True, "true"),
        (0.5, "(from the cache, 3 characters)"),
        ("eastus", "eastus"),
        ("somebody", "(from the cache, 8 characters)"),
        ("x" * 2000, "(from the cache, 2000 characters)"),
        ([1], "(list)"),
    ],
)
async def test_what_another_request_has_cached_may_be_a_secret(traced, gateway, value, told):
    await gateway.store.set("k", value, 10)
    policy = """<cache-lookup-value key="k" variable-name="a" />
        <choose><when condition="@((object)context.Variables["a"] == null)"><set-variable name="a" value="eastus" /></when></choose>
        <set-variable name="b" value="@(context.Variables["a"])" />"""
    trace = await traced(written_by(policy))

    assert trace["entries"][0]["notes"] == [f"k is cached: {told}"]
    assert value_of(trace, "value", 2) == told


# ---- whatever comes ----------------------------------------------------------------------------------------------

MANY_WAYS = """
<inbound>
    <rate-limit-by-key calls="1000" renewal-period="9" counter-key="@(context.Request.Headers.GetValueOrDefault("api-key", ""))" />
    <set-variable name="key" value="@(context.Request.Headers["api-key"][0])" />
    <set-variable name="copy" value="@((string)context.Variables["key"])" />
    <set-variable name="half" value="@(((string)context.Variables["copy"]).Substring(0, 6))" />
    <set-variable name="upper" value="@($"<{context.Variables["half"]}>".ToUpper())" />
    <set-variable name="query" value="@(context.Request.OriginalUrl.QueryString)" />
    <set-variable name="body" value="@(context.Request.Body.As<string>(preserveContent: true))" />
    <set-variable name="part" value="@(((string)context.Variables["body"]).Substring(10, 8))" />
    <set-variable name="object" value="@(new JObject(new JProperty("a", context.Variables["part"])))" />
    <set-variable name="again" value="@((string)((JObject)context.Variables["object"])["a"])" />
    <cache-store-value key="@("k" + context.Variables["key"])" value="@((string)context.Variables["part"])" duration="9" />
    <cache-lookup-value key="@("k" + context.Variables["key"])" variable-name="cached" />
    <cache-lookup-value key="none" variable-name="cached" default-value="@((string)context.Variables["again"])" />
    <set-header name="X-Copy"><value>@((string)context.Variables["cached"])</value></set-header>
    <set-variable name="header" value="@(context.Request.Headers.GetValueOrDefault("x-copy", ""))" />
    <trace source="s"><message>@($"{context.Variables["header"]} {context.Variables["half"]}")</message></trace>
    <set-backend-service base-url="@("http://h.example/" + context.Variables["header"])" />
    <set-variable name="path" value="@(context.Request.Url.Path)" />
    <set-body>@("again: " + context.Variables["body"])</set-body>
</inbound>
<outbound>
    <set-header name="X-Half"><value>@((string)context.Variables["part"])</value></set-header>
    <set-variable name="number" value="@(new DateTime(int.Parse((string)context.Variables["part"]), 1, 1))" />
    <set-header name="@((string)context.Variables["part"] + ":")"><value>1</value></set-header>
</outbound>
<on-error>
    <set-variable name="message" value="@(context.LastError.Message)" />
    <set-header name="X-Message"><value>@(context.LastError.Message)</value></set-header>
    <set-status code="500" reason="@((string)context.Variables["half"])" />
</on-error>
"""

PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=30)
ANYTHING = st.text(min_size=12, max_size=30)
WINDOW = 6
"""Characters: so much of a secret must not be found in a row."""


@pytest.mark.usefixtures("clock")
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=PRINTABLE, text=ANYTHING)
async def test_neither_a_key_nor_a_body_is_anywhere_in_a_trace(traced, gateway, key, text):
    other = await texts_of(traced, gateway, "c0ffee00c0ffee00", "nothing of what is in the other")
    told = await texts_of(traced, gateway, key, text)

    for secret in (key, key.upper(), text, text.upper()):
        for window in (secret[start : start + WINDOW] for start in range(len(secret) - WINDOW + 1)):
            assert window not in told or window in other


async def texts_of(traced, gateway, key: str, text: str) -> str:
    """Every text in the trace of a request with that key and that body."""
    fields = [("api-key", key), ("Cookie", f"id={key}"), ("X-Other", f"<{key}>")]
    request = Request(
        "POST", Url("http", "gateway", 80, "/openai/chat", f"?v=1&sig={quote(key, safe='')}"), Headers(fields)
    )
    context = Context(request, MemoryStore(), backends=gateway.backends, path="/chat")
    trace = await traced(MANY_WAYS, context=context, body=json.dumps({"text": text}, ensure_ascii=False).encode())
    assert {"set-variable", "set-header", "set-status"} <= {
        entry["name"] for entry in trace["entries"] if entry["section"] == "on-error"
    }
    return "\n".join(texts_in({**trace, "id": ""}))


def texts_in(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)


async def test_a_lone_half_of_a_pair_does_no_harm(traced):
    policy = '<set-variable name="a" value="@((string)context.Request.Body.As<JObject>()["text"])" />'
    trace = await traced(written_by(policy), body=b'{"text": "a long enough text with \\ud800 in it"}')

    assert "characters)" in value_of(trace, "value")
    assert json.dumps(trace)


# ---- context.Trace and who calls ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ("context.Api.Name", "Chat"),
        ("context.Request.Body.As<string>(true)", "(from a body, 5 characters)"),
        ("context.Subscription.Key", "(from a secret, 24 characters)"),
    ],
)
async def test_what_an_expression_tells_is_shown_unless_it_may_be_secret(traced, gateway, told, note):
    context = gateway.context()
    context.api = Api("chat", "Chat", "openai")
    context.caller = Caller(subscription=Subscription("s", "S", KEY, KEY, ""))
    condition = f"@{{ context.Trace({told}); return true; }}"
    policy = written_by(f"<choose><when condition='{condition}'><set-status code='200' reason='OK' /></when></choose>")
    trace = await traced(policy, context=context, body=b"hello")

    assert trace["entries"][0]["notes"] == [note]


@pytest.mark.parametrize(
    "secret", ["context.Subscription.Key", "context.Subscription.PrimaryKey", "context.User.Email"]
)
async def test_keys_and_names_of_users_are_not_shown(traced, gateway, secret):
    context = gateway.context()
    context.caller = Caller(
        subscription=Subscription("s", "S", KEY, KEY, ""), user=User("1", email="someone@example.com")
    )
    trace = await traced(written_by(f'<set-variable name="x" value="@({secret})" />'), context=context)

    assert KEY not in json.dumps(trace)
    assert "someone" not in json.dumps(trace)
