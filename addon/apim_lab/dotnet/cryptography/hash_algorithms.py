"""The values of `HashAlgorithm` and of what derives from it. Source: .NET Core 3.1, HashAlgorithm.cs, HMAC.cs."""

import hashlib
import hmac
import secrets
from typing import Any

from apim_lab.csharp.runtime.exceptions import InvalidCastException, NullReferenceException
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import OUT_OF_BOUNDS, given, negative
from apim_lab.dotnet.exceptions import (
    ArgumentException,
    ArgumentNullException,
    CryptographicUnexpectedOperationException,
    ObjectDisposedException,
    PlatformNotSupportedException,
)

NAMESPACE = "System.Security.Cryptography"
BITS = {"MD5": 128, "SHA1": 160, "SHA256": 256, "SHA384": 384, "SHA512": 512}


class HashAlgorithm:
    """One that hashes by `algorithm`, "SHA256"; `class_name` is what .NET calls its class."""

    __slots__ = ("_is_disposed", "_is_open", "_state", "_value", "algorithm", "type")

    def __init__(self, algorithm: str, type_name: str, class_name: str = "") -> None:
        allocate(OBJECT)
        self.algorithm = algorithm
        self.type = Type(type_name, full_name=f"{NAMESPACE}.{class_name or type_name}")
        self._state = self._new_state()
        self._value: bytes | None = None
        self._is_open = self._is_disposed = False

    def _new_state(self) -> Any:
        # .NET hashes with MD5 and SHA-1 where the system forbids them for security, too
        return hashlib.new(self.algorithm.lower(), usedforsecurity=False)

    def dispose(self) -> None:
        self._is_disposed = True
        self._value = None

    def _check_use(self) -> None:
        if self._is_disposed:
            raise ObjectDisposedException("Cannot access a disposed object.")

    @property
    def value(self) -> Bytes | None:
        """`Hash`."""
        self._check_use()
        if self._is_open:
            raise CryptographicUnexpectedOperationException(
                "Hash must be finalized before the hash value is retrieved."
            )
        return None if self._value is None else Bytes(self._value)

    def _finish(self) -> None:
        self._value = self._state.digest()
        self._state = self._new_state()
        self._is_open = False

    def compute(self, buffer: Bytes | None) -> Bytes | None:
        """`ComputeHash`: what was put in by TransformBlock before belongs to it."""
        self._check_use()
        self._state.update(given(buffer, "buffer"))
        self._finish()
        return self.value

    def compute_part(self, buffer: Bytes | None, offset: int, count: int) -> Bytes | None:
        return self.compute(_part(buffer, offset, count, ("buffer", "offset")))

    def transform_block(self, data: Bytes | None, offset: int, count: int, target: Bytes | None, place: int) -> int:
        part = _part(data, offset, count, ("inputBuffer", "inputOffset"))
        self._check_use()
        self._state.update(part)
        self._is_open = True
        if target is not None:
            if not 0 <= place <= len(target) - count:
                raise ArgumentException(OUT_OF_BOUNDS)
            target[place : place + count] = part
        return count

    def transform_final_block(self, data: Bytes | None, offset: int, count: int) -> Bytes:
        part = _part(data, offset, count, ("inputBuffer", "inputOffset"))
        self._check_use()
        self._state.update(part)
        self._finish()
        return part


def _part(data: Bytes | None, offset: int, count: int, names: tuple[str, str]) -> Bytes:
    buffer_name, offset_name = names
    data = given(data, buffer_name)
    if offset < 0:
        raise negative(offset_name)
    if not 0 <= count <= len(data):
        raise ArgumentException("Value was invalid.")
    if offset > len(data) - count:
        raise ArgumentException(OUT_OF_BOUNDS)
    return Bytes(data[offset : offset + count])


