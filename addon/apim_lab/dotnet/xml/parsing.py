"""XML as .NET reads it, with its words for each mistake. Source: .NET Core 3.1, XmlTextReaderImpl.cs, XElement.cs.

Nothing outside of the text is ever read, and no entity but XML's own five has a text: a document type may be there,
but not what declares more (`<!DOCTYPE a [...]>`).
"""

import re
from dataclasses import dataclass, field
from typing import NoReturn

from apim_lab.csharp.runtime.exceptions import InsufficientExecutionStackException
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.xml.characters import NAME, NAME_START, WHITE_SPACE, described, first_invalid
from apim_lab.dotnet.xml.cursor import LINE_END, Cursor
from apim_lab.dotnet.xml.declarations import read_declaration
from apim_lab.dotnet.xml.documents import XDocument
from apim_lab.dotnet.xml.elements import XAttribute, XElement
from apim_lab.dotnet.xml.exceptions import XmlException
from apim_lab.dotnet.xml.names import NONE, XML, XMLNS, XName, XNamespace
from apim_lab.dotnet.xml.nodes import (
    NODE_SIZE,
    XCData,
    XComment,
    XContainer,
    XDocumentType,
    XProcessingInstruction,
    XText,
)

MAX_DEPTH = 500
"""Elements within each other."""

_TEXT = re.compile(r"[^<&]+")
_QUOTED = {"'": re.compile(r"[^'<&]*"), '"': re.compile(r'[^"<&]*')}
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_DOCUMENT_TYPE = re.compile(
    r"""[ \t\r\n]+([^\s>\["']+)(?:[ \t\r\n]+(?:PUBLIC[ \t\r\n]+('[^']*'|"[^"]*")[ \t\r\n]+|SYSTEM[ \t\r\n]+)"""
    r"""('[^']*'|"[^"]*"))?[ \t\r\n]*(\[)?"""
)
# Of a node: less for its memory than for its time
_READ_SIZE = 4 * NODE_SIZE
# `<a/>`: of what is shorter .NET says something else
_SHORTEST = 4
_NO_DTD = (
    "For security reasons DTD is prohibited in this XML document. To enable DTD processing set the DtdProcessing "
    "property on XmlReaderSettings to Parse and pass the settings into XmlReader.Create method."
)


def parse_element(text: str) -> XElement:
    """`XElement.Parse(text)`."""
    root = _Parser(text).document().element
    assert root is not None  # as the parser says
    root.remove()
    return root


def parse_document(text: str) -> XDocument:
    """`XDocument.Parse(text)`."""
    return _Parser(text).document()


@dataclass
class _Open:
    """An element whose end tag has not come: its name as written, where that stands, and what its prefixes mean."""

    element: XElement
    name: str
    place: int
    prefixes: dict[str, str]
    keeps_space: bool


