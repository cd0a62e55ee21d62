"""Expected values: recorded from real C# (rsa.jsonl)."""

import time

import pytest

from tests import oracle

test_rsa_agrees = oracle.table(__file__, "rsa.jsonl")


@pytest.mark.parametrize(
    "expression",
    [
        "@{ var r = RSA.Create(16384); return r.ExportRSAPublicKey(); }",
        "@{ var n = 0; for (;;) { n += RSA.Create(4096).ExportRSAPublicKey().Length; } }",
    ],
)
def test_making_keys_is_bounded(expression: str) -> None:
    begun = time.monotonic()

    answer = oracle.ours({"expr": expression})

    assert answer["exception"]["type"] in {"System.PlatformNotSupportedException", "System.OutOfMemoryException"}
    assert time.monotonic() - begun < 60
