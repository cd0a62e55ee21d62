"""`IEqualityComparer<T>` and `IComparer<T>`: what collections and LINQ are told to compare by."""

from apim_lab.csharp.symbols.definitions import Definition

DEFINITIONS = (
    Definition(
        "interface IComparer<in T>",
        "System.Collections.Generic.IComparer",
        is_allowed=False,
        members={"int Compare(T x, T y)": lambda comparer, left, right: comparer.compare(left, right)},
    ),
    Definition(
        "interface IEqualityComparer<in T>",
        "System.Collections.Generic.IEqualityComparer",
        is_allowed=False,
        members={
            "bool Equals(T x, T y)": lambda comparer, left, right: comparer.equals(left, right),
            "int GetHashCode(T obj)": lambda comparer, value: comparer.hash_code(value),
        },
    ),
)
