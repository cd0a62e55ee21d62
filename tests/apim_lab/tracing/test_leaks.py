"""Whatever a statement computes, nothing of a body, a key or a secret is told of it: for all statements there are."""

import ast
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from apim_lab.errors import ExpressionError
from apim_lab.expressions import compile_expression
from apim_lab.livepage.board import limit_gauge, show
from apim_lab.messages import Body, Headers, Request, Url
from apim_lab.policy import context, destinations, values
from apim_lab.policy.backends import Backend
from apim_lab.policy.context import Context
from apim_lab.policy.destinations import NOTHING, variable
from apim_lab.policy.document import hints_of, part_of, value_kind
from apim_lab.policy.statements import element
from apim_lab.policy.statements.element import ELEMENTS, STATEMENTS, Block, attribute, statement, xml_name
from apim_lab.policy.values import Value
from apim_lab.stores.memory import MemoryStore
from apim_lab.tracing.call import Call
from apim_lab.tracing.trace import Trace
from apim_lab.watchers.json_log import as_line, message_of
from apim_lab.watchers.measurements import Measurements

BODY, NUMBER, KEY, TOKEN, SIGNATURE, CREDENTIAL, VARIABLE = (
    "quagmire-Zeppelin", 835192647, "k9q2-walnut-Falcon", "xylophone-Bivouac7", "tangerine-Obelisk", "mahogany-Crypt8", "velvet-Hourglass3",
)  # fmt: skip
SECRETS = (BODY, str(NUMBER), KEY, TOKEN, SIGNATURE, CREDENTIAL, VARIABLE)
ROOT = Path(__file__).parents[3]
WINDOW = 5
"""Characters in a row that must not be found."""

READ = '((string)context.Request.Body.As<JObject>(true)["text"])'
SOURCES = {
    "body": READ,
    "number": '((int)context.Request.Body.As<JObject>(true)["number"])',
    "key": 'context.Request.Headers.GetValueOrDefault("api-key", "")',
    "token": 'context.Request.Headers["Authorization"][0]',
    "query": 'context.Request.Url.Query.GetValueOrDefault("sig", "")',
    "variable": '((string)context.Variables["my-token"])',
    "body by a variable": '((string)context.Variables["text"])',
    "echo": '(context.Response == null ? "" : context.Response.Headers.GetValueOrDefault("X-Echo", ""))',
}
FORMS = ("{}", "{}.ToString().Substring(2).ToUpper()", '"http://" + {} + ".example/a"')
FORMS_OF = {
    "token": FORMS[1:2],
    "query": FORMS[1:2],
    "variable": FORMS[1:],
    "body by a variable": FORMS[1:],
    "echo": FORMS[:1],
}
"""Where not all; half of what a backend echoes cannot be known: it may be anything."""
EXPRESSIONS = [f"@({form.format(source)})" for name, source in SOURCES.items() for form in FORMS_OF.get(name, FORMS)]
WAITS = {"interval", "delta", "max_interval"}
"""How long a call waits is seen by everybody."""


# ---- a policy for each attribute of each statement ---------------------------------------------------------------


def computed_fields(cls: type) -> Iterator[tuple[str, ...]]:
    """The ways to all attributes of an element and its parts that take an expression."""
    for item in fields(cls):
        hint = hints_of(cls)[item.name]
        if value_kind(hint)[0]:
            yield (item.name,)
        elif part := part_of(hint):
            yield from ((item.name, *way) for way in computed_fields(part))


def written(cls: type, way: tuple[str, ...], expression: str) -> str:
    """The element as a policy has it: what is required and named, and the expression where the way leads."""
    attributes, inside = "", ""
    for item in fields(cls):
        hint = hints_of(cls)[item.name]
        here, rest = item.name == way[0] if way else False, way[1:]
        if (part := part_of(hint)) is not None:
            if here or is_required(item):
                inside += written(part, rest if here else (), expression)
        elif hint is not Block and (here or is_required(item) or "name" in item.name):
            value = expression if here else sample(item, hint)
            if item.metadata.get("content"):
                inside += value
            else:
                attributes += f" {xml_name(item)}='{value}'"
    name = ELEMENTS[cls].name
    return f"<{name}{attributes}>{inside}</{name}>"


