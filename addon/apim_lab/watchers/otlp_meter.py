"""Counts calls with OpenTelemetry's SDK: the instruments of measurements.py."""

from collections.abc import Callable

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import Meter as SdkMeter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

from apim_lab.tracing.call import Call
from apim_lab.watchers.measurements import INSTRUMENTS, Instrument, Measurements

type Add = Callable[[float, dict[str, str]], None]


class Meter:
    """Adds up measurements in memory; a thread of the SDK sends the sums, every OTEL_METRIC_EXPORT_INTERVAL ms."""

    def __init__(self, resource: Resource, endpoint: str) -> None:
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(endpoint or None))
        self._provider = MeterProvider([reader], resource, shutdown_on_exit=False)
        meter = self._provider.get_meter("apim-lab")
        self._add = {instrument: adder(meter, instrument) for instrument in INSTRUMENTS}
        self._measurements = Measurements()

    def ended(self, call: Call) -> None:
        """Count the call."""
        for instrument, value, labels in self._measurements.of(call):
            self._add[instrument](value, dict(zip(instrument.labels, labels, strict=True)))

    def close(self) -> None:
        """Send the rest. Blocks until the collector has it or the SDK gives up."""
        self._provider.shutdown()


def adder(meter: SdkMeter, it: Instrument) -> Add:
    """The function that adds a number to the instrument."""
    if it.buckets:
        histogram = meter.create_histogram(
            it.name, it.unit, it.description, explicit_bucket_boundaries_advisory=it.buckets
        )
        return histogram.record
    return meter.create_counter(it.name, it.unit, it.description).add
