"""A text of XML and the position in it, with .NET's words for what stands there.

Source: .NET Core 3.1, XmlTextReaderImpl.cs.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from apim_lab.dotnet.xml.characters import NAME, NAME_REST, WHITE_SPACE, described, first_invalid
from apim_lab.dotnet.xml.exceptions import XmlException

LINE_END = re.compile(r"\r\n?|\n")
_SPACES = re.compile(r"[ \t\r\n]*")


@dataclass
class Cursor:
    text: str
    position: int = 0

    def place(self, position: int | None = None) -> tuple[int, int]:
        """The line and the position in it, from 1."""
        lines = LINE_END.split(self.text[: self.position if position is None else position])
        return len(lines), len(lines[-1]) + 1

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        """Raises XmlException that tells the line and the position."""
        raise XmlException(message, *self.place(position))

    def end_of_file(self, within: str = "") -> NoReturn:
        self.fail(f"Unexpected end of file{f' while parsing {within}' if within else ''} has occurred.", len(self.text))

    def unexpected(self, position: int, expected: str) -> NoReturn:
        """Something else than what is expected stands there."""
        if position >= len(self.text):
            self.end_of_file()
        found = NAME_REST.match(self.text, position)
        shown = found[0] if found and found[0] else self.text[position]
        self.fail(f"'{shown}' is an unexpected token. {expected}", position)

    def at(self, text: str) -> bool:
        return self.text.startswith(text, self.position)

    def take(self, text: str) -> None:
        """Past what has to stand there."""
        if not self.at(text):
            self.unexpected(self.position, f"The expected token is '{text}'.")
        self.position += len(text)

    def skip_space(self) -> bool:
        start = self.position
        found = _SPACES.match(self.text, start)
        self.position = found.end() if found else start
        return self.position > start

    def check(self, text: str, start: int) -> None:
        """Raises XmlException for a character that XML does not have."""
        place = first_invalid(text)
        if place >= 0:
            self.fail(f"{described(text[place])}, is an invalid character.", start + place)

    # ---- names ---------------------------------------------------------------------------------------------------

    def local_name(self, start: int) -> str:
        """The name without prefix that stands there."""
        found = NAME.match(self.text, start)
        if found is None:
            if start >= len(self.text):
                self.end_of_file("Name")
            bad = self.text[start]
            self.fail(f"Name cannot begin with the '{bad}' character, hexadecimal value 0x{ord(bad):02X}.", start)
        return found[0]

    def name(self, start: int) -> str:
        """The name that stands there, with its prefix."""
        prefix = self.local_name(start)
        end = start + len(prefix)
        if not self.text.startswith(":", end):
            return prefix
        name = f"{prefix}:{self.local_name(end + 1)}"
        if self.text.startswith(":", start + len(name)):
            self.not_in_a_name(start + len(name))
        return name

    def check_end_of_name(self, position: int) -> None:
        """Raises XmlException if the name of an element is followed by what is neither space nor the end of the tag."""
        following = self.text[position : position + 1]
        if following and following not in f"{WHITE_SPACE}/>":
            self.not_in_a_name(position)

    def not_in_a_name(self, position: int) -> NoReturn:
        bad = self.text[position]
        self.fail(f"The '{bad}' character, hexadecimal value 0x{ord(bad):02X}, cannot be included in a name.", position)

    def quote(self) -> str:
        """Past the opening quote, which is returned."""
        quote = self.text[self.position : self.position + 1]
        if quote not in {"'", '"'}:
            self.unexpected(self.position, "The expected token is '\"' or '''.")
        self.position += 1
        return quote
