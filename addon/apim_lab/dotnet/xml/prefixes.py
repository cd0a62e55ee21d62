"""The prefixes of namespaces while XML is written. Source: .NET Core 3.1, XLinq.cs (`NamespaceResolver`),
XmlWellFormedWriter.cs.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from apim_lab.dotnet.xml.elements import XAttribute, XElement
from apim_lab.dotnet.xml.exceptions import XmlException
from apim_lab.dotnet.xml.names import NONE, XML, XMLNS, XNamespace


class _Kind(enum.Enum):
    IMPLIED = enum.auto()
    """It is as outside."""
    NEEDED = enum.auto()
    """The writer has to declare it."""
    WRITTEN = enum.auto()
    """An attribute declares it."""


@dataclass
class _Declaration:
    """What a prefix means in an element."""

    prefix: str
    uri: str
    kind: _Kind


class Prefixes:
    """`declarations` are those in scope, innermost last; `starts` where those of each open element begin.

    `known` are those that attributes of the tree make, outside of what is written, too.
    """

    def __init__(self) -> None:
        self.declarations: list[_Declaration] = []
        self.starts: list[int] = []
        self.known: list[list[tuple[str, str]]] = []

    def declare_outside(self, element: XElement) -> None:
        for scope in reversed(list(element.scopes())):
            self.known.append(_declared(scope))

    def enter(self, element: XElement) -> str:
        """The prefix of the element."""
        self.known.append(_declared(element))
        self.starts.append(len(self.declarations))
        namespace = element.name.namespace
        prefix = self._known_prefix(namespace, may_be_default=True)
        if prefix is None:
            prefix = self._prefix(namespace.uri) or ""
        self._imply(prefix, namespace.uri)
        for declared, uri in self.known[-1]:
            self._declare(declared, uri)
        return prefix

    def leave(self) -> None:
        self.known.pop()
        del self.declarations[self.starts.pop() :]

    def undeclared(self) -> Iterator[tuple[str, str]]:
        """What the start tag has to declare besides its attributes."""
        for found in reversed(self.declarations[self.starts[-1] :]):
            if found.kind is _Kind.NEEDED:
                yield found.prefix, found.uri

    def of_attribute(self, attribute: XAttribute) -> str:
        if attribute.is_declaration:
            return "xmlns" if attribute.declared_prefix else ""
        namespace = attribute.name.namespace
        prefix = self._known_prefix(namespace, may_be_default=False)
        if prefix is None:
            prefix = self._prefix(namespace.uri, may_be_default=False) or self._new_prefix()
        if prefix not in {"", "xml"}:
            self._imply(prefix, namespace.uri)
        return prefix

    def _new_prefix(self) -> str:
        number = len(self.declarations)
        taken = {found.prefix for found in self.declarations}
        while f"p{number}" in taken:
            number += 1
        return f"p{number}"

    def _known_prefix(self, namespace: XNamespace, *, may_be_default: bool) -> str | None:
        if namespace is NONE:
            return ""
        hidden: set[str] = set()
        for scope in reversed(self.known):
            for prefix, uri in reversed(scope):
                if prefix not in hidden and uri == namespace.uri and (prefix or may_be_default):
                    return prefix
                hidden.add(prefix)
        return {XML: "xml", XMLNS: "xmlns"}.get(namespace)

    def _prefix(self, uri: str, *, may_be_default: bool = True) -> str | None:
        """One that the writer has declared for it."""
        hidden: set[str] = set()
        for found in reversed(self.declarations):
            if found.prefix not in hidden and found.uri == uri and (found.prefix or may_be_default):
                return found.prefix
            hidden.add(found.prefix)
        return None

    def _own(self, prefix: str) -> _Declaration | None:
        return next((found for found in self.declarations[self.starts[-1] :] if found.prefix == prefix), None)

    def _imply(self, prefix: str, uri: str) -> None:
        """A name uses the prefix: it has to be declared, unless it is."""
        own = self._own(prefix)
        if own is not None:
            if own.uri != uri:
                raise _redefined(prefix, own.uri, uri)
            return
        outside = next((found.uri for found in reversed(self.declarations) if found.prefix == prefix), "")
        kind = _Kind.IMPLIED if outside == uri or prefix == "xml" else _Kind.NEEDED
        self.declarations.append(_Declaration(prefix, uri, kind))

    def _declare(self, prefix: str, uri: str) -> None:
        """An attribute declares the prefix."""
        own = self._own(prefix)
        if own is None:
            self.declarations.append(_Declaration(prefix, uri, _Kind.WRITTEN))
        elif own.uri != uri:
            raise _redefined(prefix, own.uri, uri)
        else:
            own.kind = _Kind.WRITTEN


def _declared(element: XElement) -> list[tuple[str, str]]:
    return [(found.declared_prefix, found.value) for found in element.attributes if found.is_declaration]


def _redefined(prefix: str, before: str, after: str) -> XmlException:
    return XmlException(
        f"The prefix '{prefix}' cannot be redefined from '{before}' to '{after}' within the same start element tag."
    )
