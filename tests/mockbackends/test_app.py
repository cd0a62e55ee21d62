import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from mockbackends.app import MAX_BODY, MAX_READ, create_app
from mockbackends.backend import Backend
from mockbackends.clock import MILLISECOND, Clock
from mockbackends.fleet import Fleet
from mockbackends.journal import Attempt
from mockbackends.recorder import ATTEMPT_KEY
from mockbackends.settings import Deployment, Limits

HELLO = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
AZURE = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
AZURE_V1 = "/openai/v1/chat/completions"
OPENAI_V1 = "/v1/chat/completions"
NOT_FOUND = {"error": {"code": "404", "message": "Resource not found"}}


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time("2026-11-23 10:00:00") as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        yield frozen


def client(**settings: Any) -> FlaskClient:
    return create_app(Backend("east", **settings)).test_client()


def events(text: str) -> list[str]:
    """Return the data of each event; each event has to be a data line and a blank line."""
    *parts, rest = text.split("\n\n")
    assert rest == ""
    assert all(part.startswith("data: ") for part in parts)
    return [part.removeprefix("data: ") for part in parts]


@pytest.mark.parametrize("path", [AZURE, AZURE_V1, OPENAI_V1])
def test_each_route_answers_and_names_the_backend(path: str) -> None:
    response = client().post(path, json=HELLO)

    assert response.status_code == 200
    assert response.json is not None
    assert response.json["choices"][0]["message"]["content"] == "This is east. You said: Hello"
    assert response.json["model"] == "gpt-4o"
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-ms-region"] == "east"
    assert "apim-request-id" in response.headers


@pytest.mark.parametrize(("path", "azure"), [(AZURE, True), (AZURE_V1, True), (OPENAI_V1, False)])
def test_the_routes_of_azure_report_their_content_filter(path: str, azure: bool) -> None:
    response = client().post(path, json=HELLO)

    assert ("prompt_filter_results" in response.text) is azure


FORM = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF\r\n'
    b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n--x--\r\n'
)
BODIES: dict[str, Any] = {
    "chat/completions": {"json": HELLO},
    "completions": {"json": {"model": "m", "prompt": "Hello"}},
    "embeddings": {"json": {"model": "m", "input": "Hello"}},
    "responses": {"json": {"model": "m", "input": "Hello"}},
    "audio/transcriptions": {"data": FORM, "content_type": "multipart/form-data; boundary=x"},
    "audio/translations": {"data": FORM, "content_type": "multipart/form-data; boundary=x"},
    "images/generations": {"json": {"model": "m", "prompt": "Hello"}},
    "models": {"method": "GET"},
    "models/m": {"method": "GET"},
}
WITHOUT_DEPLOYMENT = ("responses", "models", "models/m")


@pytest.mark.parametrize("path", BODIES)
def test_each_operation_has_its_three_urls(path: str) -> None:
    dated = f"/openai/{path}" if path in WITHOUT_DEPLOYMENT else f"/openai/deployments/m/{path}"

    urls = (f"{dated}?api-version=2024-10-21", f"/openai/v1/{path}", f"/v1/{path}")
    statuses = [client().open(url, **{"method": "POST"} | BODIES[path]).status_code for url in urls]

    assert statuses == [200, 200, 200]


@pytest.mark.parametrize("path", WITHOUT_DEPLOYMENT)
def test_an_operation_without_a_deployment_in_its_path_has_none_there(path: str) -> None:
    url = f"/openai/deployments/m/{path}?api-version=2024-10-21"

    assert client().open(url, **{"method": "POST"} | BODIES[path]).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (AZURE, 200),
        (AZURE.replace("gpt-4o", "gpt-5"), 404),
        (AZURE_V1, 200),
        (OPENAI_V1, 200),
    ],
)
def test_a_backend_with_deployments_has_no_others(path: str, status: int) -> None:
    east = client(deployments=(Deployment(name="gpt-4o"),))

    assert east.post(path, json=HELLO).status_code == status
    assert east.post(AZURE_V1, json=HELLO | {"model": "gpt-5"}).status_code == 404


def test_an_unknown_deployment_is_refused_in_the_words_of_azure() -> None:
    response = client(deployments=(Deployment(name="mine"),)).post(AZURE, json=HELLO)

    assert response.json == {
        "error": {
            "code": "DeploymentNotFound",
            "message": "The API deployment for this resource does not exist. If you created the deployment "
            "within the last 5 minutes, please wait a moment and try again.",
        }
    }


@pytest.mark.parametrize(("path", "status"), [(AZURE, 400), (AZURE_V1, 400), (OPENAI_V1, 200)])
def test_the_content_filter_of_azure_refuses_its_phrase(path: str, status: int) -> None:
    messages = [{"role": "user", "content": "Please Trigger the content filter."}]

    assert client().post(path, json={"model": "m", "messages": messages}).status_code == status


