"""`string.Format`: a text with placeholders.

Source: learn.microsoft.com/dotnet/standard/base-types/composite-formatting, and .NET Core 3.1.
"""

import re
from collections.abc import Sequence

from apim_lab.csharp.runtime.memory import afford
from apim_lab.dotnet.exceptions import ArgumentNullException, FormatException
from apim_lab.dotnet.formatting import format_value

_LITERAL = re.compile(r"(?:[^{}]|\{\{|\}\})*")
# The limits of both numbers are those of .NET
_INDEX = re.compile(r"\{0*([0-9]{1,7})(?=.)", re.DOTALL)
_REST = re.compile(r"(?: *, *(-?)0*([0-9]{1,7}))? *(?::([^{}]*))?\}")
_BRACES = re.compile(r"\{\{|\}\}")


def format_all(template: str | None, values: Sequence[object] | None) -> str:
    """`string.Format(format, args)`: raises ArgumentNullException for null."""
    if template is None or values is None:
        raise ArgumentNullException("format" if template is None else "args")
    return composite_format(template, values)


def composite_format(template: str, values: Sequence[object]) -> str:
    """The template with the values; raises FormatException for what is no composite format."""
    texts: list[str] = []
    size = position = 0
    while True:
        literal = _matched(_LITERAL, template, position)
        texts.append(_unescaped(literal.group()))
        if literal.end() == len(template):
            return "".join(texts)
        found = _matched(_INDEX, template, literal.end())
        value = _value(values, int(found.group(1)))
        rest = _matched(_REST, template, found.end())
        sign, width, specifier = rest.groups()
        texts.append(align(format_value(value, specifier or ""), int(f"{sign or ''}{width or 0}")))
        size += len(texts[-1]) + len(literal.group())
        afford(size)
        position = rest.end()


def _matched(pattern: re.Pattern[str], template: str, position: int) -> re.Match[str]:
    found = pattern.match(template, position)
    if found is None:
        raise FormatException
    return found


def _value(values: Sequence[object], index: int) -> object:
    if index >= len(values):
        raise FormatException(
            "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
        )
    return values[index]


def _unescaped(text: str) -> str:
    return _BRACES.sub(lambda brace: brace.group()[0], text)


def align(text: str, width: int) -> str:
    """To the right in `width` characters, to the left if it is negative."""
    if abs(width) >= _MAX_WIDTH:
        raise FormatException
    afford(abs(width))
    return text.rjust(width) if width >= 0 else text.ljust(-width)


_MAX_WIDTH = 10_000_000
