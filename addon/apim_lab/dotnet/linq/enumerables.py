"""`IEnumerable<T>` and the methods of LINQ over it. Source: learn.microsoft.com/dotnet/api/system.linq.enumerable."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.linq import aggregation, conversion, elements, filtering, generation, projection, quantifiers

DEFINITIONS = (
    Definition(
        "interface IEnumerable<out T> : System.Collections.IEnumerable", "System.Collections.Generic.IEnumerable"
    ),
    # Without type parameter it has no short name in expressions
    Definition("interface System.Collections.IEnumerable", "System.Collections.IEnumerable"),
    Definition(
        "static class Enumerable",
        "System.Linq.Enumerable",
        members={
            **aggregation.MEMBERS,
            **conversion.MEMBERS,
            **elements.MEMBERS,
            **filtering.MEMBERS,
            **generation.MEMBERS,
            **projection.MEMBERS,
            **quantifiers.MEMBERS,
        },
    ),
)
