"""The members of `RSA` and `AsymmetricAlgorithm`.

Source: learn.microsoft.com/dotnet/api/system.security.cryptography.rsa. What needs `RSAParameters`, `KeySizes` or a
stream, which API Management does not allow, is left out.
"""

from functools import partial

from cryptography.hazmat.primitives.serialization import PrivateFormat, PublicFormat

from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.cryptography.hash_algorithms import NAMESPACE
from apim_lab.dotnet.cryptography.rsa_keys import RSA, create, of_size
from apim_lab.dotnet.exceptions import NotSupportedException, PlatformNotSupportedException


def _automatic() -> RSA:
    raise PlatformNotSupportedException("This platform does not allow the automatic selection of an algorithm.")


def _no_method(_rsa: RSA, _data: Bytes | None) -> Bytes:
    raise NotSupportedException("Method not supported.")


_SIGNING = "HashAlgorithmName hashAlgorithm, RSASignaturePadding padding"

DEFINITIONS = (
    Definition(
        "class AsymmetricAlgorithm",
        f"{NAMESPACE}.AsymmetricAlgorithm",
        members={
            "static AsymmetricAlgorithm Create()": _automatic,
            "static AsymmetricAlgorithm Create(string algName)": partial(create, target="AsymmetricAlgorithm"),
            "int KeySize": lambda key: key.size,
            "int KeySize { set; }": RSA.resize,
            "string SignatureAlgorithm": lambda _: "RSA",
            "string KeyExchangeAlgorithm": lambda _: "RSA",
            "byte[] ExportPkcs8PrivateKey()": lambda key: key.private_bytes(PrivateFormat.PKCS8),
            "byte[] ExportSubjectPublicKeyInfo()": lambda key: key.public_bytes(PublicFormat.SubjectPublicKeyInfo),
            "void Clear()": RSA.dispose,
            "void Dispose()": RSA.dispose,
        },
    ),
    Definition(
        "class RSA : AsymmetricAlgorithm",
        f"{NAMESPACE}.RSA",
        python=RSA,
        members={
            "static RSA Create()": of_size,
            "static RSA Create(int keySizeInBits)": of_size,
            "static RSA Create(string algName)": partial(create, target="RSA"),
            "byte[] Encrypt(byte[] data, RSAEncryptionPadding padding)": RSA.encrypt,
            "byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)": RSA.decrypt,
            "byte[] EncryptValue(byte[] rgb)": _no_method,
            "byte[] DecryptValue(byte[] rgb)": _no_method,
            f"byte[] SignData(byte[] data, {_SIGNING})": RSA.sign_data,
            f"byte[] SignData(byte[] data, int offset, int count, {_SIGNING})": RSA.sign_part,
            f"byte[] SignHash(byte[] hash, {_SIGNING})": RSA.sign_hash,
            f"bool VerifyData(byte[] data, byte[] signature, {_SIGNING})": RSA.verifies_data,
            f"bool VerifyData(byte[] data, int offset, int count, byte[] signature, {_SIGNING})": RSA.verifies_part,
            f"bool VerifyHash(byte[] hash, byte[] signature, {_SIGNING})": RSA.verifies_hash,
            "byte[] ExportRSAPublicKey()": lambda key: key.public_bytes(PublicFormat.PKCS1),
            "byte[] ExportRSAPrivateKey()": lambda key: key.private_bytes(PrivateFormat.TraditionalOpenSSL),
        },
    ),
)
