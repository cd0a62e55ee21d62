"""The form of a 429."""

from typing import Any

import pytest

from mockbackends.admission import Ask, DeploymentState
from mockbackends.clock import Clock
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
