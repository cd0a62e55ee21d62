"""`IEnumerable<T>` and the methods of LINQ over it. Source: learn.microsoft.com/dotnet/api/system.linq.enumerable."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.linq import (
    aggregation,
    conversion,
    elements,
    enumerators,
    extremes,
    filtering,
    generation,
    grouping,
    joining,
    lookups,
    ordering,
    projection,
    quantifiers,
    sets,
)

_FAMILIES = (
    aggregation,
    conversion,
    elements,
    extremes,
    filtering,
    generation,
    grouping,
    joining,
    ordering,
    projection,
    quantifiers,
    sets,
)

DEFINITIONS = (
    Definition(
        "interface IEnumerable<out T> : System.Collections.IEnumerable", "System.Collections.Generic.IEnumerable"
    ),
    # Without type parameter it has no short name in expressions
    Definition("interface System.Collections.IEnumerable", "System.Collections.IEnumerable"),
    *enumerators.DEFINITIONS,
    *lookups.DEFINITIONS,
    ordering.DEFINITION,
    Definition(
        "static class Enumerable",
        "System.Linq.Enumerable",
        members={row: function for family in _FAMILIES for row, function in family.MEMBERS.items()},
    ),
)
