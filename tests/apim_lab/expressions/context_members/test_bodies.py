"""Bodies as each type that `As<T>` takes, and as forms; bytes, encrypted and decrypted."""

import pytest

from apim_lab.expressions import compile_expression
from tests import oracle

test_bodies_agree = oracle.table(__file__, "bodies.jsonl")
test_encryption_agrees = oracle.table(__file__, "encryption.jsonl")


@pytest.mark.parametrize(
    ("body", "query"),
    [(b"a=1&b=2&a=3", "?a=1&a=3&b=2"), (b"a=%C3%BC+x", "?a=%C3%BC%20x"), (b"a", "?a="), (b"&", None)],
)
def test_a_form_is_written_as_a_query(evaluate, context, body, query):
    context.request.body.replace(body)

    assert evaluate("@(context.Request.Body.AsFormUrlEncodedContent(true).ToQueryString())") == query
    written = evaluate("@(context.Request.Body.AsFormUrlEncodedContent(true).ToFormUrlEncodedContent())")
    assert written == (query and query[1:])


def test_a_form_that_was_changed_is_written(evaluate):
    source = """@{
        var form = new Dictionary<string, IList<string>>();
        form["a b"] = new List<string> { "1", "&" };
        form.Add("c", new[] { "2" });
        return form.ToFormUrlEncodedContent();
    }"""

    assert evaluate(source) == "a%20b=1&a%20b=%26&c=2"


def test_reading_a_form_consumes_the_body(context, thrown):
    compile_expression("@(context.Request.Body.AsFormUrlEncodedContent())").evaluate(context)

    assert "has consumed it" in thrown("@(context.Request.Body.AsFormUrlEncodedContent())")
