"""`XDocument` and `XDeclaration`."""

from typing import Any

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.xml.content import add
from apim_lab.dotnet.xml.documents import XDeclaration, XDocument
from apim_lab.dotnet.xml.members.nodes import copied
from apim_lab.dotnet.xml.parsing import parse_document


def _with_content(content: Any) -> XDocument:
    created = XDocument()
    add(created, content)
    return created


def _declared(declaration: XDeclaration | None, content: Any) -> XDocument:
    created = _with_content(content)
    created.declaration = declaration
    return created


_DOCUMENT = Definition(
    "class XDocument : XContainer",
    "System.Xml.Linq.XDocument",
    python=XDocument,
    members={
        "new()": XDocument,
        "new(params object[] content)": _with_content,
        "new(XDeclaration declaration, params object[] content)": _declared,
        "new(XDocument other)": copied,
        "XDeclaration Declaration": lambda document: document.declaration,
        "XDeclaration Declaration { set; }": lambda document, value: setattr(document, "declaration", value),
        "XDocumentType DocumentType": lambda document: document.document_type,
        "XElement Root": lambda document: document.element,
        "static XDocument Parse(string text)": lambda text: parse_document(given(text, "s")),
    },
)
_DECLARATION = Definition(
    "class XDeclaration",
    "System.Xml.Linq.XDeclaration",
    python=XDeclaration,
    members={
        "new(string version, string encoding, string standalone)": XDeclaration,
        "new(XDeclaration other)": copied,
        "string Encoding": lambda declaration: declaration.encoding,
        "string Encoding { set; }": lambda declaration, value: setattr(declaration, "encoding", value),
        "string Standalone": lambda declaration: declaration.standalone,
        "string Standalone { set; }": lambda declaration, value: setattr(declaration, "standalone", value),
        "string Version": lambda declaration: declaration.version,
        "string Version { set; }": lambda declaration, value: setattr(declaration, "version", value),
        "string ToString()": XDeclaration.text,
    },
)

DEFINITIONS = (_DECLARATION, _DOCUMENT)
