"""`XElement`."""

from typing import Any

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.values import Enumerable
from apim_lab.dotnet.xml.content import add, value_text
from apim_lab.dotnet.xml.elements import XAttribute, XElement
from apim_lab.dotnet.xml.members.finding import (
    ELEMENT,
    ancestors_and_self,
    attributes,
    descendants_and_self,
    elements,
    named,
    nodes,
)
from apim_lab.dotnet.xml.members.nodes import both, copied
from apim_lab.dotnet.xml.names import NONE, XName, XNamespace
from apim_lab.dotnet.xml.parsing import parse_element
from apim_lab.dotnet.xml.texts import casts


def _with_content(name: XName | None, content: Any) -> XElement:
    created = XElement(name)
    add(created, content)
    return created


def _set_value(element: XElement, value: Any) -> None:
    element.remove_nodes()
    element.insert_text(0, value_text(given(value)))


def _replace_all(element: XElement, content: Any) -> None:
    element.remove_nodes()
    element.remove_attributes()
    add(element, content)


def _replace_attributes(element: XElement, content: Any) -> None:
    element.remove_attributes()
    add(element, content)


def _set_attribute(element: XElement, name: XName | None, value: Any) -> None:
    found = element.attribute(name)
    if value is None:
        if found is not None:
            found.remove()
    elif found is not None:
        found.value = value_text(value)
    else:
        element.add_attribute(XAttribute(name, value_text(value)))


def _set_element(element: XElement, name: XName | None, value: Any) -> None:
    found = next(named(element.children(), (name,)), None)
    if value is None:
        if found is not None:
            found.remove()
    elif found is not None:
        _set_value(found, value)
    else:
        add(element, _with_content(name, value_text(value)))


def _default_namespace(element: XElement) -> XNamespace:
    return element.namespace_of("") or NONE


def _namespace_of(element: XElement, prefix: str | None) -> XNamespace | None:
    return element.namespace_of(given(prefix, "prefix")) if prefix else None


def _prefix_of(element: XElement, namespace: XNamespace | None) -> str | None:
    return element.prefix_of(given(namespace, "ns"))


_ELEMENT = Definition(
    "class XElement : XContainer",
    "System.Xml.Linq.XElement",
    python=XElement,
    members={
        "new(XName name)": XElement,
        "new(XName name, object content)": _with_content,
        "new(XName name, params object[] content)": _with_content,
        "new(XElement other)": copied,
        "XAttribute FirstAttribute": lambda element: element.attributes[0] if element.attributes else None,
        "XAttribute LastAttribute": lambda element: element.attributes[-1] if element.attributes else None,
        "bool HasAttributes": lambda element: bool(element.attributes),
        "bool HasElements": lambda element: any(isinstance(node, XElement) for node in element.nodes),
        "bool IsEmpty": lambda element: element.is_empty,
        "XName Name": lambda element: element.name,
        "XName Name { set; }": lambda element, name: setattr(element, "name", name),
        "string Value": lambda element: element.value,
        "string Value { set; }": _set_value,
        "XAttribute Attribute(XName name)": XElement.attribute,
        "IEnumerable<XAttribute> Attributes()": attributes,
        "IEnumerable<XAttribute> Attributes(XName name)": attributes,
        "IEnumerable<XElement> AncestorsAndSelf()": elements(ancestors_and_self),
        "IEnumerable<XElement> AncestorsAndSelf(XName name)": elements(ancestors_and_self),
        "IEnumerable<XElement> DescendantsAndSelf()": elements(descendants_and_self),
        "IEnumerable<XElement> DescendantsAndSelf(XName name)": elements(descendants_and_self),
        "IEnumerable<XNode> DescendantNodesAndSelf()": nodes(descendants_and_self),
        "XNamespace GetDefaultNamespace()": _default_namespace,
        "XNamespace GetNamespaceOfPrefix(string prefix)": _namespace_of,
        "string GetPrefixOfNamespace(XNamespace ns)": _prefix_of,
        "void RemoveAll()": lambda element: _replace_all(element, None),
        "void RemoveAttributes()": XElement.remove_attributes,
        **both("ReplaceAll", _replace_all),
        **both("ReplaceAttributes", _replace_attributes),
        "void SetAttributeValue(XName name, object value)": _set_attribute,
        "void SetElementValue(XName name, object value)": _set_element,
        "void SetValue(object value)": _set_value,
        "static IEnumerable<XElement> EmptySequence": lambda: Enumerable(tuple, ELEMENT),
        "static XElement Parse(string text)": lambda text: parse_element(given(text, "s")),
        **casts("XElement", "element"),
    },
)

DEFINITIONS = (_ELEMENT,)
