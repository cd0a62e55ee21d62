"""`RSA`: a key that signs, verifies, encrypts and decrypts.

Source: learn.microsoft.com/dotnet/api/system.security.cryptography.rsa, and .NET Core 3.1, RSAOpenSsl.cs.
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding as schemes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.types import Type
from apim_lab.dotnet.cryptography.hash_algorithm_names import HashAlgorithmName
from apim_lab.dotnet.cryptography.hash_algorithms import NAMESPACE, named
from apim_lab.dotnet.cryptography.rsa_paddings import RsaPadding, usable_name
from apim_lab.dotnet.exceptions import (
    ArgumentNullException,
    ArgumentOutOfRangeException,
    CryptographicException,
    ObjectDisposedException,
    PlatformNotSupportedException,
)

_LEAST, _MOST, _MOST_GENERATED = 512, 16384, 4096
_NO_PRIVATE_KEY = "Object contains only the public half of a key pair. A private key must also be provided."
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "MD5": hashes.MD5,
    "SHA1": hashes.SHA1,
    "SHA256": hashes.SHA256,
    "SHA384": hashes.SHA384,
    "SHA512": hashes.SHA512,
}
_OPENSSL = "RSAOpenSsl"


class RSA:
    """One with a key, or one that makes a random key of `size` bits when it first needs it."""

    __slots__ = ("_is_disposed", "_key", "size", "type")

    def __init__(
        self, key: rsa.RSAPrivateKey | rsa.RSAPublicKey | None = None, size: int = 2048, class_name: str = _OPENSSL
    ) -> None:
        allocate(OBJECT)
        self.type = Type("RSA", full_name=f"{NAMESPACE}.{class_name}")
        self._key = key
        self.size = _legal(key.key_size if key else size)
        self._is_disposed = False

    def resize(self, size: int) -> None:
        """`KeySize`: another size makes a new key."""
        if _legal(size) != self.size:
            self._key = None
            self.size = size

    def dispose(self) -> None:
        self._is_disposed = True

    def _made(self) -> rsa.RSAPrivateKey | rsa.RSAPublicKey:
        if self._is_disposed:
            raise ObjectDisposedException(f"Cannot access a disposed object.\nObject name: '{_OPENSSL}'.")
        if self._key is None:
            if not 1024 <= self.size <= _MOST_GENERATED:
                raise PlatformNotSupportedException(f"No key of {self.size} bits is made here.")
            # A key of 2,048 bits takes 0.1 s
            allocate(self.size**3 >> 10)
            self._key = rsa.generate_private_key(65537, self.size)
        allocate(self.size**3 >> 17)
        return self._key

    @property
    def public(self) -> rsa.RSAPublicKey:
        key = self._made()
        return key.public_key() if isinstance(key, rsa.RSAPrivateKey) else key

    @property
    def private(self) -> rsa.RSAPrivateKey:
        key = self._made()
        if not isinstance(key, rsa.RSAPrivateKey):
            raise CryptographicException(_NO_PRIVATE_KEY)
        return key

    def sign_data(self, data: Bytes | None, name: HashAlgorithmName, padding: RsaPadding | None) -> Bytes:
        content = _given(data, "data")
        return self.sign_hash(_hashed(content, name), name, padding)

    def sign_part(
        self, data: Bytes | None, offset: int, count: int, name: HashAlgorithmName, padding: RsaPadding | None
    ) -> Bytes:
        return self.sign_data(_part(data, offset, count), name, padding)

    def sign_hash(self, hash_: Bytes | None, name: HashAlgorithmName, padding: RsaPadding | None) -> Bytes:
        content, algorithm = _given(hash_, "hash"), _algorithm(name)
        scheme = _signature(padding, algorithm)
        if len(content) != algorithm.digest_size:
            raise CryptographicException(
                "The provided hash value is not the expected size for the specified hash algorithm."
            )
        return _done(lambda: self.private.sign(content, scheme, Prehashed(algorithm)))

    def verifies_data(
        self, data: Bytes | None, signature: Bytes | None, name: HashAlgorithmName, padding: RsaPadding | None
    ) -> bool:
        content = _given(data, "data")
        _given(signature, "signature")
        return self.verifies_hash(_hashed(content, name), signature, name, padding)

    def verifies_part(  # noqa: PLR0913, PLR0917  # the parameters of `VerifyData`
        self,
        data: Bytes | None,
        offset: int,
        count: int,
        signature: Bytes | None,
        name: HashAlgorithmName,
        padding: RsaPadding | None,
    ) -> bool:
        return self.verifies_data(_part(data, offset, count), signature, name, padding)

    def verifies_hash(
        self, hash_: Bytes | None, signature: Bytes | None, name: HashAlgorithmName, padding: RsaPadding | None
    ) -> bool:
        content, signed = _given(hash_, "hash"), _given(signature, "signature")
        algorithm = _algorithm(name)
        scheme, key = _signature(padding, algorithm), self.public
        try:
            key.verify(signed, content, scheme, Prehashed(algorithm))
        except (InvalidSignature, ValueError):
            return False
        return True

    def encrypt(self, data: Bytes | None, padding: RsaPadding | None) -> Bytes:
        content = _given(data, "data")
        scheme = _encryption(padding)
        return _done(lambda: self.public.encrypt(content, scheme))

    def decrypt(self, data: Bytes | None, padding: RsaPadding | None) -> Bytes:
        content = _given(data, "data")
        scheme, key = _encryption(padding), self.private
        if len(content) != (self.size + 7) // 8:
            raise CryptographicException("The length of the data to decrypt is not valid for the size of this key.")
        return _done(lambda: key.decrypt(content, scheme))

    def public_bytes(self, form: PublicFormat) -> Bytes:
        return Bytes(self.public.public_bytes(Encoding.DER, form))

    def private_bytes(self, form: PrivateFormat) -> Bytes:
        return Bytes(self.private.private_bytes(Encoding.DER, form, NoEncryption()))


def _legal(size: int) -> int:
    if not _LEAST <= size <= _MOST or size % 8:
        raise CryptographicException("Specified key is not a valid size for this algorithm.")
    return size


def _given(value: Bytes | None, name: str) -> bytes:
    if value is None:
        raise ArgumentNullException(name)
    allocate(len(value))
    return bytes(value)


def _part(data: Bytes | None, offset: int, count: int) -> Bytes:
    content = _given(data, "data")
    if not 0 <= offset <= len(content):
        raise ArgumentOutOfRangeException(parameter="offset")
    if not 0 <= count <= len(content) - offset:
        raise ArgumentOutOfRangeException(parameter="count")
    return Bytes(content[offset : offset + count])


def _algorithm(name: HashAlgorithmName) -> hashes.HashAlgorithm:
    found = _HASHES.get(usable_name(name))
    if found is None:
        raise CryptographicException(f"'{name.name}' is not a known hash algorithm.")
    return found()


def _hashed(content: bytes, name: HashAlgorithmName) -> Bytes:
    work = hashes.Hash(_algorithm(name))
    work.update(content)
    return Bytes(work.finalize())


def _signature(padding: RsaPadding | None, algorithm: hashes.HashAlgorithm) -> schemes.PSS | schemes.PKCS1v15:
    if padding is None:
        raise ArgumentNullException("padding")
    if padding.mode.name == "Pkcs1":
        return schemes.PKCS1v15()
    return schemes.PSS(schemes.MGF1(algorithm), algorithm.digest_size)


def _encryption(padding: RsaPadding | None) -> schemes.OAEP | schemes.PKCS1v15:
    if padding is None:
        raise ArgumentNullException("padding")
    if padding.hash is None:
        return schemes.PKCS1v15()
    algorithm = _algorithm(HashAlgorithmName(padding.hash))
    return schemes.OAEP(schemes.MGF1(algorithm), algorithm, None)


def _done(work: Callable[[], bytes]) -> Bytes:
    try:
        return Bytes(work())
    except (ValueError, UnsupportedAlgorithm):
        raise CryptographicException from None


def of_size(size: int = 2048) -> RSA:
    """`RSA.Create(keySizeInBits)`."""
    return RSA(size=size, class_name=f"RSAImplementation+{_OPENSSL}")


def create(name: str | None, target: str) -> RSA | None:
    """`Create(name)` of the class `target`: null for a name that is none."""
    names = {"rsa", f"{NAMESPACE}.RSA".lower(), f"{NAMESPACE}.AsymmetricAlgorithm".lower()}
    if name is not None and name.lower() in names:
        return RSA(size=1024, class_name="RSACryptoServiceProvider")
    named(name, target)
    return None