@dataclass
class _Parser(Cursor):
    """`open` are the elements whose end tags have not come, the innermost last."""

    open: list[_Open] = field(default_factory=list)
    root: XDocument = field(default_factory=XDocument)

    # ---- the document --------------------------------------------------------------------------------------------

    @property
    def container(self) -> XContainer:
        return self.open[-1].element if self.open else self.root

    def document(self) -> XDocument:
        """Raises XmlException; InsufficientExecutionStackException for elements too deep within each other."""
        allocate(len(self.text))
        if self.at("\ufeff"):
            self.position = 1
        if self.at("<?xml") and not NAME.fullmatch(f"x{self.text[self.position + 5 : self.position + 6]}|"[:2]):
            self.root.declaration = read_declaration(self)
        if self.text.strip(WHITE_SPACE) and len(self.text) < _SHORTEST:
            self.fail("Data at the root level is invalid.")
        while self.position < len(self.text):
            self.markup() if self.at("<") else self.characters()
        if self.open:
            self.unclosed()
        if self.root.element is None:
            raise XmlException("Root element is missing.")
        return self.root

    def markup(self) -> None:
        allocate(_READ_SIZE)
        if self.at("</"):
            self.end_tag()
        elif self.at("<!--"):
            self.comment()
        elif self.at("<![CDATA["):
            self.cdata()
        elif self.at("<!"):
            self.other_markup() if self.open else self.document_type()
        elif self.at("<?"):
            self.instruction()
        else:
            self.start_tag()

    def other_markup(self) -> NoReturn:
        """Nothing else begins so within an element."""
        if self.at("<!-"):
            self.unexpected(self.position + 3, "The expected token is '-'.")
        if self.at("<!["):
            self.unexpected(self.position + 3, "The expected token is 'CDATA['.")
        self.unexpected(self.position + 2, "The expected token is '<!--' or '<[CDATA['.")

    def until(self, mark: str, start: int, within: str) -> str:
        """The text up to the mark, and past it."""
        end = self.text.find(mark, start)
        if end < 0:
            self.end_of_file(within)
        text = self.text[start:end]
        self.check(text, start)
        self.position = end + len(mark)
        return LINE_END.sub("\n", text)

    def comment(self) -> None:
        start = self.position + 4
        end = self.text.find("--", start)
        if end >= 0 and self.text[end + 2 : end + 3] != ">":
            self.fail("An XML comment cannot contain '--', and '-' cannot be the last character.", end)
        text = self.until("-->", start, "Comment")
        self.container.insert(len(self.container.nodes), XComment(text))

    def cdata(self) -> None:
        if not self.open:
            self.fail("Data at the root level is invalid.", self.position + 2)
        text = self.until("]]>", self.position + 9, "CDATA")
        self.container.insert(len(self.container.nodes), XCData(text))

    def instruction(self) -> None:
        start = self.position + 2
        target = self.local_name(start)
        if target.lower() == "xml":
            self.fail(
                "Unexpected XML declaration. The XML declaration must be the first node in the document, and no "
                "whitespace characters are allowed to appear before it.",
                start,
            )
        self.position = start + len(target)
        if not self.skip_space() and not self.at("?") and self.position < len(self.text):
            self.not_in_a_name(self.position)
        data = self.until("?>", self.position, "PI")
        self.container.insert(len(self.container.nodes), XProcessingInstruction(target, data))

    def document_type(self) -> None:
        if not self.at("<!DOCTYPE"):
            if len(self.text) - self.position < len("<!DOCTYPE"):
                self.position += 2
                self.fail("Unexpected end of file while parsing DOCTYPE has occurred.")
            self.unexpected(self.position + 2, "The expected token is 'DOCTYPE'.")
        found = _DOCUMENT_TYPE.match(self.text, self.position + 9)
        if self.open or self.root.element is not None:
            self.fail("Unexpected DTD declaration.", self.position + 2)
        if found is None:
            self.fail("Unexpected end of file while parsing DOCTYPE has occurred.", self.position + 2)
        if found[4]:
            self.fail(_NO_DTD, self.position + 10)
        self.position = found.end()
        if not self.at(">"):
            if self.position >= len(self.text):
                self.fail("Incomplete DTD content.")
            self.unexpected(self.position, "The expected token is '>'.")
        self.position += 1
        public, system = (None if part is None else part[1:-1] for part in (found[2], found[3]))
        self.root.insert(len(self.root.nodes), XDocumentType(found[1], public, system, ""))

    # ---- text ----------------------------------------------------------------------------------------------------

    def characters(self) -> None:
        start = self.position
        if not self.open:
            self.skip_space()
            if self.position < len(self.text) and not self.at("<"):
                self.fail("Data at the root level is invalid.")
            return
        text = self.character_data(_TEXT)
        self.check_brackets(start)
        if text.strip(WHITE_SPACE) or self.open[-1].keeps_space:
            self.container.insert(len(self.container.nodes), XText(text))

    def check_brackets(self, start: int) -> None:
        end = self.text.find("]]>", start, self.position)
        if end >= 0:
            self.fail("']]>' is not allowed in character data.", end)

    def character_data(self, pattern: re.Pattern[str]) -> str:
        """Text and references, up to what the pattern ends at."""
        parts = []
        while self.position < len(self.text):
            found = pattern.match(self.text, self.position)
            if found is not None and found[0]:
                self.check(found[0], self.position)
                parts.append(found[0])
                self.position = found.end()
            elif self.at("&"):
                parts.append(self.reference())
            else:
                break
        return "".join(LINE_END.sub("\n", part) if len(part) > 1 or part == "\r" else part for part in parts)

    def reference(self) -> str:
        allocate(NODE_SIZE)
        start = self.position + 1
        if self.at("&#"):
            return self.character_reference(start + 1)
        found = NAME.match(self.text, start)
        if found is None:
            self.fail("An error occurred while parsing EntityName.", start)
        self.position = found.end()
        if self.at(":"):
            self.fail("An error occurred while parsing EntityName.", start)
        if not self.at(";"):
            self.unexpected(self.position, "The expected token is ';'.")
        if found[0] not in _ENTITIES:
            self.fail(f"Reference to undeclared entity '{found[0]}'.", start)
        self.position += 1
        return _ENTITIES[found[0]]

    def character_reference(self, start: int) -> str:
        is_hexadecimal = self.text.startswith("x", start)
        start += is_hexadecimal
        found = re.compile("[0-9a-fA-F]+" if is_hexadecimal else "[0-9]+").match(self.text, start)
        end = found.end() if found else start
        if found is None or not self.text.startswith(";", end):
            noun = "hexadecimal" if is_hexadecimal else "decimal"
            self.fail(f"Invalid syntax for a {noun} numeric entity reference.", end)
        code = int(found[0][-10:], 16 if is_hexadecimal else 10)
        character = _character(code)
        if not character or first_invalid(character) >= 0:
            self.fail(f"{described(chr(min(code, 0xFFFF)))}, is an invalid character.", start)
        self.position = end + 1
        return character

    # ---- tags ----------------------------------------------------------------------------------------------------

    def start_tag(self) -> None:
        if not self.open and self.root.element is not None:
            self.fail("There are multiple root elements.", self.position + 1)
        if len(self.open) >= MAX_DEPTH:
            raise InsufficientExecutionStackException
        place = self.position + 1
        name = self.name(place)
        self.position = place + len(name)
        self.check_end_of_name(self.position)
        attributes = self.attributes()
        prefixes = self.declared(attributes)
        element = XElement(self.resolved(name, place, prefixes, is_attribute=False))
        self.add_attributes(element, attributes, prefixes)
        self.container.insert(len(self.container.nodes), element)
        self.open_or_empty(element, name, place, prefixes)

    def open_or_empty(self, element: XElement, name: str, place: int, prefixes: dict[str, str]) -> None:
        if self.at("/>"):
            self.position += 2
            return
        if not self.at(">"):
            is_bare = self.position == place + len(name)
            self.unexpected(self.position + (not is_bare), "The expected token is '>'.")
        self.position += 1
        space = element.attribute(XML.name("space"))
        keeps = self.open[-1].keeps_space if self.open else False
        keeps = keeps if space is None else space.value == "preserve"
        self.open.append(_Open(element, name, place, prefixes, keeps))

    def end_tag(self) -> None:
        start = self.position + 2
        if not self.open:
            self.fail("Unexpected end tag.", start)
        current = self.open[-1]
        name = self.name(start) if start < len(self.text) else self.unclosed()
        self.position = start + len(name)
        if self.position >= len(self.text):
            self.unclosed()
        if name != current.name:
            line, column = self.place(current.place)
            self.fail(
                f"The '{current.name}' start tag on line {line} position {column} does not match the end tag of "
                f"'{name}'.",
                start,
            )
        self.skip_space()
        if self.position >= len(self.text):
            self.unclosed()
        self.take(">")
        self.open.pop()
        current.element.blank = current.element.blank or not current.element.nodes

    def unclosed(self) -> NoReturn:
        names = ", ".join(reversed([each.name for each in self.open]))
        self.fail(
            f"Unexpected end of file has occurred. The following elements are not closed: {names}.", len(self.text)
        )

    # ---- attributes ----------------------------------------------------------------------------------------------

    def attributes(self) -> list[tuple[str, int, str]]:
        """Up to the end of the tag: each one's name as written, where that stands, and its value."""
        found: list[tuple[str, int, str]] = []
        while True:
            spaced = self.skip_space()
            if self.position >= len(self.text):
                self.end_of_file("Name")
            if self.at(">") or self.at("/"):
                return found
            if not NAME_START.match(self.text, self.position):
                self.name(self.position)
            if not spaced:
                self.unexpected(self.position, "Expecting whitespace.")
            found.append(self.one_attribute())

    def one_attribute(self) -> tuple[str, int, str]:
        allocate(NODE_SIZE)
        place = self.position
        name = self.name(place)
        self.position = place + len(name)
        self.skip_space()
        if not self.at("="):
            if self.position >= len(self.text):
                self.end_of_file("Name")
            self.unexpected(self.position, "The expected token is '='.")
        self.position += 1
        self.skip_space()
        return name, place, self.attribute_value()

    def attribute_value(self) -> str:
        quote = self.quote()
        parts = []
        while not self.at(quote):
            if self.position >= len(self.text):
                self.fail("There is an unclosed literal string.")
            if self.at("<"):
                self.fail("'<', hexadecimal value 0x3C, is an invalid attribute character.")
            parts.append(self.attribute_part(quote))
        self.position += 1
        return "".join(parts)

    def attribute_part(self, quote: str) -> str:
        """White space becomes spaces, unless it is written as a reference."""
        if self.at("&"):
            return self.reference()
        found = _QUOTED[quote].match(self.text, self.position)
        text = found[0] if found else ""
        self.check(text, self.position)
        self.position += len(text)
        return re.sub(r"\r\n|[\t\n\r]", " ", text)

    def declared(self, attributes: list[tuple[str, int, str]]) -> dict[str, str]:
        """What the prefixes mean here."""
        outside = self.open[-1].prefixes if self.open else {"xml": XML.uri, "": ""}
        own = {}
        for name, place, value in attributes:
            prefix = "" if name == "xmlns" else name[6:] if name.startswith("xmlns:") else None
            if prefix is None:
                continue
            self.check_declaration(prefix, place, value)
            own[prefix] = value
        return {**outside, **own} if own else outside

    def check_declaration(self, prefix: str, place: int, value: str) -> None:
        if prefix == "xml" and value != XML.uri:
            self.fail(
                f'Prefix "xml" is reserved for use by XML and can be mapped only to namespace name "{XML.uri}".', place
            )
        if prefix == "xmlns":
            self.fail('Prefix "xmlns" is reserved for use by XML.', place)
        if prefix and not value:
            self.fail("Invalid namespace declaration.", place + len(f"xmlns:{prefix}="))

    def resolved(self, name: str, place: int, prefixes: dict[str, str], *, is_attribute: bool) -> XName:
        prefix, colon, local = name.rpartition(":")
        if not colon:
            return XName.of(local, NONE if is_attribute else XNamespace.of(prefixes[""]))
        if prefix not in prefixes:
            self.fail(f"'{prefix}' is an undeclared prefix.", place)
        return XName.of(local, XNamespace.of(prefixes[prefix]))

    def add_attributes(
        self, element: XElement, attributes: list[tuple[str, int, str]], prefixes: dict[str, str]
    ) -> None:
        names: set[XName] = set()
        for written, place, value in attributes:
            if written.startswith("xmlns:"):
                name = XName.of(written[6:], XMLNS)
            else:
                name = self.resolved(written, place, prefixes, is_attribute=True)
            if name in names:
                self.fail(f"'{written}' is a duplicate attribute name.", place)
            names.add(name)
            element.append_attribute(XAttribute(name, value))


def _character(code: int) -> str:
    """In UTF-16 code units; "" for what is no character."""
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return ""
    if code < 0x10000:
        return chr(code)
    return chr(0xD800 + ((code - 0x10000) >> 10)) + chr(0xDC00 + (code & 0x3FF))
