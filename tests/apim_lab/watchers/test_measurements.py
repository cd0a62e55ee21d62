import pytest

from apim_lab.tracing.usage import Usage
from apim_lab.watchers.measurements import (
    ATTEMPT_DURATION,
    ATTEMPTS,
    GATEWAY_LATENCY,
    INSTRUMENTS,
    POLICY_WAIT,
    REJECTIONS,
    REQUEST_DURATION,
    REQUESTS,
    TIME_TO_FIRST_TOKEN,
    TOKEN_USAGE,
    Bounded,
    Measurements,
)

GEN_AI = ("chat", "azure.ai.openai", "gpt-4o")


def measured(call) -> list[tuple]:
    return [(it, value if isinstance(value, int) else pytest.approx(value), labels) for it, value, labels in Measurements().of(call)]  # fmt: skip


def test_a_failover_counts_as_one_request_and_two_attempts(failed_over):
    assert measured(failed_over) == [
        (REQUESTS, 1, ("azure-openai", "ChatCompletions_Create", "3f9a1c", "answered", "200")),
        (REQUEST_DURATION, 10.125, ("azure-openai", "ChatCompletions_Create", "answered")),
        # 10.05 - 0.0125 - 0.034 - 10.0
        (GATEWAY_LATENCY, 0.0035, ("azure-openai",)),
        (POLICY_WAIT, 10.0, ("azure-openai",)),
        (ATTEMPTS, 1, ("openAiBackend1", "429")),
        (ATTEMPT_DURATION, 0.0125, ("openAiBackend1",)),
        (ATTEMPTS, 1, ("openAiBackend2", "200")),
        (ATTEMPT_DURATION, 0.034, ("openAiBackend2",)),
    ]


def test_a_refused_call_counts_as_a_rejection(refused):
    assert measured(refused) == [
        (REQUESTS, 1, ("azure-openai", "ChatCompletions_Create", "3f9a1c", "refused", "429")),
        (REQUEST_DURATION, 0.0005, ("azure-openai", "ChatCompletions_Create", "refused")),
        (REJECTIONS, 1, ("azure-openai", "rate-limit-by-key")),
        (GATEWAY_LATENCY, 0.0004, ("azure-openai",)),
    ]


def test_a_call_whose_client_left_has_no_status(gone):
    assert measured(gone) == [
        (REQUESTS, 1, ("azure-openai", "ChatCompletions_Create", "3f9a1c", "gone", "")),
        (REQUEST_DURATION, 3.21, ("azure-openai", "ChatCompletions_Create", "gone")),
        (ATTEMPTS, 1, ("openAiBackend2", "gone")),
    ]


def test_a_failure_is_no_rejection(failed):
    instruments = [instrument for instrument, _, _ in measured(failed)]

    assert REJECTIONS not in instruments


def test_a_call_of_no_api_is_counted(make_call):
    call = make_call(api=None, operation=None, key="", status=404, outcome="refused", by="configuration", first_byte=None, total=None)  # fmt: skip

    assert measured(call) == [(REQUESTS, 1, ("", "", "", "refused", "404")), (REJECTIONS, 1, ("", "configuration"))]


def test_tokens_are_measured_by_type(make_call, make_attempt):
    call = make_call(make_attempt(), usage=Usage(9, 12))

    assert measured(call)[-2:] == [(TOKEN_USAGE, 9, (*GEN_AI, "input")), (TOKEN_USAGE, 12, (*GEN_AI, "output"))]


def test_an_operation_without_a_name_is_other(make_call):
    call = make_call(usage=Usage(9, 12), path="/openai/v1/images/generations")

    assert measured(call)[-1] == (TOKEN_USAGE, 12, ("other", "azure.ai.openai", "", "output"))


def test_the_first_token_is_timed_from_the_last_attempt(make_call, make_attempt):
    attempts = make_attempt(outcome="429"), make_attempt(at=10.0, waited=9.5)
    call = make_call(*attempts, is_stream=True, first_token=10.25)

    assert measured(call)[-1] == (TIME_TO_FIRST_TOKEN, 0.25, GEN_AI)


@pytest.mark.parametrize("fields", [{"first_token": None}, {"first_token": 0.3, "status": 500}])
def test_no_first_token_of_what_went_wrong_is_timed(make_call, make_attempt, fields):
    assert TIME_TO_FIRST_TOKEN not in [it for it, _, _ in measured(make_call(make_attempt(), **fields))]


def test_no_first_token_of_an_answer_of_the_policys_own_is_timed(make_call):
    assert TIME_TO_FIRST_TOKEN not in [it for it, _, _ in measured(make_call(first_token=0.3))]


def test_every_measurement_has_the_labels_of_its_instrument(make_call, make_attempt, refused):
    call = make_call(make_attempt(waited=1), usage=Usage(1, 2), first_token=0.5)
    seen = [*Measurements().of(call), *Measurements().of(refused)]

    assert {instrument for instrument, _, _ in seen} == set(INSTRUMENTS)
    assert all(len(labels) == len(instrument.labels) for instrument, _, labels in seen)


# ---- what a client can choose --------------------------------------------------------------------------------


def test_after_a_hundred_values_come_others():
    bounded = Bounded()
    values = [bounded(f"key{number}") for number in range(100)]

    assert values == [f"key{number}" for number in range(100)]
    assert bounded("key100") == "other"
    assert bounded("key99") == "key99"


def test_a_value_is_short_and_printable():
    bounded = Bounded()

    assert bounded("x" * 100) == "x" * 100
    assert bounded("x" * 100_000) == "x" * 99 + "…"
    assert bounded('\x1b\n\udcff"') == '\\x1b\\n\\udcff"'


@pytest.mark.parametrize(
    ("instrument", "label", "fields"),
    [
        (REQUESTS, 2, lambda number: {"key": f"{number:06}"}),
        (REQUESTS, 4, lambda number: {"status": 100 + number}),
        (TOKEN_USAGE, 2, lambda number: {"path": f"/deployments/m{number}/embeddings", "usage": Usage(1, 0)}),
    ],
)
def test_labels_of_calls_are_bounded(make_call, instrument, label, fields):
    measurements = Measurements()
    calls = [make_call(**fields(number)) for number in range(300)]
    values = {labels[label] for call in calls for it, _, labels in measurements.of(call) if it is instrument}

    assert len(values) == 101
    assert "other" in values


def test_labels_of_attempts_are_bounded(make_call, make_attempt):
    measurements = Measurements()
    calls = [make_call(make_attempt(f"host{number}:80", str(100 + number))) for number in range(300)]
    seen = [labels for call in calls for it, _, labels in measurements.of(call) if it is ATTEMPTS]

    assert len({backend for backend, _ in seen}) == 101
    assert len({status for _, status in seen}) == 101


def test_a_model_without_an_answer_takes_no_place(make_call):
    measurements = Measurements()
    for number in range(300):
        invented = {
            "path": f"/deployments/invented{number}/embeddings",
            "status": 404,
            "first_token": number % 2 or None,
        }
        list(measurements.of(make_call(**invented)))

    *_, (_, _, labels) = measurements.of(make_call(usage=Usage(1, 2)))
    assert labels == (*GEN_AI, "output")
