"""What API Management allows of .NET, and what it says of the rest.

Its words for what it refuses, "Usage of type 'System.Globalization.CultureInfo' is not supported within expressions",
were seen on the service.
"""

from collections.abc import Sequence

from apim_lab.csharp.symbols.suggestions import nearest
from apim_lab.csharp.types import Type
from apim_lab.expressions.allowed_types import MEMBERS, REFUSED_MEMBERS, TYPES
from apim_lab.expressions.dotnet_members import dotnet_members
from apim_lab.expressions.refused_types import FULL_NAMES, ROOTS

_ALLOWED = frozenset(TYPES)
_SIMPLE = {name.rpartition(".")[2]: name for name in TYPES}
_LANGUAGE = frozenset({"Action", "Comparison", "Converter", "Func", "Predicate", "ValueTuple"})
"""Types of `System` that a lambda or a tuple has, which need not be named."""

_MISSING = "API Management has {}; it is not supported here yet"


class Restrictions:
    """The allow-list, for the compiler (see `UsageRules`)."""

    namespaces = frozenset(name.rpartition(".")[0] for name in (*TYPES, *FULL_NAMES.values()))

    def refusal(self, types: Sequence[Type], member: str) -> str:
        """Why the service refuses a policy that uses the member of the first type, which the last one declares."""
        names = [_outermost(type_.full_name) for type_ in types if is_dotnet(type_)]
        if not names or any(allows(name, member) for name in names):
            return ""
        known = [name for name in names if name in _ALLOWED]
        if known:
            return f"Usage of member '{member}' of type '{known[0]}' is not supported within expressions"
        return f"Usage of type '{names[0]}' is not supported within expressions"

    def of_missing_type(self, name: str) -> str:
        """What to say of the name of a type that the library does not hold."""
        full_name = name if name in _ALLOWED else _SIMPLE.get(name, "")
        if full_name:
            return _MISSING.format(full_name)
        refused = FULL_NAMES.get(name, "")
        if "." in name and name.partition(".")[0] in ROOTS:
            is_slip = name not in FULL_NAMES.values() and nearest(name.rpartition(".")[2], _SIMPLE)
            refused = "" if is_slip else name
        return f"API Management does not allow {refused}" if refused else ""

    def of_missing_member(self, types: Sequence[Type], member: str) -> str:
        """What to say of a member that the library does not hold."""
        for name in (type_.full_name for type_ in types if type_.full_name in _ALLOWED):
            if member in dotnet_members().get(name, ()):
                shown = f"{name}.{member}"
                return _MISSING.format(shown) if allows(name, member) else f"API Management does not allow {shown}"
        return ""


def is_dotnet(type_: Type) -> bool:
    """Whether the type is one of .NET's, not of API Management's own or of the language."""
    space, _, name = type_.full_name.rpartition(".")
    return bool(space) and not (space == "System" and name in _LANGUAGE)


def _outermost(full_name: str) -> str:
    """The type in which a nested one stands: ``Dictionary`2+KeyCollection`` is a matter of Dictionary."""
    outer, plus, _ = full_name.partition("+")
    return outer.partition("`")[0] if plus else full_name


def allows(type_name: str, member: str) -> bool:
    """Whether API Management allows the member of the type, which has this full name."""
    if type_name not in _ALLOWED or member in REFUSED_MEMBERS.get(type_name, ()):
        return False
    return type_name not in MEMBERS or member in MEMBERS[type_name]
