"""Translates a pattern of .NET into one of the package `regex`.

Source: dotnet/corefx 3.1, RegexParser.cs, whose order of reading this keeps: so the mistakes are found at its places.
"""

from dataclasses import dataclass, field

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from apim_lab.dotnet.exceptions import NotSupportedException
from apim_lab.dotnet.regular_expressions.classes import ECMA_WORD, WORD_OR_JOINER, CharacterClass, character_text
from apim_lab.dotnet.regular_expressions.groups import Groups
from apim_lab.dotnet.regular_expressions.reader import QUANTIFIERS, SPECIAL, Reader, is_word_character
from apim_lab.dotnet.regular_expressions.regex_options import (
    ECMA_SCRIPT,
    EXPLICIT_CAPTURE,
    IGNORE_CASE,
    MULTILINE,
    RIGHT_TO_LEFT,
    SINGLELINE,
)


@dataclass(frozen=True)
class Translation:
    """`text` is for `regex`, where group 3 is named `g3`; `repeats_groups`: the text may be kept in pieces."""

    text: str
    groups: Groups
    repeats_groups: bool


@dataclass
class _Unit:
    """What a quantifier is for; `weight` is its size when all its repetitions are written out, as `regex` does."""

    text: str
    weight: int = 1
    is_atom: bool = True


@dataclass
class _Group:
    """A group that is open: how it begins and ends, its finished alternatives and the one that is read."""

    opening: str
    options: int
    condition: str = ""
    branches: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    weight: int = 1

    @property
    def is_conditional(self) -> bool:
        return bool(self.condition)

    def add(self, unit: _Unit) -> None:
        self.current.append(unit.text)
        self.weight += unit.weight

    def end_branch(self) -> None:
        self.branches.append("".join(self.current))
        self.current = []


# Nested ones make `regex` recur; a pattern is written out to at most so many parts, a few tens of milliseconds of work
_MOST_GROUPS = 200
_MOST_WEIGHT = 20_000
_TESTS = "(?("
_MALFORMED_NAME = "Malformed \\\\k<...> named back reference."


