import json
from typing import Any

import pytest

from mockbackends.azure_errors import BadRequestError
from mockbackends.body import (
    BOOLEAN,
    INTEGER,
    MAX_NESTING,
    NUMBER,
    OBJECT,
    STRING,
    Check,
    array,
    check,
    either,
    integer,
    mapping,
    number,
    one_of,
    read_object,
    record,
    text,
    variant,
)

SHAPE = variant("type", {"dot": OBJECT, "circle": record({"radius": NUMBER}, ["radius"])})


def nest(depth: int) -> bytes:
    return b'{"a":' + b"[" * (depth - 1) + b'"[[[\\"' + b"[" * MAX_NESTING + b'"' + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize(("data", "body"), [(b'{"a": 1}', {"a": 1}), (b"null", {})])
def test_an_object_is_read(data: bytes, body: dict[str, Any]) -> None:
    assert read_object(data) == body


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{", b"[]", b"1", b'"a"', b"\xff", b"{'a': 1}"),
        *(b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1e999}', b'{"a":' + b"9" * 5000 + b"}"),
        *(b"[" * 1_000_000, b'{"a":' * 1_000_000),
    ],
    ids=lambda data: repr(data[:20]),
)
def test_a_body_that_is_no_object_of_json_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequestError):
        read_object(data)


def test_a_body_is_nested_no_deeper_than_the_limit() -> None:
    assert json.loads(nest(MAX_NESTING)) == read_object(nest(MAX_NESTING))
    with pytest.raises(BadRequestError, match="nested more than 100 deep"):
        read_object(nest(MAX_NESTING + 1))


def test_a_string_of_escaped_quotes_without_an_end_is_refused_at_once() -> None:
    with pytest.raises(BadRequestError, match="could not parse"):
        read_object(b'{"a":[' + b"[]," * MAX_NESTING + b'"' + b'\\"' * 1_000_000)


@pytest.mark.parametrize(
    ("check_value", "value"),
    [
        (STRING, ""),
        (BOOLEAN, False),
        (INTEGER, -1),
        (NUMBER, 0.5),
        (integer(1, 2), 2),
        (number(0, 1), 0),
        (text(1), "a"),
        (one_of("a", "b"), "b"),
        (array(STRING), []),
        (array(STRING, high=1), ["a"]),
        (mapping(INTEGER), {"a": 1}),
        (record({"a": STRING}), {"a": None, "b": 1}),
        (either("either", str=STRING, list=array(STRING)), ["a"]),
        (SHAPE, {"type": "circle", "radius": 1}),
    ],
)
def test_a_value_passes_its_check(check_value: Check, value: object) -> None:
    check({"a": value}, {"a": check_value}, ["a"])


@pytest.mark.parametrize(
    ("check_value", "value", "place", "code"),
    [
        (STRING, 1, "a", "invalid_type"),
        (BOOLEAN, 1, "a", "invalid_type"),
        (INTEGER, True, "a", "invalid_type"),
        (INTEGER, 1.5, "a", "invalid_type"),
        (NUMBER, True, "a", "invalid_type"),
        (integer(1), 0, "a", "invalid_value"),
        (integer(1, 2), 3, "a", "invalid_value"),
        (number(0, 1), 1.1, "a", "invalid_value"),
        (text(1), "", "a", "invalid_value"),
        (one_of("a", "b"), "c", "a", "invalid_value"),
        (array(STRING), "a", "a", "invalid_type"),
        (array(STRING), [None], "a[0]", "invalid_type"),
        (array(STRING, low=1), [], "a", "empty_array"),
        (array(STRING, high=1), ["a", "b"], "a", "array_above_max_length"),
        (mapping(INTEGER), {"b": "1"}, "a.b", "invalid_type"),
        (record({"b": STRING}), {"b": 1}, "a.b", "invalid_type"),
        (record({}, ["b"]), {}, "a.b", "missing_required_parameter"),
        (either("either", str=STRING), 1, "a", "invalid_type"),
        (SHAPE, {"type": "line"}, "a.type", "invalid_value"),
        (SHAPE, {}, "a.type", "missing_required_parameter"),
        (SHAPE, {"type": "circle"}, "a.radius", "missing_required_parameter"),
    ],
)
def test_a_value_that_does_not_pass_is_named(check_value: Check, value: object, place: str, code: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        check({"a": value}, {"a": check_value})

    assert (caught.value.param, caught.value.code) == (place, code)
