"""What whoever lets others write expressions has to say of types and members, beyond those that the library holds."""

from collections.abc import Sequence
from typing import Protocol

from apim_lab.csharp.types import Type


class UsageRules(Protocol):
    """Which members may not be used, and why others are not there."""

    def refusal(self, types: Sequence[Type], member: str) -> str:
        """Why the member may not be used, "" if it may.

        `types` are the one that has it and those it derives from, down to the one that declares it. Constructors are
        called ".ctor", indexers "Item".
        """

    def of_missing_type(self, name: str) -> str:
        """What to add to the mistake that a type, or a name, is not known; "" for nothing."""

    def of_missing_member(self, types: Sequence[Type], member: str) -> str:
        """What to add to the mistake that none of these types has the member; "" for nothing."""

    @property
    def namespaces(self) -> frozenset[str]:
        """Namespaces of types that the library does not hold."""


class NoRules:
    """Everything may be used, and nothing is known of the rest."""

    namespaces: frozenset[str] = frozenset()

    def refusal(self, types: Sequence[Type], member: str) -> str:
        return ""

    def of_missing_type(self, name: str) -> str:
        return ""

    def of_missing_member(self, types: Sequence[Type], member: str) -> str:
        return ""
