"""A place in a text that is read from left to right, for the texts of dates and time spans."""

# Of a text or a format that is read; .NET has no limit
MAX_LENGTH = 1_000


def is_digit(character: str) -> bool:
    """ASCII only, as .NET reads dates."""
    return "0" <= character <= "9"


def is_white(character: str) -> bool:
    """`char.IsWhiteSpace`, which Python also says of four separators."""
    return character.isspace() and not "\x1c" <= character <= "\x1f"


def trim(text: str) -> str:
    """`text.Trim()`."""
    return text.strip("".join(filter(is_white, text)))


class TextCursor:
    """`position` is the index of the character to be read next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.text)

    def peek(self, length: int = 1) -> str:
        """The next characters; fewer at the end."""
        return self.text[self.position : self.position + length]

    def accept(self, expected: str) -> bool:
        """Go past the text if it comes next."""
        found = self.text.startswith(expected, self.position)
        self.position += len(expected) if found else 0
        return found

    def digits(self, at_most: int | None = None) -> str:
        """Go past the digits that come next."""
        start = self.position
        end = len(self.text) if at_most is None else min(len(self.text), start + at_most)
        while self.position < end and is_digit(self.text[self.position]):
            self.position += 1
        return self.text[start : self.position]

    def skip_white(self) -> None:
        while not self.at_end and is_white(self.text[self.position]):
            self.position += 1
