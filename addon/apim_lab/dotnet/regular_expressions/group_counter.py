"""Finds the groups of a pattern before it is translated. Source: dotnet/corefx 3.1, RegexParser.cs, `CountCaptures`."""

from apim_lab.dotnet.regular_expressions.reader import is_word_character
from apim_lab.dotnet.regular_expressions.references import ReferenceReader
from apim_lab.dotnet.regular_expressions.regex_options import EXPLICIT_CAPTURE, IGNORE_PATTERN_WHITESPACE


class GroupCounter(ReferenceReader):
    """Goes over the pattern before it is translated, only to find its groups."""

    skips_classes = True

    def count(self) -> None:
        opened: list[int] = []
        while self.left > 0:
            character = self.take()
            if character == "\\":
                self._skip_escape()
            elif character == "#" and self.has(IGNORE_PATTERN_WHITESPACE):
                self.place -= 1
                self.skip_blanks()
            elif character == "[":
                self.scan_class()
            elif character == ")" and opened:
                self.options = opened.pop()
            elif character == "(":
                self._count_group(opened)
        self.groups.number_names(self.next_number)

    def _skip_escape(self) -> None:
        if self.left == 0:
            return
        letter = self.peek()
        if letter in "pP":
            self.place += 1
            self.scan_class_escape(letter)
        elif letter in "bBAGZzwWsSdD":
            self.place += 1
        else:
            self._skip_reference()

    def _skip_reference(self) -> None:
        start = self.place
        closing = self.opening_of_name()
        character = self.peek()
        if character and character in "0123456789" and (closing or character != "0"):
            self.scan_decimal()
        elif closing and is_word_character(character):
            self.scan_name()
        else:
            self.place = start
            self.scan_escape()

    def _count_group(self, opened: list[int]) -> None:
        start = self.place - 1
        if self.peek() == "?" and self.peek(1) == "#":
            self.place -= 1
            self.skip_blanks()
            return
        opened.append(self.options)
        if self.peek() == "?":
            self._count_special_group(opened, start)
            return
        if not self.has(EXPLICIT_CAPTURE) and not self.ignores_next_group:
            self._note(self.next_number, start)
            self.next_number += 1
        self.ignores_next_group = False

    def _count_special_group(self, opened: list[int], start: int) -> None:
        self.place += 1
        if self.peek() in {"<", "'"}:
            self.place += 1
            character = self.peek()
            if character != "0" and is_word_character(character):
                if character in "123456789":
                    self._note(self.scan_decimal(), start)
                else:
                    self.groups.note_name(self.scan_name())
        else:
            self.scan_options()
            if self.peek() == ")":
                self.place += 1
                opened.pop()
            elif self.peek() == "(":
                self.ignores_next_group = True
                return
        self.ignores_next_group = False

    def _note(self, number: int, place: int) -> None:
        self.groups.note_number(number)
        self.positions.setdefault(number, place)
