"""The forms in which a certificate comes: DER, PEM, and PKCS #12 with a private key (RFC 7292)."""

from collections.abc import Iterator
from math import prod
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.exceptions import CryptographicException

type Found = tuple[x509.Certificate, Any]

_NOT_FOUND = "Cannot find the requested object."
_WRONG_PASSWORD = "The specified network password is not correct."  # noqa: S105  # Windows' words
MAX_ITERATIONS = 1 << 22
_SCRYPT = bytes.fromhex("2b06010401da47040b")
_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04
_MAX_DEPTH = 24


def read(raw: bytes, password: str | None) -> Found:
    """The certificate, and its private key if there is one. Raises CryptographicException if it is none."""
    allocate(len(raw))
    try:
        if raw.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(raw), None
        return x509.load_der_x509_certificate(raw), None
    except ValueError:
        return _from_pkcs12(raw, password)


def _from_pkcs12(raw: bytes, password: str | None) -> Found:
    # Version 3 begins every PKCS #12
    if raw[:1] != bytes([_SEQUENCE]) or b"\x02\x01\x03" not in raw[:16]:
        raise CryptographicException(_NOT_FOUND)
    if _SCRYPT in raw or sum(_iterations(raw, 0)) > MAX_ITERATIONS:
        raise CryptographicException
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(raw, (password or "").encode())
    except ValueError:
        raise CryptographicException(_WRONG_PASSWORD) from None
    found = certificate or next(iter(others), None)
    if found is None:
        raise CryptographicException(_NOT_FOUND)
    return found, key


def _iterations(content: bytes, depth: int) -> Iterator[int]:
    """How long the keys take to derive: the numbers behind each salt, multiplied."""
    behind_salt: list[int] | None = None
    for tag, value in _values(content):
        if tag == _INTEGER and behind_salt is not None:
            behind_salt.append(int.from_bytes(value[:16], "big"))
        elif tag == _OCTETS:
            behind_salt = []
        if (tag & 0x20 or tag == _OCTETS) and depth < _MAX_DEPTH:
            yield from _iterations(value, depth + 1)
    if behind_salt:
        yield prod(behind_salt)


def _values(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag and the content of each DER value; it ends at what is none."""
    place = 0
    while place + 2 <= len(content):
        tag, size, place = content[place], content[place + 1], place + 2
        if size & 0x80:
            more = size & 0x7F
            size, place = int.from_bytes(content[place : place + more], "big"), place + more
        if size > len(content) - place:
            return
        yield tag, content[place : place + size]
        place += size
