"""The best common type of several expressions: of an array's items, of what a lambda returns.

Source: the C# specification, "Finding the best common type of a set of expressions".
"""

from collections.abc import Sequence

from apim_lab.csharp.binding.conversions import implicit_between
from apim_lab.csharp.code import Code
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import INVALID, TYPELESS, Type, with_common_names


def best_common_type(library: Library, codes: Sequence[Code]) -> Type | None:
    """The type to which the types of all the codes convert; None if no type does."""
    if any(code.type == INVALID for code in codes):
        return INVALID
    candidates = dict.fromkeys(code.type for code in codes if code.type not in TYPELESS)
    best = [t for t in candidates if all(implicit_between(library, other, t) for other in candidates)]
    return with_common_names(best[0], [code.type for code in codes if code.type == best[0]]) if len(best) == 1 else None
