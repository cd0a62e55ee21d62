"""Which of two conversions of an argument is better.

Source: the C# specification, "Better conversion from expression", "Exactly matching expression" and "Better conversion
target".
"""

from apim_lab.csharp.binding.conversions import implicit, implicit_between
from apim_lab.csharp.code import Code
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import LAMBDA, METHOD_GROUP, VOID, Type

_SIGNED = {"sbyte", "short", "int", "long"}
_UNSIGNED = {"byte", "ushort", "uint", "ulong"}


def is_better_conversion(library: Library, code: Code, one: Type, other: Type) -> bool:
    """Whether the conversion of the expression to `one` is better than that to `other`."""
    if one == other:
        return False
    matches_one, matches_other = _matches(library, code, one), _matches(library, code, other)
    if matches_one != matches_other:
        return matches_one
    better = is_better_target(library, one, other)
    return better and not (code.type == METHOD_GROUP and _is_wrong_group(library, code, one))


def _is_wrong_group(library: Library, code: Code, target: Type) -> bool:
    """Whether the method does not fit the delegate after all, as for its return type; Roslyn then prefers others."""
    conversion = implicit(library, code, target)
    return conversion is not None and bool(conversion.mistake)


def _matches(library: Library, code: Code, target: Type) -> bool:
    """Whether the expression exactly matches the type."""
    if code.type != LAMBDA:
        return code.type == target
    delegate = library.delegate(target)
    if delegate is None or code.function is None:
        return False
    return code.function.result([parameter.type for parameter in delegate.parameters]) == delegate.result


def is_better_target(library: Library, one: Type, other: Type) -> bool:
    there = implicit_between(library, one, other) is not None
    back = implicit_between(library, other, one) is not None
    if there != back:
        return there
    if one.name in _SIGNED and other.name in _UNSIGNED:
        return True
    return _returns_better(library, one, other)


def _returns_better(library: Library, one: Type, other: Type) -> bool:
    """Of two delegates the one that returns something, or the better type."""
    mine, theirs = library.delegate(one), library.delegate(other)
    if mine is None or theirs is None or mine.result == VOID:
        return False
    return theirs.result == VOID or is_better_target(library, mine.result, theirs.result)
