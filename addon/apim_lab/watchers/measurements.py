"""The measurements of a call, in one table for Prometheus (metrics.py) and OpenTelemetry (otlp_meter.py)."""

from collections.abc import Iterator
from dataclasses import dataclass

from apim_lab.printable import printable
from apim_lab.tracing.call import Call
from apim_lab.watchers.gen_ai import PROVIDER, model_of, operation_of, tokens_of

MAX_LABEL_VALUES = 100
"""Values that a label has, if a client can choose them; any further value becomes "other"."""

MAX_LABEL_LENGTH = 100
"""Characters of such a value."""

OTHER = "other"


@dataclass(frozen=True, eq=False)
class Instrument:
    """A counter, or with `buckets` a histogram. Names and units (UCUM) are those of OpenTelemetry."""

    name: str
    unit: str
    description: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()


type Measurement = tuple[Instrument, float, tuple[str, ...]]
"""The instrument, the number to add to it, and the values of its labels."""

# As the conventions recommend for gen_ai.client.operation.duration
_DURATIONS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_GEN_AI = ("gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model")

REQUESTS = Instrument(
    "apim.requests",
    "{request}",
    "Calls that are over.",
    ("api", "operation", "subscription", "outcome", "status"),
)
REQUEST_DURATION = Instrument(
    "apim.request.duration",
    "s",
    "From the arrival of a call to the end of its answer.",
    ("api", "operation", "outcome"),
    _DURATIONS,
)
REJECTIONS = Instrument(
    "apim.rejections",
    "{request}",
    "Calls that an element of the policy refused.",
    ("api", "element"),
)
ATTEMPTS = Instrument(
    "apim.attempts",
    "{attempt}",
    "Requests sent to a backend.",
    ("backend", "status"),
)
ATTEMPT_DURATION = Instrument(
    "apim.attempt.duration",
    "s",
    "From sending a request to a backend to the head of its answer.",
    ("backend",),
    _DURATIONS,
)
POLICY_WAIT = Instrument(
    "apim.policy.wait",
    "s",
    "Waits of the policy before it sent a call again.",
    ("api",),
    (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300),
)
GATEWAY_LATENCY = Instrument(
    "apim.gateway.latency",
    "s",
    "What the gateway itself took until the head of the answer, without backends and waits.",
    ("api",),
    (0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
)
TOKEN_USAGE = Instrument(
    "gen_ai.client.token.usage",
    "{token}",
    "Number of input and output tokens used.",
    (*_GEN_AI, "gen_ai.token.type"),
    tuple(float(4**power) for power in range(14)),
)
TIME_TO_FIRST_TOKEN = Instrument(
    "gen_ai.server.time_to_first_token",
    "s",
    "Time to generate first token for successful responses.",
    _GEN_AI,
    (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
)

INSTRUMENTS = (
    REQUESTS,
    REQUEST_DURATION,
    REJECTIONS,
    ATTEMPTS,
    ATTEMPT_DURATION,
    POLICY_WAIT,
    GATEWAY_LATENCY,
    TOKEN_USAGE,
    TIME_TO_FIRST_TOKEN,
)


class Bounded:
    """The values of one label: the first MAX_LABEL_VALUES that come, and "other"."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, value: str) -> str:
        value = value[: MAX_LABEL_LENGTH + 1]
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= MAX_LABEL_VALUES:
                return OTHER
            known = self._known[value] = printable(value, MAX_LABEL_LENGTH)
        return known


class Measurements:
    """Measures calls. It remembers the values that the labels have had, so one object has to measure all calls."""

    def __init__(self) -> None:
        self._subscription, self._status = Bounded(), Bounded()
        self._backend, self._attempt_status = Bounded(), Bounded()
        self._model = Bounded()

    def of(self, call: Call) -> Iterator[Measurement]:
        """The measurements of a call that is over."""
        yield from self._request(call)
        yield from self._attempts(call)
        yield from self._generation(call)

    def _request(self, call: Call) -> Iterator[Measurement]:
        context = call.context
        api = context.api.id if context.api else ""
        operation = context.operation.id if context.operation else ""
        status = self._status(str(call.status or ""))
        yield REQUESTS, 1, (api, operation, self._subscription(call.key), call.outcome, status)
        if call.total is not None:
            yield REQUEST_DURATION, call.total, (api, operation, call.outcome)
        if call.outcome == "refused":
            yield REJECTIONS, 1, (api, call.by)
        if (latency := call.own_latency) is not None:
            yield GATEWAY_LATENCY, latency, (api,)
        for attempt in context.attempts:
            if attempt.waited:
                yield POLICY_WAIT, attempt.waited, (api,)

    def _attempts(self, call: Call) -> Iterator[Measurement]:
        for attempt in call.context.attempts:
            backend = self._backend(attempt.backend)
            yield ATTEMPTS, 1, (backend, self._attempt_status(attempt.outcome or "gone"))
            if attempt.took is not None:
                yield ATTEMPT_DURATION, attempt.took, (backend,)

    def _generation(self, call: Call) -> Iterator[Measurement]:
        """Count a model only if it has answered: names that a client makes up must not use up the label's values."""
        tokens, seconds = tuple(tokens_of(call)), time_to_first_token(call)
        if not tokens and seconds is None:
            return
        labels = (operation_of(call) or OTHER, PROVIDER, self._model(model_of(call)))
        for kind, count in tokens:
            yield TOKEN_USAGE, count, (*labels, kind)
        if seconds is not None:
            yield TIME_TO_FIRST_TOKEN, seconds, labels


def time_to_first_token(call: Call) -> float | None:
    """Seconds from the last attempt to the first piece of the body; None unless it is a stream that went well."""
    attempts = call.context.attempts
    if call.first_token is None or not attempts or (call.status or 0) >= 400:
        return None
    return max(0.0, call.first_token - attempts[-1].at)
