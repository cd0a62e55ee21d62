"""Translates a pattern of .NET into one of the package `regex`.

Source: dotnet/corefx 3.1, RegexParser.cs, whose order of reading this keeps: so the mistakes are found at its places.
"""

from dataclasses import dataclass, field

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from apim_lab.dotnet.exceptions import NotSupportedException
from apim_lab.dotnet.regular_expressions.classes import ECMA_WORD, WORD_OR_JOINER, CharacterClass, character_text
from apim_lab.dotnet.regular_expressions.group_counter import GroupCounter
from apim_lab.dotnet.regular_expressions.groups import Groups
from apim_lab.dotnet.regular_expressions.openings import TESTS, OpeningReader
from apim_lab.dotnet.regular_expressions.reader import QUANTIFIERS, SPECIAL
from apim_lab.dotnet.regular_expressions.regex_options import (
    ECMA_SCRIPT,
    IGNORE_CASE,
    MULTILINE,
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
    """An open group: its opening, its finished alternatives (`branches`) and the current one."""

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


class _Translator(OpeningReader):
    def __init__(self, pattern: str, options: int, groups: Groups, positions: dict[int, int]) -> None:
        super().__init__(pattern, options, groups, positions)
        self.stack: list[_Group] = []
        self.group = _Group("", options)
        self.unit: _Unit | None = None
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
        """Add the unit with its quantifier; returns whether it has one."""
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
        number = self.scan_reference()
        return self._character(self.scan_escape()) if number is None else self._back_to(number)

    def _anchor(self, letter: str) -> str:
        if letter in "bB":
            word = f"[{(ECMA_WORD if self.has(ECMA_SCRIPT) else WORD_OR_JOINER).items()}]"
            ends = f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"
            return ends if letter == "b" else f"(?!{ends})"
        return {"A": "\\A", "G": "\\G", "Z": "$", "z": "\\Z"}[letter]

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
        opening, condition = self.scan_opening(in_condition=self.group.condition == TESTS)
        if opening is None:
            return
        if len(self.stack) >= _MOST_GROUPS:
            raise OutOfMemoryException
        self.stack.append(self.group)
        self.group = _Group(opening, options, condition)
        self.unit = None

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
        if self.group.condition == TESTS and self.group.opening == "(?":
            # The first group within is the condition itself
            self.group.opening = f"(?(?={text})"
            self.unit = None
            return
        if closed.weight > _MOST_WEIGHT:
            raise OutOfMemoryException
        self.unit = _Unit(text, closed.weight + 1)


def translate(pattern: str, options: int) -> Translation:
    """Raises RegexParseException if it is no pattern, and NotSupportedException for balancing groups."""
    groups, positions = Groups(), dict[int, int]()
    GroupCounter(pattern, options, groups, positions).count()
    return _Translator(pattern, options, groups, positions).translate()
