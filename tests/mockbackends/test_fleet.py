"""A fleet as its callers see it, on a frozen clock."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError
from werkzeug.test import TestResponse

from mockbackends import Backend, Clock, Deployment, Fault, Fleet, Latency, Limits
from mockbackends.admission import Ask
from mockbackends.app import create_app
from mockbackends.clock import SECOND
from mockbackends.fleet import UnknownError
from mockbackends.scenario import Scenario
from mockbackends.settings import Change

HELLO: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello"}]}  # 5 characters: 2 tokens
MOMENT = 1e-9  # seconds


def fleet(*deployments: Deployment, **settings: Any) -> Fleet:
    return Fleet([Backend("east", deployments=deployments, **settings), Backend("west")], Clock(frozen=True))


def client(fleet: Fleet) -> FlaskClient:
    return create_app(fleet.states["east"].backend, fleet).test_client()


def post(client: FlaskClient, deployment: str = "gpt-4o", **body: Any) -> TestResponse:
    return client.post(f"/openai/deployments/{deployment}/chat/completions?api-version=2024-10-21", json=HELLO | body)


def deployment(name: str = "gpt-4o", **settings: Any) -> Deployment:
    return Deployment.model_validate({"name": name} | settings)


def change(**settings: Any) -> Change:
    return Change.model_validate(settings)


def test_each_deployment_has_limits_of_its_own() -> None:
    east = client(fleet(deployment(limits={"rpm": 6}), deployment("mini")))

    assert [post(east).status_code, post(east).status_code, post(east, "mini").status_code] == [200, 429, 200]


def test_a_deployment_that_is_not_declared_is_not_found() -> None:
    response = post(client(fleet(deployment())), "other")

    assert response.status_code == 404
    assert response.json == {
        "error": {
            "code": "DeploymentNotFound",
            "message": "The API deployment for this resource does not exist. If you created the deployment within "
            "the last 5 minutes, please wait a moment and try again.",
        }
    }


def test_tokens_are_charged_when_a_call_arrives() -> None:
    east = client(fleet(deployment(limits={"tpm": 1000})))

    first, second = post(east, max_tokens=500), post(east, max_tokens=500)

    assert first.headers["x-ratelimit-limit-tokens"] == "1000"
    assert first.headers["x-ratelimit-remaining-tokens"] == "498"
    assert first.headers["x-ratelimit-reset-tokens"] == "60"
    assert (second.status_code, second.headers["Retry-After"]) == (429, "60")
    assert "exceeded token rate limit" in second.text


@pytest.mark.parametrize(("early", "status"), [(MOMENT, 429), (0, 200)])
@pytest.mark.parametrize("limits", [{"rpm": 6}, {"tpm": 502}, {"rpm": 6, "tpm": 502}, {"rpm": 1, "window": 1}])
def test_a_call_at_exactly_retry_after_is_admitted_and_none_before(
    limits: dict[str, Any], early: float, status: int
) -> None:
    served = fleet(deployment(limits=limits))
    east = client(served)
    post(east, max_tokens=500)
    wait = int(post(east, max_tokens=500).headers["Retry-After"])
    served.clock.advance(wait - early)

    assert post(east, max_tokens=500).status_code == status


def test_a_provisioned_deployment_tells_its_utilization() -> None:
    east = client(fleet(deployment(limits={"tpm": 1000, "provisioned": True})))
    admitted, _, refused = (post(east, max_tokens=598) for _ in range(3))

    assert admitted.headers["azure-openai-deployment-utilization"] == "60.0%"
    assert refused.status_code == 429
    assert refused.headers["azure-openai-deployment-utilization"] == "120.0%"
    assert (refused.headers["retry-after"], refused.headers["retry-after-ms"]) == ("13", "12001")


def test_what_a_provisioned_deployment_refuses_spills_over() -> None:
    ptu = deployment("ptu", limits={"tpm": 1000, "provisioned": True, "spillover": "paygo"})
    east = client(fleet(ptu, deployment("paygo", limits={"rpm": 6})))
    statuses = [post(east, "ptu", max_tokens=998).status_code, post(east, "ptu").status_code]

    third = post(east, "ptu")

    assert statuses == [200, 200]
    assert third.status_code == 429  # of both
    assert third.headers["x-ms-spillover-from-deployment"] == "ptu"
    assert third.headers["x-ms-spillover-error"] == "429"
    assert third.headers["x-ms-deployment-name"] == "paygo"


@pytest.mark.parametrize(
    ("dialect", "headers"),
    [
        ("old", {"Retry-After": "7", "retry-after-ms": "7000", "x-ratelimit-remaining-requests": None}),
        ("short", {"Retry-After": None, "retry-after-ms": None}),
        ("minus-one", {"x-ratelimit-limit-requests": "-1", "x-ratelimit-reset-requests": "0", "Retry-After": None}),
        ("day", {"Retry-After": "86400"}),
    ],
)
def test_a_throttle_on_purpose_has_the_dialect_that_was_asked_for(dialect: str, headers: dict[str, str | None]) -> None:
    east = client(fleet(deployment(faults=[{"fault": "throttle", "dialect": dialect, "retry_after": 7}])))

    response = post(east)

    assert response.status_code == 429
    assert {name: response.headers.get(name) for name in headers} == headers


def test_the_429s_of_the_limits_have_the_deployments_dialect() -> None:
    east = client(fleet(deployment(limits={"rpm": 6}, dialect="new"), region="East US 2"))
    post(east)

    assert "Your requests to gpt-4o for gpt-4o in East US 2 have exceeded the call rate limit" in post(east).text


@pytest.mark.parametrize(("fault", "status"), [("error", 500), ("unavailable", 503)])
def test_the_first_calls_fail_and_then_all_is_fine(fault: str, status: int) -> None:
    east = client(fleet(deployment(faults=[{"fault": fault, "first": 2}])))

    assert [post(east).status_code for _ in range(4)] == [status, status, 200, 200]


@pytest.mark.parametrize(("fault", "status"), [("timeout", 408), ("slow", 200)])
def test_a_fault_that_delays(monkeypatch: pytest.MonkeyPatch, fault: str, status: int) -> None:
    waited: list[int] = []
    monkeypatch.setattr("mockbackends.clock.Clock.sleep_until", lambda _clock, moment: waited.append(moment))
    east = client(fleet(deployment(faults=[{"fault": fault, "seconds": 30}])))

    assert post(east).status_code == status
    assert waited[0] == 30 * SECOND


def test_the_same_seed_gives_the_same_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[list[int]] = []
    monkeypatch.setattr("mockbackends.clock.Clock.sleep_until", lambda _clock, moment: waited[-1].append(moment))
    for _ in range(2):
        waited.append([])
        east = client(fleet(deployment(latency={"first_token_ms": 100, "jitter": 0.2, "seed": 3})))
        post(east)
        post(east)

    assert waited[0] == waited[1]
    assert waited[0][0] != waited[0][1]
    assert all(0.08 * SECOND <= moment <= 0.12 * SECOND for moment in waited[0])


@pytest.mark.parametrize(
    ("moment", "status"), [(0, 200), (20 - MOMENT, 200), (20, 429), (50 - MOMENT, 429), (50, 200), (90, 200)]
)
def test_a_scenario_holds_from_its_moment_to_its_end(moment: float, status: int) -> None:
    served = fleet(deployment())
    served.clock.advance(5)
    event = {"at": 20, "for": 30, "backend": "east", "change": {"faults": [{"fault": "throttle"}]}}
    served.load(Scenario.model_validate({"events": [event]}))
    served.clock.advance(moment)

    assert post(client(served)).status_code == status


def test_of_two_events_at_once_the_later_one_wins() -> None:
    served = fleet(deployment(limits={"rpm": 6}))
    events = [
        {"at": 0, "change": {"limits": {"rpm": 60}, "latency": {"token_ms": 1}}},
        {"at": 0, "deployment": "gpt-4o", "change": {"limits": {"rpm": 600}}},
    ]
    served.load(Scenario.model_validate({"events": events}))
    during = served.states["east"].deployments["gpt-4o"].settings
    served.end_scenario()

    assert during == deployment(limits={"rpm": 600}, latency={"token_ms": 1})
    assert served.states["east"].deployments["gpt-4o"].settings == deployment(limits={"rpm": 6})


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"backend": "south"}, "there is no backend 'south': the fleet has east, west"),
        ({"backend": "east", "deployment": "o1"}, "there is no deployment 'o1': there is gpt-4o"),
        ({"deployment": "o1"}, "there is no deployment 'o1': there is any, gpt-4o"),
    ],
)
def test_a_scenario_of_another_fleet_is_refused(event: dict[str, Any], message: str) -> None:
    served = fleet(deployment())
    scenario = Scenario.model_validate({"events": [{"at": 0, "change": {}} | event]})

    with pytest.raises(UnknownError, match=message):
        served.load(scenario)
    assert served.scenario is None


def test_a_scenario_that_will_not_fit_at_some_time_is_refused_at_once() -> None:
    served = fleet(deployment())
    events = [
        {"at": 10, "for": 20, "backend": "east", "change": {"limits": {"provisioned": True, "tpm": 1000}}},
        {"at": 20, "for": 20, "backend": "east", "change": {"limits": {"rpm": 60}}},
    ]

    with pytest.raises(ValidationError, match="a provisioned deployment has a tpm and no rpm"):
        served.load(Scenario.model_validate({"events": events}))
    assert served.scenario is None


def test_a_change_that_will_not_fit_the_scenario_is_refused_at_once() -> None:
    served = fleet(deployment())
    event = {"at": 10, "backend": "east", "change": {"limits": {"provisioned": True, "tpm": 1000}}}
    served.load(Scenario.model_validate({"events": [event]}))

    with pytest.raises(ValidationError, match="a provisioned deployment has a tpm and no rpm"):
        served.change("east", "gpt-4o", change(limits={"rpm": 6}))
    served.clock.advance(10)
    assert post(client(served)).status_code == 200


def test_a_change_changes_the_fields_that_it_names() -> None:
    served = fleet(deployment(limits={"rpm": 6, "tpm": 100}))

    changed = served.change("east", "gpt-4o", change(limits={"rpm": 60}, dialect="new"))

    assert changed == deployment(limits={"rpm": 60, "tpm": 100}, dialect="new")
    assert served.change("east", "gpt-4o", change(limits={"rpm": None})).limits == Limits(tpm=100)


def test_a_change_that_does_not_fit_changes_nothing() -> None:
    served = fleet(deployment(limits={"rpm": 6}))

    with pytest.raises(ValidationError, match="a provisioned deployment has a tpm and no rpm"):
        served.change("east", "gpt-4o", change(limits={"provisioned": True}))
    assert served.states["east"].deployments["gpt-4o"].settings.limits == Limits(rpm=6)


def test_a_reset_forgets_changes_counts_and_the_scenario() -> None:
    served = fleet(deployment(limits={"rpm": 6}))
    east = client(served)
    post(east)
    served.change("east", "gpt-4o", change(faults=[{"fault": "error"}]))
    served.reset()

    assert [post(east).status_code, post(east).status_code] == [200, 429]


def test_a_reset_empties_the_journal() -> None:
    served = fleet(deployment())
    served.journal.begin(backend="east", method="POST", path="/", retry_after=60.0)
    served.reset()

    assert list(served.journal) == []


def test_which_backends_had_room_is_known() -> None:
    served = fleet(deployment())
    ask = Ask("gpt-4o", "ChatCompletions_Create", "2024-10-21", 2)
    before = served.room_elsewhere("east", ask)
    served.change("west", "any", change(faults=[{"fault": "error"}]))

    assert (before, served.room_elsewhere("east", ask)) == (("west",), ())


def test_the_shorthand_of_a_backend_is_one_deployment_for_every_name() -> None:
    backend = Backend("east", rpm=6, window=1, latency_ms=5, token_ms=2, fault="cut")

    assert backend.any_deployment() == Deployment(
        name="any",
        limits=Limits(rpm=6, window=1),
        latency=Latency(first_token_ms=5, token_ms=2),
        faults=(Fault(fault="cut"),),
    )