class Hmac(HashAlgorithm):
    """One of the HMACs; `key` is as it was given, or its hash if it is longer than a block of the algorithm."""

    __slots__ = ("_key",)

    def __init__(self, algorithm: str, key: bytes | bytearray | None) -> None:
        self._key: bytes | None = self._usable(algorithm, key)
        super().__init__(algorithm, f"HMAC{algorithm}")

    @staticmethod
    def _usable(algorithm: str, key: bytes | bytearray | None) -> bytes:
        if key is None:
            raise NullReferenceException
        block = hashlib.new(algorithm.lower(), usedforsecurity=False)
        if len(key) > block.block_size:
            block.update(key)
            return block.digest()
        return bytes(key)

    def _new_state(self) -> Any:
        return hmac.new(self._key or b"", digestmod=self.algorithm.lower())

    def dispose(self) -> None:
        super().dispose()
        self._key = None

    @property
    def key(self) -> Bytes | None:
        return None if self._key is None else Bytes(self._key)

    def set_key(self, key: Bytes | None) -> None:
        if self._is_disposed:
            raise NullReferenceException
        self._key = self._usable(self.algorithm, key)
        self._state = self._new_state()
        self._is_open = False

    def set_name(self, name: str | None) -> None:
        """`HashName`: it cannot become another one."""
        if name is None:
            raise ArgumentNullException("HashName")
        if name != self.algorithm:
            raise PlatformNotSupportedException(
                "Setting the hashname after it's already been set is not supported on this platform."
            )


def new_hmac(algorithm: str) -> Hmac:
    """With a key of its own, as long as a block of the algorithm."""
    return Hmac(algorithm, secrets.token_bytes(hashlib.new(algorithm.lower(), usedforsecurity=False).block_size))


# ---- by name ------------------------------------------------------------------------------------------------------


def _provider(algorithm: str) -> HashAlgorithm:
    return HashAlgorithm(algorithm, algorithm, f"{algorithm}CryptoServiceProvider")


def _managed(algorithm: str) -> HashAlgorithm:
    return HashAlgorithm(algorithm, f"{algorithm}Managed")


_MAKERS = {
    **dict.fromkeys(("MD5", "SHA1"), _provider),
    **dict.fromkeys(("SHA256", "SHA384", "SHA512"), _managed),
}
_DIGITAL_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_NAMES = {
    "MD5": ("MD5", f"{_MORE}md5"),
    "SHA1": ("SHA", "SHA1", f"{NAMESPACE}.HashAlgorithm", f"{_DIGITAL_SIGNATURE}sha1"),
    "SHA256": ("SHA256", "SHA-256", f"{_ENCRYPTION}sha256"),
    "SHA384": ("SHA384", "SHA-384", f"{_MORE}sha384"),
    "SHA512": ("SHA512", "SHA-512", f"{_ENCRYPTION}sha512"),
}
_HMAC_NAMES = {
    "MD5": (f"{_MORE}hmac-md5",),
    "SHA1": (f"{NAMESPACE}.HMAC", f"{NAMESPACE}.KeyedHashAlgorithm", f"{_DIGITAL_SIGNATURE}hmac-sha1"),
    "SHA256": (f"{_MORE}hmac-sha256",),
    "SHA384": (f"{_MORE}hmac-sha384",),
    "SHA512": (f"{_MORE}hmac-sha512",),
}
_BY_NAME = {
    **{name.lower(): (algorithm, _MAKERS[algorithm]) for algorithm, names in _NAMES.items() for name in names},
    **{f"{NAMESPACE}.{algorithm}".lower(): (algorithm, _MAKERS[algorithm]) for algorithm in BITS},
    **{f"{NAMESPACE}.{algorithm}Managed".lower(): (algorithm, _managed) for algorithm in BITS if algorithm != "MD5"},
    **{name.lower(): (algorithm, new_hmac) for algorithm, names in _HMAC_NAMES.items() for name in names},
    **{
        f"{place}HMAC{algorithm}".lower(): (algorithm, new_hmac)
        for algorithm in BITS
        for place in ("", f"{NAMESPACE}.")
    },
}


_KEYED = {"HashAlgorithm", "HMAC", "KeyedHashAlgorithm"}


def named(name: str | None, target: str) -> HashAlgorithm | None:
    """`Create(name)` of the class `target`; null for a name that is none.

    Raises InvalidCastException if the name is that of an algorithm of another class.
    """
    if name is None:
        raise ArgumentNullException("name")
    found = _BY_NAME.get(name.lower())
    if found is None:
        return None
    algorithm, make = found
    made = make(algorithm)
    if target not in ({*_KEYED, f"HMAC{algorithm}"} if isinstance(made, Hmac) else {"HashAlgorithm", algorithm}):
        raise InvalidCastException.between(made.type.runtime_name, f"{NAMESPACE}.{target}")
    return made
