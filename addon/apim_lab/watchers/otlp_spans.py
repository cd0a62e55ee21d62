"""Traces calls with OpenTelemetry's SDK: a server span for a call, a client span for each attempt.

Names are those of the conventions: https://opentelemetry.io/docs/specs/semconv/http/http-spans/ and gen-ai/.
"""

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from apim_lab.policy.context import UNNAMED, Attempt
from apim_lab.printable import printable
from apim_lab.tracing.call import Call
from apim_lab.watchers.gen_ai import PROVIDER, model_of, operation_of, tokens_of

MAX_TEXT_LENGTH = 300
"""Characters of a text that a client or a backend chose."""

METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"})

type Attributes = dict[str, str | int]


class Spans:
    """Makes the spans of a call when it is over; a thread of the SDK sends them."""

    def __init__(self, resource: Resource, endpoint: str) -> None:
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint or None)))
        self._tracer = self._provider.get_tracer("apim-lab")
        self._propagator = TraceContextTextMapPropagator()

    def ended(self, call: Call) -> None:
        """Trace the call, as a part of the client's own trace if the client sent a traceparent."""
        sent = {name.lower(): value for name, value in call.sent}
        parent = self._propagator.extract(sent, Context())
        span = self._tracer.start_span(
            name_of(call), parent, SpanKind.SERVER, call_attributes(call), start_time=moment(call, 0.0)
        )
        if span.is_recording():
            for attempt in call.context.attempts:
                self._attempt(call, attempt, set_span_in_context(span, Context()))
            if call.outcome == "failed" or (call.status or 0) >= 500:
                fail(span, error_of(call))
        span.end(moment(call, call.total or 0.0))

    def close(self) -> None:
        """Send the rest. Blocks until the collector has it or the SDK gives up."""
        self._provider.shutdown()

    def _attempt(self, call: Call, attempt: Attempt, parent: Context) -> None:
        span = self._tracer.start_span(
            attempt_name(call),
            parent,
            SpanKind.CLIENT,
            attempt_attributes(call, attempt),
            start_time=moment(call, attempt.at),
        )
        if not attempt.outcome.isdecimal() or int(attempt.outcome) >= 400:
            fail(span, attempt.outcome or "gone")
        ended = attempt.at + attempt.took if attempt.took is not None else call.total or attempt.at
        span.end(moment(call, ended))


# ---- the call ------------------------------------------------------------------------------------------------


def name_of(call: Call) -> str:
    """Method and route: "POST /openai/deployments/{deployment-id}/chat/completions"."""
    return f"{span_name(method_of(call))} {route_of(call)}".rstrip()


def method_of(call: Call) -> str:
    """`http.request.method`: the method if the conventions know it, else "_OTHER"."""
    method = call.method
    return method if method in METHODS else "_OTHER"


def span_name(method: str) -> str:
    """The method in the name of a span."""
    return "HTTP" if method == "_OTHER" else method


def route_of(call: Call) -> str:
    """`http.route`: the template of the operation behind the API's prefix; "" if there is none."""
    api, operation = call.context.api, call.context.operation
    if api is None or operation is None:
        return ""
    prefix = f"/{api.path}" if api.path else ""
    return prefix + operation.url_template.partition("?")[0]


def call_attributes(call: Call) -> Attributes:
    """The attributes of a call: no query, no header, no body."""
    context, url = call.context, call.context.request.original_url
    known: Attributes = {
        "http.request.method": method_of(call),
        "http.route": route_of(call),
        "url.scheme": url.scheme,
        "url.path": printable(call.path, MAX_TEXT_LENGTH),
        "apim.call.id": call.id,
        "apim.outcome": call.outcome,
        "apim.element": call.by,
        "apim.subscription": call.key,
        "apim.api": context.api.id if context.api else "",
        "apim.operation": context.operation.id if context.operation else "",
        "http.response.status_code": call.status or 0,
    }
    return {name: value for name, value in known.items() if value}


def error_of(call: Call) -> str:
    """`error.type`: why the gateway failed, else the status."""
    error = call.context.error
    return error.reason if error and error.reason else str(call.status or "gone")


# ---- its attempts --------------------------------------------------------------------------------------------


def attempt_name(call: Call) -> str:
    """Operation and model, "chat gpt-4o"; the method if the conventions do not know the operation."""
    if operation := operation_of(call):
        return f"{operation} {printable(model_of(call), MAX_TEXT_LENGTH)}".rstrip()
    return span_name(method_of(call))


def attempt_attributes(call: Call, attempt: Attempt) -> Attributes:
    """The attributes of an attempt; the last one has the answer's tokens, too."""
    known: Attributes = {
        "http.request.method": method_of(call),
        "apim.backend": printable(attempt.backend, MAX_TEXT_LENGTH),
        **server_attributes(call, attempt),
        **gen_ai_attributes(call),
    }
    if attempt.outcome.isdecimal():
        known["http.response.status_code"] = int(attempt.outcome)
    if attempt is call.context.attempts[-1]:
        known |= {f"gen_ai.usage.{kind}_tokens": count for kind, count in tokens_of(call)}
    if attempt is not call.context.attempts[0]:
        known["http.request.resend_count"] = sum(it.at < attempt.at for it in call.context.attempts)
    return known


def gen_ai_attributes(call: Call) -> Attributes:
    """Operation, provider and model; nothing if the conventions do not know the operation."""
    operation, model = operation_of(call), model_of(call)
    known: Attributes = {"gen_ai.operation.name": operation, "gen_ai.provider.name": PROVIDER}
    if model:
        known["gen_ai.request.model"] = printable(model, MAX_TEXT_LENGTH)
    return known if operation else {}


def server_attributes(call: Call, attempt: Attempt) -> Attributes:
    """Host and port of the backend; one without an id is named by them, if they may be told."""
    if attempt.backend == UNNAMED:
        return {}
    if backend := call.context.backends.get(attempt.backend):
        return {"server.address": backend.url.host, "server.port": backend.url.port}
    host, colon, port = attempt.backend.rpartition(":")
    if colon and port.isascii() and port.isdecimal():
        return {"server.address": printable(host.strip("[]"), MAX_TEXT_LENGTH), "server.port": int(port[:5])}
    return {"server.address": printable(attempt.backend.strip("[]"), MAX_TEXT_LENGTH)}


def fail(span: Span, error: str) -> None:
    """Mark the span as failed."""
    span.set_attribute("error.type", printable(error, MAX_TEXT_LENGTH))
    span.set_status(StatusCode.ERROR)


def moment(call: Call, seconds: float) -> int:
    """The moment `seconds` after the call arrived, in nanoseconds since the epoch, exact to about a microsecond."""
    return round(call.at * 1e6) * 1000 + round(seconds * 1e9)
