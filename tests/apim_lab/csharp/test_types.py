import pytest

from apim_lab.csharp.types import INT, STRING, Parameter, Type, array_of, nullable, parse_signature, parse_type


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int", INT),
        ("string[]", array_of(STRING)),
        ("int?", nullable(INT)),
        ("int?[]", array_of(nullable(INT))),
        ("IReadOnlyDictionary<string, string[]>", Type("IReadOnlyDictionary", (STRING, array_of(STRING)))),
        ("List<List<int>>", Type("List", (Type("List", (INT,)),))),
    ],
)
def test_types_are_read_and_shown_as_c_sharp_writes_them(text, expected):
    assert parse_type(text) == expected
    assert str(expected) == text


@pytest.mark.parametrize("text", ["", "int int", "List<int", "int[", "int[3]"])
def test_what_is_no_type(text):
    with pytest.raises(ValueError, match=r"expected|not a type"):
        parse_type(text)


def test_a_method_has_parameters_with_defaults_and_modifiers():
    found = parse_signature("T As<T>(this IMessageBody body, bool preserve = false, params object[] rest)")

    assert (found.result, found.name, found.type_parameters) == (Type("T"), "As", ("T",))
    assert found.parameters == (
        Parameter("body", Type("IMessageBody"), "", "this"),
        Parameter("preserve", Type("bool"), "false"),
        Parameter("rest", array_of(Type("object")), "", "params"),
    )


@pytest.mark.parametrize(
    ("text", "name", "count"),
    [
        ("int Length", "Length", 0),
        ("char this[int index]", "this", 1),
        ("bool operator <=(int left, int right)", "<=", 2),
        ("int operator <<(int left, int right)", "<<", 2),
        ("JObject new(params object[] content)", "new", 1),
        ("string ToString()", "ToString", 0),
    ],
)
def test_every_kind_of_member_has_a_signature(text, name, count):
    found = parse_signature(text)

    assert (found.name, len(found.parameters)) == (name, count)


def test_type_parameters_are_replaced():
    signature = parse_signature("TValue this[TKey key]").substitute({"TKey": STRING, "TValue": array_of(INT)})

    assert (str(signature.result), str(signature.parameters[0].type)) == ("int[]", "string")
