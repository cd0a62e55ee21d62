import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from apim_lab.errors import BackendConnectionFailure
from apim_lab.messages import Url
from apim_lab.policy.backends import Backend
from apim_lab.tracing.usage import Usage
from apim_lab.watchers import otlp
from apim_lab.watchers.otlp import Complaints, Otlp

TEN_O_CLOCK = 1_767_261_600_000_000_000
SERVER, CLIENT, ERROR = 2, 3, 2


@dataclass
class Collector:
    """What an OpenTelemetry collector has got: bodies by path, and their headers."""

    url: str = ""
    status: int = 200
    bodies: dict[str, list[bytes]] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)

    def resources(self) -> Iterator[dict]:
        for body in self.bodies["/v1/traces"]:
            for spans in ExportTraceServiceRequest.FromString(body).resource_spans:
                yield plain(spans.resource.attributes)

    def spans(self) -> list:
        """In the order of their beginning."""
        found = [
            span
            for body in self.bodies["/v1/traces"]
            for spans in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in spans.scope_spans
            for span in scope.spans
        ]
        return sorted(found, key=lambda span: (span.start_time_unix_nano, span.kind))

    def metrics(self) -> dict:
        return {
            metric.name: metric
            for body in self.bodies["/v1/metrics"]
            for metrics in ExportMetricsServiceRequest.FromString(body).resource_metrics
            for scope in metrics.scope_metrics
            for metric in scope.metrics
        }


def plain(attributes: list[KeyValue]) -> dict[str, object]:
    return {it.key: value(it.value) for it in attributes}


def value(it: AnyValue) -> object:
    return getattr(it, it.WhichOneof("value"))