def test_a_filtered_prompt_is_refused_in_the_words_of_azure() -> None:
    messages = [{"role": "user", "content": "trigger the content filter"}]

    error = client().post(AZURE, json={"messages": messages}).json["error"]  # type: ignore[index]

    assert error.pop("message").startswith(
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
    )
    assert error == {
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": {
            "code": "ResponsibleAIPolicyViolation",
            "content_filter_result": {
                "hate": {"filtered": False, "severity": "safe"},
                "jailbreak": {"filtered": False, "detected": False},
                "self_harm": {"filtered": False, "severity": "safe"},
                "sexual": {"filtered": False, "severity": "safe"},
                "violence": {"filtered": True, "severity": "medium"},
            },
        },
    }


@pytest.mark.parametrize(("path", "status"), [("embeddings", 429), ("responses", 429), ("models", 200)])
def test_which_operations_the_limit_counts(clock: FrozenDateTimeFactory, path: str, status: int) -> None:
    east = client(rpm=6, window=10)
    east.post(AZURE, json=HELLO)

    assert east.open(f"/openai/v1/{path}", **{"method": "POST"} | BODIES[path]).status_code == status


@pytest.mark.parametrize("path", ["models/gpt-5", "responses/resp_1"])
def test_a_search_in_vain_is_not_counted(clock: FrozenDateTimeFactory, path: str) -> None:
    east = client(deployments=(Deployment(name="gpt-4o", limits=Limits(rpm=6, window=10)),))

    statuses = [east.get(f"/openai/v1/{path}", json={"model": "gpt-4o"}).status_code for _ in range(2)]

    assert [*statuses, east.post(AZURE, json=HELLO).status_code] == [404, 404, 200]


@pytest.mark.parametrize("prefix", ["/openai/{}?api-version=2025-04-01-preview", "/openai/v1/{}", "/v1/{}"])
def test_a_response_that_is_kept_is_fetched_and_deleted(prefix: str) -> None:
    east = client()
    made = east.post(prefix.format("responses"), json={"model": "m", "input": "Hello"}).json
    assert made is not None
    url = prefix.format(f"responses/{made['id']}")

    fetched, deleted, gone = east.get(url), east.delete(url), [east.get(url), east.delete(url)]

    assert (fetched.status_code, fetched.json) == (200, made)
    assert (deleted.status_code, deleted.json) == (200, {"id": made["id"], "object": "response", "deleted": True})
    assert [answer.status_code for answer in gone] == [404, 404]
    assert gone[0].json == {
        "error": {
            "message": f"Response with id '{made['id']}' not found.",
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        }
    }


def test_a_backend_keeps_its_own_responses_until_the_fleet_is_reset() -> None:
    fleet = Fleet([Backend("east"), Backend("west")])
    east, west = (create_app(state.backend, fleet).test_client() for state in fleet.states.values())
    made = east.post("/v1/responses", json={"model": "m", "input": "Hello"}).json
    assert made is not None
    url = f"/v1/responses/{made['id']}"

    statuses = [each.get(url).status_code for each in (east, west)]
    fleet.reset()

    assert [*statuses, east.get(url).status_code] == [200, 404, 404]


def test_a_refused_call_is_told_the_name_of_its_operation(clock: FrozenDateTimeFactory) -> None:
    east = client(rpm=6, window=10)
    url = "/openai/deployments/m/embeddings?api-version=2024-10-21"
    east.post(url, **BODIES["embeddings"])

    assert "Requests to the Embeddings_Create Operation under Azure" in east.post(url, **BODIES["embeddings"]).text


def test_the_deployment_in_the_path_goes_before_the_model_in_the_body() -> None:
    response = client().post(AZURE.replace("gpt-4o", "mine"), json=HELLO)

    assert response.json is not None
    assert response.json["model"] == "mine"


@pytest.mark.parametrize(("path", "chunks"), [(AZURE, 9), (AZURE_V1, 9), (OPENAI_V1, 8)])
def test_a_stream_is_events_that_end_with_done(path: str, chunks: int) -> None:
    response = client().post(path, json=HELLO | {"stream": True})

    *data, done = events(response.text)

    assert response.headers["content-type"].split(";")[0] == "text/event-stream"
    assert len([json.loads(chunk) for chunk in data]) == chunks
    assert done == "[DONE]"


def test_usage_is_streamed_when_the_stream_options_ask_for_it() -> None:
    body = HELLO | {"stream": True, "stream_options": {"include_usage": True}}

    *_, last, _ = events(client().post(AZURE, json=body).text)

    assert json.loads(last)["usage"]["total_tokens"] == 7


