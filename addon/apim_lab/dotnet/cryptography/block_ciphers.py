"""The ciphers behind the symmetric algorithms. Source: .NET Core 3.1, DES.cs and TripleDES.cs; FIPS 74."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.exceptions import ArgumentException, CryptographicException


def _strong(_key: bytes) -> str:
    return ""


@dataclass(frozen=True)
class BlockCipher:
    """`key_sizes` and `block` are bytes; each byte that is encrypted counts as `cost` bytes of memory, for the time.

    `weakness` is "weak" or "semi-weak" for a key that .NET refuses, "" for another.
    """

    make: Callable[[bytes], Any]
    key_sizes: tuple[int, ...]
    block: int
    bad_key_size: type[DotNetError] = CryptographicException
    cost: int = 2
    weakness: Callable[[bytes], str] = _strong

    def crypt(self, content: bytes, key: bytes, iv: bytes | None, *, encrypt: bool) -> bytes:
        """Whole blocks, encrypted or decrypted: in mode CBC, or in ECB without an initialization vector.

        Raises CryptographicException if the last block is not complete.
        """
        if len(content) % self.block:
            raise CryptographicException("The input data is not a complete block.")
        allocate(len(content) * self.cost)
        cipher = Cipher(self.make(key), ECB() if iv is None else CBC(iv))  # noqa: S305  # the policy chose the mode
        work = cipher.encryptor() if encrypt else cipher.decryptor()
        return work.update(content) + work.finalize()


def _triple_des(key: bytes) -> TripleDES:
    """Shorter keys begin again: with one of 8 bytes it is DES."""
    return TripleDES((key * 3)[:24])


def _with_parity(key: bytes) -> bytes:
    """The lowest bit of each byte says nothing: it makes the number of ones odd."""
    return bytes((byte & 0xFE) | (1 - (byte >> 1).bit_count() % 2) for byte in key)


_WEAK = {bytes.fromhex(key) for key in ("01" * 8, "fe" * 8, "1f" * 4 + "0e" * 4, "e0" * 4 + "f1" * 4)}
_SEMI_WEAK = {
    bytes.fromhex(left * 2 + right * 2)
    for one, other in (
        ("01fe", "01fe"),
        ("1fe0", "0ef1"),
        ("01e0", "01f1"),
        ("1ffe", "0efe"),
        ("011f", "010e"),
        ("e0fe", "f1fe"),
    )
    for left, right in ((one, other), (one[2:] + one[:2], other[2:] + other[:2]))
}


def _des_weakness(key: bytes) -> str:
    usual = _with_parity(key)
    if usual in _WEAK:
        return "weak"
    return "semi-weak" if usual in _SEMI_WEAK else ""


def _triple_weakness(key: bytes) -> str:
    """Two neighbours that are the same undo each other."""
    thirds = [_with_parity(key[place : place + 8]) for place in range(0, len(key), 8)]
    return "weak" if any(one == other for one, other in pairwise(thirds)) else ""


RIJNDAEL = BlockCipher(AES, (16, 24, 32), 16)
TRIPLE_DES = BlockCipher(_triple_des, (16, 24), 8, ArgumentException, 16, _triple_weakness)
DES = BlockCipher(_triple_des, (8,), 8, ArgumentException, 16, _des_weakness)
