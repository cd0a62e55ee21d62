from decimal import Decimal

import pytest

from apim_lab.csharp.runtime.numbers import UInt32
from apim_lab.csharp.runtime.values import Char, Int64
from tests import oracle

test_numeric_literals_agree = oracle.table(__file__, "numeric_literals.jsonl")
test_interpolated_strings_agree = oracle.table(__file__, "interpolated_strings.jsonl")
test_text_literals_agree = oracle.table(__file__, "text_literals.jsonl")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1", 1),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0b101", 5),
        ("2147483648", UInt32(2147483648)),
        ("5L", Int64(5)),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("2d", 2.0),
        ("1.10m", Decimal("1.10")),
        ("true", True),
        ("null", None),
        ("'a'", Char("a")),
        (r"'\''", Char("'")),
        (r"'\n'", Char("\n")),
        ("'\\u00e9'", Char("é")),
        (r'"a\t\"\\\u0041\x41"', 'a\t"\\AA'),
        ('"// no comment"', "// no comment"),
        ('@"a\\b""c"', 'a\\b"c'),
        ("1.5e3m", Decimal(1500)),
        ("0e99m", Decimal(0)),
        ("79228162514264337593543950335m", Decimal(2**96 - 1)),
        ("default(int)", 0),
        ("default(string)", None),
        ("default(bool)", False),
    ],
)
def test_literals_have_their_value_and_type(evaluate, source, expected):
    found = evaluate(f"@({source})")

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('$"a{1 + 1}b"', "a2b"),
        ('$""', ""),
        ('$@""', ""),
        ('"a" + $"" + $"{1}"', "a1"),
        ('$"{"x"} {"y"}"', "x y"),
        ('$" {1}  {2} "', " 1  2 "),
        ('$"{{\\"a\\": {1}}}"', '{"a": 1}'),
        ('$"{null}{true}{1.5}"', "True1.5"),
        ('$"{1.005:0.0} {255:X4} {7:D3}"', "1.0 00FF 007"),
        ('$"[{"a",3}][{"a",-3}]"', "[  a][a  ]"),
        ('$"{12.345,8:F1}|"', "    12.3|"),
        ('$"{(true ? "y" : "n")}"', "y"),
        ('$@"a\\{1}""b"""', 'a\\1"b"'),
        (r'$"a\t{1}"', "a\t1"),
        ('$"{context.Timestamp:yyyy-MM-dd}"', "2026-01-15"),
        (r'$"{TimeSpan.FromSeconds(90):mm\\:ss}"', "01:30"),
        (r'$@"{TimeSpan.FromSeconds(90):mm\:ss}"', "01:30"),
        (r'$"{1:\u0030.00}"', "1.00"),
    ],
)
def test_interpolated_strings(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("18446744073709551616", "Integral constant is too large"),
        ("1e39f", "Floating-point constant is outside the range of type 'float'"),
        ("9" * 5000, "Integral constant is too large"),
        ("1e999", "Floating-point constant is outside the range of type 'double'"),
        ("1e999999999m", "Floating-point constant is outside the range of type 'decimal'"),
        ("79228162514264337593543950336m", "Floating-point constant is outside the range of type 'decimal'"),
    ],
)
def test_literals_that_are_refused(mistakes, source, message):
    assert mistakes(f"@({source})") == [(2, message)]


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        (r":HH\:mm", "Unrecognized escape sequence"),
        (": HH ", "A format specifier may not contain trailing whitespace."),
    ],
)
def test_formats_in_holes_that_are_refused(mistakes, clause, message):
    assert mistakes(f'@($"{{1{clause}}}")') == [(6, message)]


def test_a_mistake_in_a_hole_has_its_place(mistakes):
    assert mistakes('@($"a{nope}")') == [(6, "The name 'nope' does not exist in the current context")]
