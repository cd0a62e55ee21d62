"""`XName` and `XNamespace`."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.xml.names import NONE, XML, XMLNS, XName, XNamespace, expanded, verified


def _named(local: str | None, namespace: str | None) -> XName:
    given(local, "localName")
    return XNamespace.of(namespace).name(local)


def _expanded_or_null(text: str | None) -> XName | None:
    return None if text is None else expanded(text)


def _namespace_or_null(uri: str | None) -> XNamespace | None:
    return None if uri is None else XNamespace.of(uri)


def _joined(namespace: XNamespace | None, local: str | None) -> XName:
    return given(namespace, "ns").name(verified(given(local, "localName")))


DEFINITIONS = (
    Definition(
        "sealed class XName",
        "System.Xml.Linq.XName",
        python=XName,
        members={
            "string LocalName": lambda name: name.local,
            "XNamespace Namespace": lambda name: name.namespace,
            "string NamespaceName": lambda name: name.namespace.uri,
            "string ToString()": str,
            "static XName Get(string expandedName)": expanded,
            "static XName Get(string localName, string namespaceName)": _named,
            "static implicit operator XName(string expandedName)": _expanded_or_null,
            "static bool operator ==(XName left, XName right)": lambda left, right: left is right,
            "static bool operator !=(XName left, XName right)": lambda left, right: left is not right,
        },
    ),
    Definition(
        "sealed class XNamespace",
        "System.Xml.Linq.XNamespace",
        python=XNamespace,
        members={
            "string NamespaceName": lambda namespace: namespace.uri,
            "string ToString()": lambda namespace: namespace.uri,
            "XName GetName(string localName)": XNamespace.name,
            "static XNamespace None": lambda: NONE,
            "static XNamespace Xml": lambda: XML,
            "static XNamespace Xmlns": lambda: XMLNS,
            "static XNamespace Get(string namespaceName)": XNamespace.of,
            "static implicit operator XNamespace(string namespaceName)": _namespace_or_null,
            "static XName operator +(XNamespace ns, string localName)": _joined,
            "static bool operator ==(XNamespace left, XNamespace right)": lambda left, right: left is right,
            "static bool operator !=(XNamespace left, XNamespace right)": lambda left, right: left is not right,
        },
    ),
)
