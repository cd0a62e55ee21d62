"""Newtonsoft's JsonReader: the tokens of JSON, where a reader is among them, and its words for a mistake.

Source: Newtonsoft.Json 13.0.1, JsonReader.cs, JsonToken.cs.
"""

import enum
from dataclasses import dataclass
from typing import Any

from apim_lab.dotnet.exceptions import JsonReaderException
from apim_lab.newtonsoft.paths.token_path import Step, path_text

# Newtonsoft reads no deeper by default (JsonReader.MaxDepth, since 13.0.1)
MAX_JSON_DEPTH = 64


class Token(enum.Enum):
    """Newtonsoft's JsonToken."""

    NONE = "None"
    START_OBJECT = "StartObject"
    START_ARRAY = "StartArray"
    START_CONSTRUCTOR = "StartConstructor"
    PROPERTY_NAME = "PropertyName"
    COMMENT = "Comment"
    INTEGER = "Integer"
    FLOAT = "Float"
    STRING = "String"
    BOOLEAN = "Boolean"
    NULL = "Null"
    UNDEFINED = "Undefined"
    END_OBJECT = "EndObject"
    END_ARRAY = "EndArray"
    END_CONSTRUCTOR = "EndConstructor"
    DATE = "Date"
    BYTES = "Bytes"
    RAW = "Raw"


class State(enum.Enum):
    START = enum.auto()
    PROPERTY = enum.auto()
    OBJECT_START = enum.auto()
    OBJECT = enum.auto()
    ARRAY_START = enum.auto()
    ARRAY = enum.auto()
    CONSTRUCTOR_START = enum.auto()
    CONSTRUCTOR = enum.auto()
    POST_VALUE = enum.auto()
    FINISHED = enum.auto()


@dataclass
class _Position:
    """Where the reader is in one container: at a name, or at an index."""

    kind: str
    index: int = -1
    name: str | None = None


STARTS = {
    Token.START_OBJECT: ("Object", State.OBJECT_START, State.OBJECT),
    Token.START_ARRAY: ("Array", State.ARRAY_START, State.ARRAY),
    Token.START_CONSTRUCTOR: ("Constructor", State.CONSTRUCTOR_START, State.CONSTRUCTOR),
}
ENDS = {Token.END_OBJECT: "Object", Token.END_ARRAY: "Array", Token.END_CONSTRUCTOR: "Constructor"}
START_STATES = {start for _, start, _ in STARTS.values()}


def before_path(message: str) -> str:
    """A message, ready for the path behind it: as a sentence, unless it ends with a line."""
    if message.endswith("\n"):
        return message
    message = message.strip()
    return f"{message} " if message.endswith(".") else f"{message}. "


class JsonReader:
    """`token` and `value` are where it is, `depth` and, in errors, the path, line and position tell more.

    Whoever derives from it moves `position` in `text`, and counts the lines.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.end = len(text)
        self.position = 0
        self.line = 1
        self.line_start = 0
        self.token = Token.NONE
        self.value: Any = None
        self.state = State.START
        self.stack: list[_Position] = []
        self.has_exceeded_depth = False
        # Newtonsoft looked for more than there is: then it forgets what it has, after the root
        self.has_ended = False

    @property
    def depth(self) -> int:
        within = len(self.stack)
        return within - 1 if within and self.token in STARTS else within

    def error(self, message: str) -> JsonReaderException:
        column = self.position - self.line_start
        is_untouched = self.state is State.START and column == 0 and self.token is not Token.COMMENT
        line = 0 if is_untouched else self.line
        return JsonReaderException(f"{before_path(message)}Path '{self.path()}', line {line}, position {column}.")

    def path(self) -> str:
        known = self.stack[:-1] if self.state in START_STATES else self.stack
        return path_text([self._step(position) for position in known])

    def _step(self, position: _Position) -> Step:
        return position.index if position.kind != "Object" else position.name or ""

    def set_token(self, token: Token, value: Any = None, *, counts: bool = True) -> None:
        self.token = token
        self.value = value
        if token in STARTS:
            self._push(token)
        elif token in ENDS:
            self._validate_end(token)
        elif token is Token.PROPERTY_NAME:
            self.state = State.PROPERTY
            self.stack[-1].name = value
        elif token is not Token.COMMENT:
            self.set_post_value(counts=counts)

    def _push(self, token: Token) -> None:
        kind, self.state, _ = STARTS[token]
        self._count_value()
        self.stack.append(_Position(kind))
        if len(self.stack) > MAX_JSON_DEPTH and not self.has_exceeded_depth:
            self.has_exceeded_depth = True
            raise self.error(f"The reader's MaxDepth of {MAX_JSON_DEPTH} has been exceeded.")

    def _validate_end(self, token: Token) -> None:
        kind = self.stack.pop().kind if self.stack else "None"
        if kind != ENDS[token]:
            raise self.error(f"JsonToken {token.value} is not valid for closing JsonType {kind}.")
        self.state = State.POST_VALUE if self.stack else State.FINISHED

    def set_post_value(self, *, counts: bool) -> None:
        self.state = State.POST_VALUE if self.stack else State.FINISHED
        if counts:
            self._count_value()

    def _count_value(self) -> None:
        if self.stack and self.stack[-1].kind != "Object":
            self.stack[-1].index += 1
