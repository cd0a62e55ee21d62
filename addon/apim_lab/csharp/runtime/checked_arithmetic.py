"""What the operators of integers compute in `checked`: OverflowException instead of going round.

Source: the C# specification, "The checked and unchecked operators". Division and decimals throw in any case.
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, Integral


def _bounded(type_: Integral, compute: Callable[..., int]) -> Callable[..., int]:
    def bounded(*operands: int) -> int:
        value = compute(*operands)
        if not type_.minimum <= value <= type_.maximum:
            raise OverflowException
        return type_.python(value)

    return bounded


_BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul}
# By the keyword of the operands' type, the symbol, and the number of operands
CHECKED: Mapping[tuple[str, str, int], Callable[..., int]] = {
    **{
        (keyword, symbol, 2): _bounded(BY_KEYWORD[keyword], compute)
        for keyword in ("int", "uint", "long", "ulong")
        for symbol, compute in _BINARY.items()
    },
    **{(keyword, "-", 1): _bounded(BY_KEYWORD[keyword], operator.neg) for keyword in ("int", "long")},
}


def check_range(value: Any, keyword: str) -> None:
    """Raises OverflowException for a number that a cast to this integral type, or to `char`, would change."""
    type_ = BY_KEYWORD["ushort" if keyword == "char" else keyword]
    if isinstance(value, str):
        value = ord(value)
    if not isinstance(value, int | Decimal) and not isfinite(value):
        raise OverflowException
    if not type_.minimum <= int(value) <= type_.maximum:
        raise OverflowException
