"""Expected values: recorded from real C# (certificates.jsonl)."""

from tests import oracle

test_certificates_agree = oracle.table(__file__, "certificates.jsonl")


def test_bytes_that_are_no_certificate_are_refused() -> None:
    answer = oracle.ours({"expr": "@(new X509Certificate2(new byte[3]).Subject)"})

    assert answer["exception"]["type"] == "System.Security.Cryptography.CryptographicException"
