"""Newtonsoft.Json.Linq's tokens: JSON as a tree that knows its parents.

Differences: dates in JSON texts stay strings (Newtonsoft makes DateTime of what looks like one), comments are errors.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from types import NoneType
from typing import Any, ClassVar
from uuid import UUID

from apim_lab.csharp.exceptions import DotNetError, InvalidOperationException
from apim_lab.csharp.memory import OBJECT, TOKEN, allocate
from apim_lab.csharp.values import Char, Int64, by_class
from apim_lab.dotnet.date_formats import json_date
from apim_lab.dotnet.dates import DateTime
from apim_lab.dotnet.exceptions import STACK_EXHAUSTED, ArgumentException, JsonReaderException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.time_span_formats import span_text
from apim_lab.dotnet.time_spans import TimeSpan
from apim_lab.dotnet.values import Convertible

# Newtonsoft reads no deeper by default (JsonReader.MaxDepth, since 13.0.1)
MAX_JSON_DEPTH = 64
_STEP = re.compile(r"\.?([^.\[\]'\s]+)|\['([^']*)'\]|\[(\d+)\]")


class JToken(Convertible):
    """Any JSON value. `parent` is the JObject, JArray or JProperty it stands in."""

    __slots__ = ("parent",)
    kind: ClassVar[str] = ""

    def __init__(self) -> None:
        self.parent: JToken | None = None

    def clone(self) -> "JToken":
        raise NotImplementedError

    def same(self, other: "JToken") -> bool:
        """`JToken.DeepEquals`."""
        return bool(plain(self) == plain(other))

    def text(self) -> str:
        return write_json(self)


class JValue(JToken):
    """A string, number, bool or null: `value` has its exact .NET type; JSON's integers are Int64."""

    __slots__ = ("value",)
    is_value = True

    def __init__(self, value: object) -> None:
        self.parent = None
        self.value = Int64(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def clone(self) -> "JValue":
        allocate(TOKEN)
        return JValue(self.value)

    def plain(self) -> Any:
        return self.value

    def text(self) -> str:
        return to_string(self.value)


class JContainer(JToken):
    __slots__ = ()

    def adopt(self, token: JToken) -> JToken:
        """The token as a child of this one: a copy, if it has a parent already or holds this one, as in Newtonsoft."""
        if token.parent is not None or (not token.is_value and token is self._root()):
            token = token.clone()
        token.parent = self
        return token

    def _root(self) -> JToken:
        token: JToken = self
        depth = 0
        while token.parent is not None:
            token = token.parent
            depth += 1
        # Not memory but time, which a deep tree would take again for every token put into it
        if depth:
            allocate(depth * OBJECT)
        return token


class JArray(JContainer):
    __slots__ = ("items",)
    kind = "Array"

    def __init__(self) -> None:
        self.parent = None
        self.items: list[JToken] = []

    def append(self, token: JToken) -> None:
        self.items.append(self.adopt(token))

    def clone(self) -> "JArray":
        allocate(TOKEN)
        copy = JArray()
        for item in self.items:
            copy.append(item.clone())
        return copy

    def __iter__(self) -> Iterator[JToken]:
        return iter(list(self.items))

    def __len__(self) -> int:
        return len(self.items)


class JObject(JContainer):
    __slots__ = ("members",)
    kind = "Object"

    def __init__(self) -> None:
        self.parent = None
        self.members: dict[str, JToken] = {}

    def set(self, name: str, token: JToken) -> None:
        self.members[name] = self.adopt(token)

    def add(self, name: str, token: JToken) -> None:
        """Raises ArgumentException if there is such a member."""
        if name in self.members:
            raise ArgumentException(
                f"Can not add property {name} to Newtonsoft.Json.Linq.JObject. "
                "Property with the same name already exists on object."
            )
        self.set(name, token)

    def clone(self) -> "JObject":
        allocate(TOKEN)
        copy = JObject()
        for name, token in self.members.items():
            copy.set(name, token.clone())
        return copy

    def __iter__(self) -> Iterator[tuple[str, JToken]]:
        return iter(list(self.members.items()))

    def __len__(self) -> int:
        return len(self.members)


class JProperty(JContainer):
    __slots__ = ("name", "token")
    kind = "Property"

    def __init__(self, name: str, token: JToken) -> None:
        self.parent = None
        self.name = name
        self.token = self.adopt(token)

    def clone(self) -> "JProperty":
        return JProperty(self.name, self.token.clone())


_VALUE_CLASSES = (str, int, float, Decimal, DateTime, TimeSpan, UUID, NoneType)


def to_token(value: object) -> JToken:
    """What Newtonsoft makes of an object that is put into JSON: JToken.FromObject for simple values and arrays."""
    if isinstance(value, JToken):
        return value
    if value.__class__ is Char:
        return JValue(str.__str__(value))
    if isinstance(value, _VALUE_CLASSES):
        return JValue(value)
    if isinstance(value, list):
        allocate(len(value) * TOKEN)
        array = JArray()
        for item in value:
            array.append(to_token(item))
        return array
    raise ArgumentException("Could not determine JSON object type for the value.")


def plain(token: JToken) -> Any:
    """The token as json.dumps takes it: dates and the like are texts."""
    if isinstance(token, JObject):
        return {name: plain(value) for name, value in token.members.items()}
    if isinstance(token, JArray):
        return [plain(item) for item in token.items]
    if isinstance(token, JProperty):
        return {token.name: plain(token.token)}
    return _json_scalar(token.plain())


def _json_scalar(value: object) -> object:
    if isinstance(value, DateTime):
        return json_date(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, TimeSpan):
        return span_text(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not isfinite(value):
        return json.dumps(value)
    return int(value) if isinstance(value, Int64) else value


def write_json(token: JToken, *, indented: bool = True) -> str:
    """`token.ToString(Formatting)`: two spaces, CR LF between lines, as .NET on Windows."""
    if isinstance(token, JProperty):
        colon = ": " if indented else ":"
        return f"{json.dumps(token.name, ensure_ascii=False)}{colon}{write_json(token.token, indented=indented)}"
    try:
        if indented:
            return json.dumps(plain(token), indent=2, ensure_ascii=False).replace("\n", "\r\n")
        return json.dumps(plain(token), separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        raise DotNetError(STACK_EXHAUSTED) from None


def parse_json(text: str) -> JToken:
    """`JToken.Parse(text)`: raises JsonReaderException, with Newtonsoft's words for what is not JSON."""
    return _parsed(text, "JToken")


def _parsed(text: str, wanted: str) -> JToken:
    if not text.strip():
        raise JsonReaderException(f"Error reading {wanted} from JsonReader. Path '', line 0, position 0.")
    try:
        return _from_python(json.loads(text), 0)
    except json.JSONDecodeError as error:
        found = text[error.pos : error.pos + 1]
        raise JsonReaderException(_unexpected(found, error)) from None
    except ValueError:
        # Python reads integers of up to 4300 digits, Newtonsoft of 380
        raise JsonReaderException("A JSON integer is too large to parse.") from None
    except RecursionError:
        raise _too_deep() from None


def _unexpected(found: str, error: json.JSONDecodeError) -> str:
    if not found:
        return f"Unexpected end of content. Path '', line {error.lineno}, position {error.colno}."
    if error.msg == "Extra data":
        return (
            f"Additional text encountered after finished reading JSON content: {found}. "
            f"Path '', line {error.lineno}, position {error.colno}."
        )
    return (
        f"Unexpected character encountered while parsing value: {found}. "
        f"Path '', line {error.lineno}, position {error.colno}."
    )


def _too_deep() -> JsonReaderException:
    return JsonReaderException(f"The reader's MaxDepth of {MAX_JSON_DEPTH} has been exceeded.")


def _from_python(value: object, depth: int) -> JToken:
    if depth > MAX_JSON_DEPTH:
        raise _too_deep()
    if isinstance(value, dict):
        found = JObject()
        for name, member in value.items():
            found.set(name, _from_python(member, depth + 1))
        return found
    if isinstance(value, list):
        array = JArray()
        for item in value:
            array.append(_from_python(item, depth + 1))
        return array
    return JValue(value)


def parse_object(text: str) -> JObject:
    """`JObject.Parse(text)`."""
    token = _parsed(text, "JObject")
    if not isinstance(token, JObject):
        raise JsonReaderException(
            "Error reading JObject from JsonReader. Current JsonReader item is not an object: "
            f"{_json_type(token)}. Path '', line 1, position 1."
        )
    return token


def parse_array(text: str) -> JArray:
    """`JArray.Parse(text)`."""
    token = _parsed(text, "JArray")
    if not isinstance(token, JArray):
        raise JsonReaderException(
            "Error reading JArray from JsonReader. Current JsonReader item is not an array: "
            f"{_json_type(token)}. Path '', line 1, position 1."
        )
    return token


def _json_type(token: JToken) -> str:
    return {"Object": "StartObject", "Array": "StartArray"}.get(token_type(token), token_type(token))


_TOKEN_TYPES = {
    str: "String",
    bool: "Boolean",
    Int64: "Integer",
    float: "Float",
    Decimal: "Float",
    DateTime: "Date",
    TimeSpan: "TimeSpan",
    UUID: "Guid",
    NoneType: "Null",
}


def token_type(token: JToken) -> str:
    """The name in Newtonsoft's JTokenType."""
    return by_class(_TOKEN_TYPES, token.plain()) or "" if token.is_value else token.kind


def select_token(token: JToken, path: str) -> JToken | None:
    """`SelectToken(path)` for paths of names and indices: `usage.total_tokens`, `$.choices[0]`, `['a b']`."""
    current: JToken | None = token
    for step in _steps(path):
        if isinstance(current, JObject) and isinstance(step, str):
            current = current.members.get(step)
        elif isinstance(current, JArray) and isinstance(step, int):
            current = current.items[step] if step < len(current.items) else None
        else:
            return None
    return current


def _steps(path: str) -> Iterator[str | int]:
    position = 0
    path = path.removeprefix("$")
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            raise JsonReaderException(f"Unexpected character while parsing path: {path[position]}")
        name, quoted, index = found.groups()
        yield int(index) if index is not None else quoted if quoted is not None else name
        position = found.end()


def index_token(token: JToken, key: object) -> JToken | None:
    """`token[key]`: a missing member is null; raises ArgumentException if the key is not of the token's kind."""
    if isinstance(token, JObject):
        if not isinstance(key, str):
            raise ArgumentException(
                f"Accessed JObject values with invalid key value: {_shown(key)}. Object property name expected."
            )
        return token.members.get(key)
    if isinstance(token, JArray):
        return token.items[array_index(token, key)]
    raise InvalidOperationException(f"Cannot access child value on {_class_name(token)}.")


def set_token(token: JToken, key: object, value: JToken | None) -> None:
    """`token[key] = value`."""
    child = JValue(None) if value is None else value
    if isinstance(token, JObject) and isinstance(key, str):
        token.set(key, child)
    elif isinstance(token, JArray):
        token.items[array_index(token, key)] = token.adopt(child)
    else:
        raise InvalidOperationException(f"Cannot set child value on {_class_name(token)}.")


def array_index(array: JArray, key: object) -> int:
    if not isinstance(key, int):
        raise ArgumentException(
            f"Accessed JArray values with invalid key value: {_shown(key)}. Int32 array index expected."
        )
    if not 0 <= key < len(array.items):
        raise ArgumentException(
            "Index was out of range. Must be non-negative and less than the size of the collection.\r\n"
            "Parameter name: index"
        )
    return key


def _shown(key: object) -> str:
    """Only a key that could be one: anything else may hold secrets."""
    return f'"{key}"' if isinstance(key, str) else str(key) if isinstance(key, int) else ""


def _class_name(token: JToken) -> str:
    return f"Newtonsoft.Json.Linq.{token.__class__.__name__}"
