"""What members and extension methods look for: elements and nodes around a node."""

from collections.abc import Callable, Iterable, Iterator

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.dotnet.values import Enumerable
from apim_lab.dotnet.xml.elements import XAttribute, XElement
from apim_lab.dotnet.xml.names import XName
from apim_lab.dotnet.xml.nodes import XContainer, XNode, XObject, xml_type

ATTRIBUTE, ELEMENT, NODE = xml_type("XAttribute"), xml_type("XElement"), xml_type("XNode")
type Find[T] = Callable[[T], Iterable[XNode]]


def named(nodes: Iterable[XNode], names: tuple[XName | None, ...]) -> Iterator[XElement]:
    """The elements among the nodes, of the name if there is one; none have the name null."""
    for node in nodes:
        if isinstance(node, XElement) and (not names or node.name is names[0]):
            yield node


def elements[T](find: Callable[[T], Iterable[XNode]]) -> Callable[..., Enumerable[XElement]]:
    """A member that yields elements, with or without the name that they must have."""
    return lambda node, *names: Enumerable(lambda: named(find(node), names), ELEMENT)


def nodes[T](find: Callable[[T], Iterable[XNode]]) -> Callable[[T], Enumerable[XNode]]:
    return lambda node: Enumerable(lambda: find(node), NODE)


def attributes(element: XElement, *names: XName | None) -> Enumerable[XAttribute]:
    return Enumerable(
        lambda: (found for found in element.each_attribute() if not names or found.name is names[0]), ATTRIBUTE
    )


def ancestors(node: XObject) -> Iterator[XNode]:
    return ancestors_and_self(node.parent)


def ancestors_and_self(node: XObject | None) -> Iterator[XNode]:
    while isinstance(node, XElement):
        allocate(OBJECT)
        yield node
        node = node.parent


def descendants_and_self(container: XContainer) -> Iterator[XNode]:
    yield container
    yield from container.descendants()


def after(node: XNode) -> Iterator[XNode]:
    if node.parent is not None:
        yield from node.parent.nodes[node.index() + 1 :]


def before(node: XNode) -> Iterator[XNode]:
    if node.parent is not None:
        yield from node.parent.nodes[: node.index()]
