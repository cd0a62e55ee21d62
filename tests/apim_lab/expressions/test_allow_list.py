"""The tables of the allow-list fit together: what they name is there."""

import pytest

from apim_lab.csharp.runtime.values import Array, Bytes, Int64
from apim_lab.csharp.types import INT, OBJECT, STRING, Type, nullable
from apim_lab.expressions.allow_list import LIBRARY
from apim_lab.messages import Url

DEFINITIONS = sorted(LIBRARY.definitions.values(), key=lambda definition: definition.name)


def names(type_: Type):
    yield type_.name, len(type_.arguments)
    for argument in type_.arguments:
        yield from names(argument)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_every_type_in_a_row_is_known(definition):
    for row in definition.rows:
        own = {(name, 0) for name in (*definition.type_parameters, *row.signature.type_parameters, "void")}
        own.add((definition.type.name, len(definition.type_parameters)))
        types = [row.signature.result, *(parameter.type for parameter in row.signature.parameters)]
        found = {name for type_ in types for name in names(type_)} - own

        assert found <= LIBRARY.definitions.keys(), row.signature


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_every_other_name_in_a_definition_is_known(definition):
    own = {(name, 0) for name in definition.type_parameters}

    assert {name for parent in definition.parents for name in names(parent)} - own <= LIBRARY.definitions.keys()
    assert definition.observed.keys() <= definition.properties.keys()
    assert definition.setters.keys() <= definition.properties.keys()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("int", "int"),
        ("Int32", "int"),
        ("System.Int32", "int"),
        ("String[]", "string[]"),
        ("Newtonsoft.Json.Linq.JObject", "JObject"),
        ("IReadOnlyDictionary<String,Int32?>", "IReadOnlyDictionary<string, int?>"),
        ("Foo", "None"),
        ("List<Foo>", "None"),
        ("IReadOnlyDictionary", "None"),
        ("int<int>", "None"),
        ("[]", "None"),
        ("", "None"),
    ],
)
def test_types_are_found_by_the_names_that_policies_use(name, expected):
    assert str(LIBRARY.resolve(name)) == expected


def test_the_lineage_ends_with_object():
    assert [str(type_) for type_ in LIBRARY.lineage(Type("JObject"))] == [
        "JObject",
        "JContainer",
        "JToken",
        "IJEnumerable<JToken>",
        "IEnumerable<JToken>",
        "System.Collections.IEnumerable",
        "IList<JToken>",
        "ICollection<JToken>",
        "IDictionary<string, JToken>",
        "ICollection<KeyValuePair<string, JToken>>",
        "IEnumerable<KeyValuePair<string, JToken>>",
        "object",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "System.Int32"),
        (True, "System.Boolean"),
        (Int64(1), "System.Int64"),
        ("a", "System.String"),
        (Array([1], INT), "System.Int32[]"),
        (Bytes(b""), "System.Byte[]"),
        (Url.parse("http://a"), "IUrl"),
        (object(), "System.Object"),
    ],
)
def test_a_value_knows_its_run_time_type(value, expected):
    assert LIBRARY.runtime_name(LIBRARY.type_of(value)) == expected


def test_only_value_types_cannot_be_null():
    assert [LIBRARY.can_be_null(type_) for type_ in (INT, nullable(INT), STRING, OBJECT)] == [False, True, True, True]