class _Translator(Reader):
    def __init__(self, pattern: str, options: int, groups: Groups, positions: dict[int, int]) -> None:
        super().__init__(pattern, options)
        self.groups = groups
        self.positions = positions
        self.stack: list[_Group] = []
        self.group = _Group("", options)
        self.unit: _Unit | None = None
        self.next_number = 1
        self.ignores_next_group = False
        self.repeats_groups = False

    # ---- the loop

    def translate(self) -> Translation:
        is_quantifier = False
        while self.left > 0:
            was_quantifier, is_quantifier = is_quantifier, False
            self.skip_blanks()
            start = self.place
            while self.left > 0 and not self.stops_plain_text():
                self.place += 1
            end = self.place
            self.skip_blanks()
            special = self.peek() if self.peek() and self.peek() in SPECIAL else ""
            is_quantifier = bool(special) and special in QUANTIFIERS
            at_end = self.left == 0
            self.place += bool(special)
            if start < end:
                was_quantifier = False
                self._add_plain(self.pattern[start:end], is_quantifier)
            if at_end:
                break
            if special and self._read(special, nested=was_quantifier):
                is_quantifier = self._quantify()
        if self.stack:
            raise self.mistake("Not enough )'s.")
        if self.group.weight > _MOST_WEIGHT:
            raise OutOfMemoryException
        self.group.end_branch()
        return Translation("|".join(self.group.branches), self.groups, self.repeats_groups)

    def _add_plain(self, text: str, is_quantified: bool) -> None:
        plain = text[:-1] if is_quantified else text
        for character in plain:
            self.group.add(self._character(character))
        if is_quantified:
            self.unit = self._character(text[-1])

    def _character(self, character: str) -> _Unit:
        return _Unit(character_text(character, ignore_case=self.has(IGNORE_CASE)))

    def _read(self, special: str, *, nested: bool) -> bool:
        """What begins with a special character, which is taken already; whether a quantifier may follow."""
        if special in QUANTIFIERS:
            if self.unit is None:
                raise self.mistake(
                    f"Nested quantifier '{special}'." if nested else "Quantifier {x,y} following nothing."
                )
            self.place -= 1
        elif special == "|":
            self.group.end_branch()
            return False
        elif special == "(":
            self._open()
            return False
        elif special == ")":
            self._close()
            return self.unit is not None
        else:
            self.unit = self._atom(special)
        return True

    def _atom(self, special: str) -> _Unit:
        if special == "[":
            return self._class(self.scan_class())
        if special == "\\":
            if self.left == 0:
                raise self.mistake("Illegal \\\\ at end of pattern.")
            return self._escape()
        if special == ".":
            return _Unit("(?s:.)" if self.has(SINGLELINE) else "[^\\n]")
        if self.has(MULTILINE):
            return _Unit(f"(?m:{special})", is_atom=False)
        return _Unit("\\A" if special == "^" else "$", is_atom=False)

    def _class(self, found: CharacterClass) -> _Unit:
        return _Unit(found.text_without_case() if self.has(IGNORE_CASE) else found.text())

    # ---- quantifiers

    def _quantify(self) -> bool:
        """Add the unit, with its quantifier if there is one; whether there is."""
        self.skip_blanks()
        unit, self.unit = self.unit, None
        assert unit is not None
        if not self.at_quantifier():
            self.group.add(unit)
            return False
        least, most = self._bounds()
        self.skip_blanks()
        lazy = self.peek() == "?"
        self.place += lazy
        if most is not None and least > most:
            raise self.mistake("Illegal {x,y} with x > y.")
        self._add_repeated(unit, least, most, lazy=lazy)
        return True

    def _bounds(self) -> tuple[int, int | None]:
        sign = self.take()
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        least = self.scan_decimal()
        most: int | None = least
        if self.peek() == ",":
            self.place += 1
            most = None if self.peek() == "}" else self.scan_decimal()
        self.place += 1
        return least, most

    def _add_repeated(self, unit: _Unit, least: int, most: int | None, *, lazy: bool) -> None:
        weight = unit.weight * max(least, 1)
        if weight > _MOST_WEIGHT:
            raise OutOfMemoryException
        self.repeats_groups |= unit.weight > 1 and most != 1
        text = unit.text if unit.is_atom else f"(?:{unit.text})"
        bounds = f"{{{least},{'' if most is None else most}}}{'?' * lazy}"
        self.group.add(_Unit(text + bounds, weight))

    # ---- escapes

    def _escape(self) -> _Unit:
        letter = self.peek()
        if letter in "bBAGZz":
            self.place += 1
            return _Unit(self._anchor(letter), is_atom=False)
        if letter in "wWsSdDpP":
            self.place += 1
            part = self.scan_class_escape(letter)
            return self._class(CharacterClass([part] if part else []))
        return self._reference() or self._character(self.scan_escape())

    def _anchor(self, letter: str) -> str:
        if letter in "bB":
            word = f"[{(ECMA_WORD if self.has(ECMA_SCRIPT) else WORD_OR_JOINER).items()}]"
            ends = f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"
            return ends if letter == "b" else f"(?!{ends})"
        return {"A": "\\A", "G": "\\G", "Z": "$", "z": "\\Z"}[letter]

    def _reference(self) -> _Unit | None:
        """A reference to a group: `\\1`, `\\k<name>`, or `\\<name>`, which .NET still reads; else nothing is taken."""
        start = self.place
        closing = self._opening_of_name()
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
            return None
        return self._back_to(number)

    def _opening_of_name(self) -> str:
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

    def _back_to(self, number: int) -> _Unit:
        if number == 0:
            raise NotSupportedException("A reference to group 0 within the pattern is not supported here.")
        text = f"(?P=g{number})"
        if self.has(IGNORE_CASE):
            text = f"(?i-f:{text})"
        return _Unit(f"(?(g{number}){text}|)" if self.has(ECMA_SCRIPT) else text, is_atom=False)

    # ---- groups

    def _open(self) -> None:
        options = self.options
        opening, condition = self._opening()
        if opening is None:
            return
        if len(self.stack) >= _MOST_GROUPS:
            raise OutOfMemoryException
        self.stack.append(self.group)
        self.group = _Group(opening, options, condition)
        self.unit = None

    def _opening(self) -> tuple[str | None, str]:
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
            return self._opening_with_options(), ""
        raise self._unrecognized()

    def _unrecognized(self) -> Exception:
        return self.mistake("Unrecognized grouping construct.")

    def _plain_opening(self) -> str:
        if self.has(EXPLICIT_CAPTURE) or self.ignores_next_group:
            self.ignores_next_group = False
            return "(?:"
        self.next_number += 1
        return f"(?P<g{self.next_number - 1}>"

    def _opening_with_options(self) -> str | None:
        if self.group.condition != _TESTS:
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
        return "(?", _TESTS

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

    def _close(self) -> None:
        if not self.stack:
            raise self.mistake("Too many )'s.")
        closed = self.group
        closed.end_branch()
        if closed.is_conditional and len(closed.branches) > 2:
            raise self.mistake("Too many | in (?()|).")
        text = f"{closed.opening}{'|'.join(closed.branches)})"
        self.group = self.stack.pop()
        self.options = closed.options
        if self.group.condition == _TESTS and self.group.opening == "(?":
            # The first group within is the condition itself
            self.group.opening = f"(?(?={text})"
            self.unit = None
            return
        if closed.weight > _MOST_WEIGHT:
            raise OutOfMemoryException
        self.unit = _Unit(text, closed.weight + 1)


class _Counter(_Translator):
    """Goes over the pattern before it is translated, only to find its groups."""

    skips_classes = True

    def count(self) -> None:
        opened: list[int] = []
        while self.left > 0:
            character = self.take()
            if character == "\\":
                self._skip_escape()
            elif character == "#" and self.has(32):
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
        closing = self._opening_of_name()
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


def translate(pattern: str, options: int) -> Translation:
    """Raises RegexParseException if it is no pattern, and NotSupportedException for balancing groups."""
    groups, positions = Groups(), dict[int, int]()
    _Counter(pattern, options, groups, positions).count()
    return _Translator(pattern, options, groups, positions).translate()