def is_required(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def sample(item: "Field[Any]", hint: Any) -> str:
    kind = value_kind(hint)[1]
    if get_origin(kind) is not None:
        return str(get_args(kind)[0])
    number = str(item.metadata.get("minimum") or 0)
    return {int: number, float: number, bool: "true", str: f"x-{xml_name(item)}", object: "plain"}[kind]


CASES = [
    (cls.make, way, section)
    for cls in STATEMENTS.values()
    for way in computed_fields(cls.make)
    for section in sorted({cls.sections[0], "outbound"} & {*cls.sections})
]

SPREAD = """
    <set-variable name="all" value='@{ var t = ""; foreach (var it in context.Variables) { t = t + " " + it.Value; } return t; }' />
    <set-variable name="headers" value='@(context.Request.Headers.GetValueOrDefault("x-name", "") + context.Request.Headers.GetValueOrDefault("x-v", ""))' />
    <set-variable name="url" value='@(context.Request.Url.Path + context.Request.Url.Host + context.Request.Method)' />
    <set-variable name="half" value='@(((string)context.Variables["all"]).Substring(3))' />
    <cache-lookup-value key="x-key" variable-name="cached" />
    <set-header name="X-Half"><value>@((string)context.Variables["half"])</value></set-header>
    <trace source="s"><message>@((string)context.Variables["half"])</message></trace>
"""
ANSWERED = """
    <set-variable name="reason" value='@(context.Response.StatusReason + context.Response.Headers.GetValueOrDefault("x-name", ""))' />
    <set-header name="X-Reason"><value>@((string)context.Variables["reason"])</value></set-header>
"""


def policy_of(statement: str, section: str) -> str:
    """The statement, and others that take up what it has put anywhere."""
    before = f"<set-variable name='my-token' value='{VARIABLE}' /><set-variable name='text' value='@({READ})' />"
    bodies = {"inbound": before, "backend": "<forward-request />", "outbound": ""}
    if section == "backend" and "<forward-request" in statement:
        bodies["backend"] = ""
    bodies[section] += statement + SPREAD + (ANSWERED if section == "outbound" else "")
    sections = "".join(f"<{name}>{inside}</{name}>" for name, inside in bodies.items())
    error = "<set-variable name='message' value='@(context.LastError.Message)' />"
    return f"{sections}<on-error>{error}{SPREAD}{ANSWERED}</on-error>"


def written_in(section: str, statements: str) -> str:
    return f"<{section}>{statements}</{section}>"


# ---- everything that is told ---------------------------------------------------------------------------------------


once = cache(compile_expression)


@pytest.fixture
def tell(gateway, answer, caplog, clock, monkeypatch):
    """Runs a policy on a request full of secrets, and returns all that anybody is told of it."""

    monkeypatch.setattr("apim_lab.policy.document.compile_expression", once)  # most are the same in all policies

    async def tell(policy: str) -> str:
        caplog.set_level(logging.DEBUG)
        caplog.clear()
        context = request_with_secrets(gateway)
        call = Call.of(1, context)
        await gateway.run(policy, context=context, answers=[answer(200, reason="Fine", X_Echo=CREDENTIAL)])
        call.end(context.response.status_code)
        return "\n".join([*everything(call, caplog), *await gauges(context.store)])

    return tell


def request_with_secrets(gateway) -> Context:
    headers = Headers([("api-key", KEY), ("Authorization", f"Bearer {TOKEN}")])
    url = Url.parse(f"http://gateway/openai/chat?api-version=1&sig={SIGNATURE}")
    body = Body(json.dumps({"text": BODY, "number": NUMBER}).encode(), is_original=True)
    backends = {"one": Backend("one", Url.parse("http://one.example"), (("api-key", CREDENTIAL),))}
    context = Context(Request("POST", url, headers, body), MemoryStore(), backends=backends, path="/chat")
    context.route_to(backends["one"])
    context.trace = Trace(context.clock, context.started)
    return context


def everything(call: Call, caplog) -> Iterator[str]:
    """The trace, the line of the log, what the page shows, the labels of metrics, and what was logged meanwhile."""
    yield json.dumps({**call.trace(), "id": ""}, ensure_ascii=False)
    yield as_line({**call.as_dict(), "id": ""})
    yield message_of(call)
    yield from (str(labels) for _, _, labels in Measurements().of(call))
    yield from (logging.Formatter().format(record) for record in caplog.records if record.name != "apim.trace")


async def gauges(store: MemoryStore) -> list[str]:
    return [show(await store.get("x-key")), json.dumps(await limit_gauge(store, "k", 1, 9))]


def leaks(told: str) -> set[str]:
    """What of a secret is found."""
    told = told.lower()
    windows = {secret.lower()[at : at + WINDOW] for secret in SECRETS for at in range(len(secret) - WINDOW + 1)}
    return {window for window in windows if window in told}


# ---- all statements ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cls", "way", "section"),
    CASES,
    ids=[f"{ELEMENTS[cls].name} {'.'.join(way)} {section}" for cls, way, section in CASES],
)
async def test_nothing_leaks_through_a_statement(tell, cls, way, section):
    for expression in EXPRESSIONS:
        if way[-1] in WAITS and "number" in expression:
            continue
        told = await tell(policy_of(written(cls, way, expression), section))

        assert leaks(told) == set(), expression


