import pytest

from apim_lab.syntax.parsing import parse
from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "binding.jsonl")


def shape(node):
    """The tree with a bracket around every operation."""
    if node.kind == "generic_name":
        return node.text
    if node.kind in {"argument_list", "bracketed_argument_list", "argument"}:
        return node.text
    operands = [shape(child) for child in node.children if child.kind not in {"(", ")"}]
    return f"[{' '.join(operands)}]" if len(operands) > 1 else operands[0] if operands else node.text or "_"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + b * c", "[a + [b * c]]"),
        ("a - b - c", "[[a - b] - c]"),
        ("a << b + c", "[a << [b + c]]"),
        ("a < b == c > d", "[[a < b] == [c > d]]"),
        ("a & b == c", "[a & [b == c]]"),
        ("a | b ^ c & d", "[a | [b ^ [c & d]]]"),
        ("a || b && c", "[a || [b && c]]"),
        ("a ?? b ?? c", "[a ?? [b ?? c]]"),
        ("a ?? b ? c : d", "[[a ?? b] c d]"),
        ("a ? b : c ? d : e", "[a b [c d e]]"),
        ("-a.b", "[- [a b]]"),
        ("!a && b", "[[! a] && b]"),
        ("a = b = c", "[a = [b = c]]"),
        ("a as string ?? b", "[[a string] ?? b]"),
        # What tree-sitter-c-sharp reads differently
        ("a == b?.c", "[a == [b [_ c]]]"),
        ("!a?.b", "[! [a [_ b]]]"),
        ("(string)a?.b", "[string [a [_ b]]]"),
        ("a + b?.c + d", "[[a + [b [_ c]]] + d]"),
        ("a || b?.c == d && e?.f != g", "[a || [[[b [_ c]] == d] && [[e [_ f]] != g]]]"),
        ("a?.b?.c.d", "[a [[_ b] [[_ c] d]]]"),
        ("a is T && b", "[[a T] && b]"),
        ("a is T && ((T)a).b != c", "[[a T] && [[[T a] b] != c]]"),
        ("(a) + b", "[a + b]"),
        ("(a) - b * c", "[a - [b * c]]"),
        ("(a.b) + c", "[[a b] + c]"),
        ("(a) && b", "[a && b]"),
        ("!(a) && b || (c)&&d", "[[[! a] && b] || [c && d]]"),
        ("(a) & b", "[a & b]"),
        ("(a) ^ b", "[a ^ b]"),
        ("(a)++ + 1", "[[a ++] + 1]"),
        ('(a)["x"]', '[a ["x"]]'),
        ('(a.b)["x"][0].c', '[[[[a b] ["x"]] [0]] c]'),
        ("(int)-a", "[int [- a]]"),
        ("(int)a + b", "[[int a] + b]"),
        ("(string)a.As<T>(x)", "[string [[a As<T>] (x)]]"),
        ("(string)a.As<T>(p: x, q)[0]", "[string [[[a As<T>] (p: x, q)] [0]]]"),
        ("!a.As<N.T>(x) == b", "[[! [[a As<N.T>] (x)]] == b]"),
        ("a < b && c > (d)", "[[a < b] && [c > d]]"),
    ],
)
def test_operators_bind_as_in_the_specification(source, expected):
    found = parse(f"@({source})").parts[0].parts[0]

    assert shape(found) == expected


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('@("a" + (new[] { "x", "y" }[1]) + "b")', "ayb"),
        ('@((context.Request.Headers["X-List"][0]) + "b")', "1b"),
        ("@{ var a = new[] { 3, 4 }; return (a[1]) - 1; }", 3),
        ("@{ var a = new[] { new[] { 3, 4 } }; return (a[0][1]) + 1; }", 5),
    ],
)
def test_an_element_in_parentheses_is_no_cast(evaluate, expression, value):
    assert evaluate(expression) == value
