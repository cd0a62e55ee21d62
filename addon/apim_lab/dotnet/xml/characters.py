"""Which characters XML and its names may have. Texts are in UTF-16 code units. Source: XML 1.0, productions 2 and 4."""

import re

WHITE_SPACE = " \t\r\n"
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_REST = f"{_START}\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
NAME = re.compile(f"[{_START}][{_REST}]*")
NAME_START = re.compile(f"[{_START}]")
NAME_REST = re.compile(f"[{_REST}]*")
_INVALID = re.compile(
    "[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]"
)


def first_invalid(text: str) -> int:
    """Where the first character is that XML does not have, or half of a pair; -1 if there is none."""
    found = _INVALID.search(text)
    return -1 if found is None else found.start()


def described(character: str) -> str:
    """A character in a message: `'b', hexadecimal value 0x62`."""
    shown = "." if character == "\0" else character
    return f"'{shown}', hexadecimal value 0x{ord(character):02X}"
