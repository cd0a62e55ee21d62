"""Reads a pattern character by character, as .NET does, and throws what it throws, at its place.

Source: dotnet/corefx 3.1, RegexParser.cs.
"""

from apim_lab.dotnet.regular_expressions.classes import (
    DIGIT,
    ECMA_DIGIT,
    ECMA_SPACE,
    ECMA_WORD,
    SPACE,
    WORD,
    WORD_OR_JOINER,
    CharacterClass,
    Part,
    named_part,
)
from apim_lab.dotnet.regular_expressions.errors import RegexParseException
from apim_lab.dotnet.regular_expressions.regex_options import (
    ECMA_SCRIPT,
    IGNORE_CASE,
    IGNORE_PATTERN_WHITESPACE,
    INLINE,
)

QUANTIFIERS = "*+?{"
SPECIAL = QUANTIFIERS + "\\[^$.|()"
_BLANKS = "\t\n\f\r "
_INT_MAX = 2**31 - 1
_ESCAPES = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MOST_NESTED = 100


class Reader:
    """Reads a pattern: `place` is the next character, `options` are those in force there.

    `skips_classes`: .NET goes over a pattern twice; at first it does not mind what is in classes.
    """

    skips_classes = False

    def __init__(self, pattern: str, options: int) -> None:
        self.pattern = pattern
        self.place = 0
        self.options = options
        self._nested = 0

    # ---- characters

    def has(self, option: int) -> bool:
        return bool(self.options & option)

    @property
    def left(self) -> int:
        return len(self.pattern) - self.place

    def peek(self, ahead: int = 0) -> str:
        """The character so far ahead, "" behind the end."""
        return self.pattern[self.place + ahead : self.place + ahead + 1]

    def take(self) -> str:
        self.place += 1
        return self.pattern[self.place - 1]

    def accept(self, expected: str) -> bool:
        """Take the next character, and return whether it is the expected one."""
        return self.left > 0 and self.take() == expected

    def mistake(self, text: str) -> RegexParseException:
        return RegexParseException(self.pattern, self.place, text)

    # ---- blanks and quantifiers

    def skip_blanks(self) -> None:
        """Comments, and where they do not count, spaces."""
        while True:
            if self.has(IGNORE_PATTERN_WHITESPACE):
                while self.peek() and self.peek() in _BLANKS:
                    self.place += 1
                if self.peek() == "#":
                    end = self.pattern.find("\n", self.place)
                    self.place = end if end >= 0 else len(self.pattern)
                    continue
            if not self.pattern.startswith("(?#", self.place):
                return
            end = self.pattern.find(")", self.place)
            if end < 0:
                self.place = len(self.pattern)
                raise self.mistake("Unterminated (?#...) comment.")
            self.place = end + 1

    def stops_plain_text(self) -> bool:
        character = self.peek()
        if character == "{":
            return self.at_quantifier()
        return character in SPECIAL or (self.has(IGNORE_PATTERN_WHITESPACE) and character in f"#{_BLANKS}")

    def at_quantifier(self) -> bool:
        """Whether a quantifier begins here; a brace is one only in `{2}`, `{2,}` and `{2,3}`."""
        if self.peek() != "{":
            return bool(self.peek()) and self.peek() in QUANTIFIERS
        ahead = self._digits_end(1)
        if ahead == 1 or self.peek(ahead) not in {"}", ","}:
            return False
        return self.peek(ahead) == "}" or self.peek(self._digits_end(ahead + 1)) == "}"

    def _digits_end(self, ahead: int) -> int:
        while _is_digit(self.peek(ahead)):
            ahead += 1
        return ahead

    # ---- numbers, names and options

    def scan_decimal(self) -> int:
        number = 0
        while _is_digit(self.peek()):
            number = number * 10 + int(self.take())
            if number > _INT_MAX:
                raise self.mistake("Capture group numbers must be less than or equal to Int32.MaxValue.")
        return number

    def scan_name(self) -> str:
        start = self.place
        while is_word_character(self.peek()):
            self.place += 1
        return self.pattern[start : self.place]

    def scan_options(self) -> None:
        off = False
        while self.left > 0:
            character = self.peek()
            option = INLINE.get(character.lower() if character.isascii() else character)
            if character in "+-":
                off = character == "-"
            elif option is None:
                return
            else:
                self.options = self.options & ~option if off else self.options | option
            self.place += 1

    # ---- escapes

    def scan_escape(self) -> str:
        """The character that an escape stands for; the backslash is taken already."""
        character = self.take()
        if character in "01234567":
            self.place -= 1
            return self._octal()
        if character in "xu":
            return self._hexadecimal(2 if character == "x" else 4)
        if character == "c":
            return self._control()
        if character in _ESCAPES:
            return _ESCAPES[character]
        if not self.has(ECMA_SCRIPT) and is_word_character(character):
            raise self.mistake(f"Unrecognized escape sequence \\\\{character}.")
        return character

    def _octal(self) -> str:
        number = 0
        for _ in range(3):
            if not self.peek() or self.peek() not in "01234567":
                break
            number = number * 8 + int(self.take())
            if self.has(ECMA_SCRIPT) and number >= 0x20:
                break
        return chr(number & 0xFF)

    def _hexadecimal(self, count: int) -> str:
        digits = ""
        if self.left >= count:
            while len(digits) < count and (character := self.take()) in "0123456789abcdefABCDEF":
                digits += character
        if len(digits) < count:
            raise self.mistake("Insufficient hexadecimal digits.")
        return chr(int(digits, 16))

    def _control(self) -> str:
        if self.left == 0:
            raise self.mistake("Missing control character.")
        character = self.take()
        code = ord(character.upper() if "a" <= character <= "z" else character) - ord("@")
        if not 0 <= code < 0x20:
            raise self.mistake("Unrecognized control character.")
        return chr(code)

    # ---- classes

    def scan_class_escape(self, letter: str) -> Part | None:
        """What `\\d`, `\\W` or `\\p{L}` names; None if the letter, which is taken already, begins no such escape."""
        part = self._scan_property() if letter in "pP" else self._shorthand(letter.lower())
        return part.negated() if part and letter.isupper() else part

    def _shorthand(self, letter: str) -> Part | None:
        ecma = self.has(ECMA_SCRIPT)
        return {
            "d": ECMA_DIGIT if ecma else DIGIT,
            "s": ECMA_SPACE if ecma else SPACE,
            "w": ECMA_WORD if ecma else WORD,
        }.get(letter)

    def _scan_property(self) -> Part:
        incomplete = "Incomplete \\\\p{X} character escape."
        if self.left < 3:
            raise self.mistake(incomplete)
        if self.take() != "{":
            raise self.mistake("Malformed \\\\p{X} character escape.")
        start = self.place
        while is_word_character(self.peek()) or self.peek() == "-":
            self.place += 1
        name = self.pattern[start : self.place]
        if not self.accept("}"):
            raise self.mistake(incomplete)
        part = named_part(name, ignore_case=self.has(IGNORE_CASE))
        if part is None:
            raise self.mistake(f"Unknown property '{name}'.")
        return part

    def scan_class(self) -> CharacterClass:
        """A class; its opening bracket is taken already."""
        self._nested += 1
        if self._nested > _MOST_NESTED:
            raise self.mistake("Too many classes within each other.")
        found = CharacterClass()
        if self.peek() == "^":
            self.place += 1
            found.is_negated = True
        self._scan_items(found)
        self._nested -= 1
        return found

    def _scan_items(self, found: CharacterClass) -> None:
        low, first = "", True
        while self.left > 0:
            character, is_escape = self.take(), False
            if character == "]" and not first:
                return
            if character == "\\" and self.left > 0:
                if self._scan_part(found, in_range=bool(low)):
                    first = False
                    continue
                character, is_escape = self.scan_escape(), True
            elif character == "[" and self.peek() == ":" and not low:
                self._skip_posix_name()
            if low:
                low = self._end_range(
                    found, low, character, is_bracket=character == "[" and not is_escape and not first
                )
            elif self.left >= 2 and self.peek() == "-" and self.peek(1) != "]":
                self.place += 1
                low = character
            elif character == "-" and not is_escape and self.peek() == "[" and not first:
                self.place += 1
                self._scan_subtraction(found)
            else:
                found.add_range(character, character)
            first = False
        raise self.mistake("Unterminated [] set.")

    def _scan_part(self, found: CharacterClass, *, in_range: bool) -> bool:
        """An escape that stands for more than one character, or the hyphen; whether it was one."""
        letter = self.peek()
        if letter == "-":
            self.place += 1
            found.add_range("-", "-")
            return True
        if letter not in "dDsSwWpP":
            return False
        self.place += 1
        if in_range and not self.skips_classes:
            raise self.mistake(f"Cannot include class \\\\{letter} in character range.")
        part = self.scan_class_escape(letter)
        if part:
            found.parts.append(part)
        return True

    def _end_range(self, found: CharacterClass, low: str, high: str, *, is_bracket: bool) -> str:
        """The second end of a range, or a class that is subtracted: `[a-z]`, `[a-[b]]`; no range is open then."""
        if self.skips_classes:
            return ""
        if is_bracket:
            found.add_range(low, low)
            self._scan_subtraction(found)
        elif low > high:
            raise self.mistake("[x-y] range in reverse order.")
        else:
            found.add_range(low, high)
        return ""

    def _scan_subtraction(self, found: CharacterClass) -> None:
        found.without = self.scan_class()
        if self.left > 0 and self.peek() != "]" and not self.skips_classes:
            raise self.mistake("A subtraction must be the last element in a character class.")

    def _skip_posix_name(self) -> None:
        """`[:alpha:]` has no meaning of its own: its bracket is one of the characters."""
        start = self.place
        self.place += 1
        self.scan_name()
        if self.left < 2 or not self.accept(":") or not self.accept("]"):
            self.place = start


def _is_digit(character: str) -> bool:
    return bool(character) and character in "0123456789"


def is_word_character(character: str) -> bool:
    return bool(character) and WORD_OR_JOINER.holds(ord(character))
