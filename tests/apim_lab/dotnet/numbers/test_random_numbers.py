import pytest


def test_a_random_number_is_below_its_bound(evaluate):
    numbers = {evaluate("@(new Random().Next(0, 3))") for _ in range(200)}

    assert numbers == {0, 1, 2}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("new Random().Next(5, 6)", 5),
        ("new Random().Next(1)", 0),
        ("new Random().Next(3, 3)", 3),
        ("new Random().NextDouble() < 1", True),
    ],
)
def test_numbers_without_a_choice(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("new Random().Next(2, 1)", "'minValue' cannot be greater than maxValue. (Parameter 'minValue')"),
        ("new Random().Next(-1)", "'maxValue' must be greater than zero. (Parameter 'maxValue')"),
    ],
)
def test_bounds_that_are_refused(thrown, source, message):
    assert thrown(f"@({source})") == message
