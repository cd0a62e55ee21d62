"""`XNodeEqualityComparer` and `XNodeDocumentOrderComparer`."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.xml.comparers import XNodeDocumentOrderComparer, XNodeEqualityComparer

DEFINITIONS = (
    Definition(
        "sealed class XNodeEqualityComparer : IEqualityComparer<XNode>",
        "System.Xml.Linq.XNodeEqualityComparer",
        python=XNodeEqualityComparer,
        members={
            "new()": XNodeEqualityComparer,
            "bool Equals(XNode x, XNode y)": XNodeEqualityComparer.equals,
            "int GetHashCode(XNode obj)": XNodeEqualityComparer.hash_code,
        },
    ),
    Definition(
        "sealed class XNodeDocumentOrderComparer : IComparer<XNode>",
        "System.Xml.Linq.XNodeDocumentOrderComparer",
        python=XNodeDocumentOrderComparer,
        members={
            "new()": XNodeDocumentOrderComparer,
            "int Compare(XNode x, XNode y)": XNodeDocumentOrderComparer.compare,
        },
    ),
)
