"""Reads the XML of a policy document the way API Management does.

API Management accepts documents that are not well-formed XML: a policy expression, `@(...)` or `@{...}`, may hold raw
quotes, `<` and `&&` wherever it stands, in an attribute or between tags (half of the published policies do). So an
expression is read by the rules of C# up to its closing bracket, and only the rest by those of XML. The result is a
tree of nodes that know their place in the file.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from apim_lab.errors import Mistake
from apim_lab.places import Lines

ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
ENTITY = re.compile(r"&(?:#0*([0-9]{1,7})|#x0*([0-9a-fA-F]{1,6})|(\w+));")
NAMED_VALUE = re.compile(r"\{\{([A-Za-z0-9_.-]+)\}\}")
NAME = re.compile(r"[A-Za-z_][\w.:-]*")
SPACE = re.compile(r"\s*")
CLOSING = {"(": ")", "[": "]", "{": "}"}
MAXIMUM_DEPTH = 200


@dataclass(frozen=True)
class Text:
    """An attribute's value or an element's text, entities and named values filled in.

    `pieces` maps places in `value` back to the file: pairs of (index in value, offset in file), ascending.
    `is_complete`: no named value in it was missing.
    """

    value: str
    pieces: tuple[tuple[int, int], ...]
    is_complete: bool = True

    def offset(self, index: int) -> int:
        """The offset in the file of `value[index]`."""
        start, offset = self.pieces[bisect_right(self.pieces, index, key=lambda piece: piece[0]) - 1]
        return offset + index - start

    @property
    def is_expression(self) -> bool:
        return self.value.lstrip().startswith(("@(", "@{"))


@dataclass
class Node:
    """An element: `offset` is where its tag starts; `text` is all that stands between its tags beside elements."""

    name: str
    offset: int
    attributes: dict[str, tuple[int, Text]] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    text: Text | None = None


class Source:
    """The text of a document, and the mistakes and warnings found in it so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mistakes: list[Mistake] = []
        self.warnings: list[Mistake] = []
        self.lines = Lines(text)

    def report(self, offset: int, message: str) -> None:
        self.mistakes.append(Mistake(*self.lines.place(offset), message))

    def warn(self, offset: int, message: str) -> None:
        self.warnings.append(Mistake(*self.lines.place(offset), message))


def read_markup(source: Source, named_values: Mapping[str, str]) -> Node | None:
    """The root element of the document; None, with mistakes reported, where there is none."""
    return _Reader(source, named_values).read()


def used_named_values(text: str) -> set[str]:
    """The names that a document asks for as `{{name}}`."""
    return set(NAMED_VALUE.findall(text))


