"""Texts between quotes as Newtonsoft writes them. Source: Newtonsoft.Json 13.0.1, Utilities/JavaScriptUtils.cs."""

import re
from json.encoder import encode_basestring

_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f", "\b": "\\b", "\\": "\\\\"}
_SEPARATORS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def escape(text: str, quote: str) -> str:
    """The text without its quotes."""
    special = re.compile(f"[\0-\x1f\\\\{quote}\x85\u2028\u2029]")
    return special.sub(lambda found: _escaped(found.group(), quote), text)


def _escaped(character: str, quote: str) -> str:
    return f"\\{quote}" if character == quote else _SHORT.get(character) or f"\\u{ord(character):04x}"


def quoted(text: str) -> str:
    """The text in double quotes."""
    written = encode_basestring(text)
    return written if written.isascii() else written.translate(_SEPARATORS)
