"""`X509Certificate2`. Source: learn.microsoft.com/dotnet/api, and .NET Core 3.1.

A certificate here has no private key, and no store vouches for it: `Verify()` is false.
"""

from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.cryptography.distinguished_names import name_text
from apim_lab.dotnet.dates.dates import DateTime, to_local
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import CryptographicException
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
    """A certificate that is read from DER or PEM; without one, nearly all of its members throw."""

    type = Type("X509Certificate2", full_name=f"{_NAMESPACE}.X509Certificate2")

    def __init__(self, raw: bytes | bytearray | None = None) -> None:
        self._found = _read(bytes(raw)) if raw else None

    @property
    def found(self) -> x509.Certificate:
        if self._found is None:
            raise CryptographicException("m_safeCertContext is an invalid handle.")
        return self._found

    def forget(self) -> None:
        """`Dispose()` and `Reset()`."""
        self._found = None

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


def _read(raw: bytes) -> x509.Certificate:
    allocate(len(raw))
    try:
        is_text = raw.lstrip().startswith(b"-----BEGIN")
        return x509.load_pem_x509_certificate(raw) if is_text else x509.load_der_x509_certificate(raw)
    except ValueError:
        raise CryptographicException("Cannot find the requested object.") from None


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
        "string Thumbprint": lambda certificate: certificate.hash.hex().upper(),
        "string SerialNumber": lambda certificate: certificate.serial_number.hex().upper(),
        "DateTime NotBefore": lambda certificate: certificate.not_before,
        "DateTime NotAfter": lambda certificate: certificate.not_after,
        "string FriendlyName": lambda certificate: "" if certificate.found else None,
        "int Version": lambda certificate: certificate.found.version.value + 1,
        "bool HasPrivateKey": lambda certificate: certificate.found is None,
        "bool Archived": lambda certificate: certificate.found is None,
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
    enumeration(f"{_NAMESPACE}.X509NameType", X509NameType),
    enumeration(f"{_NAMESPACE}.X509ContentType", X509ContentType),
)
