"""`RSAEncryptionPadding` and `RSASignaturePadding`. Source: learn.microsoft.com/dotnet/api, and .NET Core 3.1."""

from collections.abc import Callable
from enum import Enum
from functools import partial

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.cryptography.hash_algorithm_names import HashAlgorithmName
from apim_lab.dotnet.cryptography.hash_algorithms import BITS, NAMESPACE
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.values import Convertible

RSAEncryptionPaddingMode = Enum("RSAEncryptionPaddingMode", {"Pkcs1": 0, "Oaep": 1})
RSASignaturePaddingMode = Enum("RSASignaturePaddingMode", {"Pkcs1": 0, "Pss": 1})


class RsaPadding(Convertible):
    """`mode` and, of OAEP alone, the hash; two of the same are equal."""

    __slots__ = ("hash", "mode", "type")

    def __init__(self, type_name: str, mode: Enum, hash_name: str | None = None) -> None:
        self.type = Type(type_name, full_name=f"{NAMESPACE}.{type_name}")
        self.mode = mode
        self.hash = hash_name

    def text(self) -> str:
        return f"{self.mode.name}{self.hash or ''}"

    def same_as(self, other: object) -> bool:
        return isinstance(other, RsaPadding) and (self.mode, self.hash) == (other.mode, other.hash)

    def __eq__(self, other: object) -> bool:
        return self.same_as(other)

    def __hash__(self) -> int:
        return hash((self.mode, self.hash))


def usable_name(name: HashAlgorithmName) -> str:
    """Raises ArgumentException for a name that is none."""
    if not name.name:
        raise ArgumentException("The hash algorithm name cannot be null or empty.", "hashAlgorithm")
    return name.name


_ENCRYPTION, _SIGNATURE = "RSAEncryptionPadding", "RSASignaturePadding"


def _oaep(name: HashAlgorithmName) -> RsaPadding:
    return RsaPadding(_ENCRYPTION, RSAEncryptionPaddingMode["Oaep"], usable_name(name))


def _same(left: RsaPadding | None, right: RsaPadding | None) -> bool:
    return left == right


def _operators(name: str) -> dict[str, Callable[..., bool]]:
    return {
        f"bool Equals({name} other)": RsaPadding.same_as,
        f"static bool operator ==({name} left, {name} right)": _same,
        f"static bool operator !=({name} left, {name} right)": lambda left, right: left != right,
    }


DEFINITIONS = (
    Definition(
        f"class {_ENCRYPTION}",
        f"{NAMESPACE}.{_ENCRYPTION}",
        members={
            f"static {_ENCRYPTION} Pkcs1": partial(RsaPadding, _ENCRYPTION, RSAEncryptionPaddingMode["Pkcs1"]),
            **{
                f"static {_ENCRYPTION} Oaep{name}": partial(
                    RsaPadding, _ENCRYPTION, RSAEncryptionPaddingMode["Oaep"], name
                )
                for name in BITS
                if name != "MD5"
            },
            f"static {_ENCRYPTION} CreateOaep(HashAlgorithmName hashAlgorithm)": _oaep,
            "RSAEncryptionPaddingMode Mode": lambda padding: padding.mode,
            "HashAlgorithmName OaepHashAlgorithm": lambda padding: HashAlgorithmName(padding.hash),
            **_operators(_ENCRYPTION),
        },
    ),
    Definition(
        f"class {_SIGNATURE}",
        f"{NAMESPACE}.{_SIGNATURE}",
        members={
            **{
                f"static {_SIGNATURE} {mode.name}": partial(RsaPadding, _SIGNATURE, mode)
                for mode in RSASignaturePaddingMode
            },
            "RSASignaturePaddingMode Mode": lambda padding: padding.mode,
            **_operators(_SIGNATURE),
        },
    ),
    enumeration(f"{NAMESPACE}.RSAEncryptionPaddingMode", RSAEncryptionPaddingMode),
    enumeration(f"{NAMESPACE}.RSASignaturePaddingMode", RSASignaturePaddingMode),
)
