from decimal import Decimal

import pytest

from apim_lab.csharp.values import Int64

FORMAT = "Input string was not in a correct format."
INT32 = "Value was either too large or too small for an Int32."


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('int.Parse("12")', 12),
        ('int.Parse(" -12\\n")', -12),
        ('int.Parse("+12")', 12),
        ('int.Parse("007")', 7),
        ('int.Parse("2147483647")', 2147483647),
        ('int.Parse("-2147483648")', -2147483648),
        ('long.Parse("2147483648")', Int64(2147483648)),
        ('double.Parse("1.5")', 1.5),
        ('double.Parse("1,234.5e1")', 12345.0),
        ('double.Parse("-.5")', -0.5),
        ('decimal.Parse("1.10")', Decimal("1.10")),
        ('bool.Parse("TRUE")', True),
        ('bool.Parse(" false ")', False),
        ("int.MaxValue", 2147483647),
        ("long.MinValue", Int64(-(2**63))),
        ("1.CompareTo(2)", -1),
        ("1.Equals(1)", True),
        ('Convert.ToInt32("12")', 12),
        ("Convert.ToInt32(2.5)", 2),
        ("Convert.ToInt32(3.5)", 4),
        ("Convert.ToInt32(true)", 1),
        ("Convert.ToInt32(null)", 0),
        ("Convert.ToInt32('a')", 97),
        ("Convert.ToInt32(5L)", 5),
        ("Convert.ToInt64(5)", Int64(5)),
        ('Convert.ToDouble("1.5")', 1.5),
        ("Convert.ToBoolean(0)", False),
        ('Convert.ToBoolean("True")', True),
        ("Convert.ToString(1.5)", "1.5"),
        ("Convert.ToString(null)", ""),
        ('Convert.ToInt32(JToken.Parse("5"))', 5),
        ("Math.Max(1, 2)", 2),
        ("Math.Max(1, 2.5)", 2.5),
        ("Math.Min(1L, 2)", Int64(1)),
        ("Math.Abs(-5)", 5),
        ("Math.Abs(-5.5)", 5.5),
        ("Math.Floor(-1.5)", -2.0),
        ("Math.Ceiling(1.2)", 2.0),
        ("Math.Round(2.5)", 2.0),
        ("Math.Round(3.5)", 4.0),
        ("Math.Round(1.255, 2)", 1.26),
        ("Math.Pow(2, 10)", 1024.0),
        ("Math.Sqrt(9)", 3.0),
        ("Math.Truncate(-1.7)", -1.0),
        ("Math.Sign(-7)", -1),
        ("new Random().Next(5, 6)", 5),
        ("new Random().Next(1)", 0),
        ("new Random().NextDouble() < 1", True),
        ("1.1m + 2.2m", Decimal("3.3")),
        ("1.1m * 2 / 2", Decimal("1.1")),
    ],
)
def test_number_members(evaluate, source, expected):
    found = evaluate(f"@({source})")

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('int.Parse("")', FORMAT),
        ('int.Parse("1.5")', FORMAT),
        ('int.Parse("1,000")', FORMAT),
        ('int.Parse("0x1F")', FORMAT),
        ('int.Parse("1 2")', FORMAT),
        ('int.Parse("1_000")', FORMAT),
        ('int.Parse("٣")', FORMAT),
        ('int.Parse("--1")', FORMAT),
        ("int.Parse(null)", "Value cannot be null. (Parameter 's')"),
        ('int.Parse("2147483648")', INT32),
        ('int.Parse("-99999999999999999999999")', INT32),
        ('decimal.Parse("79228162514264337593543950336")', "Value was either too large or too small for a Decimal."),
        ('long.Parse("9223372036854775808")', "Value was either too large or too small for an Int64."),
        ('double.Parse("abc")', FORMAT),
        ('double.Parse("e5")', FORMAT),
        ('bool.Parse("1")', "String was not recognized as a valid Boolean."),
        ('Convert.ToInt32("a")', FORMAT),
        ("Convert.ToInt32(3000000000L)", INT32),
        ("Convert.ToInt32(1e300)", INT32),
        ("Convert.ToInt32(new JObject())", "Unable to cast object to type 'System.IConvertible'."),
        ("Math.Abs(int.MinValue)", "Negating the minimum value of a twos complement number is invalid."),
        ("new Random().Next(2, 1)", "'minValue' cannot be greater than maxValue. (Parameter 'minValue')"),
        ("new Random().Next(-1)", "'maxValue' must be greater than zero. (Parameter 'maxValue')"),
        ('(int)decimal.Parse("3000000000.5")', INT32),
    ],
)
def test_number_members_that_throw(thrown, source, message):
    assert thrown(f"@({source})") == message


@pytest.mark.parametrize(
    ("text", "expected"), [("5", "True5"), (" 5 ", "True5"), ("x", "False0"), ("", "False0"), ("9999999999", "False0")]
)
def test_try_parse(evaluate, text, expected):
    source = '@(int.TryParse((string)context.Variables["x"], out var n).ToString() + n)'

    assert evaluate(source, x=text) == expected


def test_long_arithmetic_wraps_and_stays_long(evaluate):
    found = evaluate('@((long)context.Variables["x"] + 1)', x=Int64(2**63 - 1))

    assert found == -(2**63)
    assert type(found) is Int64


def test_a_random_number_is_below_its_bound(evaluate):
    numbers = {evaluate("@(new Random().Next(0, 3))") for _ in range(200)}

    assert numbers == {0, 1, 2}


def test_leading_zeros_are_no_digits(evaluate):
    assert evaluate('@(int.Parse("-" + new string(\'0\', 10000) + "7"))') == -7
    assert evaluate("@(int.Parse(new string('0', 10000)))") == 0


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1e-28m * 0.1m", "0.0000000000000000000000000000"),
        ("(decimal)1e-300", "0"),
        ("decimal.Parse(\"0.\" + new string('1', 10000))", "0.1111111111111111111111111111"),
        ("decimal.Parse(\"12345.\" + new string('1', 10000))", "12345.11111111111111111111111"),
    ],
)
def test_a_decimal_has_28_decimals_at_most(evaluate, source, expected):
    assert evaluate(f"@(({source}).ToString())") == expected