class _Reader:
    """One pass over a document. Reports what is wrong and goes on with what was most likely meant."""

    def __init__(self, source: Source, named_values: Mapping[str, str]) -> None:
        self.source = source
        self.text = source.text
        self.named_values = named_values
        self.position = 0
        self.root: Node | None = None
        self.open: list[Node] = []
        self.runs: dict[int, list[tuple[int, int, bool]]] = {}
        self.brackets = Brackets(self.text)

    def read(self) -> Node | None:
        while self.position < len(self.text):
            if self.text.startswith("<", self.position):
                self.read_tag()
            else:
                self.read_text()
        for node in self.open:
            self.source.report(node.offset, f"<{node.name}> is never closed: expected </{node.name}>")
        if self.root is None:
            self.source.report(0, "no element found: expected <policies>")
        return self.root

    # ---- text ------------------------------------------------------------------------------------------------

    def read_text(self) -> None:
        start = self.position
        first = SPACE.match(self.text, start).end()  # type: ignore[union-attr]  # matches the empty string too
        if self.open and self.text.startswith(("@(", "@{"), first):
            self.position = self.brackets.end_of_expression(first) or self.fail_expression(first)
        else:
            self.position = self.find("<", start)
        self.add_text(start, self.position)

    def fail_expression(self, start: int) -> int:
        self.source.report(start, f"the policy expression is never closed: expected {CLOSING[self.text[start + 1]]!r}")
        return self.find("</", start)

    def add_text(self, start: int, end: int, *, literal: bool = False) -> None:
        """Take text[start:end] as part of the open element's text."""
        if self.open:
            self.runs.setdefault(id(self.open[-1]), []).append((start, end, literal))
        elif (stray := self.text[start:end].strip()) and stray != "\ufeff":
            self.source.report(start, f"text outside of <policies>: {stray[:20]!r}")

    # ---- tags ------------------------------------------------------------------------------------------------

    def read_tag(self) -> None:
        start = self.position
        if self.text.startswith("<!--", start):
            self.skip_past("-->", start, "comment")
        elif self.text.startswith("<![CDATA[", start):
            self.skip_past("]]>", start, "CDATA section")
            self.add_text(start + 9, max(start + 9, self.position - 3), literal=True)
        elif self.text.startswith("<?", start):
            self.skip_past("?>", start, "processing instruction")
        elif self.text.startswith("</", start):
            self.read_end_tag()
        else:
            self.read_start_tag()

    def skip_past(self, mark: str, start: int, what: str) -> None:
        end = self.text.find(mark, start)
        if end < 0:
            self.source.report(start, f"the {what} is never closed: expected {mark}")
        self.position = len(self.text) if end < 0 else end + len(mark)

    def read_end_tag(self) -> None:
        start = self.position
        name = self.read_name(start + 2)
        self.position = self.find(">", start) + 1
        if name not in [node.name for node in self.open]:
            self.source.report(start, f"</{name}> closes nothing: there is no open <{name}>")
            return
        while (node := self.close()).name != name:
            self.source.report(node.offset, f"<{node.name}> is never closed: expected </{node.name}> before </{name}>")

    def read_start_tag(self) -> None:
        start = self.position
        name = self.read_name(start + 1)
        if not name:
            self.source.report(start, "'<' does not start a tag here: expected an element's name (or write &lt;)")
            self.position = start + 1
            return
        node = Node(name, start)
        self.position = start + 1 + len(name)
        self.add_node(node)
        if self.read_attributes(node):
            self.open.append(node)
        if len(self.open) > MAXIMUM_DEPTH:
            self.source.report(start, f"elements are nested deeper than {MAXIMUM_DEPTH}")
            self.position = len(self.text)

    def add_node(self, node: Node) -> None:
        if self.open:
            self.open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        else:
            self.source.report(node.offset, f"a second root element <{node.name}>: expected one <policies>")

    def close(self) -> Node:
        node = self.open.pop()
        node.text = self.make_text(self.runs.pop(id(node), []))
        return node

    # ---- attributes ------------------------------------------------------------------------------------------

    def read_attributes(self, node: Node) -> bool:
        """Read up to the end of the start tag; whether the element is open after it (no `/>`)."""
        while True:
            self.position = SPACE.match(self.text, self.position).end()  # type: ignore[union-attr]  # see read_text
            if self.text.startswith("/>", self.position):
                self.position += 2
                return False
            if self.text.startswith(">", self.position):
                self.position += 1
                return True
            if not self.read_attribute(node):
                self.position = self.find(">", self.position) + 1
                return self.text[self.position - 2 : self.position - 1] != "/"

    def read_attribute(self, node: Node) -> bool:
        start = self.position
        name = self.read_name(start)
        equals = re.compile(r"\s*=\s*([\"'])").match(self.text, start + len(name))
        if not name or not equals:
            expected = f'{name}="..."' if name else "an attribute, '>' or '/>'"
            self.source.report(start, f"the tag <{node.name}> is not closed properly: expected {expected}")
            return False
        begin = equals.end()
        end = self.end_of_value(begin, equals[1])
        if end is None:
            self.source.report(start, f"the value of {name} is never closed: expected {equals[1]}")
            self.position = len(self.text)
            return True
        if name in node.attributes:
            self.source.report(start, f"attribute {name} stands twice in <{node.name}>")
        node.attributes[name] = (start, self.make_text([(begin, end, False)]))
        self.position = end + 1
        return True

    def end_of_value(self, begin: int, quote: str) -> int | None:
        """The offset of the closing quote. That of an expression comes after its closing bracket."""
        first = SPACE.match(self.text, begin).end()  # type: ignore[union-attr]  # see read_text
        if self.text.startswith(("@(", "@{"), first):
            bracket = self.brackets.end_of_expression(first)
            end = SPACE.match(self.text, bracket).end() if bracket else -1  # type: ignore[union-attr]  # see read_text
            if self.text.startswith(quote, end):
                return end
        end = self.text.find(quote, begin)
        return None if end < 0 else end

    # ---- pieces ----------------------------------------------------------------------------------------------

    def read_name(self, start: int) -> str:
        match = NAME.match(self.text, start)
        return match[0] if match else ""

    def find(self, mark: str, start: int) -> int:
        end = self.text.find(mark, start)
        return len(self.text) if end < 0 else end

    def make_text(self, runs: list[tuple[int, int, bool]]) -> Text:
        value, pieces, before = "", [], len(self.source.mistakes)
        for start, end, literal in runs:
            for offset, piece in self.decode(start, end, literal):
                pieces.append((len(value), offset))
                value += piece
        return Text(value, tuple(pieces) or ((0, self.position),), len(self.source.mistakes) == before)

    def decode(self, start: int, end: int, literal: bool) -> Iterator[tuple[int, str]]:
        """The run text[start:end] as (offset, text) pieces, entities and named values replaced."""
        pattern = NAMED_VALUE if literal else re.compile(f"{NAMED_VALUE.pattern}|{ENTITY.pattern}")
        position = start
        for match in pattern.finditer(self.text, start, end):
            yield position, self.text[position : match.start()]
            yield match.start(), self.replacement(match)
            position = match.end()
        yield position, self.text[position:end]

    def replacement(self, match: re.Match[str]) -> str:
        if match[1]:
            return self.named_value(match[1], match.start())
        decimal, hexadecimal, name = match.groups()[1:]
        if name:
            return ENTITIES.get(name, match[0])
        code = int(decimal or hexadecimal, 10 if decimal else 16)
        return chr(code) if code <= 0x10FFFF else match[0]

    def named_value(self, name: str, offset: int) -> str:
        if name not in self.named_values:
            known = ", ".join(sorted(self.named_values)) or "none"
            self.source.report(offset, f"no named value {name!r} is configured: expected one of {known}")
        return self.named_values.get(name, "")