@pytest.mark.parametrize("query", ["", "?api-version=", "?api-version=1", "?api_version=2024-10-21"])
def test_the_dated_route_needs_an_api_version(query: str) -> None:
    response = client().post(AZURE.split("?", maxsplit=1)[0] + query, json=HELLO)

    assert (response.status_code, response.json) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", AZURE),
        ("POST", "/openai/deployments"),
        ("POST", AZURE.replace("/chat", "//chat")),
        ("PUT", OPENAI_V1),
    ],
)
def test_any_other_path_is_not_found(method: str, path: str) -> None:
    response = client().open(path, method=method)

    assert (response.status_code, response.json) == (404, NOT_FOUND)


@pytest.mark.parametrize("body", [b"", b"Hello", b"{}", b"[1]", b'{"messages": "Hello"}', b"\xff"])
@pytest.mark.parametrize("path", [AZURE, AZURE_V1, OPENAI_V1])
def test_a_bad_body_is_a_bad_request(path: str, body: bytes) -> None:
    response = client().post(path, data=body)

    assert response.status_code == 400
    assert response.json is not None
    assert set(response.json["error"]) == {"message", "type", "param", "code"}
    assert response.json["error"]["type"] == "invalid_request_error"


def test_the_largest_body_is_read_and_a_larger_one_refused() -> None:
    body = json.dumps(HELLO).encode()

    read = client().post(AZURE, data=body.ljust(MAX_BODY))
    refused = client().post(AZURE, data=body.ljust(MAX_BODY + 1))

    assert read.status_code == 200
    assert refused.status_code == 400
    assert refused.json == {
        "error": {
            "message": "The request body is larger than 16777216 bytes.",
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        }
    }


def test_a_body_that_is_too_large_needs_the_key_and_counts(clock: FrozenDateTimeFactory) -> None:
    east = client(rpm=6, window=10, key="k")
    data = b" " * (MAX_BODY + 1)

    keys = ({"api-key": "wrong"}, {"api-key": "k"}, {"api-key": "k"})
    statuses = [east.post(AZURE, data=data, headers=key).status_code for key in keys]

    assert statuses == [401, 400, 429]


def test_a_body_without_end_is_not_read_for_ever() -> None:
    response = client().post(AZURE, data=b" " * (MAX_READ + 1))

    assert response.status_code == 400
    assert response.headers["Connection"] == "close"


@pytest.mark.parametrize("path", [AZURE, AZURE_V1, OPENAI_V1])
def test_a_bad_body_that_is_throttled_is_written_down_like_a_good_one(path: str) -> None:
    deployments = (Deployment(name="gpt-4o", limits=Limits(rpm=6, window=10)),)
    fleet = Fleet([Backend("east", deployments=deployments), Backend("west")], Clock(frozen=True))
    east = create_app(fleet.states["east"].backend, fleet).test_client()
    east.post(path, json=HELLO)
    attempt = Attempt(0, 0, "east", "POST", path)

    response = east.post(path, json={"model": "gpt-4o"}, environ_overrides={ATTEMPT_KEY: attempt})

    assert response.status_code == 429
    assert (attempt.deployment, attempt.throttled, attempt.room_elsewhere) == ("gpt-4o", True, ("west",))


def test_a_bad_body_that_meets_the_fault_named_throttle_is_written_down() -> None:
    attempt = Attempt(0, 0, "east", "POST", AZURE)

    client(fault="throttle").post(AZURE, data=b"{}", environ_overrides={ATTEMPT_KEY: attempt})

    assert (attempt.deployment, attempt.fault, attempt.throttled) == ("gpt-4o", "throttle", True)


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"model": 1}', b'{"model": ["a"]}', b"[1]"])
def test_a_bad_body_that_names_no_deployment_belongs_to_any(body: bytes) -> None:
    attempt = Attempt(0, 0, "east", "POST", OPENAI_V1)

    client().post(OPENAI_V1, data=body, environ_overrides={ATTEMPT_KEY: attempt})

    assert attempt.deployment == "any"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"api-key": "secret"}, 200),
        ({"Authorization": "Bearer secret"}, 200),
        ({}, 401),
        ({"api-key": ""}, 401),
        ({"api-key": "wrong"}, 401),
        ({"api-key": "sécret"}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Basic secret"}, 401),
    ],
)
def test_a_backend_with_a_key_wants_to_see_it(headers: dict[str, str], status: int) -> None:
    assert client(key="secret").post(AZURE, json=HELLO, headers=headers).status_code == status


def test_a_wrong_key_is_refused_in_the_words_of_azure() -> None:
    response = client(key="secret").post(AZURE, json=HELLO)

    assert response.status == "401 PermissionDenied"
    assert response.json == {
        "error": {
            "code": "401",
            "message": "Access denied due to invalid subscription key or wrong API endpoint. Make sure to "
            "provide a valid key for an active subscription and use a correct regional API endpoint for your "
            "resource.",
        }
    }
    # BotSharp#386 has the length of Azure's body, too
    assert response.content_length == 224


