"""`X509Certificate2`. Source: learn.microsoft.com/dotnet/api, and .NET Core 3.1.

No store vouches for a certificate here: `Verify()` is false.
"""

from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtensionOID, NameOID

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.cryptography.certificate_files import read
from apim_lab.dotnet.cryptography.distinguished_names import name_text
from apim_lab.dotnet.cryptography.object_identifiers import Oid
from apim_lab.dotnet.cryptography.rsa_keys import RSA
from apim_lab.dotnet.dates.dates import DateTime, to_local
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentNullException, CryptographicException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.values import Convertible

type _Kind = type[x509.DNSName | x509.RFC822Name | x509.UniformResourceIdentifier]

_NAMESPACE = "System.Security.Cryptography.X509Certificates"
X509NameType = Enum(
    "X509NameType",
    {"SimpleName": 0, "EmailName": 1, "UpnName": 2, "DnsName": 3, "DnsFromAlternativeName": 4, "UrlName": 5},
)
X509ContentType = Enum(
    "X509ContentType",
    {"Unknown": 0, "Cert": 1, "SerializedCert": 2, "Pfx": 3, "SerializedStore": 4, "Pkcs7": 5, "Authenticode": 6},
)


class X509Certificate2(Convertible):
    """A certificate that is read from DER, PEM or PKCS #12; without one, nearly all of its members throw."""

    type = Type("X509Certificate2", full_name=f"{_NAMESPACE}.X509Certificate2")

    def __init__(self, raw: bytes | bytearray | None = None, password: str | None = None) -> None:
        self._found: x509.Certificate | None = None
        self._key: object = None
        if raw:
            self._found, self._key = read(bytes(raw), password)

    @classmethod
    def with_password(cls, raw: Bytes | None, password: str | None) -> "X509Certificate2":
        if not raw:
            raise ArgumentException("Array may not be empty or null.", "rawData")
        return cls(raw, password)

    @classmethod
    def copied(cls, other: "X509Certificate2 | None") -> "X509Certificate2":
        if other is None:
            raise ArgumentNullException("cert")
        made = cls()
        made._found, made._key = other._found, other._key
        return made

    @property
    def found(self) -> x509.Certificate:
        if self._found is None:
            raise CryptographicException("m_safeCertContext is an invalid handle.")
        return self._found

    def forget(self) -> None:
        """`Dispose()` and `Reset()`."""
        self._found = self._key = None

    @property
    def has_private_key(self) -> bool:
        return self.found is not None and self._key is not None

    @property
    def public_key(self) -> Bytes:
        """`GetPublicKey()`: the key alone, without the name of its algorithm."""
        key = self.found.public_key()
        if isinstance(key, RSAPublicKey):
            return Bytes(key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
        if isinstance(key, EllipticCurvePublicKey):
            return Bytes(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        raise CryptographicException

    @property
    def rsa_public_key(self) -> RSA | None:
        key = self.found.public_key()
        return RSA(key) if isinstance(key, RSAPublicKey) else None

    @property
    def rsa_private_key(self) -> RSA | None:
        return RSA(self._key) if self.has_private_key and isinstance(self._key, RSAPrivateKey) else None

    @property
    def raw(self) -> Bytes:
        data = self.found.public_bytes(Encoding.DER)
        allocate(len(data))
        return Bytes(data)

    @property
    def hash(self) -> Bytes:
        return Bytes(self.found.fingerprint(SHA1()))  # noqa: S303  # a name for the certificate, no protection

    @property
    def serial_number(self) -> bytes:
        """The highest byte first; a zero comes before what would read as a negative number."""
        number = self.found.serial_number
        return number.to_bytes(number.bit_length() // 8 + 1, "big")

    @property
    def not_before(self) -> DateTime:
        return to_local(DateTime.of(self.found.not_valid_before_utc))

    @property
    def not_after(self) -> DateTime:
        return to_local(DateTime.of(self.found.not_valid_after_utc))

    def text(self) -> str:
        if self._found is None:
            return f"{_NAMESPACE}.X509Certificate2"
        parts = {
            "Subject": name_text(self.found.subject),
            "Issuer": name_text(self.found.issuer),
            "Serial Number": self.serial_number.hex().upper(),
            "Not Before": to_string(self.not_before),
            "Not After": to_string(self.not_after),
            "Thumbprint": self.hash.hex().upper(),
        }
        return "".join(f"[{title}]\r\n  {value}\r\n\r\n" for title, value in parts.items()).removesuffix("\r\n")

    def same_as(self, other: object) -> bool:
        """`Equals`: the same issuer and serial number."""
        if not isinstance(other, X509Certificate2):
            return False
        return (self.found.issuer, self.found.serial_number) == (other.found.issuer, other.found.serial_number)

    def __eq__(self, other: object) -> bool:
        return self.same_as(other)

    def __hash__(self) -> int:
        return int.from_bytes(self.hash[:4], "big")

    def name_info(self, name_type: Enum, for_issuer: bool) -> str:
        """`GetNameInfo`: "" if the certificate has no such name."""
        name = self.found.issuer if for_issuer else self.found.subject
        if name_type.name == "SimpleName":
            return _first(name, NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.ORGANIZATION_NAME)
        kind = _ALTERNATIVES.get(name_type.name)
        if kind is not None and not for_issuer and (alternative := _alternative(self.found, kind)):
            return alternative
        if name_type.name == "EmailName":
            return _first(name, NameOID.EMAIL_ADDRESS)
        return _first(name, NameOID.COMMON_NAME) if name_type.name == "DnsName" else ""


def _alternative(certificate: x509.Certificate, kind: _Kind) -> str:
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except (x509.ExtensionNotFound, ValueError):
        return ""
    names = found.get_values_for_type(kind) if isinstance(found, x509.SubjectAlternativeName) else []
    return names[0] if names else ""


_ALTERNATIVES: dict[str, _Kind] = {
    "DnsName": x509.DNSName,
    "DnsFromAlternativeName": x509.DNSName,
    "EmailName": x509.RFC822Name,
    "UrlName": x509.UniformResourceIdentifier,
}


def _first(name: x509.Name, *numbers: x509.ObjectIdentifier) -> str:
    found = [str(attribute.value) for number in numbers for attribute in name.get_attributes_for_oid(number)]
    return found[0] if found else ""


class X500DistinguishedName(Convertible):
    """Of a subject or an issuer."""

    type = Type("X500DistinguishedName", full_name=f"{_NAMESPACE}.X500DistinguishedName")

    def __init__(self, name: str) -> None:
        self.name = name

    def text(self) -> str:
        return f"{_NAMESPACE}.X500DistinguishedName"


def _distinguished(name: x509.Name) -> X500DistinguishedName:
    return X500DistinguishedName(name_text(name))


_CERTIFICATE = Definition(
    "class X509Certificate",
    f"{_NAMESPACE}.X509Certificate",
    members={
        "string Subject": lambda certificate: name_text(certificate.found.subject),
        "string Issuer": lambda certificate: name_text(certificate.found.issuer),
        "bool Equals(X509Certificate other)": X509Certificate2.same_as,
        "byte[] GetCertHash()": lambda certificate: certificate.hash,
        "string GetCertHashString()": lambda certificate: certificate.hash.hex().upper(),
        "string GetEffectiveDateString()": lambda certificate: to_string(certificate.not_before),
        "string GetExpirationDateString()": lambda certificate: to_string(certificate.not_after),
        "string GetFormat()": lambda _: "X509",
        "string GetName()": lambda certificate: name_text(certificate.found.subject, reverse=False),
        "string GetIssuerName()": lambda certificate: name_text(certificate.found.issuer, reverse=False),
        "string GetKeyAlgorithm()": lambda certificate: certificate.found.public_key_algorithm_oid.dotted_string,
        "byte[] GetPublicKey()": lambda certificate: certificate.public_key,
        "string GetPublicKeyString()": lambda certificate: certificate.public_key.hex().upper(),
        "byte[] GetRawCertData()": lambda certificate: certificate.raw,
        "string GetRawCertDataString()": lambda certificate: certificate.raw.hex().upper(),
        "byte[] GetSerialNumber()": lambda certificate: Bytes(certificate.serial_number[::-1]),
        "string GetSerialNumberString()": lambda certificate: certificate.serial_number.hex().upper(),
        "void Dispose()": X509Certificate2.forget,
        "void Reset()": X509Certificate2.forget,
    },
)
_CERTIFICATE_2 = Definition(
    "class X509Certificate2 : X509Certificate",
    f"{_NAMESPACE}.X509Certificate2",
    python=X509Certificate2,
    members={
        "new()": X509Certificate2,
        "new(byte[] rawData)": X509Certificate2,
        "new(byte[] rawData, string password)": X509Certificate2.with_password,
        "new(X509Certificate certificate)": X509Certificate2.copied,
        "string Thumbprint": lambda certificate: certificate.hash.hex().upper(),
        "string SerialNumber": lambda certificate: certificate.serial_number.hex().upper(),
        "DateTime NotBefore": lambda certificate: certificate.not_before,
        "DateTime NotAfter": lambda certificate: certificate.not_after,
        "string FriendlyName": lambda certificate: "" if certificate.found else None,
        "int Version": lambda certificate: certificate.found.version.value + 1,
        "bool HasPrivateKey": lambda certificate: certificate.has_private_key,
        "AsymmetricAlgorithm PrivateKey": lambda certificate: certificate.rsa_private_key,
        "bool Archived": lambda certificate: certificate.found is None,
        "Oid SignatureAlgorithm": lambda certificate: Oid(certificate.found.signature_algorithm_oid.dotted_string),
        "byte[] RawData": lambda certificate: certificate.raw,
        "X500DistinguishedName SubjectName": (
            lambda certificate: X500DistinguishedName(name_text(certificate.found.subject))
        ),
        "X500DistinguishedName IssuerName": lambda certificate: X500DistinguishedName(
            name_text(certificate.found.issuer)
        ),
        "string GetNameInfo(X509NameType nameType, bool forIssuer)": X509Certificate2.name_info,
        "bool Verify()": lambda certificate: certificate.found is None,
    },
)


def _of(certificate: X509Certificate2 | None) -> X509Certificate2:
    if certificate is None:
        raise ArgumentNullException("certificate")
    return certificate


_RSA = Definition(
    "static class RSACertificateExtensions",
    f"{_NAMESPACE}.RSACertificateExtensions",
    members={
        "static RSA GetRSAPublicKey(this X509Certificate2 certificate)": lambda found: _of(found).rsa_public_key,
        "static RSA GetRSAPrivateKey(this X509Certificate2 certificate)": lambda found: _of(found).rsa_private_key,
    },
)
_NAME = Definition(
    "class X500DistinguishedName",
    f"{_NAMESPACE}.X500DistinguishedName",
    python=X500DistinguishedName,
    members={"string Name": lambda name: name.name},
)

DEFINITIONS = (
    _CERTIFICATE,
    _CERTIFICATE_2,
    _NAME,
    _RSA,
    enumeration(f"{_NAMESPACE}.X509NameType", X509NameType),
    enumeration(f"{_NAMESPACE}.X509ContentType", X509ContentType),
)
