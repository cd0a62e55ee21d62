"""`ToString()` of nodes. Source: .NET Core 3.1, XNode.cs, XLinq.cs (`ElementWriter`), XmlEncodedRawTextWriter.cs."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.values import object_text
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.xml.characters import described, first_invalid
from apim_lab.dotnet.xml.documents import XDocument
from apim_lab.dotnet.xml.elements import XAttribute, XElement
from apim_lab.dotnet.xml.nodes import XCData, XComment, XDocumentType, XNode, XProcessingInstruction, XText
from apim_lab.dotnet.xml.prefixes import Prefixes

# .NET's on Windows
NEW_LINE = "\r\n"


@object_text.register
def node_text(node: XNode, *, indented: bool = True) -> str:
    """Raises ArgumentException for characters that XML does not have."""
    writer = _Writer(indented=indented)
    if isinstance(node, XElement) and isinstance(node.parent, XElement):
        writer.prefixes.declare_outside(node.parent)
    writer.node(node)
    return "".join(writer.parts)


@object_text.register
def attribute_text(attribute: XAttribute) -> str:
    """`p:name="value"`, by the prefixes where it stands."""
    prefix = attribute.parent.prefix_of(attribute.name.namespace) if attribute.parent else None
    if attribute.is_declaration:
        prefix = "xmlns" if attribute.declared_prefix else ""
    elif prefix is None and attribute.name.namespace.uri:
        prefix = "p1"
    name = f"{prefix}:{attribute.name.local}" if prefix else attribute.name.local
    text = f'{name}="{_attribute_value(attribute.value)}"'
    return f'{text} xmlns:p1="{_attribute_value(attribute.name.namespace.uri)}"' if prefix == "p1" else text


class _Writer:
    """`is_mixed`: the content at hand has text, so it is not indented."""

    def __init__(self, *, indented: bool) -> None:
        self.indented = indented
        self.parts: list[str] = []
        self.depth = 0
        self.is_mixed = False
        self.prefixes = Prefixes()

    def put(self, text: str) -> None:
        allocate(len(text))
        self.parts.append(text)

    def indent(self) -> None:
        if self.indented and not self.is_mixed and self.parts:
            self.put(NEW_LINE + "  " * self.depth)

    def node(self, node: XNode) -> None:
        _WRITERS[node.__class__](self, node)

    def document(self, document: XDocument) -> None:
        for node in document.nodes:
            self.node(node)

    def element(self, element: XElement) -> None:
        self.indent()
        before = self.is_mixed
        name = self.start(element)
        self.depth += 1
        for node in element.nodes:
            self.node(node)
        self.depth -= 1
        if element.nodes:
            self.indent()
        if not element.is_empty:
            self.put(f"</{name}>")
        self.is_mixed = before
        self.prefixes.leave()

    def start(self, element: XElement) -> str:
        """The start tag; returns the name with its prefix."""
        prefix = self.prefixes.enter(element)
        name = f"{prefix}:{element.name.local}" if prefix else element.name.local
        self.put(f"<{name}")
        for attribute in element.attributes:
            self.attribute(self.prefixes.of_attribute(attribute), attribute.name.local, attribute.value)
        for declared, uri in self.prefixes.undeclared():
            self.attribute("xmlns" if declared else "", declared or "xmlns", uri)
        self.put(" />" if element.is_empty else ">")
        return name

    def attribute(self, prefix: str, local: str, value: str) -> None:
        name = f"{prefix}:{local}" if prefix else local
        self.put(f' {name}="{_attribute_value(value)}"')

    def text(self, node: XText) -> None:
        self.is_mixed = True
        self.put(_escape(node.value, _TEXT))

    def cdata(self, node: XCData) -> None:
        self.is_mixed = True
        self.put(f"<![CDATA[{_lines(node.value).replace(']]>', ']]]]><![CDATA[>')}]]>")

    def comment(self, node: XComment) -> None:
        self.indent()
        self.put(f"<!--{_without_dashes(_lines(node.value))}-->")

    def instruction(self, node: XProcessingInstruction) -> None:
        self.indent()
        data = _lines(node.data).replace("?>", "? >")
        self.put(f"<?{node.target}{f' {data}' if data else ''}?>")

    def document_type(self, node: XDocumentType) -> None:
        self.indent()
        if node.public_id is not None:
            ids = f' PUBLIC "{node.public_id}" "{node.system_id or ""}"'
        else:
            ids = " " if node.system_id is None else f' SYSTEM "{node.system_id}"'
        subset = "" if node.subset is None else f"[{node.subset}]"
        self.put(f"<!DOCTYPE {node.name}{ids}{subset}>")


_WRITERS: Mapping[type[XNode], Callable[[_Writer, Any], None]] = {
    XCData: _Writer.cdata,
    XComment: _Writer.comment,
    XDocument: _Writer.document,
    XDocumentType: _Writer.document_type,
    XElement: _Writer.element,
    XProcessingInstruction: _Writer.instruction,
    XText: _Writer.text,
}
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
_LINE_END = re.compile(r"\r\n|\n|\r")
_TEXT = re.compile(r"[&<>]|\r\n|\n|\r")
_ATTRIBUTE = re.compile(r'[&<>"\t\n\r]')


def _escape(text: str, pattern: re.Pattern[str]) -> str:
    """In a text, ends of lines become .NET's own."""
    _check(text)
    in_text = pattern is _TEXT
    return pattern.sub(lambda found: NEW_LINE if in_text and found[0] in _LINES else _ESCAPES[found[0]], text)


_LINES = {"\r\n", "\n", "\r"}


def _attribute_value(text: str) -> str:
    return _escape(text, _ATTRIBUTE)


def _lines(text: str) -> str:
    _check(text)
    return _LINE_END.sub(NEW_LINE, text)


def _without_dashes(text: str) -> str:
    """Two in a row would end a comment, one at its end, too."""
    text = re.sub("-(?=-)", "- ", text)
    return f"{text} " if text.endswith("-") else text


def _check(text: str) -> None:
    place = first_invalid(text)
    if place < 0:
        return
    character = text[place]
    if "\ud800" <= character <= "\udbff":
        raise ArgumentException("The surrogate pair is invalid. Missing a low surrogate character.")
    if "\udc00" <= character <= "\udfff":
        raise ArgumentException(f"Invalid high surrogate character (0x{ord(character):04X}).")
    raise ArgumentException(f"{described(character)}, is an invalid character.")
