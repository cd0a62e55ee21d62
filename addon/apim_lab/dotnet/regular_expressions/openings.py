"""Reads how groups begin. Source: dotnet/corefx 3.1, RegexParser.cs, `ScanGroupOpen`."""

from apim_lab.dotnet.exceptions import NotSupportedException
from apim_lab.dotnet.regular_expressions.reader import is_word_character
from apim_lab.dotnet.regular_expressions.references import ReferenceReader
from apim_lab.dotnet.regular_expressions.regex_options import EXPLICIT_CAPTURE, RIGHT_TO_LEFT

TESTS = "(?("
"""The condition of a group that tests whether a pattern matches."""


class OpeningReader(ReferenceReader):
    """Reads from the bracket of a group to its content."""

    def scan_opening(self, *, in_condition: bool) -> tuple[str | None, str]:
        """How the group begins for `regex`, None for options alone; and the reference of a condition."""
        if self.peek() != "?" or self.peek(1) == ")":
            return self._plain_opening(), ""
        self.place += 1
        kind = self.take() if self.left else ""
        if kind and kind in ":=!>":
            if kind in "=!":
                self.options &= ~RIGHT_TO_LEFT
            return f"(?{kind}", ""
        if kind == "'" or (kind == "<" and self.peek() not in {"=", "!"}):
            return self._named_opening("'" if kind == "'" else ">"), ""
        if kind == "<":
            self.options |= RIGHT_TO_LEFT
            return f"(?<{self.take()}", ""
        if kind == "(":
            return self._conditional_opening()
        if kind:
            self.place -= 1
            return self._opening_with_options(in_condition=in_condition), ""
        raise self._unrecognized()

    def _unrecognized(self) -> Exception:
        return self.mistake("Unrecognized grouping construct.")

    def _plain_opening(self) -> str:
        if self.has(EXPLICIT_CAPTURE) or self.ignores_next_group:
            self.ignores_next_group = False
            return "(?:"
        self.next_number += 1
        return f"(?P<g{self.next_number - 1}>"

    def _opening_with_options(self, *, in_condition: bool) -> str | None:
        if not in_condition:
            self.scan_options()
        if self.left == 0:
            raise self._unrecognized()
        character = self.take()
        if character == ")":
            return None
        if character != ":":
            raise self._unrecognized()
        return "(?:"

    def _named_opening(self, closing: str) -> str:
        if self.left == 0:
            raise self._unrecognized()
        number: int | None = None
        character = self.peek()
        if character in "0123456789":
            number = self._explicit_number(closing)
        elif is_word_character(character):
            number = self.groups.number_of(self.scan_name())
            self._check_end_of_name(closing)
        elif character != "-":
            self.place += self.peek() == ""
            raise self._bad_name()
        if self.peek() == "-" and self.left > 1:
            self._refuse_balancing(closing)
        if number is None or not self.accept(closing):
            raise self._unrecognized()
        return f"(?P<g{number}>"

    def _explicit_number(self, closing: str) -> int | None:
        number = self.scan_decimal()
        self._check_end_of_name(closing)
        if number == 0:
            raise self.mistake("Capture number cannot be zero.")
        return number if number in self.groups.numbers else None

    def _check_end_of_name(self, closing: str) -> None:
        if self.left > 0 and self.peek() not in {closing, "-"}:
            raise self._bad_name()

    def _bad_name(self) -> Exception:
        return self.mistake("Invalid group name: Group names must begin with a word character.")

    def _refuse_balancing(self, closing: str) -> None:
        self.place += 1
        if self.peek() in "0123456789":
            number = self.scan_decimal()
            if number not in self.groups.numbers:
                raise self.mistake(f"Reference to undefined group number {number}.")
        elif is_word_character(self.peek()):
            name = self.scan_name()
            if self.groups.number_of(name) is None:
                raise self.mistake(f"Reference to undefined group name '{name}'.")
        else:
            raise self._bad_name()
        if self.left > 0 and self.peek() != closing:
            raise self._bad_name()
        raise NotSupportedException(f"Balancing groups, as in '{self.pattern}', are not supported here.")

    def _conditional_opening(self) -> tuple[str, str]:
        start = self.place
        number = self._condition()
        if number is not None:
            return f"(?(g{number})", "reference"
        self.place = start - 1
        self.ignores_next_group = True
        if self.peek(1) == "?":
            if self.peek(2) == "#":
                raise self.mistake("Alternation conditions cannot be comments.")
            if self.peek(2) == "'" or (self.peek(2) == "<" and self.left >= 4 and self.peek(3) not in "!="):
                raise self.mistake("Alternation conditions do not capture and cannot be named.")
        return "(?", TESTS

    def _condition(self) -> int | None:
        """The group whose success is tested; None if the condition is a pattern."""
        character = self.peek()
        if character and character in "0123456789":
            number = self.scan_decimal()
            if not self.accept(")"):
                raise self.mistake(f"(?({number}) ) malformed.")
            if number not in self.groups.numbers:
                raise self.mistake(f"(?({number}) ) reference to undefined group.")
            return number
        if is_word_character(character):
            found = self.groups.number_of(self.scan_name())
            if found is not None and self.accept(")"):
                return found
        return None
