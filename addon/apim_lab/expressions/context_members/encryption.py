"""`Encrypt` and `Decrypt` of bytes. Source: api-management-policy-expressions.md, "Context variable"."""

from collections.abc import Callable

from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.cryptography.symmetric_algorithms import SymmetricAlgorithm, create, using


def _encrypt(
    content: Bytes | None, algorithm: SymmetricAlgorithm | None, key: Bytes | None = None, iv: Bytes | None = None
) -> Bytes:
    found = using(algorithm, key, iv)
    if content is None:
        raise NullReferenceException
    return found.encrypted(bytes(content))


def _decrypt(
    content: Bytes | None, algorithm: SymmetricAlgorithm | None, key: Bytes | None = None, iv: Bytes | None = None
) -> Bytes:
    found = using(algorithm, key, iv)
    if content is None:
        raise NullReferenceException
    return found.decrypted(bytes(content))


def _by_name(crypt: Callable[..., Bytes]) -> Callable[[Bytes | None, str | None, Bytes | None, Bytes | None], Bytes]:
    return lambda content, name, key, iv: crypt(content, create(name), key, iv)


_BY_NAME = "this byte[] input, string alg, byte[] key, byte[] iv"
_BY_ALGORITHM = "this byte[] input, SymmetricAlgorithm alg"

DEFINITION = Definition(
    "static class CryptographyExtensions",
    "CryptographyExtensions",
    members={
        f"static byte[] Decrypt({_BY_NAME})": _by_name(_decrypt),
        f"static byte[] Decrypt({_BY_ALGORITHM})": _decrypt,
        f"static byte[] Decrypt({_BY_ALGORITHM}, byte[] key, byte[] iv)": _decrypt,
        f"static byte[] Encrypt({_BY_NAME})": _by_name(_encrypt),
        f"static byte[] Encrypt({_BY_ALGORITHM})": _encrypt,
        f"static byte[] Encrypt({_BY_ALGORITHM}, byte[] key, byte[] iv)": _encrypt,
    },
)
