"""One request through a policy, without any network."""

import json
from pathlib import Path

import pytest

from apim_lab.clock import Clock
from apim_lab.errors import DocumentError
from apim_lab.service.configuration import Overrides, load_gateway
from apim_lab.stores.memory import MemoryStore
from apim_lab.tracing.rehearsal import Rehearsal, read_rehearsal

GALLERY = Path(__file__).parents[3] / "addon" / "apim_lab" / "gallery"


@pytest.fixture
def rehearse(tmp_path):
    """Runs the request through the inside of <policies>, with the lab's configuration."""

    async def run(policy: str = "", **request):
        path = tmp_path / "policy.xml"
        path.write_text(f"<policies>{policy}</policies>")
        clock = Clock()
        gateway = load_gateway(GALLERY / "lab.yaml", Overrides(policy=path), MemoryStore(clock), clock)
        call = await Rehearsal.model_validate({"path": "/openai/chat"} | request).run(gateway)
        return call.trace()

    return run


BACKEND = '<inbound><set-backend-service backend-id="openAiBackend1" /></inbound>'
RETRY = f'{BACKEND}<backend><retry condition="@(context.Response.StatusCode >= 429)" count="3" interval="10"><forward-request timeout="60" /></retry></backend>'


def value_of(trace: dict, name: str) -> str:
    return next(it["value"] for entry in trace["entries"] for it in entry["values"] if it["name"] == name)


async def test_backends_answer_200_by_themselves(rehearse):
    trace = await rehearse(BACKEND)

    assert (trace["method"], trace["url"], trace["status"]) == ("POST", "http://127.0.0.1:8080/openai/chat", 200)
    assert trace["response"] == {"status": 200, "reason": "OK", "headers": [("Content-Type", "application/json")]}
    assert trace["attempts"][0]["outcome"] == "200"


@pytest.mark.usefixtures("clock")
async def test_answers_come_in_turn_and_waits_pass_at_once(rehearse):
    answers = [{"status": 429, "headers": {"Retry-After": "8"}}, {"failure": "timeout"}, {"failure": "connection"}]
    trace = await rehearse(RETRY, answers=answers)

    assert [(it["outcome"], it["at"], it["took"], it["waited"], it["retry_after"]) for it in trace["attempts"]] == [
        ("429", 0, 0, 0, 8),
        ("Timeout", 10, 60, 10, None),
        ("BackendConnectionFailure", 80, 0, 10, None),
        ("BackendConnectionFailure", 90, 0, 10, None),
    ]
    assert (trace["duration"], trace["status"]) == (90, 500)
    assert trace["error"]["message"] == "The connection was refused."


async def test_a_wait_that_is_longer_than_a_clock_can_jump_is_cut(rehearse):
    trace = await rehearse(RETRY.replace('"10"', '"1E+20"'), answers=[{"status": 500}, {}])

    assert trace["status"] == 200


async def test_a_request_to_no_api_gets_a_404(rehearse):
    trace = await rehearse(path="/elsewhere")

    assert trace["response"]["status"] == 404


@pytest.mark.parametrize(
    ("given", "body", "content_type"),
    [
        ({"body": {"a": 1}}, '{"a": 1}', "application/json"),
        ({"body": [1]}, "[1]", "application/json"),
        ({"body": "a text"}, "a text", ""),
        ({"body": {"a": 1}, "headers": {"content-type": "application/x"}}, '{"a": 1}', "application/x"),
        ({}, "none", ""),
    ],
)
async def test_a_policy_sees_the_request(gateway, given, body, content_type):
    request = Rehearsal.model_validate(
        {"url": "https://gw.example/openai/chat?a=1", "method": "PUT", **given}
    ).request()

    assert (request.method, str(request.url), request.headers.get("Host")) == (
        "PUT",
        "https://gw.example/openai/chat?a=1",
        "gw.example",
    )
    assert (request.body.content.decode() or "none", request.headers.get("Content-Type") or "") == (body, content_type)
    assert request.body.is_original


async def test_a_request_may_say_who_calls(rehearse):
    text = "@(context.Product?.Name + context.Subscription?.Id + context.User?.Id)"
    given = {"product": {"id": "p", "name": "P"}, "subscription": {"id": "s", "primary-key": "k"}}
    trace = await rehearse(f'<inbound><set-variable name="who" value="{text}" /></inbound>', **given)

    assert value_of(trace, "value") == "Ps"


