import pytest

from apim_lab.csharp.symbols.signatures import Kind, Parameter, parse_declaration, parse_signature, parse_type
from apim_lab.csharp.types import BOOL, INT, STRING, VOID, Type, array_of, nullable

OWNER = Type("Owner")
T, T_RESULT, JTOKEN = Type("T"), Type("TResult"), Type("JToken")


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
    with pytest.raises(ValueError, match="expected"):
        parse_type(text)


@pytest.mark.parametrize(
    ("text", "kind", "type_", "variance", "parents"),
    [
        ("class object", "class", "object", (), []),
        ("static class Math", "static class", "Math", (), []),
        ("struct Guid : IComparable<Guid>", "struct", "Guid", (), ["IComparable<Guid>"]),
        ("interface IEnumerable<out T>", "interface", "IEnumerable<T>", ("out",), []),
        (
            "class Dictionary<TKey, TValue> : Base, IEnumerable<KeyValuePair<TKey, TValue>>",
            "class",
            "Dictionary<TKey, TValue>",
            ("", ""),
            ["Base", "IEnumerable<KeyValuePair<TKey, TValue>>"],
        ),
    ],
)
def test_a_type_is_declared_with_its_base_and_interfaces(text, kind, type_, variance, parents):
    found = parse_declaration(text)

    assert (found.kind, str(found.type), found.variance) == (kind, type_, variance)
    assert [str(parent) for parent in found.parents] == parents


def test_a_method_has_parameters_with_defaults_and_modifiers():
    found = parse_signature(
        "static T As<T>(this IMessageBody body, bool preserve = false, params object[] rest)", OWNER
    )

    assert (found.result, found.name, found.type_parameters) == (T, "As", ("T",))
    assert found.static
    assert found.is_extension
    assert found.parameters == (
        Parameter("body", Type("IMessageBody"), "", "this"),
        Parameter("preserve", BOOL, "false"),
        Parameter("rest", array_of(Type("object")), "", "params"),
    )


@pytest.mark.parametrize(
    ("text", "kind", "name", "result", "types"),
    [
        ("string ToString()", Kind.METHOD, "ToString", STRING, []),
        ("static bool Equals(object a, object b)", Kind.METHOD, "Equals", BOOL, ["object", "object"]),
        ("void Add(T item)", Kind.METHOD, "Add", VOID, ["T"]),
        ("int Length", Kind.PROPERTY, "Length", INT, []),
        ("static string Empty", Kind.PROPERTY, "Empty", STRING, []),
        ("const int MaxValue", Kind.CONSTANT, "MaxValue", INT, []),
        ("T this[int index]", Kind.INDEXER, "this", T, ["int"]),
        ("new(params object[] content)", Kind.CONSTRUCTOR, "new", OWNER, ["object[]"]),
        ("static bool operator <=(int left, int right)", Kind.OPERATOR, "<=", BOOL, ["int", "int"]),
        ("static int operator <<(int left, int right)", Kind.OPERATOR, "<<", INT, ["int", "int"]),
        ("static implicit operator JToken(int? value)", Kind.CONVERSION, "implicit", JTOKEN, ["int?"]),
        ("static explicit operator int?(JToken value)", Kind.CONVERSION, "explicit", nullable(INT), ["JToken"]),
    ],
)
def test_every_kind_of_member_has_a_signature(text, kind, name, result, types):
    found = parse_signature(text, OWNER)

    assert (found.kind, found.name, found.result) == (kind, name, result)
    assert [str(parameter.type) for parameter in found.parameters] == types
    assert not found.sets


@pytest.mark.parametrize("text", ["T this[int index] { set; }", "JToken Value { set; }"])
def test_a_row_can_be_what_an_assignment_does(text):
    assert parse_signature(text, OWNER).sets


@pytest.mark.parametrize("text", ["", "int", "int Length { get }", "int Length;", "int Next(int", "int Next() {}"])
def test_what_is_no_member(text):
    with pytest.raises(ValueError, match="expected"):
        parse_signature(text, OWNER)


def test_type_parameters_are_replaced():
    signature = parse_signature("TValue this[TKey key]", OWNER).substitute({"TKey": STRING, "TValue": array_of(INT)})

    assert (str(signature.result), str(signature.parameters[0].type)) == ("int[]", "string")
