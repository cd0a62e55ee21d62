"""Nodes, and those that hold others. Source: .NET Core 3.1, XObject.cs, XNode.cs, XContainer.cs, XText.cs, XComment.cs,
XProcessingInstruction.cs, XDocumentType.cs.
"""

import enum
from collections.abc import Iterator
from typing import ClassVar, Self

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.memory import OBJECT, REFERENCE, allocate
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.xml.names import verified

XmlNodeType = enum.Enum(
    "XmlNodeType",
    "None Element Attribute Text CDATA EntityReference Entity ProcessingInstruction Comment Document DocumentType "
    "DocumentFragment Notation Whitespace SignificantWhitespace EndElement EndEntity XmlDeclaration",
    start=0,
)
# What a node takes with what it takes to make it
NODE_SIZE = 4 * OBJECT


def xml_type(name: str) -> Type:
    return Type(name, full_name=f"System.Xml.Linq.{name}")


class XObject:
    """A node or an attribute. `parent` is the element or the document it stands in."""

    __slots__ = ("parent",)
    type: ClassVar[Type]
    kind: ClassVar[XmlNodeType]
    parent: "XContainer | None"

    def root(self) -> "XObject":
        found: XObject = self
        while found.parent is not None:
            allocate(REFERENCE)
            found = found.parent
        return found

    def remove(self) -> None:
        """Raises InvalidOperationException if it stands in nothing."""
        raise NotImplementedError


class XNode(XObject):
    __slots__ = ()

    def clone(self) -> "XNode":
        raise NotImplementedError

    def equals(self, other: "XNode") -> bool:
        """`XNode.DeepEquals`."""
        raise NotImplementedError

    def owner(self) -> "XContainer":
        if self.parent is None:
            raise InvalidOperationException("The parent is missing.")
        return self.parent

    def index(self) -> int:
        nodes = self.owner().nodes
        # Not memory but the time of the search
        allocate(len(nodes))
        return next(index for index, node in enumerate(nodes) if node is self)

    def remove(self) -> None:
        owner, index = self.owner(), self.index()
        del owner.nodes[index]
        self.parent = None

    def neighbour(self, distance: int) -> "XNode | None":
        if self.parent is None:
            return None
        index = self.index() + distance
        return self.parent.nodes[index] if 0 <= index < len(self.parent.nodes) else None


class XContainer(XNode):
    """`nodes` are its children. An element with a `blank` text has an end tag though it has no nodes: `<a></a>`."""

    __slots__ = ("blank", "nodes")
    nodes: list[XNode]

    def __init__(self) -> None:
        self.parent = None
        self.nodes = []
        self.blank = False

    def check(self, node: XNode, index: int) -> None:
        """Raises ArgumentException or InvalidOperationException if the node must not stand there."""
        raise NotImplementedError

    def check_text(self, text: str) -> None:
        """Raises ArgumentException for a text that it cannot hold."""

    def insert(self, index: int, node: XNode) -> None:
        """Put a node at a position: a copy of it, if it stands elsewhere already or would close a circle."""
        self.check(node, index)
        allocate(NODE_SIZE)
        if node.parent is not None or node is self.root():
            node = node.clone()
        node.parent = self
        self.nodes.insert(index, node)

    def insert_text(self, index: int, text: str) -> int:
        """Put a text at a position, joined with the text before; how many nodes it made."""
        self.check_text(text)
        if not text:
            self.blank = self.blank or not self.nodes
            return 0
        before = self.nodes[index - 1] if index else None
        if before.__class__ is XText:
            assert isinstance(before, XText)  # as its class says
            allocate(len(before.value) + len(text))
            before.value += text
            return 0
        self.insert(index, XText(text))
        return 1

    def remove_nodes(self) -> None:
        for node in self.nodes:
            node.parent = None
        self.nodes = []
        self.blank = False

    def children(self) -> Iterator[XNode]:
        """The nodes one by one; the enumeration ends if the current one is removed, as in .NET."""
        index = 0
        while index < len(self.nodes):
            node = self.nodes[index]
            allocate(REFERENCE)
            yield node
            if node.parent is not self:
                return
            index = index if self.nodes[index : index + 1] == [node] else node.index()
            index += 1

    def descendants(self) -> Iterator[XNode]:
        """All nodes within, in the order of the text."""
        waiting = [self.children()]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
                continue
            yield found
            if isinstance(found, XContainer):
                waiting.append(found.children())

    def copy_nodes(self, other: "XContainer") -> None:
        allocate(NODE_SIZE)
        self.blank = other.blank
        self.nodes = [node.clone() for node in other.nodes]
        for node in self.nodes:
            node.parent = self

    def equal_nodes(self, other: "XContainer") -> bool:
        """Texts that stand beside each other count as one."""
        mine, theirs = _joined(self.nodes), _joined(other.nodes)
        same = len(mine) == len(theirs)
        return same and all(
            one == two if isinstance(one, str) or isinstance(two, str) else one.equals(two)
            for one, two in zip(mine, theirs, strict=True)
        )


