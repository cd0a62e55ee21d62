import pytest

from apim_lab.watchers.way import way


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("answered", "openAiBackend1 200"),
        ("failed_over", "openAiBackend1 429 → openAiBackend2 200 after 10 s"),
        ("refused", "refused by rate-limit-by-key"),
        ("failed", "openAiBackend3 BackendConnectionFailure · failed in forward-request"),
        ("gone", "openAiBackend2 … · client left"),
    ],
)
def test_the_way_of_a_call_is_told(request, name, told):
    assert way(request.getfixturevalue(name)) == told


def test_a_policy_may_answer_by_itself(make_call):
    assert way(make_call()) == "answered by the gateway"


def test_a_refusal_of_the_configuration_says_what_it_refuses(make_call):
    assert way(make_call(outcome="refused", by="configuration", refused="foreign Host")) == "refused: foreign Host"


def test_a_stream_may_break_off(make_call, make_attempt):
    assert way(make_call(make_attempt(), outcome="gone")) == "openAiBackend1 200 · broken off"


def test_a_failure_without_an_element_is_the_gateways(make_call):
    assert way(make_call(outcome="failed")) == "failed in the gateway"
