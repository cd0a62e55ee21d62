"""How many items a collection has, where it knows."""

from typing import Any

from apim_lab.csharp.symbols.library import Library


def count_of(library: Library, collection: Any) -> int | None:
    """The `Count` of an `ICollection<T>`; None for what has to be enumerated."""
    is_collection = any(type_.name == "ICollection" for type_ in library.lineage(library.type_of(collection)))
    return len(collection) if is_collection else None
