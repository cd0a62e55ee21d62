import pytest

from tests import oracle
from tests.apim_lab.expression_fixtures import CAST, no_definition

test_agrees_with_csharp = oracle.table(__file__, "statements.jsonl")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("return 1;", 1),
        ("int x = 1, y = 2; return x + y;", 3),
        ("int x; x = 5; return x;", 5),
        ("var s = \"a\"; s += 1; s += 'b'; return s;", "a1b"),
        ("int i = 7; i -= 2; i *= 3; i /= 2; i %= 4; return i;", 3),
        ("int i = 1; i |= 6; i &= 3; i ^= 1; i <<= 2; return i;", 8),
        ("int i = 5; i += 2.9 > 1 ? 1 : 0; return i;", 6),
        ("int i = 5; return i++ + ++i;", 12),
        ("int i = 5; i--; --i; return i;", 3),
        ("double d = 1; d++; return d;", 2.0),
        ("int a, b; a = b = 3; return a + b;", 6),
        ("if (1 > 2) { return 1; } else if (2 > 1) { return 2; } else { return 3; }", 2),
        ("if (false) { return 1; } ; return 2;", 2),
        ("{ int x = 1; } { int x = 2; return x; }", 2),
        ("int s = 0; for (int i = 0; i < 5; i++) { s += i; } return s;", 10),
        ("int s = 0; for (int i = 0, j = 9; i < j; i++, j--) { s = j; } return s;", 5),
        ("int i = 0; for (;;) { if (++i > 3) { break; } } return i;", 4),
        ("int i = 0; while (i < 3) { i++; } return i;", 3),
        ("int i = 0; do { i++; } while (i < 3); return i;", 3),
        ("int i = 9; do { i++; } while (i < 3); return i;", 10),
        (
            "int s = 0; for (int i = 0; i < 10; i++) { if (i % 2 == 0) { continue; } if (i > 6) { break; } s += i; } return s;",
            9,
        ),
        (
            "foreach (var x in new[] { 1, 2 }) { foreach (var y in new[] { 1, 2 }) { if (y == 2) { break; } } "
            "if (x == 2) { return x; } } return 0;",
            2,
        ),
        ('string r = ""; foreach (char c in "abc") { r = c + r; } return r;', "cba"),
        ("int s = 0; foreach (int x in new JArray(1, 2, 3)) { s += x; } return s;", 6),
        (
            'string r = ""; foreach (var p in new JObject { { "a", 1 }, { "b", 2 } }) { r += p.Key + p.Value; } return r;',
            "a1b2",
        ),
        (
            'var r = ""; foreach (var h in context.Response.Headers) { r += h.Key + h.Value[0]; } return r;',
            "Retry-After7",
        ),
        ("int[] a = new int[2]; a[1] = 5; return a[0] + a[1];", 5),
        ('var o = new JObject(); o["a"] = 1; o["a"] = null; return o["a"].ToString() == "";', True),
        ('var p = new JProperty("a", 1); p.Value = "x"; return p.Value.ToString();', "x"),
        ('int n; if (int.TryParse("4", out n)) { return n; } return 0;', 4),
        ('string[] a = { "x", "y" }; return a[1];', "y"),
        ('string[] a = { "x", "y" }; a[1] += "z"; return a[1];', "yz"),
        ("int[] a = { 1, 2 }; int i = 0; a[i++] += 5; return a[0] * 10 + i;", 61),
        ('var s = ""; foreach (var c in "ab") { object o = c; s += o is char; } return s;', "TrueTrue"),
        ("while (true) { return 1; }", 1),
        ("while (true) { break; } return 2;", 2),
        ("new JObject(); return 1;", 1),
        ("context.LastError?.Message.Trim(); return 1;", 1),
    ],
)
def test_blocks(evaluate, block, expected):
    found = evaluate(f"@{{ {block} }}")

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("block", "offset", "message"),
    [
        ("var x = 1;", 12, "Not all code paths return a value"),
        ("if (1 > context.Variables.Count) return 1;", 44, "Not all code paths return a value"),
        ("while (true || context.Variables.Count > 0) { }", 49, "Not all code paths return a value"),
        ("while (context.Variables.Count > 0) { return 1; }", 51, "Not all code paths return a value"),
        ("while (true) { break; }", 25, "Not all code paths return a value"),
        ("return;", 2, "An object of a type convertible to 'object' is required"),
        ("int x; return x;", 16, "Use of unassigned local variable 'x'"),
        ("int x; x += 1; return x;", 9, "Use of unassigned local variable 'x'"),
        ("int x; if (1 > 2) x = 1; return x;", 34, "Use of unassigned local variable 'x'"),
        ("int x; while (1 > 2) { x = 1; } return x;", 41, "Use of unassigned local variable 'x'"),
        (
            "int x = 1; int x = 2; return x;",
            17,
            "A local variable or function named 'x' is already defined in this scope",
        ),
        (
            "int x = 1; { int x = 2; } return x;",
            19,
            "A local or parameter named 'x' cannot be declared in this scope because that name is used in an "
            "enclosing local scope to define a local or parameter",
        ),
        ("{ int x = 1; } return x;", 24, "The name 'x' does not exist in the current context"),
        ("var x; return 1;", 6, "Implicitly-typed variables must be initialized"),
        ("var x = null; return 1;", 6, "Cannot assign <null> to an implicitly-typed variable"),
        ("Foo x = null; return 1;", 2, "The type or namespace name 'Foo' could not be found"),
        ("x = 1; return 1;", 2, "The name 'x' does not exist in the current context"),
        ("context = null; return 1;", 2, "'context' is read only"),
        (
            "context.Response.StatusCode = 1; return 1;",
            19,
            "Property or indexer 'IResponse.StatusCode' cannot be assigned to -- it is read only",
        ),
        (
            'context.Variables["x"] = 1; return 1;',
            2,
            "Property or indexer 'IReadOnlyDictionary<string, object>.this[string]' cannot be assigned to -- it is read "
            "only",
        ),
        (
            'var o = new JObject(); o["n"] += 1; return 1;',
            25,
            "Operator '+' cannot be applied to operands of type 'JToken' and 'int'",
        ),
        ("int[] a = { 1 }; a[0] += 0.5; return 1;", 19, "Cannot implicitly convert type 'double' to 'int'" + CAST),
        ("context.Response.Foo = 1; return 1;", 19, no_definition("IResponse", "Foo")),
        ("nope.Foo = 1; return 1;", 2, "The name 'nope' does not exist in the current context"),
        ("break; return 1;", 2, "No enclosing loop out of which to break or continue"),
        ("continue; return 1;", 2, "No enclosing loop out of which to break or continue"),
        ("if (1) return 1; return 2;", 6, "Cannot implicitly convert type 'int' to 'bool'"),
        (
            "foreach (var x in 1) { } return 1;",
            20,
            "foreach statement cannot operate on variables of type 'int' because 'int' does not contain a public "
            "instance definition for 'GetEnumerator'",
        ),
        ('foreach (c in "a") { } return 1;', 11, "Type and identifier are both required in a foreach statement"),
        ('foreach (int c in new[] { "a" }) { } return 1;', 11, "Cannot convert type 'string' to 'int'"),
        (
            '"a"++; return 1;',
            2,
            "The operand of an increment or decrement operator must be a variable, property or indexer",
        ),
        ('string s = "a"; s++; return 1;', 18, "Operator '++' cannot be applied to operand of type 'string'"),
        ("yield return 1;", 2, "'yield return 1;' is not supported in a policy expression here"),
    ],
)
def test_blocks_that_do_not_compile(mistakes, block, offset, message):
    assert (offset, message) in [(found - 1, text) for found, text in mistakes(f"@{{ {block} }}")]