class Brackets:
    """Where the brackets of policy expressions in a text close.

    Follows C#'s lexical grammar as far as brackets go: strings (verbatim and interpolated ones too), characters and
    comments are passed over. Entities count as the characters they stand for.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.ends: dict[int, int | None] = {}

    def end_of_expression(self, start: int) -> int | None:
        """The offset after the bracket that closes the expression at `start` (`@(` or `@{`); None if nothing does."""
        bracket = start + 1
        if bracket not in self.ends:
            self.read(bracket)
        return self.ends[bracket]

    def read(self, start: int) -> None:
        """Follow the brackets from the one at `start` until it is closed.

        Remember all of them: if one is never closed, the next expression in the document need not be read to the
        end of the file again.
        """
        unclosed: list[int] = []
        for position, bracket in self.tokens(start):
            if bracket in CLOSING:
                unclosed.append(position)
            elif bracket != CLOSING[self.text[unclosed[-1]]]:
                break
            else:
                self.ends[unclosed.pop()] = position + 1
            if not unclosed:
                return
        self.ends.update(dict.fromkeys(unclosed))

    def tokens(self, position: int) -> Iterator[tuple[int, str]]:
        """The brackets from `position` on, with their offsets."""
        while match := TOKEN.search(self.text, position):
            if match["bracket"]:
                yield match.start(), match["bracket"]
            position = match.end()


QUOTE = r'(?:"|&quot;|&\#34;)'
# Each text can be read in one way only and no repetition gives anything back, so that a mistyped document costs no more
# than its length. That is also why a quote behind a backslash opens nothing: each of '\'\'\' would be read to the end.
TOKEN = re.compile(
    rf"""
      (?P<bracket>[()\[\]{{}}])
    | //[^\n]*                                                            # comment to the end of the line
    | /\*.*?(?:\*/|\Z)                                                   # comment
    | (?:\$@|@\$|@){QUOTE}(?:{QUOTE}{QUOTE}|(?!{QUOTE}).)*+{QUOTE}        # verbatim string: "" is a quote
    | (?<!\\)\$?{QUOTE}(?:\\(?:{QUOTE}|.)|(?!{QUOTE})[^\\\n])*+{QUOTE}  # string
    | (?<!\\)'(?:\\.|[^'\\\n])++'                                      # character
    """,
    re.VERBOSE | re.DOTALL,
)
