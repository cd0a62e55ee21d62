"""Symmetric algorithms by the names that `SymmetricAlgorithm.Create(name)` knows, in CBC mode with PKCS #7 padding.

Source: .NET Core 3.1, CryptoConfig and SymmetricAlgorithm. RC2 is left out.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from apim_lab.csharp.runtime.exceptions import DotNetError, NullReferenceException
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.dotnet.exceptions import ArgumentException, CryptographicException

type Content = bytes | bytearray


@dataclass(frozen=True)
class BlockCipher:
    """An algorithm; `key_sizes` and `block` are bytes."""

    name: str
    make: Callable[[bytes], Any]
    key_sizes: frozenset[int]
    block: int
    bad_key_size: type[DotNetError] = CryptographicException

    def crypt(self, content: Content, key: Content | None, iv: Content | None, *, encrypt: bool) -> Bytes:
        """The content, encrypted or decrypted; a key or an initialization vector that is null is a random one."""
        allocate(len(content))
        cipher = Cipher(self.make(self._key(key)), CBC(self._iv(iv)))
        return Bytes(self._encrypted(cipher, content) if encrypt else self._decrypted(cipher, content))

    def _key(self, key: Content | None) -> bytes:
        if key is None:
            return os.urandom(max(self.key_sizes))
        if len(key) not in self.key_sizes:
            raise self.bad_key_size("Specified key is not a valid size for this algorithm.")
        thirds = {bytes(key[i : i + 8]) for i in range(0, len(key), 8)}
        if self.name == "TripleDES" and len(thirds) < len(key) // 8:
            raise CryptographicException("Specified key is a known weak key for 'TripleDES' and cannot be used.")
        return bytes(key)

    def _iv(self, iv: Content | None) -> bytes:
        if iv is None:
            return os.urandom(self.block)
        if len(iv) != self.block:
            raise CryptographicException(
                "Specified initialization vector (IV) does not match the block size for this algorithm."
            )
        return bytes(iv)

    def _encrypted(self, cipher: Cipher[CBC], content: Content) -> bytes:
        padder, encryptor = PKCS7(self.block * 8).padder(), cipher.encryptor()
        return encryptor.update(padder.update(bytes(content)) + padder.finalize()) + encryptor.finalize()

    def _decrypted(self, cipher: Cipher[CBC], content: Content) -> bytes:
        if not content:
            return b""
        if len(content) % self.block:
            raise CryptographicException("The input data is not a complete block.")
        unpadder, decryptor = PKCS7(self.block * 8).unpadder(), cipher.decryptor()
        padded = decryptor.update(bytes(content)) + decryptor.finalize()
        try:
            return unpadder.update(padded) + unpadder.finalize()
        except ValueError:
            raise CryptographicException("Padding is invalid and cannot be removed.") from None


def _triple_des(key: bytes) -> TripleDES:
    """Shorter keys begin again: with one of 8 bytes it is DES."""
    return TripleDES((key * 3)[:24])


_AES = BlockCipher("Aes", AES, frozenset({16, 24, 32}), 16)
_TRIPLE_DES = BlockCipher("TripleDES", _triple_des, frozenset({16, 24}), 8, ArgumentException)
_DES = BlockCipher("DES", _triple_des, frozenset({8}), 8)
_NAMES: Mapping[str, BlockCipher] = {
    **dict.fromkeys(("aes", "rijndael"), _AES),
    **dict.fromkeys(("tripledes", "triple des", "3des"), _TRIPLE_DES),
    "des": _DES,
}
_CLASSES: Mapping[str, BlockCipher] = {
    **dict.fromkeys(("aescryptoserviceprovider", "aesmanaged", "rijndaelmanaged"), _AES),
    "tripledescryptoserviceprovider": _TRIPLE_DES,
    "descryptoserviceprovider": _DES,
}
_NAMESPACE = "system.security.cryptography."


def block_cipher(name: str) -> BlockCipher:
    """The algorithm of this name, whatever its case. Raises NullReferenceException for one that there is not."""
    short = name.lower().removeprefix(_NAMESPACE)
    found = _CLASSES.get(short) or (_NAMES.get(short) if short == name.lower() else None)
    if found is None:
        raise NullReferenceException
    return found
