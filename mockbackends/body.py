"""The JSON body of a request: reads it, and checks its fields against tables.

A table has a check for the name of each field: a function of the field's place and value that raises BadRequestError.
A field with null counts as absent, as most clients mean it. Fields that are not in the table are ignored, because the
Azure specification has no `additionalProperties: false`.
"""

import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from mockbackends.azure_errors import BadRequestError

MAX_NESTING = 100  # levels of arrays and objects; Python's own limit depends on the call stack

type Check = Callable[[str, Any], None]
type Fields = dict[str, Check]

_BRACKET = re.compile(rb"[\[{]|[\]}]")
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_STRING = re.compile(rb'"[^"]*"')


def read_object(data: bytes) -> dict[str, Any]:
    """Parse the body as an object, null as an empty one; raise BadRequestError."""
    _check_nesting(data)
    try:
        body = json.loads(data, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        raise BadRequestError(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
            "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not "
            "valid JSON.)"
        ) from None
    if body is not None and not isinstance(body, dict):
        raise BadRequestError("Invalid type for the request body: expected an object.", None, "invalid_type")
    return body or {}


def _check_nesting(data: bytes) -> None:
    """Count the brackets outside of strings, if the body has more than the limit at all; raise BadRequestError."""
    if data.count(b"[") + data.count(b"{") <= MAX_NESTING:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", _ESCAPED.sub(b"", data))):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > MAX_NESTING:
            raise BadRequestError(f"The JSON body of your request is nested more than {MAX_NESTING} deep.")


def _finite(text: str) -> float:
    """Read a number; refuse NaN, Infinity and 1e999, which no JSON answer can repeat."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def check(body: dict[str, Any], fields: Fields, required: Sequence[str] = (), place: str = "") -> None:
    """Check the fields of an object, then the required ones; raise BadRequestError."""
    prefix = f"{place}." if place else ""
    for name, check_field in fields.items():
        if body.get(name) is not None:
            check_field(prefix + name, body[name])
    for name in required:
        if body.get(name) is None:
            raise missing(prefix + name)


def missing(place: str) -> BadRequestError:
    """Make the error for a required parameter that is missing."""
    return BadRequestError(f"Missing required parameter: '{place}'.", place, "missing_required_parameter")


def invalid_type(place: str, called: str) -> BadRequestError:
    """Make the error for a value of the wrong type; `called` is the right type in OpenAI's words."""
    return BadRequestError(f"Invalid type for '{place}': expected {called}.", place, "invalid_type")


def invalid_value(place: str, expected: str) -> BadRequestError:
    """Make the error for a value out of its range."""
    return BadRequestError(f"Invalid value for '{place}': expected {expected}.", place, "invalid_value")


def of_type(kind: type | tuple[type, ...], called: str) -> Check:
    """Check the type. True and false are not numbers."""
    kinds = kind if isinstance(kind, tuple) else (kind,)

    def check_type(place: str, value: object) -> None:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise invalid_type(place, called)

    return check_type


STRING = of_type(str, "a string")
BOOLEAN = of_type(bool, "a boolean")
OBJECT = of_type(dict, "an object")
INTEGER = of_type(int, "an integer")
NUMBER = of_type((int, float), "a number")


def integer(low: int, high: int | None = None) -> Check:
    """Check for a whole number from `low` to `high`."""
    return _range(INTEGER, low, high)


def number(low: float, high: float) -> Check:
    """Check for a number from `low` to `high`."""
    return _range(NUMBER, low, high)


def _range(kind: Check, low: float, high: float | None) -> Check:
    expected = f"at least {low}" if high is None else f"{low} to {high}"

    def check_range(place: str, value: Any) -> None:
        kind(place, value)
        if value < low or (high is not None and value > high):
            raise invalid_value(place, expected)

    return check_range


def text(low: int, high: int = 1_000_000) -> Check:
    """Check for a string of `low` to `high` characters."""

    def check_text(place: str, value: Any) -> None:
        STRING(place, value)
        if not low <= len(value) <= high:
            raise invalid_value(place, f"{low} to {high} characters")

    return check_text


def one_of(*values: str) -> Check:
    """Check for one of these words."""

    def check_word(place: str, value: Any) -> None:
        STRING(place, value)
        if value not in values:
            raise invalid_value(place, "one of " + ", ".join(f"'{word}'" for word in values))

    return check_word


def array(item: Check, called: str = "an array", low: int = 0, high: int | None = None) -> Check:
    """Check for an array of `low` to `high` items that pass `item`."""

    def check_array(place: str, value: Any) -> None:
        of_type(list, called)(place, value)
        if len(value) < low:
            raise BadRequestError(f"Invalid '{place}': empty array.", place, "empty_array")
        if high is not None and len(value) > high:
            raise BadRequestError(f"Invalid '{place}': more than {high} items.", place, "array_above_max_length")
        for index, each in enumerate(value):
            item(f"{place}[{index}]", each)

    return check_array


def record(fields: Fields, required: Sequence[str] = ()) -> Check:
    """Check for an object with these fields."""

    def check_record(place: str, value: Any) -> None:
        OBJECT(place, value)
        check(value, fields, required, place)

    return check_record


def mapping(item: Check) -> Check:
    """Check for an object whose values pass `item`."""

    def check_mapping(place: str, value: Any) -> None:
        OBJECT(place, value)
        for name, each in value.items():
            item(f"{place}.{name}", each)

    return check_mapping


def either(called: str, **checks: Check) -> Check:
    """Check for a value of one of several types. The keywords are Python's names of the types."""

    def check_either(place: str, value: object) -> None:
        found = checks.get(type(value).__name__)
        if not found:
            raise invalid_type(place, called)
        found(place, value)

    return check_either


def variant(field: str, checks: dict[str, Check]) -> Check:
    """Check for an object whose `field` names the check for the whole object."""
    tag = record({field: one_of(*checks)}, [field])

    def check_variant(place: str, value: Any) -> None:
        tag(place, value)
        checks[value[field]](place, value)

    return check_variant
