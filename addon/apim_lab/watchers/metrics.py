"""Counts calls for Prometheus."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from apim_lab.tracing.call import Call
from apim_lab.watchers.measurements import INSTRUMENTS, Instrument, Measurements

_UNITS = {"s": "seconds"}
"""The units that end the name of a metric; a unit in braces, like {request}, does not.

https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
"""


class Metrics:
    """A registry of its own, with all instruments and the process metrics of Prometheus' client."""

    def __init__(self) -> None:
        # They double the time series, and no query needs them
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no annotations
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._metrics = {instrument: self._register(instrument) for instrument in INSTRUMENTS}
        self._add: dict[tuple[Instrument, tuple[str, ...]], Callable[[float], None]] = {}
        self._measurements = Measurements()

    def ended(self, call: Call) -> None:
        """Count the call."""
        for instrument, value, labels in self._measurements.of(call):
            add = self._add.get((instrument, labels)) or self._series(instrument, labels)
            add(value)

    def exposition(self) -> tuple[bytes, str]:
        """All metrics in Prometheus' text format, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def _register(self, instrument: Instrument) -> Counter | Histogram:
        name, labels = prometheus_name(instrument), [label.replace(".", "_") for label in instrument.labels]
        if instrument.buckets:
            return Histogram(name, instrument.description, labels, registry=self._registry, buckets=instrument.buckets)
        return Counter(name, instrument.description, labels, registry=self._registry)

    def _series(self, instrument: Instrument, labels: tuple[str, ...]) -> Callable[[float], None]:
        series = self._metrics[instrument].labels(*labels)
        add = self._add[instrument, labels] = series.inc if isinstance(series, Counter) else series.observe
        return add


def prometheus_name(instrument: Instrument) -> str:
    """The name without the `_total` of counters, which the client adds."""
    name = instrument.name.replace(".", "_")
    return f"{name}_{_UNITS[instrument.unit]}" if instrument.unit in _UNITS else name
