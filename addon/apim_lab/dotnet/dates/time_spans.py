"""`TimeSpan`: a length of time in ticks of 100 ns, with the limits, roundings and exceptions of .NET Core 3.1."""

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, inf, isnan, nan
from typing import ClassVar

from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.types import Type
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException

TICKS_PER_MICROSECOND = 10
TICKS_PER_MILLISECOND = 10_000
TICKS_PER_SECOND = 10_000_000
TICKS_PER_MINUTE = 60 * TICKS_PER_SECOND
TICKS_PER_HOUR = 60 * TICKS_PER_MINUTE
TICKS_PER_DAY = 24 * TICKS_PER_HOUR
MIN_SPAN_TICKS, MAX_SPAN_TICKS = -(2**63), 2**63 - 1
MAX_MILLISECONDS = MAX_SPAN_TICKS // TICKS_PER_MILLISECOND

TOO_LONG = "TimeSpan overflowed because the duration is too long."
_NOT_A_NUMBER = "TimeSpan does not accept floating point Not-a-Number values."


@dataclass(frozen=True, slots=True, order=True)
class TimeSpan:
    """`ticks` is from -2^63 to 2^63 - 1."""

    type: ClassVar[Type] = Type("TimeSpan", full_name="System.TimeSpan")
    ticks: int

    @classmethod
    def of_seconds(cls, seconds: float) -> "TimeSpan":
        return cls(round(seconds * TICKS_PER_SECOND))


ZERO = TimeSpan(0)


def checked_span(ticks: int) -> TimeSpan:
    """Raises OverflowException beyond `MinValue` and `MaxValue`."""
    if not MIN_SPAN_TICKS <= ticks <= MAX_SPAN_TICKS:
        raise OverflowException(TOO_LONG)
    return TimeSpan(ticks)


def add_spans(left: TimeSpan, right: TimeSpan) -> TimeSpan:
    return checked_span(left.ticks + right.ticks)


def subtract_spans(left: TimeSpan, right: TimeSpan) -> TimeSpan:
    return checked_span(left.ticks - right.ticks)


def negate_span(span: TimeSpan) -> TimeSpan:
    if span.ticks == MIN_SPAN_TICKS:
        raise OverflowException("Negating the minimum value of a twos complement number is invalid.")
    return TimeSpan(-span.ticks)


def span_duration(span: TimeSpan) -> TimeSpan:
    """The length without its sign."""
    if span.ticks == MIN_SPAN_TICKS:
        raise OverflowException(
            "The duration cannot be returned for TimeSpan.MinValue because the absolute value of TimeSpan.MinValue "
            "exceeds the value of TimeSpan.MaxValue."
        )
    return TimeSpan(abs(span.ticks))


def multiply_span(span: TimeSpan, factor: float) -> TimeSpan:
    """Rounded to whole ticks, halves to even."""
    if isnan(factor):
        raise ArgumentException(_NOT_A_NUMBER, "factor")
    return _span_of_ticks(_rounded(float(span.ticks) * factor))


def divide_span(span: TimeSpan, divisor: float) -> TimeSpan:
    """Rounded to whole ticks, halves to even; by zero it overflows, even nothing."""
    if isnan(divisor):
        raise ArgumentException(_NOT_A_NUMBER, "divisor")
    if not divisor:
        raise OverflowException(TOO_LONG)
    return _span_of_ticks(_rounded(float(span.ticks) / divisor))


def divide_spans(left: TimeSpan, right: TimeSpan) -> float:
    return quotient(float(left.ticks), float(right.ticks))


def quotient(left: float, right: float) -> float:
    """IEEE 754 division, which Python refuses for zero."""
    if right:
        return left / right
    return copysign(inf, left) * copysign(1, right) if left and not isnan(left) else nan


def _rounded(ticks: float) -> float:
    return float(round(ticks)) if abs(ticks) < 2**63 else ticks


def span_from(unit: int) -> Callable[[float], TimeSpan]:
    """`TimeSpan.FromSeconds` and its like for a unit of so many ticks: fractions of a tick are cut off."""
    scale = float(unit)

    def span(value: float) -> TimeSpan:
        if isnan(value):
            raise ArgumentException(_NOT_A_NUMBER)
        return _span_of_ticks(value * scale)

    return span


def _span_of_ticks(ticks: float) -> TimeSpan:
    """2^63 and not-a-number pass the check of .NET Core 3.1 and become `MinValue`."""
    if abs(ticks) > 2.0**63:
        raise OverflowException(TOO_LONG)
    return TimeSpan(int(ticks) if ticks < 2.0**63 else MIN_SPAN_TICKS)


def new_span(days: int, hours: int, minutes: int, seconds: int, milliseconds: int = 0) -> TimeSpan:
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
    if abs(total) > MAX_MILLISECONDS:
        raise ArgumentOutOfRangeException(TOO_LONG)
    return TimeSpan(total * TICKS_PER_MILLISECOND)


def span_component(unit: int, carry: int) -> Callable[[TimeSpan], int]:
    """`Hours` and the like: units up to `carry`, which make the next larger one; negative if the span is."""

    def component(span: TimeSpan) -> int:
        count = abs(span.ticks) // unit % carry
        return count if span.ticks >= 0 else -count

    return component


def span_total(unit: int) -> Callable[[TimeSpan], float]:
    """`TotalHours` and the like."""
    return lambda span: float(span.ticks) / unit


def total_milliseconds(span: TimeSpan) -> float:
    return max(-float(MAX_MILLISECONDS), min(float(MAX_MILLISECONDS), float(span.ticks) / TICKS_PER_MILLISECOND))
