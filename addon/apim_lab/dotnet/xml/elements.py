"""Elements and their attributes. Source: .NET Core 3.1, XElement.cs, XAttribute.cs."""

from collections.abc import Iterator

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.xml.names import NONE, XML, XMLNS, XName, XNamespace
from apim_lab.dotnet.xml.nodes import (
    NODE_SIZE,
    XCData,
    XContainer,
    XDocumentType,
    XmlNodeType,
    XNode,
    XObject,
    XText,
    xml_type,
)


class XAttribute(XObject):
    __slots__ = ("_value", "name")
    type = xml_type("XAttribute")
    kind = XmlNodeType["Attribute"]
    parent: "XElement | None"

    def __init__(self, name: XName | None, value: str) -> None:
        """Raises ArgumentException for a declaration that namespaces do not allow."""
        self.parent = None
        self.name = given(name, "name")
        self.value = value

    @property
    def value(self) -> str:
        return self._value

    @value.setter
    def value(self, value: str | None) -> None:
        _check_declaration(self.name, given(value))
        self._value: str = given(value)

    @property
    def is_declaration(self) -> bool:
        """Whether it declares a prefix, or the default namespace."""
        return self.name.namespace is XMLNS or (self.name.local == "xmlns" and self.name.namespace is NONE)

    @property
    def declared_prefix(self) -> str:
        return self.name.local if self.name.namespace is XMLNS else ""

    def clone(self) -> "XAttribute":
        allocate(NODE_SIZE)
        return XAttribute(self.name, self.value)

    def remove(self) -> None:
        if self.parent is None:
            raise InvalidOperationException("The parent is missing.")
        self.parent.attributes.remove(self)
        self.parent = None

    def neighbour(self, distance: int) -> "XAttribute | None":
        if self.parent is None:
            return None
        attributes = self.parent.attributes
        index = attributes.index(self) + distance
        return attributes[index] if 0 <= index < len(attributes) else None


def _check_declaration(name: XName, value: str) -> None:
    if name.namespace is not XMLNS:
        if name.namespace is NONE and name.local == "xmlns":
            _check_default(value)
        return
    if not value:
        raise ArgumentException(
            f"The prefix '{name.local}' cannot be bound to the empty namespace name.",
        )
    if (value == XML.uri) is not (name.local == "xml"):
        raise ArgumentException(
            "The prefix 'xml' is bound to the namespace name 'http://www.w3.org/XML/1998/namespace'. Other prefixes "
            "must not be bound to this namespace name, and it must not be declared as the default namespace."
        )
    if value == XMLNS.uri or name.local == "xmlns":
        raise ArgumentException(_NO_XMLNS)


def _check_default(value: str) -> None:
    if value == XMLNS.uri:
        raise ArgumentException(_NO_XMLNS)


_NO_XMLNS = (
    "The prefix 'xmlns' is bound to the namespace name 'http://www.w3.org/2000/xmlns/'. It must not be declared. Other "
    "prefixes must not be bound to this namespace name, and it must not be declared as the default namespace."
)


# A comment is no text
_TEXTS = {XText, XCData}


class XElement(XContainer):
    __slots__ = ("_name", "attributes")
    type = xml_type("XElement")
    kind = XmlNodeType["Element"]

    def __init__(self, name: XName | None) -> None:
        super().__init__()
        self.name = given(name, "name")
        self.attributes: list[XAttribute] = []

    @property
    def name(self) -> XName:
        return self._name

    @name.setter
    def name(self, name: XName | None) -> None:
        self._name: XName = given(name)

    @property
    def is_empty(self) -> bool:
        return not self.nodes and not self.blank

    @property
    def value(self) -> str:
        """All text within."""
        texts = [node.value for node in self.descendants() if node.__class__ in _TEXTS and isinstance(node, XText)]
        allocate(sum(map(len, texts)))
        return "".join(texts)

    def clone(self) -> "XElement":
        copy = XElement(self.name)
        copy.copy_nodes(self)
        for attribute in self.attributes:
            copy.add_attribute(attribute.clone())
        return copy

    def equals(self, other: XNode) -> bool:
        if not isinstance(other, XElement) or self.name is not other.name or self.is_empty != other.is_empty:
            return False
        mine, theirs = ([(a.name, a.value) for a in each.attributes] for each in (self, other))
        return mine == theirs and self.equal_nodes(other)

    def check(self, node: XNode, index: int) -> None:
        if isinstance(node, XDocumentType) or node.kind is XmlNodeType["Document"]:
            raise ArgumentException(f"A node of type {node.kind.name} cannot be added to content.")

    def attribute(self, name: XName | None) -> XAttribute | None:
        # Not memory but the time of the search
        allocate(len(self.attributes))
        return next((found for found in self.attributes if found.name is name), None)

    def add_attribute(self, attribute: XAttribute) -> None:
        """Raises InvalidOperationException if there is one of this name."""
        allocate(NODE_SIZE)
        if self.attribute(attribute.name) is not None:
            raise InvalidOperationException("Duplicate attribute.")
        if attribute.parent is not None:
            attribute = attribute.clone()
        self.append_attribute(attribute)

    def append_attribute(self, attribute: XAttribute) -> None:
        """One that stands nowhere, and whose name is new here."""
        attribute.parent = self
        self.attributes.append(attribute)

    def remove_attributes(self) -> None:
        for attribute in self.attributes:
            attribute.parent = None
        self.attributes = []

    def each_attribute(self) -> Iterator[XAttribute]:
        """The attributes one by one; the enumeration ends if the current one is removed."""
        for attribute in list(self.attributes):
            allocate(NODE_SIZE)
            yield attribute
            if attribute.parent is not self:
                return

    # ---- namespaces ----------------------------------------------------------------------------------------------

    def scopes(self) -> Iterator["XElement"]:
        element: XObject | None = self
        while isinstance(element, XElement):
            allocate(NODE_SIZE)
            yield element
            element = element.parent

    def namespace_of(self, prefix: str) -> XNamespace | None:
        """The namespace that the prefix has here; null if it has none."""
        if prefix in {"xml", "xmlns"}:
            return XML if prefix == "xml" else XMLNS
        for scope in self.scopes():
            for found in scope.attributes:
                if found.is_declaration and found.declared_prefix == prefix:
                    return XNamespace.of(found.value)
        return None

    def prefix_of(self, namespace: XNamespace) -> str | None:
        """A prefix that has the namespace here, and no other one further in."""
        for scope in self.scopes():
            for found in scope.attributes:
                prefix = found.declared_prefix
                if prefix and found.is_declaration and found.value == namespace.uri:
                    here = self.namespace_of(prefix)
                    if here is namespace:
                        return prefix
        if namespace in {XML, XMLNS}:
            return "xml" if namespace is XML else "xmlns"
        return None
