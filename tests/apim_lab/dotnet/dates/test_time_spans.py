import pytest

from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.dotnet.dates.time_spans import MAX_SPAN_TICKS, TimeSpan, add_spans, span_from


def test_seconds_are_rounded_to_ticks():
    assert TimeSpan.of_seconds(1.5) == TimeSpan(15_000_000)
    assert TimeSpan.of_seconds(0.00000004) == TimeSpan(0)


def test_a_sum_stays_within_64_bits():
    assert add_spans(TimeSpan(MAX_SPAN_TICKS - 1), TimeSpan(1)) == TimeSpan(MAX_SPAN_TICKS)
    with pytest.raises(OverflowException):
        add_spans(TimeSpan(MAX_SPAN_TICKS), TimeSpan(1))


def test_fractions_of_a_tick_are_cut_off():
    assert span_from(10)(0.19) == TimeSpan(1)
    assert span_from(10)(-0.19) == TimeSpan(-1)
