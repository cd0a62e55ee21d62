"""Expected values: recorded from real C# (random_numbers.jsonl)."""

from tests import oracle

test_random_numbers_agree = oracle.table(__file__, "random_numbers.jsonl")


def test_a_random_number_is_below_its_bound(evaluate):
    numbers = {evaluate("@(new Random().Next(0, 3))") for _ in range(200)}

    assert numbers == {0, 1, 2}


def test_without_a_seed_two_sequences_differ(evaluate):
    numbers = {evaluate("@(new Random().Next())") for _ in range(5)}

    assert len(numbers) > 1
