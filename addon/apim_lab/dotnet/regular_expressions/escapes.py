"""`Regex.Escape` and `Regex.Unescape`. Source: dotnet/corefx 3.1, RegexParser.cs."""

import re

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.regular_expressions.reader import Reader

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}
_SPECIAL = re.compile(r"[\t\n\f\r #$()*+.?\[\\^{|]")


def escape(text: str | None) -> str:
    """The pattern that matches the text itself."""
    text = given(text, "str")
    allocate(2 * len(text))
    return _SPECIAL.sub(lambda found: _NAMED.get(found.group(), f"\\{found.group()}"), text)


def unescape(text: str | None) -> str:
    """The text with its escapes read; raises RegexParseException for what is none."""
    reader = Reader(given(text, "str"), 0)
    pieces: list[str] = []
    while (end := reader.pattern.find("\\", reader.place)) >= 0:
        pieces.append(reader.pattern[reader.place : end])
        reader.place = end + 1
        if reader.left > 0:
            pieces.append(reader.scan_escape())
    pieces.append(reader.pattern[reader.place :])
    allocate(len(reader.pattern))
    return "".join(pieces)
