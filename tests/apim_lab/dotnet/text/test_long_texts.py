"""What Python would do in one go, for very long, on very long texts: it is refused, or takes no time."""

import pytest

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException

MANY = "Enumerable.Range(33, 30000).Select(i => ((char)i).ToString()).ToArray()"


@pytest.mark.parametrize(
    "expression",
    [
        "Uri.EscapeDataString(new string('é', 10000000))",
        "string.Compare(new string('a', 10000000), new string('a', 10000000))",
        "new string('é', 10000000).CompareTo(\"e\")",
        f"new string('a', 1000000).Split({MANY.replace('.ToString()', '.ToString() + (char)i')}, StringSplitOptions.None).Length",
        f"new string('\\u0001', 20000000).IndexOfAny(string.Concat({MANY}).ToCharArray())",
        f"new string('\\u0001', 20000000).Trim(string.Concat({MANY}).ToCharArray())",
    ],
)
def test_too_much_is_refused(evaluate, expression):
    with pytest.raises(OutOfMemoryException):
        evaluate(f"@({expression})")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("new string('b', 5000000).Trim((new string('a', 100000) + \"b\").ToCharArray())", ""),
        ("new string('a', 5000000).IndexOfAny(new string('b', 100000).ToCharArray())", -1),
        ('"a,b".Split(new[] { new string(\'b\', 5000000), "," }, StringSplitOptions.None).Length', 2),
    ],
)
def test_the_same_again_costs_nothing(evaluate, expression, value):
    assert evaluate(f"@({expression})") == value
