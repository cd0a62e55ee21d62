"""Sends traces and metrics to an OpenTelemetry collector, as OTLP over HTTP."""

import logging
import time
from threading import Thread
from urllib.parse import urlsplit

from apim_lab.tracing.call import Call

SHUTDOWN_TIMEOUT = 3.0
"""Seconds that `close` waits until the collector has the rest."""

COMPLAINT_INTERVAL = 60.0
"""Seconds between two lines of the SDK's log."""

logger = logging.getLogger("apim")


class Otlp:
    """Hands calls to OpenTelemetry's SDK, whose threads send them.

    `endpoint` is the URL of the collector, http://localhost:4318 for example; "" leaves it to the environment, which
    also has the other settings: OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME, OTEL_METRIC_EXPORT_INTERVAL and so on.
    Raises ValueError for an endpoint that is no URL, for settings that the SDK refuses, and if the SDK is missing.
    """

    def __init__(self, endpoint: str = "") -> None:
        check(endpoint)
        try:  # here, since few need it and it takes long to import
            from apim_lab.watchers import otlp_meter, otlp_resource, otlp_spans  # noqa: PLC0415
        except ImportError as error:
            raise ValueError(f"OpenTelemetry is not installed ({error}): pip install 'apim-lab[otlp]'") from error
        logging.getLogger("opentelemetry").addHandler(_complaints)
        logging.getLogger("opentelemetry").propagate = False
        resource, base = otlp_resource.describe(), endpoint.rstrip("/")
        self._signals = (
            otlp_spans.Spans(resource, base and f"{base}/v1/traces"),
            otlp_meter.Meter(resource, base and f"{base}/v1/metrics"),
        )

    def ended(self, call: Call) -> None:
        """Hand over the call."""
        for signal in self._signals:
            signal.ended(call)

    def close(self) -> None:
        """Send the rest; calls that the collector does not take within SHUTDOWN_TIMEOUT are lost."""
        endings = [Thread(target=signal.close, daemon=True) for signal in self._signals]
        for ending in endings:
            ending.start()
        deadline = time.monotonic() + SHUTDOWN_TIMEOUT
        for ending in endings:
            ending.join(max(0.0, deadline - time.monotonic()))


def check(endpoint: str) -> None:
    """Raises ValueError unless it is "" or an absolute URL."""
    try:
        parts = urlsplit(endpoint)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # for example a port that is no number
        is_one = False
    if endpoint and not is_one:
        raise ValueError(f"apim_otlp is {endpoint!r}: expected a URL of a collector, like http://localhost:4318")


class Complaints(logging.Handler):
    """Passes on the SDK's log, one line a minute at most: a collector that is down needs no more."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._silent_until = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Log the first line of the record, unless there was one a short while ago."""
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + COMPLAINT_INTERVAL
            logger.warning("OpenTelemetry: %s", record.getMessage().partition("\n")[0])


_complaints = Complaints()