def test_a_request_may_have_its_own_host_and_several_fields():
    headers = Rehearsal.model_validate({"path": "/", "headers": {"host": "h", "X": ["a", "b"]}}).request().headers

    assert headers.fields == [("host", "h"), ("X", "a"), ("X", "b")]


@pytest.mark.parametrize(
    ("body", "length"), [({"body": {"a": 1}}, 8), ({"body": "text"}, 4), ({"body": None}, 0), ({}, 2)]
)
async def test_a_policy_sees_the_body_of_the_answer(rehearse, body, length):
    read = '@((context.Response.Body == null ? "" : context.Response.Body.As<string>(true)).Length == {})'
    trace = await rehearse(
        f'{BACKEND}<outbound><set-variable name="n" value="{read.format(length)}" /></outbound>', answers=[body]
    )

    assert (trace["entries"][-1]["error"], value_of({"entries": trace["entries"][-1:]}, "value")) == ("", "true")


@pytest.mark.parametrize(
    ("status", "reason", "expected"), [(404, "", "Not Found"), (299, "", ""), (200, "Fine", "Fine")]
)
async def test_an_answer_has_a_reason(rehearse, status, reason, expected):
    trace = await rehearse(BACKEND, answers=[{"status": status, "reason": reason}])

    assert trace["response"]["reason"] == expected


# ---- the file ----------------------------------------------------------------------------------------------------


def test_a_file_is_read(tmp_path):
    path = tmp_path / "request.json"
    path.write_text('{"path": "/openai/chat", "answers": [{"status": 429}]}')

    assert read_rehearsal(path).answers[0].status == 429


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("", ["1:1: not JSON: Expecting value"]),
        ('{\n "path": "/"\n "body": 1}', ["3:2: not JSON: Expecting ',' delimiter"]),
        ("[]", ["1:1: the file: expected settings, one a line, like name: value"]),
        ("{}", ["1:1: the file: expected either path or url"]),
        ('{"path": "/", "url": "http://a/"}', ["1:1: the file: expected either path or url"]),
        ('{"path": "/",\n "path": "twice"}', ["2:2: path: 'twice' is not a path: expected one that begins with /"]),
        ('{"path": "x"}', ["1:2: path: 'x' is not a path: expected one that begins with /"]),
        ('{"url": "ftp://x/"}', ["1:2: url: 'ftp://x/' is not an absolute http:// or https:// URL"]),
        ('{"path": "/",\n "headrs": {}}', ["2:2: headrs: unknown setting"]),
        ('{"path": "/",\n "headers": {"a b": "1"}}', ["2:2: headers: 'a b' is not the name of a header"]),
        ('{"path": "/",\n "headers": {"a": ["1", "2\\n"]}}', ["2:2: headers: a: expected one line"]),
        ('{"path": "/",\n "answers": []}', ["2:2: answers: expected at least one"]),
        (
            '{"path": "/",\n "answers": [\n  {"status": 99},\n  {"failure": "fire"}]}',
            [
                "3:4: answers.0.status: input should be greater than or equal to 200",
                "4:4: answers.1.failure: input should be 'connection' or 'timeout'",
            ],
        ),
        (
            '{"path": "/",\n "answers": [{"failure": "timeout", "status": 200}]}',
            ["2:14: answers.0: a failure has neither status nor headers nor body"],
        ),
        ('{"path": "/",\n\t"method": "get it"}', ["2:2: method: string should match pattern '^[A-Z]+$'"]),
    ],
)
def test_a_mistake_in_a_file_has_its_place(tmp_path, text, mistakes):
    path = tmp_path / "request.json"
    path.write_text(text)
    with pytest.raises(DocumentError) as raised:
        read_rehearsal(path)

    assert str(raised.value).splitlines() == [f"{path}:{it}" for it in mistakes]


def test_a_file_that_is_not_there_is_a_mistake(tmp_path):
    with pytest.raises(DocumentError, match="cannot read the file"):
        read_rehearsal(tmp_path / "none.json")


def test_the_example_of_the_documentation_is_one(tmp_path):
    from apim_lab.tracing import rehearsal

    example = rehearsal.__doc__.partition("\n\n")[2].partition("\n\nInstead")[0]

    assert len(Rehearsal.model_validate(json.loads(example)).answers) == 3
