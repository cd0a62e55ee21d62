"""Classes of characters, `[a-z-[aeiou]]`, and which characters are in them.

Source: dotnet/corefx 3.1, RegexCharClass.cs. Without regard to case, .NET compares the small letter of a character with
the class; here the class gets the characters whose small letters are in it.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from apim_lab.dotnet.regular_expressions.blocks import BLOCKS
from apim_lab.dotnet.text.characters import WHITE_SPACE, to_lower

CATEGORIES = {
    "C": "Cc Cf Cn Co Cs",
    "L": "Ll Lm Lo Lt Lu",
    "M": "Mc Me Mn",
    "N": "Nd Nl No",
    "P": "Pc Pd Pe Po Ps Pf Pi",
    "S": "Sc Sk Sm So",
    "Z": "Zl Zp Zs",
}
_SINGLE = {name for names in CATEGORIES.values() for name in names.split()}
_CASED = ("Ll", "Lu", "Lt")


@dataclass(frozen=True)
class Part:
    """What a class names at once: ranges and Unicode's categories, or all that is not of them."""

    ranges: tuple[tuple[int, int], ...] = ()
    categories: tuple[str, ...] = ()
    is_negated: bool = False

    def negated(self) -> "Part":
        return Part(self.ranges, self.categories, not self.is_negated)

    def holds(self, code: int) -> bool:
        found = any(low <= code <= high for low, high in self.ranges)
        return (found or unicodedata.category(chr(code)).startswith(self.categories or ("?",))) != self.is_negated

    def items(self) -> str:
        """Within brackets."""
        items = "".join(f"{_code(low)}-{_code(high)}" if low < high else _code(low) for low, high in self.ranges)
        items += "".join(rf"\p{{{category}}}" for category in self.categories)
        return f"[^{items}]" if self.is_negated else items


def _code(code: int) -> str:
    return f"\\u{code:04x}"


def _of(characters: str) -> Part:
    return Part(tuple((code, code) for code in map(ord, characters)))


DIGIT = Part(categories=("Nd",))
WORD = Part(categories=("L", "Mn", "Nd", "Pc"))
# For the ends of words, both joiners belong to them
WORD_OR_JOINER = Part(((0x200C, 0x200D),), WORD.categories)
SPACE = _of(WHITE_SPACE)
ECMA_DIGIT = Part(((0x30, 0x39),))
# .NET counts the Turkish capital I with a dot among them
ECMA_WORD = Part(((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0x130, 0x130)))
ECMA_SPACE = _of("\t\n\v\f\r ")


def named_part(name: str, *, ignore_case: bool) -> Part | None:
    """What `\\p{name}` names; None if that is nothing."""
    if ignore_case and name in _CASED:
        return Part(categories=_CASED)
    if name in CATEGORIES or name in _SINGLE:
        return Part(categories=(name,))
    return Part(BLOCKS[name]) if name in BLOCKS else None


@dataclass
class CharacterClass:
    """A class between brackets, as it is read."""

    parts: list[Part] = field(default_factory=list)
    is_negated: bool = False
    without: "CharacterClass | None" = None

    def add_range(self, low: str, high: str) -> None:
        self.parts.append(Part(((ord(low), ord(high)),)))

    def in_small_letters(self) -> "CharacterClass":
        """This class for comparing without regard to case: with the small letters of its characters."""
        parts = [Part(tuple(_small(part.ranges)), part.categories, part.is_negated) for part in self.parts]
        without = self.without and self.without.in_small_letters()
        return CharacterClass(parts, self.is_negated, without)

    def holds(self, code: int) -> bool:
        found = any(part.holds(code) for part in self.parts) != self.is_negated
        return found and not (self.without and self.without.holds(code))

    def text(self) -> str:
        """The class in the syntax of `regex`."""
        items = f"[{'^' * self.is_negated}{''.join(part.items() for part in self.parts)}]"
        return f"[{items}--{self.without.text()}]" if self.without else items

    def text_without_case(self) -> str:
        """The characters whose small letters are in the class."""
        small = self.in_small_letters()
        changed = [(chr(code), small.holds(code), small.holds(lower)) for code, lower in _capitals()]
        extra = "".join(_code(ord(character)) for character, itself, its_small in changed if its_small and not itself)
        missing = "".join(_code(ord(character)) for character, itself, its_small in changed if itself and not its_small)
        text = small.text()
        text = f"[{text}--[{missing}]]" if missing else text
        return f"[{text}||[{extra}]]" if extra else text


def _small(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for low, high in ranges:
        if low == high:
            code = ord(to_lower(chr(low)))
            yield code, code
        else:
            yield low, high
            yield from ((lower, lower) for code, lower in _capitals() if low <= code <= high)


@cache
def _capitals() -> list[tuple[int, int]]:
    """All code units with small letters, and these."""
    capitals = [character for character in map(chr, range(0xD800)) if character.lower() != character]
    capitals += [character for character in map(chr, range(0xE000, 0x10000)) if character.lower() != character]
    pairs = [(ord(character), ord(to_lower(character))) for character in capitals]
    return [(code, lower) for code, lower in pairs if code != lower]


@cache
def _variants() -> dict[str, str]:
    """The capitals of each small letter."""
    found: dict[str, str] = {}
    for code, lower in _capitals():
        found[chr(lower)] = found.get(chr(lower), "") + chr(code)
    return found


def character_text(character: str, *, ignore_case: bool) -> str:
    """One character, or the class of those with the same small letter."""
    if ignore_case:
        small = to_lower(character)
        capitals = _variants().get(small, "")
        if capitals:
            return f"[{''.join(_code(ord(each)) for each in small + capitals)}]"
        character = small
    return character if character.isascii() and character.isalnum() else _code(ord(character))
