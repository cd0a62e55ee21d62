"""The extension methods of `System.Xml.Linq.Extensions`, and the comparers of nodes."""

from collections.abc import Callable, Iterable, Iterator
from functools import cmp_to_key
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.values import Enumerable
from apim_lab.dotnet.xml.elements import XElement
from apim_lab.dotnet.xml.members.finding import (
    ATTRIBUTE,
    ELEMENT,
    NODE,
    ancestors,
    ancestors_and_self,
    descendants_and_self,
    named,
)
from apim_lab.dotnet.xml.nodes import XContainer, XNode, xml_type
from apim_lab.dotnet.xml.order import compare

_CONTAINER = xml_type("XContainer")
type Find = Callable[[Any], Iterable[Any]]


def _check(type_: TypeArgument, base: Type) -> None:
    """`where T : XNode`; raises UnsupportedType."""
    if not type_.library.derives(type_.type, base):
        raise UnsupportedType(
            f"The type '{type_}' cannot be used as type parameter 'T' in the generic type or method. "
            f"There is no implicit reference conversion from '{type_}' to '{base}'"
        )


def _spread(find: Find, element: Type) -> Callable[..., Enumerable[Any]]:
    """What `find` finds for each item of a sequence, of the name if there is one."""

    def spread(source: Any, *names: Any) -> Enumerable[Any]:
        items = given(source, "source")

        def found() -> Iterator[Any]:
            for item in items:
                around = find(item)
                if element is ATTRIBUTE:
                    yield from (each for each in around if not names or each.name is names[0])
                else:
                    yield from named(around, names) if element is ELEMENT else around

        return Enumerable(found, element)

    return spread


def _of_each(base: Type, find: Find, element: Type) -> Callable[[TypeArgument], Callable[..., Enumerable[Any]]]:
    spread = _spread(find, element)

    def of_type(type_: TypeArgument) -> Callable[..., Enumerable[Any]]:
        _check(type_, base)
        return spread

    return of_type


def _remove(type_: TypeArgument) -> Callable[[Any], None]:
    _check(type_, NODE)
    return _remove_all


def _remove_all(source: Any) -> None:
    for item in list(given(source, "source")):
        if item is not None:
            item.remove()


def _in_order(type_: TypeArgument) -> Callable[[Any], Enumerable[XNode]]:
    _check(type_, NODE)

    def in_order(source: Any) -> Enumerable[XNode]:
        items = given(source, "source")
        return Enumerable(lambda: sorted(items, key=cmp_to_key(compare)), type_.type)

    return in_order


_T = "this IEnumerable<T> source"
_E = "this IEnumerable<XElement> source"


def _rows(name: str, find: Find, base: Type | None) -> dict[str, Any]:
    """An extension that yields elements: with and without their name, of any T or of elements only."""
    generic, source = ("<T>", _T) if base else ("", _E)
    function: Any = _of_each(base, find, ELEMENT) if base else _spread(find, ELEMENT)
    return {
        f"static IEnumerable<XElement> {name}{generic}({source})": function,
        f"static IEnumerable<XElement> {name}{generic}({source}, XName name)": function,
    }


_EXTENSIONS = {
    **_rows("Ancestors", ancestors, NODE),
    **_rows("AncestorsAndSelf", ancestors_and_self, None),
    **_rows("Descendants", XContainer.descendants, _CONTAINER),
    **_rows("DescendantsAndSelf", descendants_and_self, None),
    **_rows("Elements", XContainer.children, _CONTAINER),
    f"static IEnumerable<XAttribute> Attributes({_E})": _spread(XElement.each_attribute, ATTRIBUTE),
    f"static IEnumerable<XAttribute> Attributes({_E}, XName name)": _spread(XElement.each_attribute, ATTRIBUTE),
    f"static IEnumerable<XNode> DescendantNodes<T>({_T})": _of_each(_CONTAINER, XContainer.descendants, NODE),
    f"static IEnumerable<XNode> DescendantNodesAndSelf({_E})": _spread(descendants_and_self, NODE),
    f"static IEnumerable<XNode> Nodes<T>({_T})": _of_each(_CONTAINER, XContainer.children, NODE),
    f"static IEnumerable<T> InDocumentOrder<T>({_T})": _in_order,
    f"static void Remove<T>({_T})": _remove,
    "static void Remove(this IEnumerable<XAttribute> source)": _remove_all,
}

DEFINITIONS = (
    Definition("static class System.Xml.Linq.Extensions", "System.Xml.Linq.Extensions", members=_EXTENSIONS),
)
