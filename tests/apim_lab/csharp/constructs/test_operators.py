import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_lab.csharp.runtime.arithmetic import ARITHMETIC
from apim_lab.csharp.runtime.values import Int64
from tests import oracle

test_lifted_operators_agree_with_csharp = oracle.table(__file__, "lifted_operators.jsonl")
test_nullable_operands_agree = oracle.table(__file__, "nullable.jsonl")
test_coalescing_agrees_with_csharp = oracle.table(__file__, "coalescing.jsonl")

INT32 = st.integers(-(2**31), 2**31 - 1)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("5 / 2", 2),
        ("-7 / 2", -3),
        ("7 % -2", 1),
        ("-7 % 2", -1),
        ("5 / 2.0", 2.5),
        ("1 + 2L", Int64(3)),
        ("1 << 33", 2),
        ("-8 >> 1", -4),
        ("~5", -6),
        ("6 & 3", 2),
        ("6 | 3", 7),
        ("6 ^ 3", 5),
        ("true ^ true", False),
        ("true & !false", True),
        ("0.1 + 0.2", 0.1 + 0.2),
        ("1.0 / 0 > 1e300", True),
        ("0.0 / 0 == 0.0 / 0", False),
        ("'a' + 1", 98),
        ("'a' < 'b'", True),
        ("'a' == 97", True),
        ("-2147483648", -(2**31)),
        ("+5", 5),
        ("1 == 1.0", True),
        ('"a" + 1 + 2', "a12"),
        ('1 + 2 + "a"', "3a"),
        ('"a" + null + true', "aTrue"),
        ("'a' + \"b\"", "ab"),
        ('"x" + 1.0', "x1"),
        ('"a" == "a"', True),
        ('"a" != null', True),
        ("1 == null", False),
        ("null == null", True),
        ("true ? 1 : 2.5", 1.0),
        ('true ? null : "a"', None),
        ('(string)null ?? "b"', "b"),
        ("(int?)null ?? 5", 5),
        ("(int?)null > 3", False),
        ("(int?)null == null", True),
        ("(int?)4 > 3", True),
        ("(int?)4 + 3", 7),
        ("(int?)null + 3", None),
        ("(int?)null != (int?)3", True),
        ("unchecked(1 + 1)", 2),
    ],
)
def test_operators(evaluate, source, expected):
    found = evaluate(f"@({source})")

    assert found == expected
    assert type(found) is type(expected)


@given(INT32, INT32, st.sampled_from(["+", "-", "*"]))
def test_int_arithmetic_wraps_around(left, right, symbol):
    from apim_lab.csharp.code import Frame
    from apim_lab.csharp.runtime.budget import Budget
    from apim_lab.expressions import compile_expression

    expression = compile_expression(f'@((int)context.Variables["a"] {symbol} (int)context.Variables["b"])')
    exact = {"+": left + right, "-": left - right, "*": left * right}[symbol]
    context = type("Variables", (), {"variables": {"a": left, "b": right}})()

    assert expression.run(Frame(context, expression.slots, Budget())) == int.from_bytes(
        (exact % 2**32).to_bytes(4, "big"), "big", signed=True
    )


@given(INT32, INT32.filter(lambda value: value not in {0, -1}))
def test_quotient_and_remainder_fit_together(left, right):
    quotient, remainder = ARITHMETIC["int"]["/"](left, right), ARITHMETIC["int"]["%"](left, right)

    assert quotient * right + remainder == left
    assert abs(remainder) < abs(right)
    assert remainder == 0 or (remainder < 0) == (left < 0)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('1 / (int)context.Variables["zero"]', "Attempted to divide by zero."),
        ('1 % (int)context.Variables["zero"]', "Attempted to divide by zero."),
        ('int.MinValue / ((int)context.Variables["zero"] - 1)', "Arithmetic operation resulted in an overflow."),
    ],
)
def test_arithmetic_that_throws(thrown, source, message):
    assert thrown(f"@({source})", zero=0) == message


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('false && context.Variables["nope"] == null', False),
        ('true || context.Variables["nope"] == null', True),
        ('true ? "a" : (string)context.Variables["nope"]', "a"),
        ('"a" ?? (string)context.Variables["nope"]', "a"),
        ('(context.Variables.GetValueOrDefault("nope") as string)?.Substring((int)context.Variables["nope"])', None),
    ],
)
def test_what_is_not_needed_is_not_evaluated(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize(
    ("source", "offset", "message"),
    [
        ("1 + true", 2, "Operator '+' cannot be applied to operands of type 'int' and 'bool'"),
        ('1 == "1"', 2, "Operator '==' cannot be applied to operands of type 'int' and 'string'"),
        (
            'context.Variables["x"] == 1',
            2,
            "Operator '==' cannot be applied to operands of type 'object' and 'int'",
        ),
        (
            'JToken.Parse("1") == "1"',
            2,
            "Operator '==' cannot be applied to operands of type 'JToken' and 'string'",
        ),
        ("1 && true", 2, "Operator '&&' cannot be applied to operands of type 'int' and 'bool'"),
        ("!1", 2, "Operator '!' cannot be applied to operand of type 'int'"),
        ('-"a"', 2, "Operator '-' cannot be applied to operand of type 'string'"),
        ("1 ?? 2", 2, "Operator '??' cannot be applied to operands of type 'int' and 'int'"),
        ("2147483647 + 1", 2, "The operation overflows at compile time in checked mode"),
        ("1 / 0", 2, "Division by constant zero"),
        (
            'true ? 1 : "a"',
            2,
            "Type of conditional expression cannot be determined because there is no implicit conversion "
            "between 'int' and 'string'",
        ),
        ("1 ? 2 : 3", 2, "Cannot implicitly convert type 'int' to 'bool'"),
    ],
)
def test_operands_that_do_not_fit(mistakes, source, offset, message):
    assert mistakes(f"@({source})") == [(offset, message)]


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ('context.Variables["x"] is string', "a", True),
        ('context.Variables["x"] is string', 1, False),
        ('context.Variables["x"] is int', 1, True),
        ('context.Variables["x"] is int', True, False),
        ('context.Variables["x"] is long', 1, False),
        ('context.Variables["x"] is object', None, False),
        ('context.Variables["x"] is null', None, True),
        ('context.Variables["x"] is 5', 5, True),
        ('context.Variables["x"] is 5', "5", False),
        ('context.Variables["x"] is string s && s.Length == 3', "abc", True),
        ('context.Variables["x"] is string s && s.Length == 3', 3, False),
        ('context.Variables["x"] is string s ? s : "none"', 3, "none"),
        ('context.Variables["x"] is var v && v == null', None, True),
        ('context.Variables["x"] as string ?? "none"', 1, "none"),
        ('context.Variables["x"] as string ?? "none"', "a", "a"),
        ('(context.Variables["x"] as int?) ?? 7', "a", 7),
    ],
)
def test_type_tests_look_at_the_exact_type(evaluate, source, value, expected):
    assert evaluate(f"@({source})", x=value) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "context.Variables as int",
            "The as operator must be used with a reference type or nullable type ('int' is a value type)",
        ),
        ("1 is Foo", "The name 'Foo' does not exist in the current context"),
        ('"a" as JObject', "Cannot convert type 'string' to 'JObject' via a built-in conversion"),
    ],
)
def test_type_tests_that_make_no_sense(mistakes, source, message):
    assert message in [found for _, found in mistakes(f"@({source})")]
