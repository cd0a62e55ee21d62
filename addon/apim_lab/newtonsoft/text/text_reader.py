"""Newtonsoft's JsonTextReader: a text as a sequence of tokens, with its words for each mistake.

It reads more than JSON: comments, single quotes and none, `undefined`, constructors, numbers in other bases. Every
method bears the name that it has there, in our spelling.
Source: Newtonsoft.Json 13.0.1, JsonTextReader.cs, JsonReader.cs.
"""

import enum
import re
from dataclasses import dataclass
from math import inf, nan
from typing import Any

from apim_lab.csharp.runtime.values import Int64
from apim_lab.dotnet.exceptions import JsonReaderException
from apim_lab.dotnet.text.characters import WHITE_SPACE
from apim_lab.newtonsoft.paths.token_path import Step, path_text
from apim_lab.newtonsoft.text.dates import is_like_a_date, read_date
from apim_lab.newtonsoft.token_types import BigInteger

# Newtonsoft reads no deeper by default (JsonReader.MaxDepth, since 13.0.1)
MAX_JSON_DEPTH = 64
MAX_INTEGER_LENGTH = 380


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


class _State(enum.Enum):
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


_STARTS = {
    Token.START_OBJECT: ("Object", _State.OBJECT_START, _State.OBJECT),
    Token.START_ARRAY: ("Array", _State.ARRAY_START, _State.ARRAY),
    Token.START_CONSTRUCTOR: ("Constructor", _State.CONSTRUCTOR_START, _State.CONSTRUCTOR),
}
_ENDS = {Token.END_OBJECT: "Object", Token.END_ARRAY: "Array", Token.END_CONSTRUCTOR: "Constructor"}
_START_STATES = {start for _, start, _ in _STARTS.values()}
_STATES = {kind: state for kind, _, state in _STARTS.values()}
_CLOSING = {"}": Token.END_OBJECT, "]": Token.END_ARRAY, ")": Token.END_CONSTRUCTOR}
_OPENING = {"{": Token.START_OBJECT, "[": Token.START_ARRAY}
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_LITERALS: dict[str, tuple[str, Token, Any, str]] = {
    "t": ("true", Token.BOOLEAN, True, "boolean"),
    "f": ("false", Token.BOOLEAN, False, "boolean"),
    "u": ("undefined", Token.UNDEFINED, None, "undefined"),
    "N": ("NaN", Token.FLOAT, nan, "NaN"),
    "I": ("Infinity", Token.FLOAT, inf, "Infinity"),
}
_PLAIN_TEXT = re.compile(r"""[^"'\\\r\n]*""")
_NUMBER_CHARACTERS = re.compile(r"[-+a-fA-FxX.0-9]*")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{4}")
_REPLACEMENT = "\ufffd"
_LONG = range(-(2**63), 2**63)
_ULONG = range(2**64)


def _is_identifier(character: str) -> bool:
    return character.isalpha() or character.isdecimal() or character in {"_", "$"}


def _is_high(unit: int) -> bool:
    return 0xD800 <= unit < 0xDC00


def _is_low(unit: int) -> bool:
    return 0xDC00 <= unit < 0xE000


