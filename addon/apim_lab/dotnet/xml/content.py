"""What elements and documents are made of. Source: .NET Core 3.1, XContainer.cs, Inserter.cs."""

from collections.abc import Iterable
from typing import Any

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.xml.elements import XAttribute, XElement
from apim_lab.dotnet.xml.nodes import XContainer, XNode, XObject
from apim_lab.dotnet.xml.texts import text_of


def add(owner: XContainer, content: Any) -> None:
    """`Add(content)`: nodes, attributes, texts, other values, or any number of these in what can be enumerated."""
    insert(owner, len(owner.nodes), content, attributes=True)


def insert(owner: XContainer, index: int, content: Any, *, attributes: bool = False) -> int:
    """Put the content at a position; how many nodes it became."""
    if content is None:
        return 0
    allocate(OBJECT)
    if isinstance(content, XNode):
        owner.insert(index, content)
        return 1
    if isinstance(content, XAttribute):
        _add_attribute(owner, content, attributes=attributes)
        return 0
    if not isinstance(content, str) and isinstance(content, Iterable):
        return _insert_each(owner, index, content, attributes=attributes)
    return owner.insert_text(index, value_text(content))


def _insert_each(owner: XContainer, index: int, content: Iterable[Any], *, attributes: bool) -> int:
    count = 0
    for item in list(content) if not isinstance(content, Bytes) else content:
        count += insert(owner, index + count, item, attributes=attributes)
    return count


def _add_attribute(owner: XContainer, attribute: XAttribute, *, attributes: bool) -> None:
    if not attributes or not isinstance(owner, XElement):
        raise ArgumentException("An attribute cannot be added to content.")
    owner.add_attribute(attribute)


def value_text(value: Any) -> str:
    """The text of a value that is no node; raises ArgumentException for one that is."""
    if isinstance(value, XObject):
        raise ArgumentException("An XObject cannot be used as a value.")
    return str(value) if value.__class__ is str else text_of(value)
