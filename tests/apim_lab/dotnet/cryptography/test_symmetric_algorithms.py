"""Expected values: recorded from real C# (symmetric_algorithms.jsonl)."""

from tests import oracle

test_symmetric_algorithms_agree = oracle.table(__file__, "symmetric_algorithms.jsonl")


def test_what_needs_types_that_are_not_allowed_is_refused() -> None:
    for member in ("Create()", 'Create("AES").CreateEncryptor()', 'Create("AES").LegalKeySizes'):
        assert "compile_error" in oracle.ours({"expr": f"@(SymmetricAlgorithm.{member})"})


def test_an_algorithm_that_is_left_out_is_not_taken_for_none() -> None:
    answer = oracle.ours({"expr": '@(SymmetricAlgorithm.Create("RC2"))'})

    assert answer["exception"]["type"] == "System.PlatformNotSupportedException"


def test_a_slow_cipher_is_bounded() -> None:
    answer = oracle.ours({"expr": '@(new byte[20000000].Encrypt("3DES", null, null).Length)'})

    assert answer["exception"]["type"] == "System.OutOfMemoryException"
