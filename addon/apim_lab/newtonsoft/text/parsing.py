"""JSON texts as Newtonsoft reads them: more than JSON, and its own words for what it does not read.

A text of strict JSON is read by Python's json module, which is written in C, wherever that gives the same: all but
texts with halves of UTF-16 pairs, old Microsoft dates, a 25th hour or integers of hundreds of digits. Everything else
is read by `TextReader`. Source: Newtonsoft.Json 13.0.1, JsonTextReader.cs, JsonReader.cs, Linq/JContainer.cs.
"""

import json
import re
from typing import Any

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.newtonsoft.text.json_reader import MAX_JSON_DEPTH, Token
from apim_lab.newtonsoft.text.number_texts import MAX_INTEGER_LENGTH
from apim_lab.newtonsoft.text.text_reader import TextReader
from apim_lab.newtonsoft.token_types import COMMENT, NULL, UNDEFINED
from apim_lab.newtonsoft.tokens import (
    JArray,
    JConstructor,
    JContainer,
    JList,
    JObject,
    JToken,
    JValue,
    token_of,
)


def parse_json(text: str) -> JToken:
    """`JToken.Parse(text)`."""
    read = read_strictly(text)
    root = _read_loosely(text) if read is OTHERWISE else token_of(read)
    root.source = text
    return root


def parse_object(text: str) -> JObject:
    """`JObject.Parse(text)`."""
    read = read_strictly(text)
    root = JObject(read) if isinstance(read, dict) else _only(JObject, Token.START_OBJECT, "an object", text)
    root.source = text
    return root


def parse_array(text: str) -> JArray:
    """`JArray.Parse(text)`."""
    read = read_strictly(text)
    root = JArray(read) if isinstance(read, list) else _only(JArray, Token.START_ARRAY, "an array", text)
    root.source = text
    return root


# Of a token that is read by TextReader: less for its memory than for its time
_READ_SIZE = 16 * OBJECT
OTHERWISE = object()
_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)
_LARGEST = 10**MAX_INTEGER_LENGTH - 1
_SMALLEST = -(10 ** (MAX_INTEGER_LENGTH - 1)) + 1


def read_strictly(text: str) -> Any:
    """What the json module makes of the text; OTHERWISE where that may differ from what Newtonsoft reads."""
    _afford(text)
    if "Date(" in text or "T24:00:00" in text or ("\\u" in text and _LONE_SURROGATE.search(text)):
        return OTHERWISE
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return OTHERWISE
    is_small = len(text) < MAX_INTEGER_LENGTH and text.count("[") + text.count("{") <= MAX_JSON_DEPTH
    return read if is_small or _is_bounded(read) else OTHERWISE


def _afford(text: str) -> None:
    """Count what the text will take when it is read: Python's dict, list, string and number objects."""
    # A name that is new takes json.loads ten times as long as a number; colons in texts count, too
    structure = 3 * text.count("{") + text.count("[") + text.count(",") + 4 * text.count(":")
    allocate(len(text) + structure * OBJECT)


def _is_bounded(read: object) -> bool:
    """Whether no value is nested deeper, and no integer longer, than Newtonsoft takes."""
    level: list[Any] = [[read]]
    for _ in range(MAX_JSON_DEPTH + 1):
        below: list[Any] = []
        for container in level:
            for value in container.values() if container.__class__ is dict else container:
                class_ = value.__class__
                if class_ is dict or class_ is list:
                    below.append(value)
                elif class_ is int and not _SMALLEST <= value <= _LARGEST:
                    return False
        level = below
        if not level:
            return True
    return False


def _read_loosely(text: str) -> JToken:
    reader = TextReader(text)
    if not reader.read():
        raise reader.error("Error reading JToken from JsonReader.")
    start = _STARTS.get(reader.token)
    read = _value(reader) if start is None else _loaded(reader, start)
    _read_to_the_end(reader)
    return read


def _only[T: JContainer](class_: type[T], start: Token, described: str, text: str) -> T:
    """The root of the text; raises JsonReaderException unless it is of this kind."""
    reader = TextReader(text)
    name = class_.__name__
    found = reader.read()
    if not found:
        raise reader.error(f"Error reading {name} from JsonReader.")
    while found and reader.token is Token.COMMENT:
        found = reader.read()
    if reader.token is not start:
        shown = reader.token.value
        raise reader.error(f"Error reading {name} from JsonReader. Current JsonReader item is not {described}: {shown}")
    read = _loaded(reader, class_)
    _read_to_the_end(reader)
    assert isinstance(read, class_)  # as `start` says
    return read


def _read_to_the_end(reader: TextReader) -> None:
    while reader.read():
        pass


_STARTS: dict[Token, type[JContainer]] = {
    Token.START_OBJECT: JObject,
    Token.START_ARRAY: JArray,
    Token.START_CONSTRUCTOR: JConstructor,
}
_ENDS = {Token.END_OBJECT, Token.END_ARRAY, Token.END_CONSTRUCTOR}


def _container(reader: TextReader) -> JContainer:
    if reader.token is Token.START_CONSTRUCTOR:
        return JConstructor(reader.value)
    return JObject() if reader.token is Token.START_OBJECT else JArray()


def _value(reader: TextReader) -> JValue:
    if reader.token is Token.COMMENT:
        return JValue(reader.value, COMMENT)
    if reader.token is Token.UNDEFINED:
        return JValue(None, UNDEFINED)
    return JValue(None, NULL) if reader.token is Token.NULL else JValue(reader.value)


def tree_at(reader: TextReader) -> JToken:
    """The token that the reader stands at the beginning of; the text may end within it."""
    if reader.token not in _STARTS:
        return _value(reader)
    root = _container(reader)
    if reader.read():
        _fill(root, reader)
    return root


def _loaded(reader: TextReader, class_: type[JContainer]) -> JContainer:
    """The container that the reader stands at the beginning of."""
    root = _container(reader)
    start_depth = reader.depth
    if not reader.read():
        raise reader.error(f"Error reading {class_.__name__} from JsonReader.")
    _fill(root, reader)
    if reader.depth > start_depth:
        raise reader.error(f"Unexpected end of content while loading {class_.__name__}.")
    return root


def _fill(root: JContainer, reader: TextReader) -> None:
    """Read up to the end of the root, or of the text."""
    open_containers = [root]
    names: list[str] = []
    reading = True
    while reading:
        token = reader.token
        allocate(_READ_SIZE)
        if token in _ENDS:
            if len(open_containers) == 1:
                return
            open_containers.pop()
        elif token is Token.PROPERTY_NAME:
            names.append(reader.value)
        elif token is not Token.COMMENT:
            _append(open_containers, names, reader)
        reading = reader.read()


def _append(open_containers: list[JContainer], names: list[str], reader: TextReader) -> None:
    parent = open_containers[-1]
    is_container = reader.token in _STARTS
    child: JToken = _container(reader) if is_container else _value(reader)
    child.parent = parent
    if isinstance(parent, JObject):
        parent.members[names.pop()] = child
    elif isinstance(parent, JList):
        parent.items.append(child)
    if isinstance(child, JContainer):
        open_containers.append(child)
