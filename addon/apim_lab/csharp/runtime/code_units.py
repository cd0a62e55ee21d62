"""Strings as C# counts them: in UTF-16 code units.

Within an expression a character beyond U+FFFF is the two halves of a surrogate pair, so that Python's indices and
lengths are those of C#; outside it is one character. Source: the C# specification, "The string type".
"""

import re

_BEYOND = re.compile("[\U00010000-\U0010ffff]")


def code_units(text: str) -> str:
    """The text for an expression: `"😀"` becomes two halves."""
    return text if text.isascii() else _BEYOND.sub(_halves, text)


def _halves(found: re.Match[str]) -> str:
    code = ord(found.group()) - 0x10000
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))


def characters(units: str, lone: str = "surrogatepass") -> str:
    """The text as Python has it, without surrogate pairs; `lone` is the error handler for a lone surrogate."""
    return units if units.isascii() else units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", lone)