@pytest.mark.parametrize("name", STATEMENTS)
def test_each_statement_says_what_it_does_by_itself_and_where_its_values_go(name):
    element = STATEMENTS[name]

    assert element.own is not None
    assert [way for way in computed_fields(element.make) if not is_declared(element.make, way)] == []


def is_declared(cls: type, way: tuple[str, ...]) -> bool:
    (item,) = [it for it in fields(cls) if it.name == way[0]]
    return item.metadata.get("to") is not None or (
        len(way) > 1 and is_declared(part_of(hints_of(cls)[way[0]]), way[1:])
    )


@pytest.mark.parametrize("module", sorted({cls.make.__module__ for cls in STATEMENTS.values()}))
def test_the_text_of_a_note_is_always_the_same(module):
    """What is put into it is not known to be a value, and could not be hidden."""
    tree = ast.parse(Path(sys.modules[module].__file__).read_text())
    calls = [it for it in ast.walk(tree) if isinstance(it, ast.Call) and isinstance(it.func, ast.Attribute)]
    notes = [it for it in calls if it.func.attr == "note"]

    assert [ast.unparse(it) for it in notes if any(isinstance(part, ast.JoinedStr) for part in ast.walk(it))] == []


async def test_what_is_harmless_is_shown_all_the_same(tell):
    """The walk would find nothing to complain of if everything were hidden."""
    told = await tell(
        policy_of("<set-variable name='v' value='@(\"plain \" + context.Request.Url.Path)' />", "inbound")
    )

    assert "the variable v is now plain /chat" in told.replace("/openai", "")


# ---- statements that declare nothing -------------------------------------------------------------------------------


@pytest.fixture
def added():
    """Statements that exist for one test."""
    before = dict(STATEMENTS), dict(ELEMENTS)
    yield
    for registry, kept in zip((STATEMENTS, ELEMENTS), before, strict=True):
        registry.clear()
        registry.update(kept)


async def copy_everywhere(value: str, context: Context) -> None:
    """What a careless statement can do with a text."""
    context.variables["v"] = value
    context.request.headers.set("X-V", value)
    context.request.headers.set("X-" + value, value)
    context.answer_headers.append(("X-Name", value))
    if context.response:
        context.response.status_reason = value
        context.response.headers.set(value, value)
    context.request.method = value
    await context.store.set("x-key", value, 10)
    if context.trace:
        context.trace.note("it is {}", value)
        context.trace.note(f"it is {value}")
        context.trace.note(value)
    context.route_to(Backend("", Url("http", value, 80, f"/{value}", "")))


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("section", ["inbound", "outbound"])
@pytest.mark.parametrize("fails", [None, ExpressionError, ValueError])
async def test_a_statement_that_declares_nothing_leaks_nothing(tell, section, fails):
    @statement("copy")
    class Copy:
        value: Value[str]

        async def run(self, context: Context) -> None:
            value = await self.value.get(context)
            await copy_everywhere(value, context)
            if fails:
                raise fails(f"no {value}")

    for expression in EXPRESSIONS:
        told = await tell(policy_of(f"<copy value='{expression}' />", section))

        assert leaks(told) == set(), expression


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("section", ["inbound", "outbound"])
@pytest.mark.parametrize("fails", [None, ExpressionError, ValueError])
async def test_a_statement_that_reads_by_itself_leaks_nothing(tell, section, fails):
    @statement("read")
    class Read:
        async def run(self, context: Context) -> None:
            value = json.loads(context.request.body.content)["text"]
            await copy_everywhere(value, context)
            if fails:
                raise fails(f"no {value}")

    assert leaks(await tell(policy_of("<read />", section))) == set()


