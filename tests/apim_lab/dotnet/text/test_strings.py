"""Expected values: learn.microsoft.com/dotnet/api/system.string, and recorded from real C# (strings.jsonl)."""

import pytest

from apim_lab.csharp.runtime.values import Array
from tests import oracle

test_strings_agree = oracle.table(__file__, "strings.jsonl")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"abc".Contains("b")', True),
        ('"abc".Contains("B")', False),
        ('"abc".Contains("")', True),
        ('"abc".StartsWith("AB", StringComparison.OrdinalIgnoreCase)', True),
        ('"abc".EndsWith("C", StringComparison.InvariantCultureIgnoreCase)', True),
        ('"abc".EndsWith("C", StringComparison.Ordinal)', False),
        ('"abc".Equals("ABC", StringComparison.OrdinalIgnoreCase)', True),
        ('"abc".Equals(null)', False),
        ("string.Equals(null, null)", True),
        ('string.Equals("a", "A", StringComparison.OrdinalIgnoreCase)', True),
        ('string.Compare("a", "B", true) < 0', True),
        ('"a".CompareTo("b")', -1),
        ('"abc".IndexOf("c")', 2),
        ("\"abc\".IndexOf('c')", 2),
        ('"abcabc".IndexOf("c", 3)', 5),
        ('"abc".IndexOf("C", StringComparison.OrdinalIgnoreCase)', 2),
        ('"abc".IndexOf("x")', -1),
        ('"abca".LastIndexOf("a")', 3),
        ("\"abc\".IndexOfAny(new[] { 'c', 'b' })", 1),
        ('"abc".Substring(1)', "bc"),
        ('"abc".Substring(3)', ""),
        ('"abc".Substring(1, 1)', "b"),
        ('"abc".Remove(1)', "a"),
        ('"abc".Remove(1, 1)', "ac"),
        ('"ac".Insert(1, "b")', "abc"),
        ('"a.b.c".Replace(".", "")', "abc"),
        ('"abc".Replace("b", null)', "ac"),
        ("\"a.b\".Replace('.', '-')", "a-b"),
        ('" a ".Trim()', "a"),
        ('"\\t a".TrimStart()', "a"),
        ("\"a//\".TrimEnd('/')", "a"),
        ("\"/a/\".Trim('/')", "a"),
        ('"aB".ToUpper() + "aB".ToLowerInvariant()', "ABab"),
        ('"7".PadLeft(3) + "|" + "7".PadRight(3, \'0\')', "  7|700"),
        ('string.IsNullOrEmpty("") && string.IsNullOrEmpty(null) && !string.IsNullOrEmpty(" ")', True),
        ('string.IsNullOrWhiteSpace(" \\t") && !string.IsNullOrWhiteSpace("a")', True),
        ('string.Join(",", "a", "b")', "a,b"),
        ('string.Join(",", new[] { "a", null })', "a,"),
        ('string.Join("-", 1, true, null, 2.5)', "1-True--2.5"),
        ('string.Concat("a", "b")', "ab"),
        ('string.Format("{0} {1} {0}", "a", 1)', "a 1 a"),
        ('string.Format("{{{0}}}", 1)', "{1}"),
        ('"abc".ToCharArray().Length', 3),
        ("char.IsDigit('7') && !char.IsDigit('a') && char.IsLetter('a') && char.IsWhiteSpace(' ')", True),
        ("char.ToUpper('a')", "A"),
        ("'a'.ToString() + 'b'.ToString()", "ab"),
    ],
)
def test_string_members(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Split(',')", ["a", "b", "", "c"]),
        ("Split(',', ';')", ["a", "b", "", "c"]),
        ("Split(new[] { ',' }, 2)", ["a", "b,,c"]),
        ("Split(new[] { ',' }, StringSplitOptions.RemoveEmptyEntries)", ["a", "b", "c"]),
        ('Split(new string[] { ",," }, StringSplitOptions.None)', ["a,b", "c"]),
        ('Split(new[] { ",," , "," }, StringSplitOptions.None)', ["a", "b", "c"]),
        ("Split(new[] { ',' }, 0)", []),
        ("Split(new[] { ',' }, 1)", ["a,b,,c"]),
        ('Split(new[] { ",", ",," }, StringSplitOptions.None)', ["a", "b", "", "c"]),
        ("Split(null)", ["a,b,,c"]),
        ("Split()", ["a,b,,c"]),
    ],
)
def test_split(evaluate, call, expected):
    found = evaluate(f'@("a,b,,c".{call})')

    assert found == expected
    assert type(found) is Array


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("new string(null)", ""),
        ('" a ".Trim(null)', "a"),
        ("\"abc\".IndexOfAny(new[] { 'c', 'b' })", 1),
        ("\"abc\".IndexOfAny(new[] { 'x' })", -1),
    ],
)
def test_null_and_missing_characters(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


def test_split_without_separators_splits_at_white_space(evaluate):
    assert evaluate('@("a b\\tc".Split())') == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('"abc"[3]', "Index was outside the bounds of the array."),
        ('"abc".Substring(4)', "startIndex cannot be larger than length of string. (Parameter 'startIndex')"),
        ('"abc".Substring(-1)', "StartIndex cannot be less than zero. (Parameter 'startIndex')"),
        (
            '"abc".Substring(2, 2)',
            "Index and length must refer to a location within the string. (Parameter 'length')",
        ),
        ('"abc".Contains(null)', "Value cannot be null. (Parameter 'value')"),
        ('"abc".Replace("", "x")', "String cannot be of zero length. (Parameter 'oldValue')"),
        (
            'string.Format("{1}", 1)',
            "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
        ),
        ("string.Concat(null)", "Value cannot be null. (Parameter 'values')"),
        ('string.Format("{0}", null)', "Value cannot be null. (Parameter 'args')"),
        ("\"a\".Split(new[] { ',' }, -1)", "Count cannot be less than zero. (Parameter 'count')"),
        ('string.Format("{", 1)', "Input string was not in a correct format."),
        ('char.Parse("ab")', "String must be exactly one character long."),
    ],
)
def test_string_members_that_throw(thrown, source, message):
    assert thrown(f"@({source})") == message


def test_a_letter_with_very_many_accents_is_compared_in_linear_time(evaluate):
    assert evaluate("""@(("a" + new string('\\u0301', 300000)).StartsWith("a"))""") is False


def test_a_placeholder_with_very_many_spaces_is_read_in_linear_time(thrown):
    assert thrown("""@(string.Format("{0" + new string(' ', 1000000) + "x", 1))""") == (
        "Input string was not in a correct format."
    )


@pytest.mark.parametrize("times", [3, 100_000])
def test_marks_are_put_in_order_however_many_there_are(evaluate, times):
    """Unicode, section 3.11: a dot below (class 220) comes before an acute (230), and a + dot below is one letter."""
    found = evaluate('@(((string)context.Variables["a"]).Normalize())', a="a" + "\u0301" * times + "\u0323" * times)

    assert found == "\u1ea1" + "\u0323" * (times - 1) + "\u0301" * times