def test_a_call_over_the_limit_is_refused_in_the_words_of_azure(clock: FrozenDateTimeFactory) -> None:
    east = client(rpm=6, window=10)
    east.post(AZURE, json=HELLO)
    clock.tick(timedelta(seconds=3.5))

    response = east.post(AZURE, json=HELLO)

    assert response.status_code == 429
    assert response.json == {
        "error": {
            "code": "429",
            "message": "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version "
            "2024-10-21 have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry "
            "after 7 seconds. Please contact Azure support service if you would like to further increase the "
            "default rate limit.",
        }
    }
    assert response.headers["Retry-After"] == "7"
    assert response.headers["retry-after-ms"] == "6500"
    assert response.headers["x-ratelimit-limit-requests"] == "1"
    assert response.headers["x-ratelimit-remaining-requests"] == "0"
    assert response.headers["x-ratelimit-reset-requests"] == "7"


@pytest.mark.parametrize(("early", "status"), [(0.001, 429), (0, 200)])
def test_a_call_after_the_time_of_retry_after_is_admitted(
    clock: FrozenDateTimeFactory, early: float, status: int
) -> None:
    east = client(rpm=6, window=10)
    east.post(AZURE, json=HELLO)
    wait = int(east.post(AZURE, json=HELLO).headers["Retry-After"])
    clock.tick(timedelta(seconds=wait - early))

    assert east.post(AZURE, json=HELLO).status_code == status


def test_the_remaining_calls_are_counted_down(clock: FrozenDateTimeFactory) -> None:
    east = client(rpm=18, window=10)

    responses = [east.post(AZURE, json=HELLO) for _ in range(3)]

    assert [response.headers["x-ratelimit-remaining-requests"] for response in responses] == ["2", "1", "0"]


def test_the_routes_share_one_limit(clock: FrozenDateTimeFactory) -> None:
    east = client(rpm=6, window=10)

    statuses = [east.post(path, json=HELLO).status_code for path in (OPENAI_V1, AZURE_V1, AZURE)]

    assert statuses == [200, 429, 429]


@pytest.mark.parametrize(
    ("path", "headers", "body", "counted"),
    [
        pytest.param(AZURE, {"api-key": "k"}, b"{}", True, id="bad body"),
        pytest.param(AZURE, {}, b"{}", False, id="no key"),
        pytest.param(AZURE.split("?", maxsplit=1)[0], {"api-key": "k"}, b"{}", False, id="no api-version"),
        pytest.param("/healthz", {}, b"", False, id="health"),
    ],
)
def test_which_calls_count_towards_the_limit(
    clock: FrozenDateTimeFactory, path: str, headers: dict[str, str], body: bytes, counted: bool
) -> None:
    east = client(rpm=6, window=10, key="k")
    east.post(path, headers=headers, data=body)

    response = east.post(AZURE, headers={"api-key": "k"}, json=HELLO)

    assert response.status_code == (429 if counted else 200)


def test_a_backend_without_a_limit_says_nothing_about_limits() -> None:
    assert "ratelimit" not in str(client().post(AZURE, json=HELLO).headers)


@pytest.mark.parametrize(
    ("body", "moments"),
    [
        pytest.param(HELLO, [250], id="whole: the latency"),
        pytest.param(HELLO | {"stream": True}, [250, 270, 290, 310, 330, 350, 370], id="stream: and each token"),
    ],
)
@pytest.mark.parametrize("path", [AZURE, OPENAI_V1])
def test_an_answer_takes_its_time(
    monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any], moments: list[int]
) -> None:
    waited: list[int] = []
    monkeypatch.setattr("mockbackends.clock.Clock.sleep_until", lambda _clock, moment: waited.append(moment))
    east = Backend("east", latency_ms=250, token_ms=20)

    create_app(east, Fleet([east], Clock(frozen=True))).test_client().post(path, json=body).get_data()

    assert waited == [moment * MILLISECOND for moment in moments]


def test_the_fault_named_error_is_a_500() -> None:
    response = client(fault="error").post(AZURE, json=HELLO)

    assert response.status_code == 500
    assert response.json is not None
    assert response.json["error"]["type"] == "server_error"


@pytest.mark.parametrize("settings", [{}, {"key": "k"}, {"fault": "error"}])
def test_healthz_names_the_backend(settings: dict[str, str]) -> None:
    response = client(**settings).get("/healthz")

    assert (response.status_code, response.json) == (200, {"name": "east"})


def test_an_error_of_the_mocks_own_is_a_500_in_the_form_of_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Fleet, "admit", lambda *_: 1 / 0)
    response = client().post(AZURE, json=HELLO)

    assert response.status_code == 500
    assert response.get_json()["error"]["code"] == "500"
