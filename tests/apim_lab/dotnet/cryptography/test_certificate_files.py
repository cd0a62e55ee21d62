"""Expected values: recorded from real C# (certificate_files.jsonl); RFC 7292, appendix B, for the rounds."""

import pytest

from apim_lab.dotnet.cryptography import certificate_files
from apim_lab.dotnet.exceptions import CryptographicException
from tests import oracle

test_certificate_files_agree = oracle.table(__file__, "certificate_files.jsonl")


def test_rounds_without_end_are_refused() -> None:
    salt_and_rounds = bytes.fromhex("300a04020102 02047fffffff".replace(" ", ""))
    raw = bytes.fromhex("300f020103") + salt_and_rounds

    assert list(certificate_files._iterations(raw, 0)) == [0x7FFFFFFF]
    with pytest.raises(CryptographicException, match="Error occurred"):
        certificate_files.read(raw, "x")
