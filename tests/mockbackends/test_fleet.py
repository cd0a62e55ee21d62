"""A fleet as its callers see it, on a frozen clock."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError
from werkzeug.test import TestResponse

from mockbackends import Backend, Clock, Deployment, Fault, Fleet, Latency, Limits
from mockbackends.admission import Ask
from mockbackends.app import create_app
from mockbackends.clock import SECOND
from mockbackends.control import create_control
from mockbackends.fleet import UnknownError
from mockbackends.scenario import Scenario, Timeline
from mockbackends.settings import Change

HELLO: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello"}]}  # 5 characters: 2 tokens
MOMENT = 1e-9  # seconds
ONCE = {"fault": "error", "first": 1}


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


def scenario(*events: dict[str, Any]) -> Scenario:
    return Scenario.model_validate({"events": events})


def settings(fleet: Fleet, deployment: str = "gpt-4o") -> Deployment:
    return fleet.states["east"].deployments[deployment].settings


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


def test_a_huge_limit_of_tokens_leaves_a_provisioned_deployment_alone() -> None:
    served = fleet(deployment(limits={"tpm": 1000, "provisioned": True}))
    east = client(served)

    statuses = [post(east, max_tokens=most).status_code for most in (10**400, 2**31 - 1, 1)]
    shown = create_control(served).test_client().get("/fleet")

    assert statuses == [400, 200, 429]
    assert shown.status_code == 200


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


def two_that_refuse(told: float) -> Fleet:
    """A fleet whose ptu refuses for 12 s and a nanosecond, and spills over to one that refuses for `told` seconds."""
    ptu = deployment("ptu", limits={"tpm": 1000, "provisioned": True, "spillover": "paygo"})
    served = fleet(ptu, deployment("paygo", faults=[{"fault": "throttle", "retry_after": told}]))
    for _ in range(2):
        post(client(served), "ptu", max_tokens=598)
    return served


@pytest.mark.parametrize(
    ("told", "retry_after_ms", "message", "utilization"),
    [
        (10, "10000", "Requests to the ChatCompletions_Create Operation", None),
        (12, "12000", "Requests to the ChatCompletions_Create Operation", None),
        (12 + MOMENT, "12001", "Requests to the ChatCompletions_Create Operation", None),
        (12 + 2 * MOMENT, "12001", "Rate limit is exceeded. Try again in 13 seconds.", "120.0%"),
        (60, "12001", "Rate limit is exceeded. Try again in 13 seconds.", "120.0%"),
    ],
)
def test_of_two_that_refuse_the_shorter_wait_is_told(
    told: float, retry_after_ms: str, message: str, utilization: str | None
) -> None:
    response = post(client(two_that_refuse(told)), "ptu")

    assert (response.status_code, response.headers["retry-after-ms"]) == (429, retry_after_ms)
    assert response.json is not None
    assert response.json["error"]["message"].startswith(message)
    assert response.headers.get("azure-openai-deployment-utilization") == utilization
    assert response.headers["x-ms-spillover-from-deployment"] == "ptu"


@pytest.mark.parametrize(("waited", "status"), [(12, 429), (12 + MOMENT, 200), (12 + 2 * MOMENT, 200)])
def test_after_the_shorter_wait_the_call_is_admitted(waited: float, status: int) -> None:
    served = two_that_refuse(60)
    served.clock.advance(waited)

    assert post(client(served), "ptu").status_code == status


PTU = {"tpm": 1000, "provisioned": True, "rpm": None}


def test_a_scenario_that_spills_over_to_what_is_not_there_is_refused() -> None:
    served = fleet(deployment("a", faults=[{"fault": "error", "first": 2}]), deployment("b"))
    running = scenario({"at": 0, "backend": "east", "change": {"dialect": "new"}})
    served.load(running)
    statuses = [post(client(served), "a").status_code]
    events = [
        {"at": 1, "backend": "east", "deployment": "a", "change": {"limits": PTU | {"spillover": "b"}}},
        {"at": 2, "backend": "east", "deployment": "b", "change": {"limits": PTU | {"spillover": "x"}}},
    ]
    answer = create_control(served).test_client().put("/scenario", json={"events": events})
    statuses += [post(client(served), "a").status_code for _ in range(2)]

    message = "body: events.1.change.limits.spillover: there is no deployment 'x': there is a, b"
    assert (answer.status_code, answer.json) == (409, {"error": {"message": message}})
    assert served.scenario is running
    assert settings(served, "a").dialect == "new"
    assert statuses == [500, 500, 200]


def test_an_event_for_every_backend_spills_over_on_each_of_them() -> None:
    served = fleet(deployment("a", limits=PTU), deployment("b", limits=PTU))
    event = {"at": 1, "change": {"limits": PTU | {"spillover": "a"}}}

    with pytest.raises(ValidationError, match="there is no deployment 'a': there is any"):
        served.load(scenario(event))


def test_a_change_that_spills_over_to_what_is_not_there_is_refused() -> None:
    served = fleet(deployment("a"), deployment("b"))

    with pytest.raises(ValidationError, match="there is no deployment 'x': there is a, b") as caught:
        served.change("east", "a", change(limits=PTU | {"spillover": "x"}))
    assert caught.value.errors()[0]["loc"] == ("limits", "spillover")
    assert settings(served, "a") == deployment("a")
    assert served.change("east", "a", change(limits=PTU | {"spillover": "b"})).limits.spillover == "b"


def test_a_fleet_that_spills_over_to_what_is_not_there_is_refused() -> None:
    with pytest.raises(ValidationError, match="there is no deployment 'x': there is a, b") as caught:
        fleet(deployment("a"), deployment("b", limits=PTU | {"spillover": "x"}))
    assert caught.value.errors()[0]["loc"] == ("deployments", 1, "limits", "spillover")


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


def statuses_at(served: Fleet, *moments: float) -> list[int]:
    """The status of a call at each of those moments, in seconds on the frozen clock."""
    statuses = []
    for moment in moments:
        served.clock.advance(moment - served.clock.seconds())
        statuses.append(post(client(served)).status_code)
    return statuses


def test_faults_that_an_event_interrupts_go_on_with_their_turns() -> None:
    served = fleet(deployment(faults=[{"fault": "error", "first": 2}]))
    served.load(scenario({"at": 10, "for": 10, "change": {"faults": [{"fault": "unavailable", "first": 2}]}}))

    assert statuses_at(served, 10 - MOMENT, 10, 20 - MOMENT, 20, 20, 20) == [500, 503, 503, 500, 200, 200]


def test_two_events_with_the_same_faults_share_their_turns() -> None:
    faults = {"faults": [{"fault": "error", "first": 3}]}
    served = fleet(deployment())
    served.load(scenario({"at": 10, "for": 10, "change": faults}, {"at": 30, "for": 10, "change": faults}))

    assert statuses_at(served, 10, 20 - MOMENT, 20, 30 - MOMENT, 30, 30) == [500, 500, 200, 200, 500, 200]


@pytest.mark.parametrize(
    ("act", "statuses"),
    [
        pytest.param(lambda it: it.change("east", "gpt-4o", change(faults=[ONCE])), [500, 200], id="the same faults"),
        pytest.param(lambda it: it.change("east", "gpt-4o", change(dialect="new")), [200, 200], id="other settings"),
        pytest.param(lambda it: it.change("west", "any", change(faults=[ONCE])), [200, 200], id="another's faults"),
        pytest.param(lambda it: it.load(scenario({"at": 99, "change": {}})), [500, 200], id="a new scenario"),
        pytest.param(lambda it: it.end_scenario(), [200, 200], id="the scenario is left"),
        pytest.param(lambda it: it.reset(), [500, 200], id="a reset"),
    ],
)
def test_turns_start_over_when_faults_are_set_anew(act: Callable[[Fleet], object], statuses: list[int]) -> None:
    served = fleet(deployment(faults=[ONCE]))
    served.load(scenario({"at": 0, "for": 10, "change": {"faults": []}}))
    before = statuses_at(served, 10, 10)
    act(served)

    assert before == [500, 200]
    assert [post(client(served)).status_code for _ in range(2)] == statuses


def test_events_at_one_moment_have_to_fit_only_together() -> None:
    served = fleet(deployment(limits={"rpm": 6}))
    events = [
        {"at": 10, "for": 10, "backend": "east", "change": {"limits": {"provisioned": True, "tpm": 1000}}},
        {"at": 10, "for": 10, "backend": "east", "change": {"limits": {"rpm": None}}},
    ]
    served.load(scenario(*events))
    seen = []
    for seconds in (10 - MOMENT, MOMENT, 10 - MOMENT, MOMENT):
        served.clock.advance(seconds)
        served.keep_time()
        seen.append(settings(served).limits)

    provisioned = Limits(tpm=1000, provisioned=True)
    assert seen == [Limits(rpm=6), provisioned, provisioned, Limits(rpm=6)]


def test_an_event_leaves_what_it_has_no_value_for_to_the_earlier_ones() -> None:
    served = fleet(deployment())
    nothing = {"limits": None, "latency": None, "dialect": None, "faults": None}
    served.load(
        scenario(
            {"at": 0, "change": {"limits": {"rpm": 6}, "dialect": "new", "faults": [ONCE]}},
            {"at": 0, "change": nothing},
        )
    )

    assert settings(served) == deployment(limits={"rpm": 6}, dialect="new", faults=[ONCE])


def test_a_scenario_is_checked_in_proportion_to_its_events(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = 0
    apply = Change.apply

    def counted(self: Change, deployment: Deployment) -> Deployment:
        nonlocal applied
        applied += 1
        return apply(self, deployment)

    monkeypatch.setattr(Change, "apply", counted)
    events = [{"at": at, "backend": "east", "change": {"limits": {"rpm": at}}} for at in range(1, 1001)]
    served = fleet(deployment())
    served.load(scenario(*events))
    served.clock.advance(1000)
    served.keep_time()

    assert settings(served).limits == Limits(rpm=1000)
    assert applied == 1002  # the start and each event, and the deployment of the other backend


@pytest.mark.parametrize(("seconds", "brought"), [(20 - MOMENT, 0), (20, 1), (20 + MOMENT, 1)])
def test_settings_are_brought_to_the_moment_only_when_an_event_begins_or_ends(
    monkeypatch: pytest.MonkeyPatch, seconds: float, brought: int
) -> None:
    served = fleet(deployment())
    served.load(scenario({"at": 20, "change": {"dialect": "new"}}))
    moments: list[int] = []

    def at(_timeline: Timeline, moment: int) -> Deployment:
        moments.append(moment)
        return deployment()

    monkeypatch.setattr(Timeline, "at", at)
    served.clock.advance(seconds)
    for _ in range(3):
        served.keep_time()

    assert len(moments) == 2 * brought  # deployments


def test_a_scenario_has_at_most_1000_events() -> None:
    events: list[dict[str, Any]] = [{"at": 0, "change": {}}] * 1000

    assert len(scenario(*events).events) == 1000
    with pytest.raises(ValidationError, match="at most 1000 items"):
        scenario(*events, events[0])


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


@pytest.mark.parametrize(
    ("backends", "message"),
    [
        ([Backend("east"), Backend("west"), Backend("east")], "each backend needs a name of its own: east, west, east"),
        (
            [Backend("east", deployments=(deployment(), deployment()))],
            "each deployment needs a name of its own: gpt-4o, gpt-4o",
        ),
    ],
)
def test_a_name_that_is_there_twice_is_refused(backends: list[Backend], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Fleet(backends)


def test_a_reset_forgets_the_responses_that_were_kept() -> None:
    served = fleet(deployment())
    made = client(served).post("/v1/responses", json={"model": "gpt-4o", "input": "Hello"}).json
    assert made is not None
    east, west = served.states.values()
    found = [state.store.find(made["id"]) is not None for state in (east, west)]
    served.reset()

    assert (found, east.store.find(made["id"])) == ([True, False], None)


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