@pytest.fixture
def collector():
    got = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.bodies.setdefault(self.path, []).append(body)
            got.headers.append(dict(self.headers))
            self.send_response(got.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        got.url = f"http://127.0.0.1:{server.server_port}"
        yield got
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Nothing of the machine's own, and complaints as after a start."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(otlp._complaints, "_silent_until", 0.0)
    yield
    logging.getLogger("opentelemetry").removeHandler(otlp._complaints)
    logging.getLogger("opentelemetry").propagate = True


def exported(collector: Collector, *calls) -> list:
    """The spans of the calls."""
    watcher = Otlp(collector.url)
    for call in calls:
        watcher.ended(call)
    watcher.close()
    return collector.spans()


# ---- traces --------------------------------------------------------------------------------------------------


def test_a_call_is_a_span_with_a_child_for_each_attempt(collector, failed_over):
    failed_over.find_usage = lambda: Usage(9, 12)
    failed_over.context.backends = {
        "openAiBackend2": Backend("openAiBackend2", Url.parse("https://west.example/openai"))
    }

    server, first, second = exported(collector, failed_over)

    assert (server.name, server.kind) == ("POST /openai/deployments/{deployment-id}/chat/completions", SERVER)
    assert (server.start_time_unix_nano, server.end_time_unix_nano) == (TEN_O_CLOCK, TEN_O_CLOCK + 10_125_000_000)
    assert server.parent_span_id == b""
    assert server.status.code == 0
    assert plain(server.attributes) == {
        "http.request.method": "POST",
        "http.route": "/openai/deployments/{deployment-id}/chat/completions",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "url.path": "/openai/deployments/gpt-4o/chat/completions",
        "apim.call.id": failed_over.id,
        "apim.outcome": "answered",
        "apim.subscription": "3f9a1c",
        "apim.api": "azure-openai",
        "apim.operation": "ChatCompletions_Create",
    }
    assert {(it.name, it.kind, it.parent_span_id, it.trace_id) for it in (first, second)} == {
        ("chat gpt-4o", CLIENT, server.span_id, server.trace_id)
    }
    gen_ai = {
        "http.request.method": "POST",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "azure.ai.openai",
        "gen_ai.request.model": "gpt-4o",
    }
    # Times of floats: to a microsecond
    assert first.start_time_unix_nano == TEN_O_CLOCK
    assert first.end_time_unix_nano == pytest.approx(TEN_O_CLOCK + 12_500_000, abs=1000)
    assert first.status.code == ERROR
    assert plain(first.attributes) == gen_ai | {
        "apim.backend": "openAiBackend1",
        "server.address": "openAiBackend1",
        "http.response.status_code": 429,
        "error.type": "429",
    }
    assert second.start_time_unix_nano == pytest.approx(TEN_O_CLOCK + 10_015_000_000, abs=1000)
    assert second.end_time_unix_nano == pytest.approx(TEN_O_CLOCK + 10_049_000_000, abs=1000)
    assert second.status.code == 0
    assert plain(second.attributes) == gen_ai | {
        "apim.backend": "openAiBackend2",
        "server.address": "west.example",
        "server.port": 443,
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
        "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 12,
    }


def test_a_refused_call_is_one_span_and_no_error_of_the_server(collector, refused):
    [span] = exported(collector, refused)

    assert span.status.code == 0
    assert plain(span.attributes)["apim.element"] == "rate-limit-by-key"
    assert plain(span.attributes)["http.response.status_code"] == 429


def test_a_failed_call_is_an_error(collector, failed):
    failed.context.error = BackendConnectionFailure("refused")

    server, attempt = exported(collector, failed)

    assert (server.status.code, plain(server.attributes)["error.type"]) == (ERROR, "BackendConnectionFailure")
    assert (attempt.status.code, plain(attempt.attributes)["error.type"]) == (ERROR, "BackendConnectionFailure")
    assert "http.response.status_code" not in plain(attempt.attributes)


def test_a_backends_500_is_an_error(collector, make_call, make_attempt):
    server, attempt = exported(collector, make_call(make_attempt(outcome="500"), status=500))

    assert plain(server.attributes)["error.type"] == plain(attempt.attributes)["error.type"] == "500"


def test_an_attempt_under_way_ends_when_the_client_leaves(collector, gone):
    server, attempt = exported(collector, gone)

    assert attempt.end_time_unix_nano == server.end_time_unix_nano == TEN_O_CLOCK + 3_210_000_000
    assert plain(server.attributes)["apim.outcome"] == "gone"
    assert "http.response.status_code" not in plain(server.attributes)
    assert plain(attempt.attributes)["error.type"] == "gone"


def test_the_clients_trace_goes_on(collector, make_call):
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    [span] = exported(collector, make_call(sent=(("Traceparent", parent),)))

    assert span.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert span.parent_span_id.hex() == "b7ad6b7169203331"


def test_what_the_client_does_not_sample_is_not_traced(collector, make_call, make_attempt):
    unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
    watcher = Otlp(collector.url)
    watcher.ended(make_call(make_attempt(), sent=(("traceparent", unsampled),)))
    watcher.close()

    assert "/v1/traces" not in collector.bodies


@pytest.mark.parametrize("header", ["", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "\udcff", "x" * 100_000])
def test_a_hostile_traceparent_begins_a_trace(collector, make_call, header):
    [span] = exported(collector, make_call(sent=(("traceparent", header), ("tracestate", "\udcff=\x00,,"))))

    assert span.parent_span_id == b""


def test_hostile_texts_are_sent_harmlessly(collector, make_call, make_attempt):
    path = "/deployments/\udcff\x1b%FF/chat/completions"
    hostile = make_attempt("\udcff\x1b:99999", outcome="\udcff")
    call = make_call(hostile, path=path, usage=Usage(10**4000, 1), method="\udcff", operation=None)

    server, attempt = exported(collector, call)

    assert server.name == "HTTP"
    assert plain(server.attributes)["http.request.method"] == "_OTHER"
    assert plain(server.attributes)["url.path"] == "/deployments/\\udcff\\x1b%FF/chat/completions"
    assert attempt.name == "chat \\udcff\\x1b\N{REPLACEMENT CHARACTER}"
    assert plain(attempt.attributes)["server.address"] == "\\udcff\\x1b"
    assert plain(attempt.attributes)["server.port"] == 99999
    assert plain(attempt.attributes)["error.type"] == "\\udcff"
    assert plain(attempt.attributes)["gen_ai.usage.input_tokens"] == 2**53


def test_a_long_path_is_cut(collector, make_call):
    [span] = exported(collector, make_call(path="/" + "x" * 100_000))

    assert plain(span.attributes)["url.path"] == "/" + "x" * 298 + "…"


@pytest.mark.parametrize(
    ("backend", "server"),
    [
        ("west.example", {"server.address": "west.example"}),
        ("west.example:8080", {"server.address": "west.example", "server.port": 8080}),
        ("[::1]:8080", {"server.address": "::1", "server.port": 8080}),
        ("[::1]", {"server.address": "::1"}),
        ("another host", {}),
    ],
)
def test_a_backend_without_an_id_is_told_by_its_address(collector, make_call, make_attempt, backend, server):
    _, span = exported(collector, make_call(make_attempt(backend)))

    assert {name: it for name, it in plain(span.attributes).items() if name.startswith("server.")} == server


@pytest.mark.parametrize(("method", "name"), [("GET", "GET"), ("\x1b", "HTTP")])
def test_other_operations_are_named_after_the_method(collector, make_call, make_attempt, method, name):
    server, attempt = exported(collector, make_call(make_attempt(), path="/models", method=method, api=None))

    assert server.name == attempt.name == name
    assert "gen_ai.provider.name" not in plain(attempt.attributes)


# ---- metrics -------------------------------------------------------------------------------------------------


def test_the_same_is_measured_as_for_prometheus(collector, make_call, make_attempt, failed_over, refused):
    watcher = Otlp(collector.url)
    streamed = make_call(make_attempt(), usage=Usage(9, 12), first_token=0.425)
    for call in (failed_over, refused, streamed):
        watcher.ended(call)
    watcher.close()
    metrics = collector.metrics()

    assert set(metrics) == {
        "apim.requests",
        "apim.request.duration",
        "apim.rejections",
        "apim.attempts",
        "apim.attempt.duration",
        "apim.policy.wait",
        "apim.gateway.latency",
        "gen_ai.client.token.usage",
        "gen_ai.server.time_to_first_token",
    }
    counts = {
        tuple(sorted(plain(it.attributes).items())): value_of(it) for it in metrics["apim.attempts"].sum.data_points
    }
    assert counts == {
        (("backend", "openAiBackend1"), ("status", "429")): 1,
        (("backend", "openAiBackend2"), ("status", "200")): 1,
        (("backend", "openAiBackend1"), ("status", "200")): 1,
    }
    [wait] = metrics["apim.policy.wait"].histogram.data_points
    assert (metrics["apim.policy.wait"].unit, wait.count, wait.sum) == ("s", 1, 10.0)
    usage = {
        plain(it.attributes)["gen_ai.token.type"]: it
        for it in metrics["gen_ai.client.token.usage"].histogram.data_points
    }
    assert (usage["input"].sum, usage["output"].sum) == (9, 12)
    assert list(usage["input"].explicit_bounds) == [4.0**power for power in range(14)]
    assert plain(usage["input"].attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "azure.ai.openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.token.type": "input",
    }
    assert metrics["gen_ai.client.token.usage"].unit == "{token}"


def value_of(point) -> float:
    return getattr(point, point.WhichOneof("value"))


# ---- where it goes -------------------------------------------------------------------------------------------


def test_the_environment_says_where_and_who(collector, monkeypatch, answered):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-team=lab")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "my-gateway")
    watcher = Otlp()
    watcher.ended(answered)
    watcher.close()

    assert {it["service.name"] for it in collector.resources()} == {"my-gateway"}
    assert set(collector.bodies) == {"/v1/traces", "/v1/metrics"}
    assert {headers["x-team"] for headers in collector.headers} == {"lab"}


def test_the_argument_wins_over_the_environment(collector, monkeypatch, answered):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9/traces")
    collector.url += "/"
    exported(collector, answered)

    assert {it["service.name"] for it in collector.resources()} == {"apim-lab"}


def test_the_sdk_can_be_disabled(collector, monkeypatch, failed_over):
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    watcher = Otlp(collector.url)
    watcher.ended(failed_over)
    watcher.close()

    assert collector.bodies == {}


@pytest.mark.parametrize("endpoint", ["localhost:4318", "grpc://localhost:4317", "http://", "http://[::1", "collector"])
def test_an_endpoint_that_is_none_is_refused(endpoint):
    with pytest.raises(ValueError, match="URL"):
        Otlp(endpoint)


def test_a_setting_that_the_sdk_refuses_is_told(monkeypatch):
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100000")

    with pytest.raises(ValueError, match="max_export_batch_size"):
        Otlp()


def test_without_the_sdk_the_command_to_install_it_is_told(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("apim_lab.watchers.otlp_")]:
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(f"apim_lab.watchers.{name.rpartition('.')[2]}", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.metrics", None)

    with pytest.raises(ValueError, match=r"pip install 'apim-lab\[otlp\]'"):
        Otlp()


# ---- a collector that is down --------------------------------------------------------------------------------


def test_a_collector_that_is_down_is_logged_once(caplog, monkeypatch, failed_over):
    monkeypatch.setattr(otlp, "SHUTDOWN_TIMEOUT", 5.0)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    watcher = Otlp("http://127.0.0.1:9")
    began = time.perf_counter()
    for _ in range(100):
        watcher.ended(failed_over)
    assert time.perf_counter() - began < 1
    watcher.close()

    [record] = caplog.records
    assert (record.name, record.levelname) == ("apim", "WARNING")
    assert record.getMessage().startswith("OpenTelemetry: ")


def test_the_end_does_not_wait_long_for_a_collector(monkeypatch, collector, answered):
    monkeypatch.setattr(otlp, "SHUTDOWN_TIMEOUT", 0.1)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "2")
    collector.status = 503
    watcher = Otlp(collector.url)
    watcher.ended(answered)
    began = time.perf_counter()
    watcher.close()

    assert time.perf_counter() - began < 1


def test_calls_after_the_end_are_survived(collector, answered):
    watcher = Otlp(collector.url)
    watcher.close()

    watcher.ended(answered)


def test_one_complaint_a_minute(caplog, monkeypatch):
    complaints = Complaints()
    record = logging.LogRecord("opentelemetry.x", logging.ERROR, "", 0, "lost %s\ndetails", ("spans",), None)
    for now in (1000.0, 1000.1, 1059.9, 1060.0, 1060.1):
        monkeypatch.setattr(time, "monotonic", lambda now=now: now)
        complaints.handle(record)

    assert [record.getMessage() for record in caplog.records] == ["OpenTelemetry: lost spans"] * 2
