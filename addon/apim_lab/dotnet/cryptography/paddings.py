"""How a last block is filled up. Source: .NET Core 3.1, UniversalCryptoEncryptor.cs and UniversalCryptoDecryptor.cs."""

import os
from enum import Enum

from apim_lab.dotnet.exceptions import CryptographicException

PaddingMode = Enum("PaddingMode", {"None": 1, "PKCS7": 2, "Zeros": 3, "ANSIX923": 4, "ISO10126": 5})


def padded(content: bytes, mode: Enum, block: int) -> bytes:
    """Whole blocks of `block` bytes."""
    missing = block - len(content) % block
    if mode.name in {"None", "Zeros"}:
        return content + bytes(missing % block if mode.name == "Zeros" else 0)
    return content + _filling(mode.name, missing - 1) + bytes([missing])


def _filling(name: str, size: int) -> bytes:
    """What stands before the last byte of a padding, which is the length of it all."""
    if name == "ISO10126":
        return os.urandom(size)
    return bytes([size + 1 if name == "PKCS7" else 0]) * size


def unpadded(content: bytes, mode: Enum, block: int) -> bytes:
    """Raises CryptographicException if the padding is not one of this mode."""
    if not content or mode.name in {"None", "Zeros"}:
        return content
    size = content[-1]
    is_whole = 0 < size <= block
    if not is_whole or (mode.name != "ISO10126" and content[-size:-1] != _filling(mode.name, size - 1)):
        raise CryptographicException("Padding is invalid and cannot be removed.")
    return content[:-size]
