"""Documents and their declarations. Source: .NET Core 3.1, XDocument.cs, XDeclaration.cs."""

from typing import ClassVar

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.types import Type
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.xml.characters import WHITE_SPACE
from apim_lab.dotnet.xml.elements import XElement
from apim_lab.dotnet.xml.nodes import XCData, XContainer, XDocumentType, XmlNodeType, XNode, xml_type


class XDeclaration:
    """`<?xml version="1.0" encoding="utf-8"?>`."""

    __slots__ = ("encoding", "standalone", "version")
    type: ClassVar[Type] = xml_type("XDeclaration")

    def __init__(self, version: str | None, encoding: str | None, standalone: str | None) -> None:
        self.version, self.encoding, self.standalone = version, encoding, standalone

    def clone(self) -> "XDeclaration":
        return XDeclaration(self.version, self.encoding, self.standalone)

    def text(self) -> str:
        parts = (("version", self.version), ("encoding", self.encoding), ("standalone", self.standalone))
        written = "".join(f' {name}="{value}"' for name, value in parts if value is not None)
        return f"<?xml{written}?>"


class XDocument(XContainer):
    """At most one document type, then at most one element; comments, instructions and white space anywhere."""

    __slots__ = ("declaration",)
    type = xml_type("XDocument")
    kind = XmlNodeType["Document"]

    def __init__(self) -> None:
        super().__init__()
        self.declaration: XDeclaration | None = None

    @property
    def element(self) -> XElement | None:
        """`Root`."""
        return next((node for node in self.nodes if isinstance(node, XElement)), None)

    @property
    def document_type(self) -> XDocumentType | None:
        return next((node for node in self.nodes if isinstance(node, XDocumentType)), None)

    def clone(self) -> "XDocument":
        copy = XDocument()
        copy.copy_nodes(self)
        copy.declaration = None if self.declaration is None else self.declaration.clone()
        return copy

    def equals(self, other: XNode) -> bool:
        return isinstance(other, XDocument) and self.equal_nodes(other)

    def check(self, node: XNode, index: int) -> None:
        if isinstance(node, XCData | XDocument):
            raise ArgumentException(f"A node of type {node.kind.name} cannot be added to content.")
        before, after = self.nodes[:index], self.nodes[index:]
        if isinstance(node, XElement):
            bad = self.element is not None or any(isinstance(other, XDocumentType) for other in after)
        else:
            is_type = isinstance(node, XDocumentType)
            bad = is_type and (self.document_type is not None or any(isinstance(other, XElement) for other in before))
        if bad:
            raise InvalidOperationException("This operation would create an incorrectly structured document.")

    def check_text(self, text: str) -> None:
        if text.strip(WHITE_SPACE):
            raise ArgumentException("Non-whitespace characters cannot be added to content.")


@object_text.register
def _declaration_text(declaration: XDeclaration) -> str:
    return declaration.text()
