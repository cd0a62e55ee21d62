"""Reads references to groups. Source: dotnet/corefx 3.1, RegexParser.cs, `ScanBasicBackslash`."""

from apim_lab.dotnet.regular_expressions.groups import Groups
from apim_lab.dotnet.regular_expressions.reader import Reader, is_word_character
from apim_lab.dotnet.regular_expressions.regex_options import ECMA_SCRIPT

_MALFORMED_NAME = "Malformed \\\\k<...> named back reference."


class ReferenceReader(Reader):
    """Reads references to `groups`, which begin at `positions`. `next_number` is that of the next group without a name.

    `ignores_next_group`: it is the condition of another one, which has no number.
    """

    def __init__(self, pattern: str, options: int, groups: Groups, positions: dict[int, int]) -> None:
        super().__init__(pattern, options)
        self.groups = groups
        self.positions = positions
        self.next_number = 1
        self.ignores_next_group = False

    def scan_reference(self) -> int | None:
        """The number of the group: `\\1`, `\\k<name>`, or `\\<name>`, which .NET still reads; else nothing is taken."""
        start = self.place
        closing = self.opening_of_name()
        character = self.peek()
        number: int | None = None
        if character and character in "0123456789" and (closing or character != "0"):
            number = self._numbered(closing)
        elif closing and is_word_character(character):
            name = self.scan_name()
            if self.accept(closing):
                number = self.groups.names.get(name, self.groups.number_of(name))
                if number is None:
                    raise self.mistake(f"Reference to undefined group name '{name}'.")
        if number is None:
            self.place = start
        return number

    def opening_of_name(self) -> str:
        """Take `k<` or `<`, and return what closes the name; "" if there is none."""
        is_named = self.peek() == "k"
        if is_named and self.left < 2:
            raise self.mistake(_MALFORMED_NAME)
        bracket = self.peek(is_named)
        closing = {"<": ">", "'": "'"}.get(bracket, "")
        if is_named:
            self.place += 2
            if not closing or not self.left:
                raise self.mistake(_MALFORMED_NAME)
        elif self.left < 2:
            return ""
        else:
            self.place += bool(closing)
        return closing

    def _numbered(self, closing: str) -> int | None:
        if not closing and self.has(ECMA_SCRIPT):
            return self._ecma_number()
        number = self.scan_decimal()
        if closing and not self.accept(closing):
            return None
        if number in self.groups.numbers:
            return number
        if closing or number <= 9:
            raise self.mistake(f"Reference to undefined group number {number}.")
        return None

    def _ecma_number(self) -> int | None:
        """The longest number that is that of a group to the left."""
        found, number, backslash = None, 0, self.place - 1
        while self.peek() and self.peek() in "0123456789":
            number = number * 10 + int(self.peek())
            if number > self.groups.numbers[-1]:
                break
            if number in self.groups.numbers and self.positions.get(number, -1) < backslash:
                found = number
            self.place += 1
        return found
