from typing import Any

import jsonschema  # type: ignore[import-untyped]  # no stubs among the dependencies
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockbackends.json_schema import SchemaError, example

NODE = {
    "type": "object",
    "properties": {
        "value": {"type": "integer"},
        "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
        "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
    },
    "required": ["value", "next", "children"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({}, id="anything"),
        pytest.param(True, id="true"),
        pytest.param({"type": "string"}, id="string"),
        pytest.param({"type": "string", "minLength": 20}, id="long string"),
        pytest.param({"type": "string", "maxLength": 2}, id="short string"),
        pytest.param({"type": "string", "pattern": r"^@[a-z_]{3,}$"}, id="pattern"),
        pytest.param({"type": "string", "pattern": r"^(\+49|0)\d+$", "minLength": 12}, id="long pattern"),
        *[
            pytest.param({"type": "string", "format": name}, id=name)
            for name in ("date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")
        ],
        pytest.param({"type": "integer", "minimum": 7}, id="minimum"),
        pytest.param({"type": "integer", "maximum": -7}, id="maximum"),
        pytest.param({"type": "integer", "exclusiveMinimum": 6.5, "exclusiveMaximum": 8}, id="between"),
        pytest.param({"type": "integer", "minimum": 10, "multipleOf": 7}, id="multiple"),
        pytest.param({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, id="fraction"),
        pytest.param({"type": "number", "minimum": 0.1, "maximum": 0.3, "multipleOf": 0.25}, id="multiple fraction"),
        pytest.param({"type": "boolean"}, id="boolean"),
        pytest.param({"type": "null"}, id="null"),
        pytest.param({"type": ["string", "null"]}, id="types"),
        pytest.param({"const": {"a": [1]}}, id="const"),
        pytest.param({"enum": ["a", 2, None]}, id="enum"),
        pytest.param({"type": "integer", "enum": ["a", 2]}, id="typed enum"),
        pytest.param({"type": "array", "items": {"type": "integer"}}, id="array"),
        pytest.param({"type": "array", "minItems": 3, "uniqueItems": True, "items": {"enum": [1, 2, 3]}}, id="set"),
        pytest.param({"type": "array", "maxItems": 0, "items": {"type": "string"}}, id="no items"),
        pytest.param({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False}, id="tuple"),
        pytest.param({"type": "array", "prefixItems": [{"const": 1}, False]}, id="a tuple that ends early"),
        pytest.param({"type": "boolean", "enum": [1, True]}, id="true is no number"),
        pytest.param({"type": "integer", "maximum": 5, "multipleOf": 7}, id="multiple below a maximum"),
        pytest.param({"allOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}, id="all of two enums"),
        pytest.param(
            {"type": ["object", "null"], "properties": {"next": {"$ref": "#"}}, "required": ["next"]},
            id="recursion that null ends",
        ),
        pytest.param({"type": "object", "required": ["a"], "additionalProperties": {"type": "integer"}}, id="map"),
        pytest.param({"type": "object", "minProperties": 2}, id="properties of any name"),
        pytest.param({"properties": {"a": {"type": "object", "properties": {"b": {"const": 1}}}}}, id="nested"),
        pytest.param({"properties": {"a": False, "b": True}}, id="a property that cannot be"),
        pytest.param({"anyOf": [False, {"type": "integer"}]}, id="a branch that cannot be"),
        pytest.param({"oneOf": [{"type": "null"}, {"type": "integer"}]}, id="one of"),
        pytest.param({"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, id="any of, merged"),
        pytest.param({"allOf": [{"minimum": 3}, {"minimum": 5}, {"type": "integer"}]}, id="all of"),
        pytest.param(
            {"allOf": [{"$ref": "#/$defs/a"}, {"properties": {"b": {"const": 2}}, "required": ["b"]}]}
            | {"$defs": {"a": {"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}}},
            id="all of, with a reference",
        ),
        pytest.param({"$ref": "#/definitions/a~1b", "definitions": {"a/b": {"type": "integer"}}}, id="reference"),
        pytest.param({"$ref": "#/$defs/node", "$defs": {"node": NODE}}, id="recursion"),
    ],
)
def test_an_example_fits_its_schema(schema: Any) -> None:
    jsonschema.validate(example(schema), schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (False, "allows no value"),
        (None, "a schema is an object"),
        ({"type": "text"}, "'text' is not a type"),
        ({"type": []}, "type is empty"),
        ({"enum": []}, "enum has no value"),
        ({"anyOf": []}, "anyOf is empty"),
        ({"allOf": {}}, "allOf is an array"),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "no whole number"),
        ({"type": "integer", "minimum": "1"}, "minimum is a number"),
        ({"type": "string", "minLength": 2, "maxLength": 1}, "minLength is greater"),
        ({"type": "string", "minLength": 1_000_000}, "minLength is more than 10000"),
        ({"type": "string", "pattern": "("}, "no text can be made"),
        ({"type": "string", "pattern": "(a{100}){1000}"}, "no text can be made"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, "minItems is greater"),
        ({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"const": 1}}, "different items"),
        ({"type": "array", "minItems": 999, "items": {"type": "array", "minItems": 999}}, "too large"),
        ({"$ref": "#"}, "too deeply nested"),
        ({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, "too deeply nested"),
        ({"$ref": "#/nowhere"}, "leads nowhere"),
        ({"$ref": "https://example.com/"}, "does not lead into the schema"),
        ({"required": [[]]}, "wrong type"),
        ({"properties": 3}, "properties is an object"),
        ({"type": "object", "required": ["a"], "properties": {"a": False}}, "allows no value"),
        ({"type": "array", "prefixItems": 3}, "prefixItems is an array"),
        ({"type": "number", "minimum": 2, "maximum": 1}, "no whole number"),
        ({"type": "string", "pattern": "a{6000}b{6000}"}, "no text can be made"),
        ({"allOf": [{"minimum": 1}, {"minimum": "2"}]}, "a bound is a number"),
        ({"allOf": [{"required": ["a"]}, {"required": 1}]}, "required is an array"),
        ({"allOf": [{"properties": {}}, {"properties": 1}]}, "properties is an object"),
        ({"allOf": [{"enum": [1]}, {"enum": 1}]}, "enum is an array"),
    ],
)
def test_a_schema_without_an_example_says_why(schema: Any, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        example(schema)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5)
KEYWORDS = [
    "type", "properties", "items", "anyOf", "allOf", "$ref", "enum", "required", "minItems", "minLength", "pattern",
    "minimum", "maximum", "multipleOf", "additionalProperties", "prefixItems", "format",
]  # fmt: skip
WORDS = st.sampled_from(["object", "array", "string", "integer", "number", "#", "^a+$", "date"])


@given(
    st.recursive(
        JSON | WORDS,
        lambda inner: st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4) | st.lists(inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_other_schema_has_an_example_or_says_why(schema: Any) -> None:
    try:
        first = example(schema)
    except SchemaError:
        return

    assert first == example(schema)
