"""Where nodes of one tree stand to each other. Source: .NET Core 3.1, XNode.cs, `CompareDocumentOrder`."""

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.dotnet.xml.nodes import XNode


def place(node: XNode) -> list[int]:
    """The position among its siblings, behind that of its parent, and so on."""
    found: list[int] = []
    while node.parent is not None:
        allocate(OBJECT)
        found.append(node.index())
        node = node.parent
    return found[::-1]


def compare(one: XNode, two: XNode) -> int:
    """-1 if the first stands before the second, or holds it; both are in one tree."""
    first, second = place(one), place(two)
    return (first > second) - (first < second)
