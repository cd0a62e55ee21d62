"""The numbers and names of a pattern's groups, found before it is translated.

Source: dotnet/corefx 3.1, RegexParser.CountCaptures: groups with names have numbers after all the others.
"""

from dataclasses import dataclass, field


@dataclass
class Groups:
    """`numbers` in order, 0 the whole match; `names` those that have one."""

    numbers: list[int] = field(default_factory=lambda: [0])
    names: dict[str, int] = field(default_factory=dict)
    _unnumbered: list[str] = field(default_factory=list)

    def note_number(self, number: int) -> None:
        if number not in self.numbers:
            self.numbers.append(number)

    def note_name(self, name: str) -> None:
        if name not in self._unnumbered:
            self._unnumbered.append(name)

    def number_names(self, next_number: int) -> None:
        """Give the named groups the numbers that are free."""
        for name in self._unnumbered:
            while next_number in self.numbers:
                next_number += 1
            self.names[name] = next_number
            self.numbers.append(next_number)
            next_number += 1
        self.numbers.sort()

    def number_of(self, name: str) -> int | None:
        """Of a group by its name: one without has its number for a name."""
        if name in self.names:
            return self.names[name]
        return next((number for number in self.numbers if str(number) == name and name == self.name_of(number)), None)

    def name_of(self, number: int) -> str:
        return next((name for name, found in self.names.items() if found == number), str(number))
