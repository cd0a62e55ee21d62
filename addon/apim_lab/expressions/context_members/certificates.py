"""`VerifyNoRevocation` of a certificate. Source: api-management-policy-expressions.md, "Context variable"."""

from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.cryptography.certificates import X509Certificate2


def _verify(certificate: X509Certificate2 | None) -> bool:
    """As Verify(): no store vouches for a certificate here, so nobody is asked whether it was revoked."""
    if certificate is None:
        raise NullReferenceException
    return certificate.found is None


DEFINITION = Definition(
    "static class CertificateExtensions",
    "CertificateExtensions",
    members={
        "static bool VerifyNoRevocation(this X509Certificate2 input)": _verify,
    },
)
