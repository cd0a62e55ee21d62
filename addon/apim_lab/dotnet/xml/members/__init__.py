"""The types of `System.Xml.Linq` and their members. Source: learn.microsoft.com/dotnet/api/system.xml.linq."""

from apim_lab.dotnet.xml.members import attributes, comparers, containers, documents, elements, names, nodes, sequences

DEFINITIONS = (
    *attributes.DEFINITIONS,
    *comparers.DEFINITIONS,
    *containers.DEFINITIONS,
    *documents.DEFINITIONS,
    *elements.DEFINITIONS,
    *names.DEFINITIONS,
    *nodes.DEFINITIONS,
    *sequences.DEFINITIONS,
)
