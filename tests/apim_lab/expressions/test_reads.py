"""What an expression reads of its context, and which texts are written out in it."""

import pytest

from apim_lab.csharp.symbols.signatures import Kind
from apim_lab.expressions import Place, Read, compile_expression
from apim_lab.expressions.context_members import DEFINITIONS

REQUEST_BODY, RESPONSE_BODY = Read(Place.REQUEST_BODY), Read(Place.RESPONSE_BODY)
MESSAGE, URL, ORIGINAL_URL = Read(Place.MESSAGE), Read(Place.URL), Read(Place.ORIGINAL_URL)
STATUS, REASON, ERROR, GATEWAY = Read(Place.STATUS), Read(Place.REASON), Read(Place.ERROR), Read(Place.GATEWAY)


def header(name: str | None = None) -> Read:
    return Read(Place.HEADER, name)


def query(name: str | None = None) -> Read:
    return Read(Place.QUERY, name)


def variable(name: str | None = None) -> Read:
    return Read(Place.VARIABLE, name)


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("@(1)", set()),
        ('@("context.Request.Body")', set()),
        # bodies
        ("@(context.Response.Body.As<string>())", {RESPONSE_BODY}),
        ("@(context.Response?.Body?.As<string>())", {RESPONSE_BODY}),
        ("@(context.Request.Body.As<string>(true))", {REQUEST_BODY}),
        ('@(((IResponse)context.Variables["r"]).Body.As<string>())', {RESPONSE_BODY, variable("r")}),
        ("@{ var r = context.Request; return r.Body == null; }", {REQUEST_BODY, MESSAGE}),
        # headers: by a name that is constant, however it is written; or any
        ('@(context.Request.Headers["api-key"][0])', {header("api-key")}),
        ('@(context.Request.Headers["API-Key"])', {header("api-key")}),
        ('@(context.Request.Headers["api-" + "key"])', {header("api-key")}),
        ('@(context.Request.Headers.GetValueOrDefault("api-key", ""))', {header("api-key")}),
        ('@(context.Request.Headers.ContainsKey("a"))', {header("a")}),
        ('@(context.Response.Headers?["a"]?.Length)', {header("a")}),
        ('@(context.Request?.Headers?.GetValueOrDefault("a"))', {header("a")}),
        ('@{ const string a = "api-key"; return context.Request.Headers[a]; }', {header("api-key")}),
        ('@{ string[] v; return context.Request.Headers.TryGetValue("a", out v) ? v[0] : ""; }', {header("a")}),
        ('@((context.Request).Headers["a"])', {header("a")}),
        ('@(context.Request.Headers["" + context.Request.Method])', {header(), Read(Place.METHOD)}),
        ('@(context.Request.Headers[(string)context.Variables["a"]])', {header(), variable("a")}),
        ('@{ var h = context.Request.Headers; return h["Accept"]; }', {header()}),
        ("@(context.Request.Headers.Count)", {header()}),
        ('@{ foreach (var h in context.Request.Headers) { return h.Key; } return ""; }', {header()}),
        ('@(context.Request.Headers.GetValueOrDefault(defaultValue: "a", name: "b"))', {header()}),
        # query and parameters
        ('@(context.Request.Url.Query["sig"])', {URL, query("sig")}),
        ('@(context.Request.OriginalUrl.Query.GetValueOrDefault("sig", ""))', {ORIGINAL_URL, query("sig")}),
        ("@(context.Request.Url.QueryString)", {URL, query()}),
        ("@(context.Request.Url)", {URL, query()}),
        ("@(context.Request.Url.ToString())", {URL, query()}),
        ("@{ var url = context.Request.Url; return url.Path; }", {URL, query()}),
        ("@(context.Request.Url.Path + context.Request.OriginalUrl.Host)", {URL, ORIGINAL_URL}),
        ('@(context.Request.MatchedParameters["id"])', {Read(Place.PARAMETER, "id")}),
        # variables
        ('@((string)context.Variables["a"] + context.Variables.GetValueOrDefault<string>("b"))', {variable("a"), variable("b")}),
        ('@(context.Variables.ContainsKey("a b"))', {variable("a b")}),
        ("@(context.Variables)", {variable()}),
        # the rest
        ("@(context.Response.StatusCode == 429)", {STATUS}),
        ("@(context.Response.StatusReason)", {REASON}),
        ("@(context.LastError.Message)", {ERROR}),
        ("@(context.LastError.Reason)", {GATEWAY}),
        ("@(context.LastError)", {ERROR}),
        ("@(context.Operation.UrlTemplate + context.Timestamp)", {GATEWAY}),
        ("@(context.Response)", {MESSAGE}),
        ("@(context)", {MESSAGE}),
        ("@(new object[] { context, context.Request })", {MESSAGE}),
        ("@($\"{context.Request.Method}: {context.Request.Headers[\"a\"]}\")", {Read(Place.METHOD), header("a")}),
    ],
)  # fmt: skip
def test_it_is_known_what_is_read(source, reads):
    assert compile_expression(source).reads == reads


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda it: it.name)
def test_each_property_of_what_is_observed_has_a_word(definition):
    properties = {row.signature.name for row in definition.rows if row.signature.kind is Kind.PROPERTY}

    assert not definition.observed or properties == definition.observed.keys()


def test_a_property_without_a_word_may_be_anything(monkeypatch):
    (request,) = [it for it in DEFINITIONS if it.name == "IRequest"]
    monkeypatch.setitem(request.__dict__, "observed", {"Body": Place.REQUEST_BODY})

    assert compile_expression("@(context.Request.Method)").reads == {Read(Place.ANYWHERE)}


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('@(context.Request.Method == null ? "yes" : "no")', {"yes", "no"}),
        (r'@("a\"b" + @"c""d")', {'a"b', 'c"d'}),
        ('@($"from {context.Request.Method} on")', {"from ", " on"}),
        ("@(1)", set()),
    ],
)
def test_the_texts_that_are_written_out(source, texts):
    assert compile_expression(source).texts == texts


@pytest.mark.parametrize(
    ("source", "reads_it"),
    [("@(context.Response.Body == null)", True), ("@(context.Request.Body == null)", False)],
)
def test_it_is_known_whether_the_body_of_the_answer_must_have_arrived(source, reads_it):
    assert compile_expression(source).reads_response_body is reads_it
