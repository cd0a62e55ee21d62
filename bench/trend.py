"""Whether a quantity that is sampled again and again stays as it is."""

import itertools
import statistics
from collections.abc import Sequence

WARM_UP = 0.25
"""The share of the samples at the beginning that does not count: caches and lists fill."""


def growth(samples: Sequence[float]) -> float:
    """How much a quantity grows from the first sample after the warm-up to the last, by its trend.

    The trend is the median of the slopes between all pairs of samples (Theil and Sen): a peak does not change it.
    """
    counted = samples[int(len(samples) * WARM_UP) :]
    if len(counted) < 2:
        raise ValueError(f"{len(samples)} samples are too few for a trend")
    slopes = [
        (later - earlier) / (there - here)
        for (here, earlier), (there, later) in itertools.combinations(enumerate(counted), 2)
    ]
    return statistics.median(slopes) * (len(counted) - 1)
