"""Casts: strict as in C#, which is the point of the gateway."""

from decimal import Decimal

import pytest

from apim_lab.csharp.runtime.values import Array, Char, Int64
from apim_lab.newtonsoft.tokens import JArray, JObject
from tests import oracle
from tests.apim_lab.expression_fixtures import CAST

UNBOXING = "Specified cast is not valid."

test_agrees_with_csharp = oracle.table(__file__, "conversions.jsonl")


@pytest.mark.parametrize(
    ("cast", "value"),
    [
        ("int", 1),
        ("Int32", 1),
        ("System.Int32", 1),
        ("long", Int64(1)),
        ("bool", True),
        ("double", 1.5),
        ("string", "a"),
        ("string", None),
        ("int?", None),
        ("int?", 1),
        ("JObject", JObject()),
        ("JToken", JArray()),
        ("string[]", Array(["a"])),
        ("object", 1),
    ],
)
def test_a_cast_of_an_object_to_its_own_type(evaluate, cast, value):
    assert evaluate(f'@(({cast})context.Variables["x"])', x=value) is value


@pytest.mark.parametrize(
    ("cast", "value", "message"),
    [
        ("int", "1", UNBOXING),
        ("int", Int64(1), UNBOXING),
        ("int", 1.0, UNBOXING),
        ("int", True, UNBOXING),
        ("long", 1, UNBOXING),
        ("bool", "true", UNBOXING),
        ("bool", 1, UNBOXING),
        ("double", 1, UNBOXING),
        ("char", "a", UNBOXING),
        (
            "int?",
            "1",
            "Unable to cast object of type 'System.String' to type 'System.Nullable`1[System.Int32]'.",
        ),
        ("int", None, "Object reference not set to an instance of an object."),
        ("string", 1, "Unable to cast object of type 'System.Int32' to type 'System.String'."),
        ("string", True, "Unable to cast object of type 'System.Boolean' to type 'System.String'."),
        ("string", Char("a"), "Unable to cast object of type 'System.Char' to type 'System.String'."),
        ("string", Array(["a"]), "Unable to cast object of type 'System.String[]' to type 'System.String'."),
        (
            "string",
            JObject(),
            "Unable to cast object of type 'Newtonsoft.Json.Linq.JObject' to type 'System.String'.",
        ),
        (
            "JObject",
            "{}",
            "Unable to cast object of type 'System.String' to type 'Newtonsoft.Json.Linq.JObject'.",
        ),
        (
            "JArray",
            JObject(),
            "Unable to cast object of type 'Newtonsoft.Json.Linq.JObject' to type 'Newtonsoft.Json.Linq.JArray'.",
        ),
        ("IResponse", "a", "Unable to cast object of type 'System.String' to type 'IResponse'."),
    ],
)
def test_a_cast_of_an_object_to_another_type_throws(thrown, cast, value, message):
    assert thrown(f'@(({cast})context.Variables["x"])', x=value) == message


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("(int)2.9", 2),
        ("(int)-2.9", -2),
        ("unchecked((int)1e10)", -(2**31)),
        ("(int)5L", 5),
        ("unchecked((int)4294967297L)", 1),
        ("(long)2.9", Int64(2)),
        ("(double)5", 5.0),
        ("(double)5 / 2", 2.5),
        ("(int)'a'", 97),
        ("(char)98", Char("b")),
        ("(decimal)1", Decimal(1)),
        ("(int)2.5m", 2),
        ("(object)1", 1),
        ("(int)(object)1", 1),
        ("(int?)1", 1),
        ("(int)(int?)1", 1),
        ('(string)(object)"a"', "a"),
    ],
)
def test_numeric_and_identity_casts(evaluate, source, expected):
    found = evaluate(f"@({source})")

    assert found == expected
    assert type(found) is type(expected)


def test_a_nullable_without_a_value_cannot_be_cast(thrown):
    assert thrown("@((int)(int?)null)") == "Nullable object must have a value."


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('(int)"1"', "Cannot convert type 'string' to 'int'"),
        ("(string)1", "Cannot convert type 'int' to 'string'"),
        ("(bool)1", "Cannot convert type 'int' to 'bool'"),
        ("(int)context.Response", "Cannot convert type 'IResponse' to 'int'"),
        ("(Foo)1", "The type or namespace name 'Foo' could not be found"),
        (
            "(System.IO.File)null",
            "The type or namespace name 'File' does not exist in the namespace 'System.IO'. API Management does not allow System.IO.File",
        ),
    ],
)
def test_casts_that_c_sharp_refuses(mistakes, source, message):
    assert [found for _, found in mistakes(f"@({source})")] == [message]


@pytest.mark.parametrize(
    ("block", "offset", "message"),
    [
        ('int x = "a"; return x;', 10, "Cannot implicitly convert type 'string' to 'int'"),
        ("string x = 1; return x;", 13, "Cannot implicitly convert type 'int' to 'string'"),
        ("int x = 1.5; return x;", 10, "Cannot implicitly convert type 'double' to 'int'" + CAST),
        ("int x = 1L; return x;", 10, "Cannot implicitly convert type 'long' to 'int'" + CAST),
        ("int x = null; return x;", 10, "Cannot convert null to 'int' because it is a non-nullable value type"),
        (
            'string x = context.Variables["x"]; return x;',
            13,
            "Cannot implicitly convert type 'object' to 'string'" + CAST,
        ),
        ('JObject x = JToken.Parse("1"); return x;', 14, "Cannot implicitly convert type 'JToken' to 'JObject'" + CAST),
    ],
)
def test_conversions_that_need_a_cast(mistakes, block, offset, message):
    assert mistakes(f"@{{{block}}}") == [(offset, message)]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("long x = 1; return x;", Int64(1)),
        ("double x = 1; return x;", 1.0),
        ("int? x = 1; return x;", 1),
        ("int x = 'a'; return x;", 97),
        ("object x = 1; return x;", 1),
        ("string x = null; return x;", None),
    ],
)
def test_conversions_that_c_sharp_does_by_itself(evaluate, block, expected):
    found = evaluate(f"@{{{block}}}")

    assert found == expected
    assert type(found) is type(expected)
