"""Admission to one deployment, on a frozen clock."""

from typing import Any

import pytest

from mockbackends.admission import Ask, DeploymentState
from mockbackends.clock import SECOND, Clock
from mockbackends.settings import Deployment

PROVISIONED = {"tpm": 1, "provisioned": True}
HIGH_DEMAND = "The system is currently experiencing high demand"
SHORT = "Rate limit is exceeded."
OLD = "Requests to the ChatCompletions_Create Operation"


def throttle(dialect: str | None = None) -> tuple[dict[str, Any], ...]:
    return ({"fault": "throttle", "dialect": dialect},)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, SHORT),
        ({"dialect": "high-demand"}, HIGH_DEMAND),
        ({"faults": throttle()}, SHORT),
        ({"faults": throttle("old")}, OLD),
        ({"faults": throttle("high-demand")}, HIGH_DEMAND),
        ({"faults": throttle("old"), "dialect": "high-demand"}, OLD),
    ],
)
def test_a_provisioned_deployment_says_429_in_the_dialect_that_was_set(settings: dict[str, Any], message: str) -> None:
    deployment = Deployment.model_validate({"name": "ptu", "limits": PROVISIONED, **settings})
    state = DeploymentState(deployment, Clock(frozen=True))
    ask = Ask("ptu", "ChatCompletions_Create", "2024-10-21", 0 if "faults" in settings else 1000)
    refusals = [state.admit(ask, "east").refusal for _ in range(2)]

    assert refusals[1] is not None
    assert refusals[1].error["message"].startswith(message)


def state(**settings: Any) -> DeploymentState:
    return DeploymentState(Deployment.model_validate({"name": "gpt-4o", **settings}), Clock(frozen=True))


def outcomes(state: DeploymentState, calls: int) -> list[tuple[bool, str, int]]:
    """Return for each call whether it was refused, its fault, and its wait."""
    ask = Ask("gpt-4o", "ChatCompletions_Create", "2024-10-21", 1)
    admissions = [state.admit(ask, "east") for _ in range(calls)]
    return [(it.refusal is not None, it.fault.fault if it.fault else "", it.wait) for it in admissions]


def test_an_admission_carries_the_wait_of_its_refusal() -> None:
    assert outcomes(state(limits={"rpm": 6}), 2) == [(False, "", 0), (True, "", 10 * SECOND)]
    assert outcomes(state(faults=[{"fault": "throttle", "retry_after": 7}]), 1) == [(True, "throttle", 7 * SECOND)]


def test_the_limits_go_by_the_time_now_and_only_the_pace_by_the_arrival() -> None:
    limited = state(limits={"rpm": 6}, latency={"first_token_ms": 5000})
    ask = Ask("gpt-4o", "ChatCompletions_Create", "2024-10-21", arrived=-5 * SECOND)
    admitted, refused = (limited.admit(ask, "east") for _ in range(2))
    admitted.pace.before_the_answer()  # else it would wait for ever: the clock is frozen

    assert (admitted.wait, refused.wait) == (0, 10 * SECOND)


def test_a_call_that_the_limits_refuse_has_no_turn_of_a_fault() -> None:
    limited = state(limits={"rpm": 6}, faults=[{"fault": "error", "first": 2}])
    met = outcomes(limited, 2)
    limited.settings = limited.settings.model_copy(update={"limits": Deployment(name="other").limits})

    assert met == [(False, "error", 0), (True, "", 10 * SECOND)]
    assert outcomes(limited, 2) == [(False, "error", 0), (False, "", 0)]


def test_new_settings_keep_the_turns_until_they_start_over() -> None:
    failing = state(faults=[{"fault": "error", "first": 2}])
    fine = Deployment(name="gpt-4o")
    faulty = failing.settings
    met = outcomes(failing, 1)
    for settings in (fine, faulty):
        failing.settings = settings
        met += outcomes(failing, 2)
    failing.start_faults_over()

    assert [fault for _, fault, _ in met] == ["error", "", "", "error", ""]
    assert [fault for _, fault, _ in outcomes(failing, 3)] == ["error", "error", ""]