class TextReader:
    """`read` moves to the next token: `token` and `value`, with `depth` and, in errors, the path, line and position."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.end = len(text)
        self.position = 0
        self.line = 1
        self.line_start = 0
        self.token = Token.NONE
        self.value: Any = None
        self.state = _State.START
        self.stack: list[_Position] = []
        self.has_exceeded_depth = False
        # Newtonsoft looked for more than there is: then it forgets what it has, after the root
        self.has_ended = False

    # ---- where it is ---------------------------------------------------------------------------------------------

    @property
    def depth(self) -> int:
        within = len(self.stack)
        return within - 1 if within and self.token in _STARTS else within

    def error(self, message: str) -> JsonReaderException:
        message = message.strip()
        point = "" if message.endswith(".") else "."
        column = self.position - self.line_start
        is_untouched = self.state is _State.START and column == 0 and self.token is not Token.COMMENT
        line = 0 if is_untouched else self.line
        return JsonReaderException(f"{message}{point} Path '{self.path()}', line {line}, position {column}.")

    def path(self) -> str:
        known = self.stack[:-1] if self.state in _START_STATES else self.stack
        return path_text([self._step(position) for position in known])

    def _step(self, position: _Position) -> Step:
        return position.index if position.kind != "Object" else position.name or ""

    def _character(self) -> str:
        return self.text[self.position] if self.position < self.end else "\0"

    def _has(self, more: int) -> bool:
        """Whether there is a character so many after the current one."""
        found = self.position + more < self.end
        self.has_ended = self.has_ended or not found
        return found

    # ---- tokens --------------------------------------------------------------------------------------------------

    def read(self) -> bool:
        """To the next token; false at the end of the text, after which `token` may stay."""
        while True:
            if self.state is _State.FINISHED:
                return self._read_after_the_end()
            if self.state is _State.POST_VALUE:
                if self._parse_post_value():
                    return True
            elif self.state in {_State.OBJECT, _State.OBJECT_START}:
                return self._parse_object()
            else:
                return self._parse_value()

    def _read_after_the_end(self) -> bool:
        self._eat_white_space()
        if self.position < self.end and not self.has_ended:
            if self._character() == "/":
                self._parse_comment()
                return True
            raise self.error(f"Additional text encountered after finished reading JSON content: {self._character()}.")
        self.token = Token.NONE
        return False

    def _set_token(self, token: Token, value: Any = None, *, counts: bool = True) -> None:
        self.token = token
        self.value = value
        if token in _STARTS:
            self._push(token)
        elif token in _ENDS:
            self._validate_end(token)
        elif token is Token.PROPERTY_NAME:
            self.state = _State.PROPERTY
            self.stack[-1].name = value
        elif token is not Token.COMMENT:
            self._set_post_value(counts=counts)

    def _push(self, token: Token) -> None:
        kind, self.state, _ = _STARTS[token]
        self._count_value()
        self.stack.append(_Position(kind))
        if len(self.stack) > MAX_JSON_DEPTH and not self.has_exceeded_depth:
            self.has_exceeded_depth = True
            raise self.error(f"The reader's MaxDepth of {MAX_JSON_DEPTH} has been exceeded.")

    def _validate_end(self, token: Token) -> None:
        kind = self.stack.pop().kind if self.stack else "None"
        if kind != _ENDS[token]:
            raise self.error(f"JsonToken {token.value} is not valid for closing JsonType {kind}.")
        self.state = _State.POST_VALUE if self.stack else _State.FINISHED

    def _set_post_value(self, *, counts: bool) -> None:
        self.state = _State.POST_VALUE if self.stack else _State.FINISHED
        if counts:
            self._count_value()

    def _count_value(self) -> None:
        if self.stack and self.stack[-1].kind != "Object":
            self.stack[-1].index += 1

    def _parse_post_value(self) -> bool:
        """Up to what follows a value; false at a comma."""
        while self.position < self.end:
            character = self._character()
            if character in _CLOSING:
                self.position += 1
                self._set_token(_CLOSING[character])
                return True
            if character == "/":
                self._parse_comment()
                return True
            if character == ",":
                self.position += 1
                self.state = _STATES[self.stack[-1].kind] if self.stack else _State.FINISHED
                return False
            if not self._skip(character):
                raise self.error(f"After parsing a value an unexpected character was encountered: {character}.")
        self.state = _State.FINISHED
        return False

    def _parse_object(self) -> bool:
        while self.position < self.end:
            character = self._character()
            if character == "}":
                self._set_token(Token.END_OBJECT)
                self.position += 1
                return True
            if character == "/":
                self._parse_comment()
                return True
            if not self._skip(character):
                self._parse_property()
                return True
        return False

    def _parse_property(self) -> None:
        first = self._character()
        if first in {'"', "'"}:
            self.position += 1
            name = self._read_string(first)
        elif _is_identifier(first):
            name = self._unquoted_property()
        else:
            raise self.error(f"Invalid property identifier character: {first}.")
        self._eat_white_space()
        if self._character() != ":":
            raise self.error(
                f"Invalid character after parsing property name. Expected ':' but got: {self._character()}."
            )
        self.position += 1
        self._set_token(Token.PROPERTY_NAME, name)

    def _unquoted_property(self) -> str:
        start = self.position
        while self.position < self.end:
            character = self._character()
            if character in WHITE_SPACE or character in {":", "\0"}:
                return self.text[start : self.position]
            if not _is_identifier(character):
                raise self.error(f"Invalid JavaScript property identifier character: {character}.")
            self.position += 1
        raise self.error("Unexpected end while parsing unquoted property name.")

    def _parse_value(self) -> bool:
        while self.position < self.end:
            character = self._character()
            if character in WHITE_SPACE or character == "\0":
                self._skip(character)
                continue
            self._parse_value_from(character)
            return True
        return False

    def _parse_value_from(self, character: str) -> None:
        if character in {'"', "'"}:
            self._parse_string(character)
        elif character in _OPENING or character in {"]", ")"}:
            self.position += 1
            self._set_token(_OPENING.get(character) or _CLOSING[character])
        elif character in _LITERALS:
            self._parse_literal(*_LITERALS[character])
        elif character == "n":
            self._parse_null_or_constructor()
        elif character == "/":
            self._parse_comment()
        elif character == ",":
            # The comma stays: several in a row are several values
            self._set_token(Token.UNDEFINED)
        elif self.text.startswith("-I", self.position):
            self._parse_literal("-Infinity", Token.FLOAT, -inf, "-Infinity")
        elif character.isnumeric() or character in {"-", "."}:
            self._parse_number()
        else:
            raise self._unexpected(character)

    def _unexpected(self, character: str) -> JsonReaderException:
        return self.error(f"Unexpected character encountered while parsing value: {character}.")

    # ---- white space and comments --------------------------------------------------------------------------------

    def _skip(self, character: str) -> bool:
        """Past one character of white space, or a null character; false if it is none."""
        if character == "\r":
            self._process_carriage_return()
        elif character == "\n":
            self._process_line_feed()
        elif character in WHITE_SPACE or character == "\0":
            self.position += 1
        else:
            return False
        return True

    def _eat_white_space(self) -> None:
        while self.position < self.end and self._skip(self.text[self.position]):
            pass

    def _process_line_feed(self) -> None:
        self.position += 1
        self.line += 1
        self.line_start = self.position

    def _process_carriage_return(self) -> None:
        self.position += 1
        # Newtonsoft looks one character too far: a line feed that ends the text is a line of its own
        if self._has(1) and self._character() == "\n":
            self.position += 1
        self.line += 1
        self.line_start = self.position

    def _parse_comment(self) -> None:
        self.position += 1
        if not self._has(1):
            raise self.error("Unexpected end while parsing comment.")
        kind = self._character()
        if kind not in {"*", "/"}:
            raise self.error(f"Error parsing comment. Expected: *, got {kind}.")
        self.position += 1
        start = self.position
        if kind == "/":
            self._to_the_end_of_the_line()
            self._set_token(Token.COMMENT, self.text[start : self.position])
        else:
            self._to_the_end_of_the_comment()
            self._set_token(Token.COMMENT, self.text[start : self.position - 2])

    def _to_the_end_of_the_line(self) -> None:
        while self.position < self.end and self._character() not in {"\r", "\n"}:
            self.position += 1

    def _to_the_end_of_the_comment(self) -> None:
        while self.position < self.end:
            character = self._character()
            if character == "*" and self.text.startswith("*/", self.position):
                self.position += 2
                return
            if character not in {"\r", "\n"} or not self._skip(character):
                self.position += 1
        raise self.error("Unexpected end while parsing comment.")

    # ---- words ---------------------------------------------------------------------------------------------------

    def _parse_literal(self, word: str, token: Token, value: object, kind: str) -> None:
        if not self._matches(word):
            raise self.error(f"Error parsing {kind} value.")
        self._set_token(token, value)

    def _matches(self, word: str) -> bool:
        """Past a word that ends there."""
        if not self._has(len(word) - 1):
            self.position = self.end
            raise self.error("Unexpected end when reading JSON.")
        for expected in word:
            if self._character() != expected:
                return False
            self.position += 1
        return self.position >= self.end or self._is_separator(self._character())

    def _is_separator(self, character: str) -> bool:
        if character in {"}", "]", ",", "\0"} or character in WHITE_SPACE:
            return True
        if character == "/":
            return self.text[self.position + 1 : self.position + 2] in {"*", "/"}
        return character == ")" and self.state in {_State.CONSTRUCTOR, _State.CONSTRUCTOR_START}

    def _parse_null_or_constructor(self) -> None:
        if not self._has(1):
            self.position += 1
            raise self.error("Unexpected end when reading JSON.")
        following = self.text[self.position + 1]
        if following == "u":
            self._parse_literal("null", Token.NULL, None, "null")
        elif following == "e":
            self._parse_constructor()
        else:
            raise self._unexpected("n")

    def _parse_constructor(self) -> None:
        if not self._matches("new"):
            raise self.error("Unexpected content while parsing JSON.")
        self._eat_white_space()
        name = self._constructor_name()
        self._eat_white_space()
        if self._character() != "(":
            raise self.error(f"Unexpected character while parsing constructor: {self._character()}.")
        self.position += 1
        self._set_token(Token.START_CONSTRUCTOR, name)

    def _constructor_name(self) -> str:
        start = self.position
        while self.position < self.end:
            character = self._character()
            if character == "(":
                return self.text[start : self.position]
            stop = self.position
            if self._skip(character):
                return self.text[start:stop]
            if not (character.isalpha() or character.isdecimal()):
                raise self.error(f"Unexpected character while parsing constructor: {character}.")
            self.position += 1
        raise self.error("Unexpected end while parsing constructor.")

    # ---- strings -------------------------------------------------------------------------------------------------

    def _parse_string(self, quote: str) -> None:
        self.position += 1
        text = self._read_string(quote)
        self._set_post_value(counts=True)
        date = read_date(text) if is_like_a_date(text) else None
        self._set_token(Token.STRING if date is None else Token.DATE, text if date is None else date, counts=False)

    def _read_string(self, quote: str) -> str:
        parts = []
        while True:
            found = _PLAIN_TEXT.match(self.text, self.position)
            parts.append(found.group() if found else "")
            self.position += len(parts[-1])
            if self.position >= self.end:
                raise self.error(f"Unterminated string. Expected delimiter: {quote}.")
            start = self.position
            character = self._character()
            if character == quote:
                self.position += 1
                return "".join(parts)
            if character == "\\":
                parts.append(self._read_escape(quote))
            else:
                if not self._skip(character):
                    self.position += 1
                parts.append(self.text[start : self.position])

    def _read_escape(self, quote: str) -> str:
        self.position += 1
        if self.position >= self.end:
            raise self.error(f"Unterminated string. Expected delimiter: {quote}.")
        character = self._character()
        self.position += 1
        if character == "u":
            return self._read_unicode()
        if character not in _ESCAPES:
            raise self.error(f"Bad JSON escape sequence: \\{character}.")
        return _ESCAPES[character]

    def _read_unicode(self) -> str:
        """After `\\u`: two halves of a pair become one character, a half alone the replacement character."""
        unit = self._parse_unicode()
        written = ""
        while _is_high(unit):
            if not (self._has(2) and self.text.startswith("\\u", self.position)):
                return written + _REPLACEMENT
            self.position += 2
            high, unit = unit, self._parse_unicode()
            if _is_low(unit):
                return written + chr(0x10000 + ((high - 0xD800) << 10) + unit - 0xDC00)
            written += _REPLACEMENT
        return written + (_REPLACEMENT if _is_low(unit) else chr(unit))

    def _parse_unicode(self) -> int:
        if not self._has(4):
            raise self.error("Unexpected end while parsing Unicode escape sequence.")
        digits = self.text[self.position : self.position + 4]
        if not _HEXADECIMAL.fullmatch(digits):
            raise self.error(f"Invalid Unicode escape sequence: \\u{digits}.")
        self.position += 4
        return int(digits, 16)

    # ---- numbers -------------------------------------------------------------------------------------------------

    def _parse_number(self) -> None:
        start = self.position
        found = _NUMBER_CHARACTERS.match(self.text, start)
        self.position = start if found is None else found.end()
        following = self._character()
        if following not in WHITE_SPACE and following not in {",", "}", "]", ")", "/", "\0"}:
            raise self.error(f"Unexpected character encountered while parsing number: {following}.")
        self._set_post_value(counts=True)
        number = self._number(self.text[start : self.position])
        self._set_token(Token.FLOAT if isinstance(number, float) else Token.INTEGER, number, counts=False)

    def _number(self, text: str) -> Int64 | BigInteger | float:
        if len(text) > 1 and text[0] == "0" and text[1] not in {".", "e", "E"}:
            return self._in_another_base(text)
        if _INTEGER.fullmatch(text):
            return self._integer(text)
        if not _NUMBER.fullmatch(text):
            raise self._no_number(text)
        return float(text)

    def _integer(self, text: str) -> Int64 | BigInteger:
        digits = text.lstrip("-")
        if len(digits) > 19 and len(text) > MAX_INTEGER_LENGTH:
            self._set_token(Token.UNDEFINED, counts=False)
            raise self.error(f"JSON integer {text} is too large to parse.")
        value = int(text)
        return Int64(value) if value in _LONG else BigInteger(value)

    def _in_another_base(self, text: str) -> Int64:
        """`0x1F` and `017`, of at most 64 bits; the highest bit is the sign."""
        is_hexadecimal = text[1] in {"x", "X"}
        digits = text[2:] if is_hexadecimal else text
        if not re.fullmatch("[0-9a-fA-F]+" if is_hexadecimal else "[0-7]+", digits):
            raise self._no_number(text)
        value = int(digits.lstrip("0")[:32] or "0", 16 if is_hexadecimal else 8)
        if value not in _ULONG:
            raise self._no_number(text)
        return Int64(value if value in _LONG else value - 2**64)

    def _no_number(self, text: str) -> JsonReaderException:
        self._set_token(Token.UNDEFINED, counts=False)
        return self.error(f"Input string '{text}' is not a valid number.")
