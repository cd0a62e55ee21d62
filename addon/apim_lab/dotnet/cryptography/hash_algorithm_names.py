"""`HashAlgorithmName`. Source: learn.microsoft.com/dotnet/api/system.security.cryptography.hashalgorithmname."""

from collections.abc import Callable
from functools import partial

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.values import Convertible


class HashAlgorithmName(Convertible):
    """A name, whether there is such an algorithm or not; that of the default value is None."""

    __slots__ = ("name",)

    def __init__(self, name: str | None) -> None:
        self.name = name

    def text(self) -> str:
        return self.name or ""

    def same_as(self, other: object) -> bool:
        return isinstance(other, HashAlgorithmName) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return self.same_as(other)


def _constantly(name: str) -> Callable[[], HashAlgorithmName]:
    return partial(HashAlgorithmName, name)


DEFINITIONS = (
    Definition(
        "struct HashAlgorithmName",
        "System.Security.Cryptography.HashAlgorithmName",
        python=HashAlgorithmName,
        default=HashAlgorithmName(None),
        members={
            "new(string name)": HashAlgorithmName,
            **{
                f"static HashAlgorithmName {name}": _constantly(name)
                for name in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512")
            },
            "string Name": lambda value: value.name,
            "bool Equals(HashAlgorithmName other)": HashAlgorithmName.same_as,
            "static bool operator ==(HashAlgorithmName left, HashAlgorithmName right)": HashAlgorithmName.same_as,
            "static bool operator !=(HashAlgorithmName left, HashAlgorithmName right)": (
                lambda left, right: not left.same_as(right)
            ),
        },
    ),
)
