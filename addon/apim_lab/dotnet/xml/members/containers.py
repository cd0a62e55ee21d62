"""`XContainer`."""

from typing import Any

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.xml.content import add, insert
from apim_lab.dotnet.xml.elements import XElement
from apim_lab.dotnet.xml.members.finding import elements, named, nodes
from apim_lab.dotnet.xml.members.nodes import both
from apim_lab.dotnet.xml.names import XName
from apim_lab.dotnet.xml.nodes import XContainer


def _element(owner: XContainer, name: XName | None) -> XElement | None:
    return next(named(owner.children(), (name,)), None)


def _replace_nodes(owner: XContainer, content: Any) -> None:
    owner.remove_nodes()
    insert(owner, 0, content)


DEFINITIONS = (
    Definition(
        "class XContainer : XNode",
        "System.Xml.Linq.XContainer",
        python=XContainer,
        members={
            "XNode FirstNode": lambda owner: owner.nodes[0] if owner.nodes else None,
            "XNode LastNode": lambda owner: owner.nodes[-1] if owner.nodes else None,
            **both("Add", add),
            **both("AddFirst", lambda owner, content: insert(owner, 0, content, attributes=True)),
            **both("ReplaceNodes", _replace_nodes),
            "void RemoveNodes()": XContainer.remove_nodes,
            "XElement Element(XName name)": _element,
            "IEnumerable<XElement> Elements()": elements(XContainer.children),
            "IEnumerable<XElement> Elements(XName name)": elements(XContainer.children),
            "IEnumerable<XElement> Descendants()": elements(XContainer.descendants),
            "IEnumerable<XElement> Descendants(XName name)": elements(XContainer.descendants),
            "IEnumerable<XNode> DescendantNodes()": nodes(XContainer.descendants),
            "IEnumerable<XNode> Nodes()": nodes(XContainer.children),
        },
    ),
)
