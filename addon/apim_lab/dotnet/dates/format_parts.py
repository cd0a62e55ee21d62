"""The parts of a custom date or time span format: runs of pattern letters, quoted and escaped text, other signs."""

from collections.abc import Iterator

from apim_lab.dotnet.exceptions import FormatException


def format_parts(text: str, letters: str) -> Iterator[tuple[str, str]]:
    """`(letter, run)` for a run of a pattern letter, `("", text)` for quoted or escaped text, `(x, x)` for the rest.

    `%` makes the next character a part of its own. Raises FormatException where the format ends too early.
    """
    position = 0
    while position < len(text):
        character = text[position]
        if character in letters:
            run = run_at(text, position)
            yield character, run
            position += len(run)
        elif character in "'\"":
            quoted, length = quoted_at(text, position)
            yield "", quoted
            position += length
        elif character in "\\%":
            yield from _marked(text[position : position + 2], letters)
            position += 2
        else:
            yield character, character
            position += 1


def _marked(pair: str, letters: str) -> Iterator[tuple[str, str]]:
    if len(pair) == 1 or pair == "%%":
        raise FormatException
    if pair[0] == "\\":
        yield "", pair[1]
    else:
        yield from format_parts(pair[1], letters)


def run_at(text: str, position: int) -> str:
    """The character at the position and its repetitions."""
    end = position
    while end < len(text) and text[end] == text[position]:
        end += 1
    return text[position:end]


def quoted_at(text: str, position: int) -> tuple[str, int]:
    """The text within the quotes that open at the position, and the length of all that in the format."""
    quote, quoted = text[position], ""
    end = position + 1
    while end < len(text) and text[end] != quote:
        if text[end] == "\\":
            end += 1
            if end == len(text):
                raise FormatException
        quoted += text[end]
        end += 1
    if end == len(text):
        raise FormatException(f"Cannot find a matching quote character for the character '{quote}'.")
    return quoted, end + 1 - position