def _joined(nodes: list[XNode]) -> list[XNode | str]:
    found: list[XNode | str] = []
    for node in nodes:
        if node.__class__ is not XText:
            found.append(node)
        elif found and isinstance(found[-1], str):
            found[-1] += node.value
        else:
            found.append(node.value)
    return found


class XText(XNode):
    __slots__ = ("value",)
    type = xml_type("XText")
    kind = XmlNodeType["Text"]

    def __init__(self, value: str | None) -> None:
        self.parent = None
        self.value = given(value)

    def clone(self) -> Self:
        allocate(NODE_SIZE)
        return self.__class__(self.value)

    def equals(self, other: XNode) -> bool:
        return other.__class__ is self.__class__ and isinstance(other, XText) and self.value == other.value


class XCData(XText):
    __slots__ = ()
    type = xml_type("XCData")
    kind = XmlNodeType["CDATA"]


class XComment(XText):
    """No text in .NET, but one with a value like that."""

    __slots__ = ()
    type = xml_type("XComment")
    kind = XmlNodeType["Comment"]


class XProcessingInstruction(XNode):
    __slots__ = ("data", "target")
    type = xml_type("XProcessingInstruction")
    kind = XmlNodeType["ProcessingInstruction"]

    def __init__(self, target: str | None, data: str | None) -> None:
        self.parent = None
        self.data = given(data, "data")
        self.target = verified_target(target)

    def clone(self) -> "XProcessingInstruction":
        allocate(NODE_SIZE)
        return XProcessingInstruction(self.target, self.data)

    def equals(self, other: XNode) -> bool:
        return isinstance(other, XProcessingInstruction) and (self.target, self.data) == (other.target, other.data)


def verified_target(target: str | None) -> str:
    """Raises XmlException for what is no name, ArgumentException for `xml`."""
    name = verified(given(target, "target"))
    if name.lower() == "xml":
        raise ArgumentException(f"'{name}' is an invalid name for a processing instruction.")
    return name


class XDocumentType(XNode):
    """`<!DOCTYPE html>`. Nothing in it is ever read."""

    __slots__ = ("name", "public_id", "subset", "system_id")
    type = xml_type("XDocumentType")
    kind = XmlNodeType["DocumentType"]

    def __init__(self, name: str | None, public_id: str | None, system_id: str | None, subset: str | None) -> None:
        self.parent = None
        self.name = verified(given(name, "name"))
        self.public_id, self.system_id, self.subset = public_id, system_id, subset

    def clone(self) -> "XDocumentType":
        allocate(NODE_SIZE)
        return XDocumentType(self.name, self.public_id, self.system_id, self.subset)

    def parts(self) -> tuple[str | None, ...]:
        return self.name, self.public_id, self.system_id, self.subset

    def equals(self, other: XNode) -> bool:
        return isinstance(other, XDocumentType) and self.parts() == other.parts()
