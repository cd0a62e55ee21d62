"""`SymmetricAlgorithm`: a cipher with its key and settings.

Source: learn.microsoft.com/dotnet/api/system.security.cryptography.symmetricalgorithm, and .NET Core 3.1, which knows
the modes CBC and ECB alone. RC2 is left out.
"""

import os
from collections.abc import Mapping
from enum import Enum

from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.types import Type
from apim_lab.dotnet.cryptography.block_ciphers import DES, RIJNDAEL, TRIPLE_DES, BlockCipher
from apim_lab.dotnet.cryptography.hash_algorithms import NAMESPACE, named
from apim_lab.dotnet.cryptography.paddings import PaddingMode, padded, unpadded
from apim_lab.dotnet.exceptions import ArgumentNullException, CryptographicException, PlatformNotSupportedException

CipherMode = Enum("CipherMode", {"CBC": 1, "ECB": 2, "OFB": 3, "CFB": 4, "CTS": 5})
_RIJNDAEL = "RijndaelManaged"
_ONE_BLOCK = "BlockSize must be 128 in this implementation."


class SymmetricAlgorithm:
    """One with random keys until others are set; `class_name` is what .NET calls its class."""

    __slots__ = ("_iv", "_key", "cipher", "class_name", "feedback", "mode", "padding", "type")

    def __init__(self, class_name: str, cipher: BlockCipher) -> None:
        allocate(OBJECT)
        self.class_name = class_name
        self.type = Type("SymmetricAlgorithm", full_name=f"{NAMESPACE}.{class_name}")
        self.cipher = cipher
        self.mode: Enum = CipherMode["CBC"]
        self.padding: Enum = PaddingMode["PKCS7"]
        self.feedback = 128 if class_name == _RIJNDAEL else 8
        self._iv = os.urandom(cipher.block)
        self._key = b""
        self.generate_key(cipher.key_sizes[-1])

    @property
    def key(self) -> Bytes:
        return Bytes(self._key)

    def set_key(self, key: Bytes | None) -> None:
        if key is None:
            raise ArgumentNullException("value")
        if len(key) not in self.cipher.key_sizes:
            raise self.cipher.bad_key_size("Specified key is not a valid size for this algorithm.")
        if weakness := self.cipher.weakness(bytes(key)):
            name = self.class_name.removesuffix("CryptoServiceProvider")
            raise CryptographicException(f"Specified key is a known {weakness} key for '{name}' and cannot be used.")
        self._key = bytes(key)

    def generate_key(self, size: int = 0) -> None:
        """A random one of as many bytes, or of as many as the key has now."""
        self._key = os.urandom(size or len(self._key))
        while self.cipher.weakness(self._key):
            self._key = os.urandom(len(self._key))

    @property
    def key_size(self) -> int:
        """Bits."""
        return len(self._key) * 8

    def is_key_size(self, bits: int) -> bool:
        return bits in {size * 8 for size in self.cipher.key_sizes}

    def set_key_size(self, bits: int) -> None:
        if not self.is_key_size(bits):
            raise CryptographicException("Specified key is not a valid size for this algorithm.")
        self.generate_key(bits // 8)

    @property
    def iv(self) -> Bytes:
        return Bytes(self._iv)

    def set_iv(self, iv: Bytes | None) -> None:
        if iv is None:
            raise ArgumentNullException("value")
        if len(iv) != self.cipher.block:
            raise CryptographicException(
                "Specified initialization vector (IV) does not match the block size for this algorithm."
            )
        self._iv = bytes(iv)

    def generate_iv(self) -> None:
        self._iv = os.urandom(self.cipher.block)

    @property
    def block_size(self) -> int:
        """Bits."""
        return self.cipher.block * 8

    def set_block_size(self, bits: int) -> None:
        """It can only be the size that it is."""
        if self.class_name == _RIJNDAEL:
            if bits != self.block_size:
                is_of_others = bits in {192, 256}
                raise (PlatformNotSupportedException if is_of_others else CryptographicException)(_ONE_BLOCK)
            return
        if bits != self.block_size:
            raise CryptographicException("Specified block size is not valid for this algorithm.")
        self.generate_iv()

    def set_feedback(self, bits: int) -> None:
        if bits <= 0 or bits > self.block_size or bits % 8:
            raise CryptographicException("Specified feedback size is not valid for this algorithm.")
        self.feedback = bits

    def set_mode(self, mode: Enum) -> None:
        if mode.name not in {"CBC", "ECB"}:
            raise CryptographicException("Specified cipher mode is not valid for this algorithm.")
        self.mode = mode

    def set_padding(self, padding: Enum) -> None:
        if padding not in set(PaddingMode):
            raise CryptographicException("Specified padding mode is not valid for this algorithm.")
        self.padding = padding

    def encrypted(self, content: bytes) -> Bytes:
        allocate(len(content))
        return Bytes(self._crypt(padded(content, self.padding, self.cipher.block), encrypt=True))

    def decrypted(self, content: bytes) -> Bytes:
        return Bytes(unpadded(self._crypt(content, encrypt=False), self.padding, self.cipher.block))

    def _crypt(self, content: bytes, *, encrypt: bool) -> bytes:
        iv = self._iv if self.mode.name == "CBC" else None
        return self.cipher.crypt(content, self._key, iv, encrypt=encrypt)


# ---- by name ------------------------------------------------------------------------------------------------------

_CIPHERS: Mapping[str, BlockCipher] = {
    "AesCryptoServiceProvider": RIJNDAEL,
    "AesManaged": RIJNDAEL,
    _RIJNDAEL: RIJNDAEL,
    "TripleDESCryptoServiceProvider": TRIPLE_DES,
    "DESCryptoServiceProvider": DES,
}
_XML = "http://www.w3.org/2001/04/xmlenc#"
_CLASSES = {
    "AesCryptoServiceProvider": ("AES", "AesCryptoServiceProvider", f"{NAMESPACE}.AesCryptoServiceProvider"),
    "AesManaged": ("AesManaged", f"{NAMESPACE}.AesManaged"),
    _RIJNDAEL: (
        "Rijndael",
        f"{NAMESPACE}.Rijndael",
        f"{NAMESPACE}.{_RIJNDAEL}",
        f"{NAMESPACE}.SymmetricAlgorithm",
        *(
            f"{_XML}{prefix}aes{bits}{suffix}"
            for bits in (128, 192, 256)
            for prefix, suffix in (("", "-cbc"), ("kw-", ""))
        ),
    ),
    "TripleDESCryptoServiceProvider": (
        *("3DES", "TripleDES", "Triple DES", f"{NAMESPACE}.TripleDES"),
        *(f"{_XML}tripledes-cbc", f"{_XML}kw-tripledes"),
    ),
    "DESCryptoServiceProvider": ("DES", f"{NAMESPACE}.DES", f"{_XML}des-cbc"),
}
_BY_NAME = {name.lower(): class_name for class_name, names in _CLASSES.items() for name in names}
_LEFT_OUT = {"rc2", f"{NAMESPACE}.RC2".lower()}


def create(name: str | None) -> SymmetricAlgorithm | None:
    """`SymmetricAlgorithm.Create(name)`: null for a name that is none.

    Raises InvalidCastException if the name is that of an algorithm that hashes.
    """
    if name is None:
        raise ArgumentNullException("name")
    if name.lower() in _LEFT_OUT:
        raise PlatformNotSupportedException
    class_name = _BY_NAME.get(name.lower())
    if class_name is None:
        named(name, "SymmetricAlgorithm")
        return None
    return SymmetricAlgorithm(class_name, _CIPHERS[class_name])


def using(algorithm: SymmetricAlgorithm | None, key: Bytes | None, iv: Bytes | None) -> SymmetricAlgorithm:
    """The algorithm with this key and this initialization vector; one that is null stays as it is."""
    if algorithm is None:
        raise NullReferenceException
    if key is not None:
        algorithm.set_key(key)
    if iv is not None:
        algorithm.set_iv(iv)
    return algorithm
