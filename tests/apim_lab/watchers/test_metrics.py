import pytest
from prometheus_client.parser import text_string_to_metric_families

from apim_lab.tracing.usage import Usage
from apim_lab.watchers.metrics import Metrics


def samples(metrics: Metrics) -> dict[str, float]:
    """Value by name and labels, without the process's own."""
    content, _ = metrics.exposition()
    families = text_string_to_metric_families(content.decode())
    return {
        f"{sample.name}{tuple(sorted(sample.labels.items()))}" if sample.labels else sample.name: sample.value
        for family in families
        for sample in family.samples
    }


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return samples(metrics)[f"{name}{tuple(sorted(labels.items()))}"]


REQUEST = {"api": "azure-openai", "operation": "ChatCompletions_Create", "subscription": "3f9a1c"}
GEN_AI = {
    "gen_ai_operation_name": "chat",
    "gen_ai_provider_name": "azure.ai.openai",
    "gen_ai_request_model": "gpt-4o",
}


@pytest.fixture
def metrics(answered, failed_over, refused, gone) -> Metrics:
    metrics = Metrics()
    for call in (answered, failed_over, refused, gone):
        metrics.ended(call)
    return metrics


def test_requests_are_counted(metrics):
    assert value(metrics, "apim_requests_total", **REQUEST, outcome="answered", status="200") == 2
    assert value(metrics, "apim_requests_total", **REQUEST, outcome="refused", status="429") == 1
    assert value(metrics, "apim_requests_total", **REQUEST, outcome="gone", status="") == 1


def test_rejections_are_counted(metrics):
    assert value(metrics, "apim_rejections_total", api="azure-openai", element="rate-limit-by-key") == 1


def test_attempts_are_counted(metrics):
    assert value(metrics, "apim_attempts_total", backend="openAiBackend1", status="200") == 1
    assert value(metrics, "apim_attempts_total", backend="openAiBackend1", status="429") == 1
    assert value(metrics, "apim_attempts_total", backend="openAiBackend2", status="200") == 1
    assert value(metrics, "apim_attempts_total", backend="openAiBackend2", status="gone") == 1


def test_durations_are_seconds_in_buckets(metrics):
    assert value(metrics, "apim_policy_wait_seconds_sum", api="azure-openai") == 10
    assert value(metrics, "apim_policy_wait_seconds_bucket", api="azure-openai", le="5.0") == 0
    assert value(metrics, "apim_policy_wait_seconds_bucket", api="azure-openai", le="10.0") == 1
    # 2.5, 3.5 and 0.4 ms
    assert value(metrics, "apim_gateway_latency_seconds_bucket", api="azure-openai", le="0.0005") == 1
    assert value(metrics, "apim_gateway_latency_seconds_bucket", api="azure-openai", le="0.005") == 3
    assert value(metrics, "apim_attempt_duration_seconds_count", backend="openAiBackend1") == 2
    assert value(metrics, "apim_attempt_duration_seconds_sum", backend="openAiBackend2") == 0.034


def test_tokens_have_the_names_of_the_conventions(make_call, make_attempt):
    metrics = Metrics()
    metrics.ended(make_call(make_attempt(), usage=Usage(9, 300), first_token=0.425))

    usage = "gen_ai_client_token_usage"
    assert value(metrics, f"{usage}_sum", **GEN_AI, gen_ai_token_type="input") == 9
    assert value(metrics, f"{usage}_sum", **GEN_AI, gen_ai_token_type="output") == 300
    assert value(metrics, f"{usage}_bucket", **GEN_AI, gen_ai_token_type="output", le="256.0") == 0
    assert value(metrics, f"{usage}_bucket", **GEN_AI, gen_ai_token_type="output", le="1024.0") == 1
    assert value(metrics, f"{usage}_bucket", **GEN_AI, gen_ai_token_type="output", le="6.7108864e+07") == 1
    assert value(metrics, "gen_ai_server_time_to_first_token_seconds_sum", **GEN_AI) == 0.425


def test_impossible_tokens_are_survived(make_call):
    metrics = Metrics()
    metrics.ended(make_call(usage=Usage(10**4000, 0)))

    assert value(metrics, "gen_ai_client_token_usage_sum", **GEN_AI, gen_ai_token_type="input") == 2.0**53


@pytest.mark.parametrize("model", ['"\\', "%22}%200%0Ainjected_total%201", "\udcff", "%FF%0A", "{}", ","])
def test_hostile_labels_do_not_break_the_exposition(make_call, make_attempt, model):
    metrics = Metrics()
    hostile = make_attempt(f"host{model}\n# TYPE", outcome="200")
    metrics.ended(make_call(hostile, path=f"/deployments/{model}/embeddings", usage=Usage(1, 0)))

    assert not any(name.startswith("injected") for name in samples(metrics))


def test_it_tells_of_the_process_and_nothing_twice():
    content, content_type = Metrics().exposition()
    text = content.decode()

    assert content_type.startswith("text/plain; version=")
    assert "\nprocess_resident_memory_bytes " in text
    assert '\npython_gc_collections_total{generation="0"} ' in text
    assert "_created" not in text


def test_each_has_a_registry_of_its_own(answered):
    counting, other = Metrics(), Metrics()
    counting.ended(answered)

    assert b"apim_requests_total{" in counting.exposition()[0]
    assert b"apim_requests_total{" not in other.exposition()[0]


def test_memory_is_bounded(make_call, make_attempt):
    metrics = Metrics()
    for number in range(1000):
        backend = make_attempt(f"host{number}:80")
        path = f"/deployments/model{number}/embeddings"
        metrics.ended(make_call(backend, key=f"{number:06}", path=path, usage=Usage(1, 1), first_token=1.0))
    content = metrics.exposition()[0].decode()

    assert content.count("apim_requests_total{") == 101
    assert content.count("apim_attempts_total{") == 101
    assert content.count("gen_ai_client_token_usage_count{") == 202
    assert content.count("gen_ai_server_time_to_first_token_seconds_count{") == 101
