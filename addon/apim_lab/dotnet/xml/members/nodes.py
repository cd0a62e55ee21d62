"""`XObject`, `XNode` and the nodes that hold no others."""

from typing import Any

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.xml.comparers import EQUALITY, ORDER, are_equal, compare_order
from apim_lab.dotnet.xml.content import insert
from apim_lab.dotnet.xml.documents import XDocument
from apim_lab.dotnet.xml.elements import XElement
from apim_lab.dotnet.xml.members.finding import after, ancestors, before, elements, nodes
from apim_lab.dotnet.xml.names import verified
from apim_lab.dotnet.xml.nodes import (
    XCData,
    XComment,
    XDocumentType,
    XmlNodeType,
    XNode,
    XObject,
    XProcessingInstruction,
    XText,
    verified_target,
)
from apim_lab.dotnet.xml.save_options import SaveOptions
from apim_lab.dotnet.xml.writing import node_text


def copied(other: Any) -> Any:
    return given(other, "other").clone()


def _add_after(node: XNode, content: Any) -> None:
    insert(node.owner(), node.index() + 1, content)


def _add_before(node: XNode, content: Any) -> None:
    insert(node.owner(), node.index(), content)


def _replace_with(node: XNode, content: Any) -> None:
    owner, index = node.owner(), node.index()
    node.remove()
    insert(owner, index, content)


def _document(node: XObject) -> XDocument | None:
    root = node.root()
    return root if isinstance(root, XDocument) else None


def _parent(node: XObject) -> XElement | None:
    return node.parent if isinstance(node.parent, XElement) else None


def _formatted(node: XNode, options: SaveOptions) -> str:
    return node_text(node, indented=not int(options.value) & 1)


def _set_value(node: XText, value: str | None) -> None:
    node.value = given(value)


def _set_target(node: XProcessingInstruction, target: str | None) -> None:
    node.target = verified_target(target)


def _set_data(node: XProcessingInstruction, data: str | None) -> None:
    node.data = given(data)


def _set_name(node: XDocumentType, name: str | None) -> None:
    node.name = verified(given(name))


def both(name: str, function: Any, parameter: str = "content") -> dict[str, Any]:
    """A method with an overload for one content and one for several."""
    return {
        f"void {name}(object {parameter})": function,
        f"void {name}(params object[] {parameter})": function,
    }


_OBJECT = Definition(
    "class XObject",
    "System.Xml.Linq.XObject",
    python=XObject,
    members={
        "string BaseUri": lambda _: "",
        "XDocument Document": _document,
        "XmlNodeType NodeType": lambda node: node.kind,
        "XElement Parent": _parent,
    },
)
_NODE = Definition(
    "class XNode : XObject",
    "System.Xml.Linq.XNode",
    python=XNode,
    members={
        "XNode NextNode": lambda node: node.neighbour(1),
        "XNode PreviousNode": lambda node: node.neighbour(-1),
        **both("AddAfterSelf", _add_after),
        **both("AddBeforeSelf", _add_before),
        **both("ReplaceWith", _replace_with),
        "IEnumerable<XElement> Ancestors()": elements(ancestors),
        "IEnumerable<XElement> Ancestors(XName name)": elements(ancestors),
        "IEnumerable<XElement> ElementsAfterSelf()": elements(after),
        "IEnumerable<XElement> ElementsAfterSelf(XName name)": elements(after),
        "IEnumerable<XElement> ElementsBeforeSelf()": elements(before),
        "IEnumerable<XElement> ElementsBeforeSelf(XName name)": elements(before),
        "IEnumerable<XNode> NodesAfterSelf()": nodes(after),
        "IEnumerable<XNode> NodesBeforeSelf()": nodes(before),
        "bool IsAfter(XNode node)": lambda node, other: compare_order(node, other) > 0,
        "bool IsBefore(XNode node)": lambda node, other: compare_order(node, other) < 0,
        "void Remove()": lambda node: node.remove(),
        "string ToString()": node_text,
        "string ToString(SaveOptions options)": _formatted,
        "static bool DeepEquals(XNode n1, XNode n2)": are_equal,
        "static int CompareDocumentOrder(XNode n1, XNode n2)": compare_order,
        "static XNodeDocumentOrderComparer DocumentOrderComparer": lambda: ORDER,
        "static XNodeEqualityComparer EqualityComparer": lambda: EQUALITY,
    },
)
_VALUE = {"string Value": lambda node: node.value, "string Value { set; }": _set_value}
_TEXT = Definition(
    "class XText : XNode",
    "System.Xml.Linq.XText",
    python=XText,
    members={"new(string value)": XText, "new(XText other)": copied, **_VALUE},
)
_CDATA = Definition(
    "class XCData : XText",
    "System.Xml.Linq.XCData",
    python=XCData,
    members={"new(string value)": XCData, "new(XCData other)": copied},
)
_COMMENT = Definition(
    "class XComment : XNode",
    "System.Xml.Linq.XComment",
    python=XComment,
    members={"new(string value)": XComment, "new(XComment other)": copied, **_VALUE},
)
_INSTRUCTION = Definition(
    "class XProcessingInstruction : XNode",
    "System.Xml.Linq.XProcessingInstruction",
    python=XProcessingInstruction,
    members={
        "new(string target, string data)": XProcessingInstruction,
        "new(XProcessingInstruction other)": copied,
        "string Data": lambda node: node.data,
        "string Data { set; }": _set_data,
        "string Target": lambda node: node.target,
        "string Target { set; }": _set_target,
    },
)
_DOCUMENT_TYPE = Definition(
    "class XDocumentType : XNode",
    "System.Xml.Linq.XDocumentType",
    python=XDocumentType,
    members={
        "new(string name, string publicId, string systemId, string internalSubset)": XDocumentType,
        "new(XDocumentType other)": copied,
        "string InternalSubset": lambda node: node.subset,
        "string InternalSubset { set; }": lambda node, value: setattr(node, "subset", value),
        "string Name": lambda node: node.name,
        "string Name { set; }": _set_name,
        "string PublicId": lambda node: node.public_id,
        "string PublicId { set; }": lambda node, value: setattr(node, "public_id", value),
        "string SystemId": lambda node: node.system_id,
        "string SystemId { set; }": lambda node, value: setattr(node, "system_id", value),
    },
)

DEFINITIONS = (
    _CDATA,
    _COMMENT,
    _DOCUMENT_TYPE,
    _INSTRUCTION,
    _NODE,
    _OBJECT,
    _TEXT,
    enumeration("System.Xml.Linq.SaveOptions", SaveOptions),
    enumeration("System.Xml.XmlNodeType", XmlNodeType),
)