def test_both_branches_assign(evaluate):
    assert evaluate("@{ int x; if (1 > 2) { x = 1; } else { x = 2; } return x; }") == 2


def test_a_branch_that_leaves_need_not_assign(evaluate):
    assert evaluate("@{ int x; if (1 > 2) { return 0; } else { x = 2; } return x; }") == 2


@pytest.mark.parametrize(
    "block",
    [
        "while (true) { }",
        "for (;;) { ; }",
        "do { } while (true);",
        'while (true) { foreach (var c in "abc") { continue; } }',
    ],
)
def test_a_loop_does_not_hang_the_gateway(thrown, block):
    assert thrown(f"@{{ {block} return 1; }}") == (
        "The expressions of the request went through more than 1000000 loop iterations (apim_loop_iterations)."
    )


@pytest.mark.parametrize(
    "block",
    [
        "string s = null; foreach (var c in s) { } return 1;",
        'JObject o = null; o["a"] = 1; return 1;',
        "JProperty p = null; p.Value = 1; return 1;",
    ],
)
def test_null_in_a_statement_throws(thrown, block):
    assert thrown(f"@{{ {block} }}") == "Object reference not set to an instance of an object."


def test_foreach_casts_every_element(thrown):
    message = thrown("@{ foreach (JObject x in new JArray(1)) { } return 1; }")

    assert message == (
        "Unable to cast object of type 'Newtonsoft.Json.Linq.JValue' to type 'Newtonsoft.Json.Linq.JObject'."
    )
