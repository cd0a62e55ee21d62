"""The command line: `apim-lab trace`."""

import json
import logging
import re

import click
import pytest
from click.testing import CliRunner

from apim_lab.commands import main
from apim_lab.gallery import ROUND_ROBIN
from apim_lab.tracing.text import Text

POLICY = str(ROUND_ROBIN)


@pytest.fixture
def invoke(tmp_path, monkeypatch):
    """Traces a request that has the path /openai/chat."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*arguments: str, policy: str = POLICY, color: bool = False, **request):
        path = tmp_path / "request.json"
        path.write_text(json.dumps({"path": "/openai/chat"} | request))
        return CliRunner().invoke(main, ["trace", str(path), "--policy", policy, *arguments], color=color)

    yield run
    logging.getLogger("apim").handlers.clear()


@pytest.fixture
def policy(tmp_path):
    """A file with the inside of <policies>."""

    def write(text: str) -> str:
        path = tmp_path / "policy.xml"
        path.write_text(f"<policies>\n{text}\n</policies>")
        return str(path)

    return write


THROTTLED = [{"status": 429, "headers": {"Retry-After": "8"}}, {"status": 429}, {"status": 200}]


def test_a_failover_is_printed(invoke):
    result = invoke(headers={"api-key": "mine"}, answers=THROTTLED)
    text = re.sub(r" *\d+\.\d\d ms", " # ms", result.output)

    assert result.exit_code == 0
    assert text.startswith("POST http://127.0.0.1:8080/openai/chat\n  Host     127.0.0.1:8080\n  api-key  #")
    for section in ("inbound", "backend", "outbound", "attempts", "answer"):
        assert f"\n\n{section}\n" in text
    assert "   23 # ms    set-backend-service  backend-id=openAiBackend1\n" in text
    assert "                   condition  true   @(context.Response.StatusCode == 429)\n" in text
    assert "                   → retry 2 after 10 s\n" in text
    assert "     → openAiBackend1 answered 429, Retry-After 8 s\n" in text
    assert "         10.0 s  openAiBackend3  200  after a wait of 10.0 s\n" in text
    assert "\n  200 OK after 10.0 s\n  Content-Type          application/json\n  Next-Backend-Counter  0\n" in text
    assert max(map(len, text.splitlines())) <= 140


def test_json_is_the_trace(invoke):
    trace = json.loads(invoke("--json").output)

    assert (trace["status"], trace["api"], len(trace["attempts"])) == (200, "azure-openai", 1)


@pytest.mark.parametrize(
    ("options", "told"), [((), False), (("--unmasked",), True), (("--unmasked", "--json"), True), (("--json",), False)]
)
def test_a_key_is_shown_to_those_who_ask_for_it(invoke, options, told):
    assert ("c0ffee00c0ffee00" in invoke(*options, headers={"api-key": "c0ffee00c0ffee00"}).output) == told


def test_named_values_and_backends_may_be_given(invoke, policy):
    path = policy(
        '<inbound><set-backend-service backend-id="east" /><set-variable name="a" value="{{calls}}" /></inbound>'
    )
    result = invoke("--named-value", "calls=77", "--backend", "east=http://east.example/openai", policy=path)

    assert "→ the request goes to http://east.example/openai/chat" in result.output
    assert "name=a value=77" in result.output


def test_a_configuration_may_be_given(invoke, tmp_path, policy):
    config = tmp_path / "config.yaml"
    config.write_text("backends: {one: {url: http://one.example}}\napis: [{id: all}]\n")
    result = invoke(
        "--config", str(config), policy=policy('<inbound><set-backend-service backend-id="one" /></inbound>')
    )

    assert "one.example" in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--named-value", "calls"), "'calls' is not --named-value NAME=VALUE"),
        (("--backend", "east"), "'east' is not --backend ID=URL"),
        (("--backend", "east=nowhere"), "'nowhere' is not an absolute http:// or https:// URL"),
        (("--named-value", "call=1"), "named value 'call' is used nowhere"),
        (("--config", "none.yaml"), "none.yaml:1:1: cannot read the file"),
        (("--policy", "none.xml"), "none.xml:1:1: cannot read the file"),
    ],
)
def test_what_cannot_be_used_is_told(invoke, options, message):
    result = invoke(*options)

    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {message}")


def test_a_mistake_in_a_policy_has_its_place(invoke, policy):
    result = invoke(policy=policy("<inbound>\n  <choos />\n</inbound>"))

    assert result.exit_code == 2
    assert "policy.xml:3:3: unknown element <choos>" in result.output


def test_a_mistake_in_a_request_has_its_place(invoke):
    result = invoke(answers=[{"status": "fine"}])

    assert result.exit_code == 2
    assert re.search(r"request\.json:1:\d+: answers\.0\.status: input should be a valid integer", result.output)


def test_an_error_is_told_where_it_was(invoke, policy, caplog, capsys):
    failing = '<set-variable name="a" value="@(int.Parse("x"))" />'
    result = invoke(policy=policy(f'<inbound><choose><when condition="true">{failing}</when></choose></inbound>'))

    assert result.output.count("✗") == 1
    assert "✗ System.FormatException: Input string was not in a correct format.\n" in result.output
    assert "  ExpressionValueEvaluationFailure: Input string was not in a correct format.\n" in result.output
    assert "\nattempts\n" not in result.output


def test_a_run_that_is_cut_says_so(invoke, monkeypatch):
    monkeypatch.setattr("apim_lab.tracing.trace.MAX_STATEMENTS", 3)

    assert "… and more statements, which are not kept" in invoke().output


def test_nothing_steers_the_terminal(invoke, policy):
    path = policy(
        '<inbound><set-variable name="a" value="@(context.Request.Headers.GetValueOrDefault("X", ""))" /></inbound>'
    )
    request = {"path": "/openai/\x1b[2J\x07\ud800", "headers": {"X": "\x1b[2J\u202e"}}
    result = invoke(policy=path, color=True, **request)

    assert "\x1b[2J" not in result.output
    assert "\\x1b[2J\\u202e" in result.output
    assert "/openai/\\x1b[2J\\x07\\ud800" in result.output


def test_colours_are_for_terminals_that_want_them(invoke, monkeypatch):
    coloured = invoke(color=True).output
    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b[32m200" in coloured
    assert "\x1b[" not in invoke(color=True).output


def test_help_teaches(invoke):
    text = CliRunner().invoke(main, ["trace", "--help"]).output

    for word in (
        "REQUEST.json",
        "--policy",
        "--named-value",
        "--backend",
        "--unmasked",
        "--json",
        '"answers"',
        "timeout",
    ):
        assert word in text
    assert "apim-lab trace request.json" in CliRunner().invoke(main, ["--help"]).output


def test_the_request_in_the_help_is_one(invoke):
    text = CliRunner().invoke(main, ["trace", "--help"]).output
    example = re.search(r"^ *\{\n.*?^ *\}\n", text, re.S | re.M)[0]

    assert invoke(**json.loads(example)).exit_code == 0


def test_a_narrow_page_is_cut(invoke):
    trace = json.loads(invoke("--json", answers=THROTTLED).output)

    assert max(len(click.unstyle(line)) for line in Text(trace, 60).lines()) <= 60


def test_what_api_management_refuses_is_a_warning_or_a_mistake(invoke, policy):
    path = policy('<inbound><set-variable name="x" value="@(DateTime.Today.ToLocalTime())" /></inbound>')
    warned, refused = invoke(policy=path), invoke("--allow-list", "enforce", policy=path)
    told = "Usage of member 'ToLocalTime' of type 'System.DateTime' is not supported within expressions"

    assert warned.exit_code == 0
    assert warned.stderr.startswith("warning: ")
    assert f"policy.xml:2:57: API Management's documentation does not list this: {told}" in warned.stderr
    assert refused.exit_code == 2
    assert f"policy.xml:2:57: {told}" in refused.stderr
