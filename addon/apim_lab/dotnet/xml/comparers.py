"""`XNodeEqualityComparer` and `XNodeDocumentOrderComparer` as values. Source: .NET Core 3.1."""

from collections.abc import Hashable
from typing import ClassVar

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.types import Type
from apim_lab.dotnet.xml.nodes import XNode, xml_type
from apim_lab.dotnet.xml.order import compare


def are_equal(one: XNode | None, two: XNode | None) -> bool:
    """`XNode.DeepEquals`."""
    return one is two or (one is not None and two is not None and one.kind is two.kind and one.equals(two))


def compare_order(one: XNode | None, two: XNode | None) -> int:
    """`XNode.CompareDocumentOrder`: raises InvalidOperationException for nodes of two trees."""
    if one is two:
        return 0
    if one is None or two is None:
        return -1 if one is None else 1
    if one.root() is not two.root():
        raise InvalidOperationException("A common ancestor is missing.")
    return compare(one, two)


class _Key:
    """A node that equals others with the same content."""

    __slots__ = ("node",)

    def __init__(self, node: XNode) -> None:
        self.node = node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and are_equal(self.node, other.node)

    def __hash__(self) -> int:
        return self.node.kind.value  # type: ignore[no-any-return]  # a number


class XNodeEqualityComparer:
    type: ClassVar[Type] = xml_type("XNodeEqualityComparer")

    def key(self, node: XNode | None) -> Hashable:
        return None if node is None else _Key(node)

    def equals(self, one: XNode | None, two: XNode | None) -> bool:
        return are_equal(one, two)

    def hash_code(self, node: XNode | None) -> int:
        return 0 if node is None else hash(_Key(node))


class XNodeDocumentOrderComparer:
    type: ClassVar[Type] = xml_type("XNodeDocumentOrderComparer")

    def compare(self, one: XNode | None, two: XNode | None) -> int:
        return compare_order(one, two)


EQUALITY, ORDER = XNodeEqualityComparer(), XNodeDocumentOrderComparer()
