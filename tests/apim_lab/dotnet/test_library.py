"""The tables of the allow-list fit together: what they name is there."""

import pytest

from apim_lab.csharp.types import INT, OBJECT, STRING, Definition, Type, nullable
from apim_lab.dotnet import library
from apim_lab.dotnet.values import Array, Bytes, Int64
from apim_lab.expressions import allow_list  # noqa: F401 - fills the library
from apim_lab.messages import Url

DEFINITIONS = sorted(library._definitions.values(), key=lambda definition: definition.name)


def signatures(definition: Definition):
    for table in (
        definition.instance_methods,
        definition.class_methods,
        definition.operator_methods,
        definition.extension_methods,
    ):
        for methods in table.values():
            yield from (method.signature for method in methods)
    for table in (definition.instance_properties, definition.class_properties):
        yield from (method.signature for method in table.values())
    for methods in (definition.constructor_methods, definition.index_methods, definition.index_set_methods):
        yield from (method.signature for method in methods)


def names(type_: Type):
    yield type_.name
    for argument in type_.arguments:
        yield from names(argument)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_every_type_in_a_signature_is_known(definition):
    for signature in signatures(definition):
        own = {*definition.type_parameters, *signature.type_parameters, "void"}
        types = [signature.result, *(parameter.type for parameter in signature.parameters)]
        found = {name for type_ in types for name in names(type_)} - own

        assert found <= library._definitions.keys(), signature


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_every_other_type_that_a_definition_names_is_known(definition):
    named = {*definition.implicit_from, *definition.explicit_to}

    assert all(library.resolve(name) for name in named)
    assert {parent.name for parent in definition.parents} <= library._definitions.keys()
    assert definition.observed.keys() <= definition.instance_properties.keys()
    assert definition.setters.keys() <= definition.instance_properties.keys()


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
    assert str(library.resolve(name)) == expected


def test_the_lineage_ends_with_object():
    assert [str(type_) for type_ in library.lineage(Type("JObject"))] == ["JObject", "JContainer", "JToken", "object"]


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
    assert library.full_name(library.type_of(value)) == expected


def test_only_value_types_cannot_be_null():
    assert [library.can_be_null(type_) for type_ in (INT, nullable(INT), STRING, OBJECT)] == [False, True, True, True]
