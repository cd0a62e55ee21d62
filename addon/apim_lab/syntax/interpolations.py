"""The braces in the texts of interpolated strings. Source: the C# specification, "Interpolated string expressions".

tree-sitter-c-sharp 0.23 takes the hole in `$"{{{x}}}"` for text and finds an error in `$""`: it is given a text of the
same length without the doubled braces, and without that `$`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# What has a meaning in code, in the text of $"..." and of $@"...", and in the format behind a hole's colon
_CODE = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|'(?:\\.|[^'\\\n])*'|@"(?:[^"]|"")*"|\$""|\$@?"|"(?:\\.|[^"\\\n])*"|[:()\[\]{}]""",
    re.DOTALL,
)
_TEXT = re.compile(r'\\.|\{\{|\}\}|\{|"', re.DOTALL)
_VERBATIM_TEXT = re.compile(r'""|\{\{|\}\}|\{|"')
_FORMAT = re.compile(r"\}")


@dataclass
class _State:
    """Where the scan is: `tokens` are those to look for, `depth` counts the open brackets of a hole."""

    tokens: re.Pattern[str]
    depth: int = 0


def plain(source: str) -> str:
    """The source with `__` for the doubled braces in interpolated strings, and with `""` for `$""`."""
    scan = _Scan(source)
    position = 0
    while found := scan.states[-1].tokens.search(source, position):
        scan.take(found)
        position = found.end()
    return "".join(scan.characters)


class _Scan:
    """One pass over the source; the state within holes and texts is on a stack."""

    def __init__(self, source: str) -> None:
        self.characters = list(source)
        self.states = [_State(_CODE)]

    def take(self, found: re.Match[str]) -> None:
        step = _STEPS.get((self.states[-1].tokens, found.group()))
        if step is not None:
            step(self, found)

    def mask(self, found: re.Match[str]) -> None:
        self.characters[found.start() : found.end()] = "__"

    def without_dollar(self, found: re.Match[str]) -> None:
        self.characters[found.start()] = " "

    def begin_text(self, _found: re.Match[str]) -> None:
        self.states.append(_State(_TEXT))

    def begin_verbatim(self, _found: re.Match[str]) -> None:
        self.states.append(_State(_VERBATIM_TEXT))

    def begin_hole(self, _found: re.Match[str]) -> None:
        self.states.append(_State(_CODE))

    def begin_format(self, _found: re.Match[str]) -> None:
        if len(self.states) > 1 and not self.states[-1].depth:
            self.states[-1] = _State(_FORMAT)

    def open(self, _found: re.Match[str]) -> None:
        self.states[-1].depth += 1

    def close(self, found: re.Match[str]) -> None:
        """The bracket ends one that is open, or the hole."""
        if self.states[-1].depth:
            self.states[-1].depth -= 1
        elif len(self.states) > 1 and found.group() == "}":
            self.states.pop()

    def end(self, _found: re.Match[str]) -> None:
        self.states.pop()


type _Step = Callable[[_Scan, re.Match[str]], None]
_STEPS: dict[tuple[re.Pattern[str], str], _Step] = {
    **{(_CODE, bracket): _Scan.open for bracket in "([{"},
    **{(_CODE, bracket): _Scan.close for bracket in ")]}"},
    (_CODE, ":"): _Scan.begin_format,
    (_CODE, '$""'): _Scan.without_dollar,
    (_CODE, '$"'): _Scan.begin_text,
    (_CODE, '$@"'): _Scan.begin_verbatim,
    **{(tokens, braces): _Scan.mask for tokens in (_TEXT, _VERBATIM_TEXT) for braces in ("{{", "}}")},
    **{(tokens, "{"): _Scan.begin_hole for tokens in (_TEXT, _VERBATIM_TEXT)},
    **{(tokens, '"'): _Scan.end for tokens in (_TEXT, _VERBATIM_TEXT)},
    (_FORMAT, "}"): _Scan.end,
}
