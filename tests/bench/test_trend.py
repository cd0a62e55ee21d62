"""The trend of samples: what grows is told, what only varies is not."""

import pytest

from bench.trend import growth


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([5.0] * 8, 0.0),
        ([0.0, 0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 5.0),  # two of eight are the warm-up
        ([1.0, 90.0, 10.0, 10.0, 10.0, 99.0, 10.0, 10.0], 0.0),
        ([8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0], -5.0),
    ],
    ids=["flat", "growing", "a peak", "shrinking"],
)
def test_growth_is_that_of_the_trend_after_the_warm_up(samples, expected):
    assert growth(samples) == pytest.approx(expected)


def test_one_sample_is_no_trend():
    with pytest.raises(ValueError, match="too few"):
        growth([1.0])
