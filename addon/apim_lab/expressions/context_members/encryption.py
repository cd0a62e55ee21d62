"""`Encrypt` and `Decrypt` of bytes. Source: api-management-policy-expressions.md, "Context variable"."""

from collections.abc import Callable

from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.cryptography.block_ciphers import block_cipher


def _by_name(*, encrypt: bool) -> Callable[[Bytes | None, str, Bytes | None, Bytes | None], Bytes]:
    def crypt(content: Bytes | None, name: str, key: Bytes | None, iv: Bytes | None) -> Bytes:
        cipher = block_cipher(name)
        if content is None:
            raise NullReferenceException
        return cipher.crypt(content, key, iv, encrypt=encrypt)

    return crypt


_PARAMETERS = "this byte[] input, string alg, byte[] key, byte[] iv"

DEFINITION = Definition(
    "static class CryptographyExtensions",
    "CryptographyExtensions",
    members={
        f"static byte[] Decrypt({_PARAMETERS})": _by_name(encrypt=False),
        f"static byte[] Encrypt({_PARAMETERS})": _by_name(encrypt=True),
    },
)
