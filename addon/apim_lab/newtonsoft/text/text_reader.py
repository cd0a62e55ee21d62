"""Newtonsoft's JsonTextReader: a text as a sequence of tokens.

It reads more than JSON: comments, single quotes and none, `undefined`, constructors, numbers in other bases. Every
method bears the name that it has there, in our spelling. Source: Newtonsoft.Json 13.0.1, JsonTextReader.cs.
"""

from math import inf, nan
from typing import Any

from apim_lab.dotnet.exceptions import JsonReaderException
from apim_lab.dotnet.text.characters import WHITE_SPACE
from apim_lab.newtonsoft.text.dates import is_like_a_date, read_date
from apim_lab.newtonsoft.text.json_reader import STARTS, State, Token
from apim_lab.newtonsoft.text.number_texts import NUMBER_CHARACTERS, read_number
from apim_lab.newtonsoft.text.scanner import Scanner

STATES = {kind: state for kind, _, state in STARTS.values()}
_CLOSING = {"}": Token.END_OBJECT, "]": Token.END_ARRAY, ")": Token.END_CONSTRUCTOR}
_OPENING = {"{": Token.START_OBJECT, "[": Token.START_ARRAY}
_LITERALS: dict[str, tuple[str, Token, Any, str]] = {
    "t": ("true", Token.BOOLEAN, True, "boolean"),
    "f": ("false", Token.BOOLEAN, False, "boolean"),
    "u": ("undefined", Token.UNDEFINED, None, "undefined"),
    "N": ("NaN", Token.FLOAT, nan, "NaN"),
    "I": ("Infinity", Token.FLOAT, inf, "Infinity"),
}


def _is_identifier(character: str) -> bool:
    return character.isalpha() or character.isdecimal() or character in {"_", "$"}


class TextReader(Scanner):
    """`read` moves to the next token. `number_text` is the last number as it is written."""

    reads_dates = True
    number_text = ""

    def first_of_value(self) -> str:
        """The first character of the next value, behind commas and white space."""
        while self.state is State.POST_VALUE and self._character() == ",":
            self._parse_post_value()
        self._eat_white_space()
        return self._character()

    def read(self) -> bool:
        """To the next token; false at the end of the text, after which `token` may stay."""
        while True:
            if self.state is State.FINISHED:
                return self._read_after_the_end()
            if self.state is State.POST_VALUE:
                if self._parse_post_value():
                    return True
            elif self.state in {State.OBJECT, State.OBJECT_START}:
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

    def _parse_post_value(self) -> bool:
        """Up to what follows a value; false at a comma."""
        while self.position < self.end:
            character = self._character()
            if character in _CLOSING:
                self.position += 1
                self.set_token(_CLOSING[character])
                return True
            if character == "/":
                self._parse_comment()
                return True
            if character == ",":
                self.position += 1
                self.state = STATES[self.stack[-1].kind] if self.stack else State.FINISHED
                return False
            if not self._skip(character):
                raise self.error(f"After parsing a value an unexpected character was encountered: {character}.")
        self.state = State.FINISHED
        return False

    def _parse_object(self) -> bool:
        while self.position < self.end:
            character = self._character()
            if character == "}":
                self.set_token(Token.END_OBJECT)
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
        self.set_token(Token.PROPERTY_NAME, name)

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
            self.set_token(_OPENING.get(character) or _CLOSING[character])
        elif character in _LITERALS:
            self._parse_literal(*_LITERALS[character])
        elif character == "n":
            self._parse_null_or_constructor()
        elif character == "/":
            self._parse_comment()
        elif character == ",":
            # The comma stays: several in a row are several values
            self.set_token(Token.UNDEFINED)
        elif self.text.startswith("-I", self.position):
            self._parse_literal("-Infinity", Token.FLOAT, -inf, "-Infinity")
        elif character.isnumeric() or character in {"-", "."}:
            self._parse_number()
        else:
            raise self._unexpected(character)

    def _unexpected(self, character: str) -> JsonReaderException:
        return self.error(f"Unexpected character encountered while parsing value: {character}.")

    def _parse_literal(self, word: str, token: Token, value: object, kind: str) -> None:
        if not self._matches(word):
            raise self.error(f"Error parsing {kind} value.")
        self.set_token(token, value)

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
        return character == ")" and self.state in {State.CONSTRUCTOR, State.CONSTRUCTOR_START}

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
        self.set_token(Token.START_CONSTRUCTOR, name)

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

    def _parse_string(self, quote: str) -> None:
        self.position += 1
        text = self._read_string(quote)
        self.set_post_value(counts=True)
        date = read_date(text) if self.reads_dates and is_like_a_date(text) else None
        self.set_token(Token.STRING if date is None else Token.DATE, text if date is None else date, counts=False)

    def _parse_number(self) -> None:
        start = self.position
        found = NUMBER_CHARACTERS.match(self.text, start)
        self.position = start if found is None else found.end()
        following = self._character()
        if following not in WHITE_SPACE and following not in {",", "}", "]", ")", "/", "\0"}:
            raise self.error(f"Unexpected character encountered while parsing number: {following}.")
        self.set_post_value(counts=True)
        self.number_text = self.text[start : self.position]
        try:
            number = read_number(self.number_text)
        except ValueError as no_number:
            self.set_token(Token.UNDEFINED, counts=False)
            raise self.error(str(no_number)) from None
        self.set_token(Token.FLOAT if isinstance(number, float) else Token.INTEGER, number, counts=False)
