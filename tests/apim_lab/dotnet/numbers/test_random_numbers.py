"""Expected values: recorded from real C# (random_numbers.jsonl)."""

from tests import oracle

test_random_numbers_agree = oracle.table(__file__, "random_numbers.jsonl")


def test_a_random_number_is_below_its_bound(evaluate):
    numbers = {evaluate("@(new Random().Next(0, 3))") for _ in range(200)}

    assert numbers == {0, 1, 2}


def test_without_a_seed_two_sequences_differ(evaluate):
    numbers = {evaluate("@(new Random().Next())") for _ in range(5)}

    assert len(numbers) > 1


def test_more_bytes_than_a_second_makes_are_refused(thrown):
    assert thrown("@{ new Random(1).NextBytes(new byte[8000000]); return 1; }") == (
        "Exception of type 'System.OutOfMemoryException' was thrown."
    )