@pytest.mark.usefixtures("added")
async def test_an_attribute_without_a_destination_goes_everywhere(tell):
    @statement("keep", own=NOTHING)
    class Keep:
        value: Value[str]

        async def run(self, context: Context) -> None:
            value = await self.value.get(context)
            context.variables["v"] = context.request.method = context.response.status_reason = value

    harmless = await tell(policy_of("<keep value='plain' />", "outbound"))

    assert leaks(await tell(policy_of(f"<keep value='@({READ}.Substring(3))' />", "outbound"))) == set()
    assert "plain" in harmless


def example() -> str:
    """The statement of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    return text[text.index('@statement("set-method"') :].partition("```")[0]


def declare(source: str) -> None:
    """Add the statements of a piece of source."""
    names = {name: value for module in (element, destinations, values, context) for name, value in vars(module).items()}
    exec(source, names)  # the project's own documentation


METHODS = (
    "<set-variable name='a' value='@(\"be\" + \"fore\")' /><set-method>{}</set-method>"
    "<set-variable name='b' value='@(context.Request.Method)' />"
)


@pytest.mark.usefixtures("added")
async def test_the_example_of_the_documentation_shows_what_is_harmless(tell):
    declare(example())
    harmless = await tell(written_in("inbound", METHODS.format('@("P" + context.Request.Url.Host)')))
    secret = await tell(written_in("inbound", METHODS.format(f"@({READ}.Substring(1))")))

    assert "the variable a is now before" in harmless
    assert "the variable b is now Pone.example" in harmless
    assert "the variable b is now (from a body, 16 characters)" in secret
    assert leaks(secret) == set()


@pytest.mark.usefixtures("added")
async def test_the_same_example_without_its_declarations_hides_what_it_computes(tell):
    declare(example().replace(", own=NOTHING", "").replace("to=METHOD", ""))
    computed = await tell(written_in("inbound", METHODS.format('@("P" + context.Request.Url.Host)')))
    written_out = await tell(written_in("inbound", METHODS.format('@("PUT")')))
    secret = await tell(written_in("inbound", METHODS.format(f"@({READ}.Substring(1))")))

    assert "the variable a is now before" in computed
    assert "Pone.example" not in computed
    assert "the variable b is now (from an undeclared statement, 12 characters)" in computed
    assert '"value": "PUT"' in written_out
    assert leaks(secret) == set()


@pytest.mark.usefixtures("added")
async def test_a_declared_statement_shows_what_is_harmless(tell):
    @statement("copy-to-variable", own=NOTHING)
    class CopyToVariable:
        name: str
        value: Value[object] = attribute(to=variable("name"))

        async def run(self, context: Context) -> None:
            context.variables[self.name] = await self.value.get(context)

    shown_value = "<set-variable name='b' value='@((string)context.Variables[\"a\"])' />"
    plain = await tell(
        f"<inbound><copy-to-variable name='a' value='@(\"pl\" + context.Request.Url.Host)' />{shown_value}</inbound>"
    )
    secret = await tell(f"<inbound><copy-to-variable name='a' value='@({READ}.Substring(1))' />{shown_value}</inbound>")

    assert "the variable b is now plone.example" in plain
    assert leaks(secret) == set()


HOLDERS = {
    "new List<string>()": '((List<string>)context.Variables["l"]){}',
    "new JArray()": '((JArray)context.Variables["l"]){}',
    "new string[1]": '((string[])context.Variables["l"]){}',
}


@pytest.mark.parametrize("section", ["inbound", "outbound"])
@pytest.mark.parametrize("made", HOLDERS)
async def test_what_an_expression_puts_into_a_variable_is_hidden_as_well(tell, section, made):
    held = HOLDERS[made]
    put = held.format(f"[0] = {READ}" if "[1]" in made else f".Add({READ})")
    taken = held.format("[0]") + (".ToString()" if "JArray" in made else "")
    statements = (
        f"<set-variable name='l' value='@({made})' />"
        f"<set-variable name='n' value='@{{ {put}; return 1; }}' />"
        f"<set-variable name='v' value='@({taken}.Substring(1))' />"
        "<set-header name='X'><value>@((string)context.Variables[\"v\"])</value></set-header>"
    )

    assert leaks(await tell(written_in(section, statements))) == set()
