import pytest

from tests.apim_lab.expression_fixtures import CAST, no_definition


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"abc".Length', 3),
        ("string.Empty", ""),
        ("System.String.Empty", ""),
        ("String.IsNullOrEmpty(null)", True),
        ("\"abc\"[1] == 'b'", True),
        ("new string('x', 3)", "xxx"),
        ("new[] { 1, 2 }[1]", 2),
        ("new[] { 1, 2.5 }[0]", 1.0),
        ('new string[] { "a", "b" }.Length', 2),
        ('"a-b".Replace(newValue: "+", oldValue: "-")', "a+b"),
        ("nameof(context.Request)", "Request"),
        ('int.TryParse("12", out var n) ? n : -1', 12),
        ('int.TryParse("x", out int n) ? n : -1', -1),
        ('string.Concat("a", 1, null, true)', "a1True"),
        ("context.LastError?.Message.Length", 8),
        ('context.Variables.GetValueOrDefault<string>("x")?.Length', None),
        ('context.Variables.GetValueOrDefault<string>("x")?.Trim()?.Substring(1)', None),
        ('context.Variables.GetValueOrDefault<JObject>("x")?["a"]?["b"] == null', True),
        ('new JObject { { "a", 1 }, { "b", "x" } }.ToString()', '{\r\n  "a": 1,\r\n  "b": "x"\r\n}'),
        ('new JArray { 1, "x" }.Count', 2),
    ],
)
def test_members_are_reached(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize(
    "source",
    [
        "((string)null).Length",
        "((string)null).Trim()",
        "((string)null)[0]",
        '((JObject)null)["a"]',
        '(context.Variables.GetValueOrDefault<string>("x")?.Trim()).Length',
        'context.Variables.GetValueOrDefault("x").ToString()',
    ],
)
def test_a_member_of_null_throws(thrown, source):
    assert thrown(f"@({source})") == "Object reference not set to an instance of an object."


@pytest.mark.parametrize(
    ("source", "offset", "message"),
    [
        ("nope", 2, "The name 'nope' does not exist in the current context"),
        ("nope(1)", 2, "The name 'nope' does not exist in the current context"),
        ("context.Response.Foo", 19, no_definition("IResponse", "Foo")),
        ("context.Response.Foo()", 19, no_definition("IResponse", "Foo")),
        ("context.response", 10, no_definition("IProxyRequestContext", "response") + ". Did you mean 'Response'?"),
        ("string.Foo", 9, "'string' does not contain a definition for 'Foo'"),
        ("int.Parse()", 6, "No overload for method 'Parse' takes 0 arguments"),
        ('int.Parse("1", "2", "3", "4")', 6, "No overload for method 'Parse' takes 4 arguments"),
        ("int.Parse(1)", 12, "Argument 1: cannot convert from 'int' to 'string'"),
        ("context.Variables[1]", 20, "Argument 1: cannot convert from 'int' to 'string'"),
        (
            "context.Variables.ContainsKey",
            2,
            "Cannot convert method group to 'object'. Did you intend to invoke the method?",
        ),
        (
            "context.Request.Body.As<string>(preserve: true)",
            34,
            "The best overload for 'As' does not have a parameter named 'preserve'",
        ),
        ("context.Request.Body.As<int>()", 23, "The message body cannot be read as type 'int'"),
        ("context.Request.Body.As<Foo>()", 26, "The type or namespace name 'Foo' could not be found"),
        ("1[0]", 2, "Cannot apply indexing with [] to an expression of type 'int'"),
        ("1?.ToString()", 2, "Operator '?' cannot be applied to operand of type 'int'"),
        ("JObject", 2, "'JObject' is a type, which is not valid in the given context"),
        ("new Foo()", 6, "The type or namespace name 'Foo' could not be found"),
        ("new Random(1, 2)", 6, "No overload for method 'Random' takes 2 arguments"),
        ("new JToken()", 2, "'JToken' cannot be created with new"),
        ("new int[]", 2, "Array creation must have array size or array initializer"),
        ("new int[2, 2]", 6, "Arrays of several dimensions are not supported here"),
        ('new[] { 1, "a" }', 2, "No best type found for implicitly-typed array"),
        ("new int[] { 1.5 }", 14, "Cannot implicitly convert type 'double' to 'int'" + CAST),
        ("1.CompareTo(ref 2)", 18, "A ref or out value must be an assignable variable"),
        ('"a".Trim()()', 2, "Method name expected"),
    ],
)
def test_what_cannot_be_reached(mistakes, source, offset, message):
    assert mistakes(f"@({source})")[0] == (offset, message)


def test_negative_array_sizes_throw(thrown):
    assert thrown('@(new int[(int)context.Variables["n"]])', n=-1) == "Arithmetic operation resulted in an overflow."


def test_a_mistake_in_a_type_argument_is_reported_once(mistakes):
    assert len(mistakes("@(context.Request.Body.As<Foo>())")) == 1


def test_nested_arrays_compile_in_linear_time(evaluate):
    assert evaluate("@(" + "new[]{" * 40 + "1" + "}[0]" * 40 + ")") == 1


def test_a_variable_in_an_implied_array_is_declared_once(evaluate):
    assert evaluate('@(new[] { int.TryParse("7", out var n) ? n : 0 }[0])') == 7
