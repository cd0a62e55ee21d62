"""The characters of JSON: white space, comments and strings as Newtonsoft reads them.

Every method bears the name that it has there, in our spelling. Source: Newtonsoft.Json 13.0.1, JsonTextReader.cs.
"""

import re

from apim_lab.dotnet.text.characters import WHITE_SPACE
from apim_lab.newtonsoft.text.json_reader import JsonReader, Token

_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_PLAIN_TEXT = re.compile(r"""[^"'\\\r\n]*""")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{4}")
_REPLACEMENT = "\ufffd"


def _is_high(unit: int) -> bool:
    return 0xD800 <= unit < 0xDC00


def _is_low(unit: int) -> bool:
    return 0xDC00 <= unit < 0xE000


class Scanner(JsonReader):
    """Reads what stands between tokens, and strings."""

    def _character(self) -> str:
        return self.text[self.position] if self.position < self.end else "\0"

    def _has(self, more: int) -> bool:
        """Whether there is a character so many after the current one."""
        found = self.position + more < self.end
        self.has_ended = self.has_ended or not found
        return found

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
            self.set_token(Token.COMMENT, self.text[start : self.position])
        else:
            self._to_the_end_of_the_comment()
            self.set_token(Token.COMMENT, self.text[start : self.position - 2])

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
