"""Custom formats of numbers: `#,##0.00;(0.00)`, `0.0E+00`, `00-00`.

Source: learn.microsoft.com/dotnet/standard/base-types/custom-numeric-format-strings. A format is read twice, as .NET
does: once for what its signs mean, once to write the digits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apim_lab.dotnet.numbers.digits import Digits

# A quoted text may lack its closing quote, an escape its character; an exponent is `E0`, `E+0` or `E-0`
_PART = re.compile(r"""'[^'\0]*'?|"[^"\0]*"?|\\[^\0]?|[eE][+-]?0+|[^\0]""", re.DOTALL)
_MAX_EXPONENT_DIGITS = 10
_GROUP = 3


def custom_format(digits: Digits, specifier: str) -> str:
    """The digits in the section of the format for numbers of their sign."""
    sections = _sections(specifier.partition("\0")[0])
    section = _section(sections, 2 if not digits.digits else int(digits.negative))
    layout = _Layout.of(sections[section])
    rounded = layout.rounded(digits)
    if digits.digits and not rounded.digits and _section(sections, 2) != section:
        section = _section(sections, 2)
        layout = _Layout.of(sections[section])
    text = "".join(_Writer(layout, rounded).written())
    return f"-{text}" if rounded.negative and section == 0 and (rounded.scale or text) else text


def _sections(specifier: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for part in _PART.findall(specifier):
        if part == ";":
            sections.append([])
        else:
            sections[-1].append(part)
    return sections


def _section(sections: list[list[str]], wanted: int) -> int:
    """The first one stands for a section that is missing or empty."""
    return wanted if wanted < len(sections) and sections[wanted] else 0


@dataclass(frozen=True)
class _Layout:
    """What a section says: its places for digits, of which `point` are before the point."""

    parts: list[str]
    places: int
    point: int
    first_zero: int
    last_zero: int
    shift: int
    grouped: bool
    scientific: bool

    @classmethod
    def of(cls, parts: list[str]) -> "_Layout":
        places = [part for part in parts if part in {"0", "#"}]
        zeros = [index for index, place in enumerate(places) if place == "0"]
        point = _point(parts)
        grouped, thousands = _commas(parts, point)
        shift = 2 * parts.count("%") + 3 * parts.count("\N{PER MILLE SIGN}") - _GROUP * thousands
        return cls(
            parts,
            len(places),
            point,
            first_zero=max(point - zeros[0], 0) if zeros else 0,
            last_zero=min(point - zeros[-1] - 1, 0) if zeros else 0,
            shift=shift,
            grouped=grouped,
            scientific=any(map(is_exponent, parts)),
        )

    def rounded(self, digits: Digits) -> Digits:
        if not digits.digits:
            return digits.rounded(0)
        moved = Digits(digits.negative, digits.digits, digits.scale + self.shift, binary=digits.binary)
        return moved.rounded(self.places if self.scientific else moved.scale + self.places - self.point)


def is_exponent(part: str) -> bool:
    return len(part) > 1 and part[0] in "eE"


def _point(parts: list[str]) -> int:
    """How many places stand before the first point."""
    end = parts.index(".") if "." in parts else len(parts)
    return sum(part in {"0", "#"} for part in parts[:end])


def _commas(parts: list[str], point: int) -> tuple[bool, int]:
    """Whether commas group the digits, and how many stand right before the point, each of which divides by 1000."""
    end = parts.index(".") if "." in parts else len(parts)
    places, found = 0, []
    for part in parts[:end]:
        places += part in {"0", "#"}
        if part == "," and places:
            found.append(places)
    scaling = found.count(found[-1]) if found and found[-1] == point else 0
    return len(found) > scaling, scaling


class _Writer:
    """Writes digits into a layout. `place` counts the places that are left before the point, below 0 behind it."""

    def __init__(self, layout: _Layout, digits: Digits) -> None:
        self.layout = layout
        self.digits = digits
        self.rest = iter(digits.digits)
        self.left = len(digits.digits)
        self.place = layout.point if layout.scientific else max(digits.scale, layout.point)
        # Below 0: places without a digit; above: digits without a place of their own
        self.surplus = 0 if layout.scientific else digits.scale - layout.point
        self.grouped = layout.grouped
        self.whole = max(layout.first_zero, self.place + min(self.surplus, 0))
        self.point_written = False
        self.exponent_written = not layout.scientific

    def written(self) -> Iterator[str]:
        for part in self.layout.parts:
            if part in {"0", "#", "."}:
                yield from self.surplus_digits()
            if part in {"0", "#"}:
                yield self.digit()
            elif part == ".":
                yield self.decimal_point()
            elif is_exponent(part):
                yield self.exponent(part)
            elif part != ",":
                yield _literal(part)

    def surplus_digits(self) -> Iterator[str]:
        while self.surplus > 0:
            self.surplus -= 1
            yield self.grouping(self.next_digit() or "0")

    def next_digit(self) -> str:
        self.left = max(self.left - 1, 0)
        return next(self.rest, "")

    def digit(self) -> str:
        if self.surplus < 0:
            self.surplus += 1
            return self.grouping("0" if self.place <= self.layout.first_zero else "")
        return self.grouping(self.next_digit() or ("0" if self.place > self.layout.last_zero else ""))

    def grouping(self, digit: str) -> str:
        """The digit, with a comma behind it where a group ends."""
        self.place -= 1
        ends = digit and self.grouped and 0 < self.place < self.whole and self.place % _GROUP == 0
        return f"{digit}," if ends else digit

    def decimal_point(self) -> str:
        if self.place or self.point_written:
            return ""
        if not self.layout.last_zero and not (self.layout.point < self.layout.places and self.left):
            return ""
        self.point_written = True
        return "."

    def exponent(self, part: str) -> str:
        """Only the first one is written as such."""
        if self.exponent_written:
            return part
        self.exponent_written = True
        exponent = self.digits.scale - self.layout.point if self.digits.digits else 0
        width = min(part.count("0"), _MAX_EXPONENT_DIGITS)
        return exponent_text(part[0], exponent, width, plus="+" in part)


def _literal(part: str) -> str:
    if part[0] == "\\":
        return part[1:]
    return part.strip(part[0]) if part[0] in "'\"" else part


def exponent_text(letter: str, exponent: int, digits: int, *, plus: bool) -> str:
    """`E+05`."""
    sign = "-" if exponent < 0 else "+" if plus else ""
    return f"{letter}{sign}{abs(exponent):0{digits}}"
