"""`XAttribute`."""

from typing import Any

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.values import Enumerable
from apim_lab.dotnet.xml.content import value_text
from apim_lab.dotnet.xml.elements import XAttribute
from apim_lab.dotnet.xml.members.finding import ATTRIBUTE
from apim_lab.dotnet.xml.members.nodes import copied
from apim_lab.dotnet.xml.names import XName
from apim_lab.dotnet.xml.texts import casts
from apim_lab.dotnet.xml.writing import attribute_text


def _new(name: XName | None, value: Any) -> XAttribute:
    given(name, "name")
    return XAttribute(name, value_text(given(value)))


def _set_value(attribute: XAttribute, value: Any) -> None:
    attribute.value = value_text(given(value))


_ATTRIBUTE = Definition(
    "class XAttribute : XObject",
    "System.Xml.Linq.XAttribute",
    python=XAttribute,
    members={
        "new(XName name, object value)": _new,
        "new(XAttribute other)": copied,
        "bool IsNamespaceDeclaration": lambda attribute: attribute.is_declaration,
        "XName Name": lambda attribute: attribute.name,
        "XAttribute NextAttribute": lambda attribute: attribute.neighbour(1),
        "XAttribute PreviousAttribute": lambda attribute: attribute.neighbour(-1),
        "string Value": lambda attribute: attribute.value,
        "string Value { set; }": _set_value,
        "void Remove()": XAttribute.remove,
        "void SetValue(object value)": _set_value,
        "string ToString()": attribute_text,
        "static IEnumerable<XAttribute> EmptySequence": lambda: Enumerable(tuple, ATTRIBUTE),
        **casts("XAttribute", "attribute"),
    },
)

DEFINITIONS = (_ATTRIBUTE,)
