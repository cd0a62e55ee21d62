"""Makes a value that fits a JSON schema, for an answer under `json_schema` and for the arguments of a tool.

It reads the keywords of OpenAI's structured outputs and similar ones of draft 2020-12: type, enum, const, properties,
required, additionalProperties, items, prefixItems, the bounds, pattern, format, $ref, anyOf, oneOf and allOf. It
ignores any other keyword, so that the value does not fit if such a keyword forbids it.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

from mockbackends import pattern

MAX_VALUES = 10_000  # in one example: a schema must not keep the mock busy
_MAX_LENGTH = 10_000  # characters of a string, and items of an array
_MAX_DEPTH = 64  # levels of schemas, with their references

type Schema = dict[str, Any] | bool

_FORMATS = {
    "date-time": "2026-11-23T10:00:00Z",
    "date": "2026-11-23",
    "time": "10:00:00Z",
    "duration": "PT1M",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "12345678-1234-4123-8123-123456789012",
    "uri": "https://example.com/",
}


class SchemaError(ValueError):
    """The schema has no example: it is malformed, forbids every value, or is too large."""


def example(schema: Any) -> Any:
    """Make a value that fits, always the same for a schema; raise SchemaError."""
    try:
        return _Example(schema).value(schema, "value")
    except (TypeError, AttributeError, ArithmeticError) as error:
        raise SchemaError("a keyword has a value of the wrong type, or a number that is too large") from error


class _Example:
    """Walks through one schema. Inside a recursion it makes only required values, so that the recursion ends."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._left = MAX_VALUES
        self._references: list[str] = []
        self._depth = 0

    def value(self, schema: Any, name: str, nth: int = 0) -> Any:
        """Make a value for the property `name`; `nth` is the index in an array, for different items."""
        self._left -= 1
        if self._left < 0 or self._depth >= _MAX_DEPTH:
            raise SchemaError("the schema is too large or too deeply nested")
        self._depth += 1
        try:
            return self._value(schema, name, nth)
        finally:
            self._depth -= 1

    def _value(self, schema: Any, name: str, nth: int) -> Any:
        if schema is True:
            return name
        if not isinstance(schema, dict):
            raise SchemaError("the schema allows no value" if schema is False else "a schema is an object")
        if "$ref" in schema:
            return self._follow_reference(schema, name, nth)
        if "allOf" in schema:
            return self.value(_merge_schemas(schema, _schemas(schema, "allOf"), self._resolve), name, nth)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._any_of(schema, keyword, name, nth)
        if "const" in schema or "enum" in schema:
            return _choose(schema, nth)
        return self._of_type(schema, name, nth)

    def _follow_reference(self, schema: dict[str, Any], name: str, nth: int) -> Any:
        reference = schema["$ref"]
        rest = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        self._references.append(str(reference))
        try:
            return self.value(_merge_schemas(rest, [self._resolve(reference)], self._resolve), name, nth)
        finally:
            self._references.pop()

    @property
    def _brief(self) -> bool:
        return len(set(self._references)) < len(self._references)

    def _resolve(self, reference: object) -> Any:
        """Follow a JSON pointer (RFC 6901) in the schema; raise SchemaError for other documents."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise SchemaError(f"the reference {reference!r} does not lead into the schema")
        found = self._root
        for part in reference.removeprefix("#").split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or key not in found:
                raise SchemaError(f"the reference {reference!r} leads nowhere")
            found = found[key]
        return found

    def _any_of(self, schema: dict[str, Any], keyword: str, name: str, nth: int) -> Any:
        """Make a value for the first branch that has one. Null is tried last, or first inside a recursion."""
        rest = {key: value for key, value in schema.items() if key != keyword}
        branches = sorted(_schemas(schema, keyword), key=lambda branch: _is_null(branch) != self._brief)
        for branch in branches:
            try:
                return self.value(_merge_schemas(rest, [branch], self._resolve), name, nth)
            except SchemaError as error:
                reason = error
        raise reason if branches else SchemaError(f"{keyword} is empty")

    def _of_type(self, schema: dict[str, Any], name: str, nth: int) -> Any:
        kind = _type(schema, brief=self._brief)
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self._object(schema),
            "array": lambda: self._array(schema, name),
            "string": lambda: _string(schema, name, nth),
            "integer": lambda: _whole_number(schema, nth),
            "number": lambda: _number(schema, nth),
            "boolean": lambda: nth % 2 == 0,
            "null": lambda: None,
        }
        if kind not in makers:
            raise SchemaError(f"{kind!r} is not a type")
        return makers[kind]()

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        if not isinstance(properties, dict) or not isinstance(required, list):
            raise SchemaError("properties is an object, and required an array")
        more = schema.get("additionalProperties", True)
        wanted = [name for name in properties if not self._brief or name in required]
        made = {}
        for name in [*wanted, *(each for each in required if each not in properties)]:
            try:
                made[str(name)] = self.value(properties.get(name, more), str(name))
            except SchemaError:
                if name in required:
                    raise
        for index in range(_size(schema, "minProperties") - len(made)):
            made[f"property{index + 1}"] = self.value(more, "value", index)
        return made

    def _array(self, schema: dict[str, Any], name: str) -> list[Any]:
        first = schema.get("prefixItems", [])
        if not isinstance(first, list):
            raise SchemaError("prefixItems is an array")
        least, most = _size(schema, "minItems"), _size(schema, "maxItems", _MAX_LENGTH)
        count = min(max(least, len(first) or (not self._brief)), most)
        if count < least:
            raise SchemaError("minItems is greater than maxItems")
        rest = schema.get("items", True)
        made: list[Any] = []
        for index in range(count):
            try:
                made.append(self.value(first[index] if index < len(first) else rest, name, index))
            except SchemaError:
                if index < least:
                    raise
                break
        if schema.get("uniqueItems") and len({repr(item) for item in made}) < len(made):
            raise SchemaError("there are not enough different items")
        return made


def _schemas(schema: dict[str, Any], keyword: str) -> list[Any]:
    found = schema[keyword]
    if not isinstance(found, list):
        raise SchemaError(f"{keyword} is an array")
    return found


def _is_null(branch: object) -> bool:
    return isinstance(branch, dict) and branch.get("type") == "null"


def _merge_schemas(schema: dict[str, Any], others: list[Any], resolve: Callable[[object], Any]) -> Schema:
    """Merge schemas: all keywords, and of two bounds the narrower one."""
    merged = {key: value for key, value in schema.items() if key != "allOf"}
    for other in _follow(others, resolve):
        if not isinstance(other, dict):
            if other is False:
                return False
            continue
        for key, value in other.items():
            merged[key] = _MERGE.get(key, _last)(merged[key], value) if key in merged else value
    return merged


def _follow(schemas: list[Any], resolve: Callable[[object], Any]) -> Iterator[Any]:
    """Yield the schemas; follow references if several schemas have to be merged."""
    for schema in schemas:
        followed, steps = schema, 0
        while len(schemas) > 1 and isinstance(followed, dict) and "$ref" in followed and steps < _MAX_DEPTH:
            followed, steps = resolve(followed["$ref"]), steps + 1
        yield followed


def _last(_before: Any, value: Any) -> Any:
    return value


def _bound(pick: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def narrower(before: Any, value: Any) -> Any:
        try:
            return pick(before, value)
        except TypeError:
            raise SchemaError("a bound is a number") from None

    return narrower


def _union(before: Any, value: Any) -> Any:
    if not isinstance(before, list) or not isinstance(value, list):
        raise SchemaError("required is an array")
    return [*before, *(each for each in value if each not in before)]


def _properties(before: Any, value: Any) -> Any:
    if not isinstance(before, dict) or not isinstance(value, dict):
        raise SchemaError("properties is an object")
    both = {name: {"allOf": [before[name], value[name]]} for name in before if name in value}
    return before | value | both


def _intersection(before: Any, value: Any) -> Any:
    if not isinstance(before, list) or not isinstance(value, list):
        raise SchemaError("enum is an array")
    return [each for each in before if each in value]


_lowest, _highest = _bound(max), _bound(min)
_MERGE: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _lowest),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _highest),
    "required": _union,
    "properties": _properties,
    "enum": _intersection,
}

_OF_PYTHON: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def _choose(schema: dict[str, Any], nth: int) -> Any:
    if "const" in schema:
        return schema["const"]
    values = schema["enum"]
    kinds = schema.get("type")
    if isinstance(values, list) and isinstance(kinds, str | list):
        fitting = [value for value in values if _fits(value, [kinds] if isinstance(kinds, str) else kinds)]
    else:
        fitting = values if isinstance(values, list) else []
    if not fitting:
        raise SchemaError("enum has no value")
    return fitting[nth % len(fitting)]


def _fits(value: object, kinds: list[Any]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(kind, str) and isinstance(value, _OF_PYTHON.get(kind, ())) for kind in kinds)


# The types of schemas without a type, by their keywords.
_TYPE_OF = {
    "properties": "object",
    "additionalProperties": "object",
    "required": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "minimum": "number",
    "maximum": "number",
    "multipleOf": "number",
}


def _type(schema: dict[str, Any], *, brief: bool) -> str:
    kinds = schema.get("type", next((kind for key, kind in _TYPE_OF.items() if key in schema), "string"))
    if not isinstance(kinds, list):
        return str(kinds)
    if not kinds:
        raise SchemaError("type is empty")
    if brief and "null" in kinds:
        return "null"
    return str(next((kind for kind in kinds if kind != "null"), "null"))


def _size(schema: dict[str, Any], keyword: str, default: int = 0) -> int:
    size = schema.get(keyword, default)
    if not isinstance(size, int | float) or size < 0:
        raise SchemaError(f"{keyword} is a number of at least 0")
    if keyword.startswith("min") and size > _MAX_LENGTH:
        raise SchemaError(f"{keyword} is more than {_MAX_LENGTH}")
    return math.ceil(min(size, _MAX_LENGTH))


def _string(schema: dict[str, Any], name: str, nth: int) -> str:
    least, most = _size(schema, "minLength"), _size(schema, "maxLength", _MAX_LENGTH)
    if least > most:
        raise SchemaError("minLength is greater than maxLength")
    if "pattern" in schema:
        return _matching(schema["pattern"], least, most)
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    suffix = f" {nth + 1}" if nth else ""
    return (name[: max(0, most - len(suffix))] + suffix).ljust(least, ".")[:most]


def _matching(wanted: object, least: int, most: int) -> str:
    try:
        return pattern.example(str(wanted), least, most)
    except ValueError as error:
        raise SchemaError(str(error)) from error


def _bounds(schema: dict[str, Any]) -> tuple[float, float]:
    for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        if not isinstance(schema.get(keyword, 0), int | float):
            raise SchemaError(f"{keyword} is a number")
    return schema.get("minimum", -math.inf), schema.get("maximum", math.inf)


def _whole_number(schema: dict[str, Any], nth: int) -> int:
    low, high = _bounds(schema)
    step = schema.get("multipleOf", 1)
    step = step if isinstance(step, int) and step > 0 else 1
    above, below = schema.get("exclusiveMinimum", -math.inf), schema.get("exclusiveMaximum", math.inf)
    first = max(_round_up(low), _next_above(above))
    last = min(high if math.isinf(high) else math.floor(high), below if math.isinf(below) else math.ceil(below) - 1)
    start = first if first > -math.inf else min(1, last)
    number = -(-math.ceil(start) // step) * step
    if number > last and math.isinf(first):
        number = int(last // step) * step
    number += nth * step if number + nth * step <= last else 0
    if number > last:
        raise SchemaError("no whole number is within the bounds")
    return number


def _round_up(low: float) -> float:
    return low if math.isinf(low) else math.ceil(low)


def _next_above(above: float) -> float:
    return above if math.isinf(above) else math.floor(above) + 1


def _number(schema: dict[str, Any], nth: int) -> float:
    """Make a whole number if the bounds allow one, else the middle between the bounds."""
    try:
        return _whole_number(schema, nth)
    except SchemaError:
        low, high = _bounds(schema)
        above, below = schema.get("exclusiveMinimum", low), schema.get("exclusiveMaximum", high)
        middle = (max(low, above) + min(high, below)) / 2
        step = schema.get("multipleOf")
        number: float = middle if not step else math.ceil(max(low, above) / step) * step
        if not max(low, above) <= number <= min(high, below):
            raise
        return number
