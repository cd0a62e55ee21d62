"""`TimeSpan` as expressions see it. Source: learn.microsoft.com/dotnet/api/system.timespan."""

from collections.abc import Sequence

from apim_lab.csharp.runtime.arithmetic import COMPARISONS
from apim_lab.csharp.runtime.values import Int64
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.dates import time_spans
from apim_lab.dotnet.dates.dates import compare, compare_to
from apim_lab.dotnet.dates.time_span_formats import span_text
from apim_lab.dotnet.dates.time_span_parse_members import SPAN_PARSING, TimeSpanStyles
from apim_lab.dotnet.dates.time_spans import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MILLISECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    ZERO,
    TimeSpan,
)
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.formatting import format_value


def _to_string(span: TimeSpan, specifier: str | None, _provider: object = None) -> str:
    return format_value(span, specifier or "")


def _equals(span: TimeSpan, other: object) -> bool:
    return isinstance(other, TimeSpan) and span == other


# The ticks of a unit, and how many make the next larger one
_UNITS = {
    "Day": (TICKS_PER_DAY, 2**31),
    "Hour": (TICKS_PER_HOUR, 24),
    "Minute": (TICKS_PER_MINUTE, 60),
    "Second": (TICKS_PER_SECOND, 60),
    "Millisecond": (TICKS_PER_MILLISECOND, 1000),
}

_TIME_SPAN = Definition(
    "struct TimeSpan",
    "System.TimeSpan",
    python=TimeSpan,
    default=ZERO,
    members={
        **{f"const long TicksPer{name}": Int64(ticks) for name, (ticks, _) in _UNITS.items()},
        "new()": lambda: ZERO,
        "new(long ticks)": lambda ticks: TimeSpan(int(ticks)),
        "new(int hours, int minutes, int seconds)": lambda *parts: time_spans.new_span(0, *parts),
        "new(int days, int hours, int minutes, int seconds)": time_spans.new_span,
        "new(int days, int hours, int minutes, int seconds, int milliseconds)": time_spans.new_span,
        "static TimeSpan MaxValue": lambda: TimeSpan(time_spans.MAX_SPAN_TICKS),
        "static TimeSpan MinValue": lambda: TimeSpan(time_spans.MIN_SPAN_TICKS),
        "static TimeSpan Zero": lambda: ZERO,
        **{f"int {name}s": time_spans.span_component(*unit) for name, unit in _UNITS.items()},
        **{f"double Total{name}s": time_spans.span_total(ticks) for name, (ticks, _) in _UNITS.items()},
        "double TotalMilliseconds": time_spans.total_milliseconds,
        "long Ticks": lambda span: Int64(span.ticks),
        "TimeSpan Add(TimeSpan ts)": time_spans.add_spans,
        "TimeSpan Divide(double divisor)": time_spans.divide_span,
        "double Divide(TimeSpan ts)": time_spans.divide_spans,
        "TimeSpan Duration()": time_spans.span_duration,
        "TimeSpan Multiply(double factor)": time_spans.multiply_span,
        "TimeSpan Negate()": time_spans.negate_span,
        "TimeSpan Subtract(TimeSpan ts)": time_spans.subtract_spans,
        "bool Equals(TimeSpan obj)": _equals,
        "bool Equals(object value)": _equals,
        "int CompareTo(TimeSpan value)": compare,
        "int CompareTo(object value)": compare_to(TimeSpan),
        "string ToString()": span_text,
        "string ToString(string format)": _to_string,
        "string ToString(string format, IFormatProvider formatProvider)": _to_string,
        "static int Compare(TimeSpan t1, TimeSpan t2)": compare,
        "static bool Equals(TimeSpan t1, TimeSpan t2)": _equals,
        **{
            f"static TimeSpan From{name}s(double value)": time_spans.span_from(unit)
            for name, (unit, _) in _UNITS.items()
        },
        "static TimeSpan FromTicks(long value)": lambda ticks: TimeSpan(int(ticks)),
        **SPAN_PARSING,
        **{f"static bool operator {sign}(TimeSpan t1, TimeSpan t2)": test for sign, test in COMPARISONS.items()},
        "static TimeSpan operator +(TimeSpan t1, TimeSpan t2)": time_spans.add_spans,
        "static TimeSpan operator -(TimeSpan t1, TimeSpan t2)": time_spans.subtract_spans,
        "static TimeSpan operator *(TimeSpan timeSpan, double factor)": time_spans.multiply_span,
        "static TimeSpan operator *(double factor, TimeSpan timeSpan)": lambda factor, span: time_spans.multiply_span(
            span, factor
        ),
        "static TimeSpan operator /(TimeSpan timeSpan, double divisor)": time_spans.divide_span,
        "static double operator /(TimeSpan t1, TimeSpan t2)": time_spans.divide_spans,
        "static TimeSpan operator +(TimeSpan t)": lambda span: span,
        "static TimeSpan operator -(TimeSpan t)": time_spans.negate_span,
    },
)

DEFINITIONS: Sequence[Definition] = (
    _TIME_SPAN,
    enumeration("System.Globalization.TimeSpanStyles", TimeSpanStyles),
)
