"""The control over HTTP, and its client."""

import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockbackends import Backend, Deployment, Fleet, serve
from mockbackends.client import ControlClient, ControlError
from mockbackends.control import MAX_BODY, OPERATIONS, create_control, openapi

HELLO = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
SECRETS = ("sesame", "Hello")


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    east = Backend("east", key="sesame", deployments=(Deployment.model_validate({"name": "gpt-4o"}),))
    with serve([east, Backend("west")], control=0) as fleet:
        yield fleet


@pytest.fixture
def control(fleet: Fleet) -> ControlClient:
    return ControlClient(fleet.control_url)


def ask(url: str, key: str = "sesame") -> int:
    request = urllib.request.Request(
        f"{url}/v1/chat/completions", json.dumps(HELLO).encode(), {"Authorization": f"Bearer {key}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            response.read()
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def raw(url: str, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body or b"")))
    connection.endheaders(body)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_limits_are_changed_while_calls_go_on(fleet: Fleet, control: ControlClient) -> None:
    before = ask(fleet.urls["east"])
    control.change("east", "gpt-4o", limits={"rpm": 6})
    during = [ask(fleet.urls["east"]) for _ in range(2)]
    control.change("east", "gpt-4o", limits={"rpm": None})

    assert [before, *during, ask(fleet.urls["east"])] == [200, 200, 429, 200]


def test_a_minute_passes_at_once(fleet: Fleet, control: ControlClient) -> None:
    control.change("east", "gpt-4o", limits={"rpm": 1, "window": 60})
    statuses = [ask(fleet.urls["east"]) for _ in range(2)]
    now = control.advance(60)

    assert [*statuses, ask(fleet.urls["east"])] == [200, 429, 200]
    assert 60 <= now < 120


def test_who_waits_in_a_mock_has_waited_when_the_clock_jumps(fleet: Fleet, control: ControlClient) -> None:
    control.change("west", latency={"first_token_ms": 600_000})
    began = time.monotonic()
    waiting = threading.Thread(target=ask, args=(fleet.urls["west"],))
    waiting.start()
    while waiting.is_alive():
        control.advance(600)
        waiting.join(0.05)

    assert time.monotonic() - began < 10


def test_a_scenario_is_loaded_and_left(fleet: Fleet, control: ControlClient) -> None:
    control.load_scenario("events: [{at: 20, for: 30, backend: east, change: {faults: [{fault: error}]}}]")
    statuses = []
    for seconds in (0, 20, 30):
        control.advance(seconds)
        statuses.append(ask(fleet.urls["east"]))
    control.end_scenario()

    assert statuses == [200, 500, 200]
    assert control.fleet()["scenario"] is None


def test_the_journal_has_every_attempt_and_no_secret(fleet: Fleet, control: ControlClient) -> None:
    statuses = [ask(fleet.urls["east"]), ask(fleet.urls["east"], "wrong"), ask(fleet.urls["west"])]

    attempts = control.journal()

    assert [(attempt["backend"], attempt["status"], attempt["key"]) for attempt in attempts] == [
        ("east", 200, "right"),
        ("east", 401, "wrong"),
        ("west", 200, "right"),
    ]
    assert statuses == [200, 401, 200]
    assert len({attempt["body"] for attempt in attempts}) == 1
    assert not any(secret in json.dumps(attempts) for secret in SECRETS)
    assert [attempt["number"] for attempt in control.journal(since=2)] == [3]


def test_the_verdict_is_that_of_the_journal(fleet: Fleet, control: ControlClient) -> None:
    ask(fleet.urls["east"], "wrong")

    assert control.verdict()["complaints"] == ["wrong_key is 1, more than 0"]
    control.clear_journal()
    assert control.verdict()["calls"] == 0


def test_a_reset_brings_the_start_back(fleet: Fleet, control: ControlClient) -> None:
    start = control.deployment("east", "gpt-4o")
    control.change("east", "gpt-4o", dialect="new", faults=[{"fault": "reset"}])

    assert control.deployment("east", "gpt-4o") != start
    control.reset()
    assert control.deployment("east", "gpt-4o") == start


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"limits": {"rpm": "six"}}, "body:1:20: limits.rpm: Input should be a number, not '"),
        ({"limits": {"rmp": 6}}, "body:1:20: limits.rmp: there is no such setting; write one of rpm, window, tpm"),
        ({"limits": {"provisioned": True}}, "body: limits: a provisioned deployment has a tpm and no rpm"),
        ({"faults": [{"fault": "fire"}]}, "body:1:23: faults.0.fault: write one of unavailable, error, "),
        (
            {"latency": {"seed": 2**63}},
            "body:1:22: latency.seed: Input should be less than or equal to 9223372036854775807",
        ),
        (
            {"faults": [{"fault": "slow", "seed": -(2**63) - 1}]},
            "body:1:39: faults.0.seed: Input should be greater than or",
        ),
        ({"faults": [{"fault": "slow", "first": 10**4000}]}, "body:1:40: faults.0.first: Input should be less than or"),
        ({"latency": {"jitter": 2}}, "body:1:24: latency.jitter: Input should be less than or equal to 1, not 2"),
    ],
)
def test_bad_input_is_told_with_its_place_and_changes_nothing(
    control: ControlClient, settings: dict[str, Any], message: str
) -> None:
    before = control.fleet()["backends"]
    with pytest.raises(ControlError) as caught:
        control.change("east", "gpt-4o", **settings)

    assert caught.value.status == (409 if "provisioned" in str(settings) else 400)
    assert str(caught.value).startswith(message)
    assert control.fleet()["backends"] == before


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("events: [", "body:1:10: not YAML: "),
        ("!!bool x", "body: not YAML: "),
        ('!!int ""', "body: not YAML: "),
        ('!!float ""', "body: not YAML: "),
        ("events: []", "body:1:9: events: Tuple should have at least 1 item"),
        ("", "body: Input should be a valid dictionary"),
        ("a: &x [1]\nb: *x", "body:1:4: write it out: no aliases"),
        ("[" * 60_000, "body: write it with no more than 50 levels"),
        ("events: [{at: 1, change: {}, backend: south}]", "there is no backend 'south'"),
    ],
)
def test_a_bad_scenario_leaves_the_running_one_alone(control: ControlClient, body: str, message: str) -> None:
    control.load_scenario("{name: good, events: [{at: 1, change: {}}]}")
    with pytest.raises(ControlError, match="^" + message.replace("[", r"\[")):
        control.load_scenario(body)

    assert control.fleet()["scenario"]["name"] == "good"


@pytest.mark.parametrize("name", ["\U0001f600", "\x7f", "\x85", "a/b"])
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_the_texts_of_a_scenario_in_json_are_those_of_json(
    control: ControlClient, name: str, ensure_ascii: bool
) -> None:
    scenario = {"name": name, "events": [{"at": 1, "change": {}}]}
    control.load_scenario(json.dumps(scenario, ensure_ascii=ensure_ascii))

    assert control.fleet()["scenario"]["name"] == name


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"seconds": 1, "seconds": 2}', 'body:1:16: not YAML: found duplicate key "seconds"'),
        (
            "seconds: 0x1" + "0" * 4000,
            "body:1:10: seconds: Input should be a valid number, not a number of thousands of digits",
        ),
        ('{"seconds": NaN}', "body:1:13: seconds: Input should be a valid number, not 'NaN'"),
        ('{"seconds": "\x7f"}', "body: seconds: Input should be a valid number, not '\\x7f'"),
        ('{"seconds": 1, "\\ud83d": 1}', "body:1:1: Input should be a valid string"),
        ('{"more": ' + "[" * 60 + "]" * 60 + "}", "body: seconds: Field required"),
    ],
)
def test_a_mistake_in_json_is_told(fleet: Fleet, body: str, message: str) -> None:
    status, text = raw(fleet.control_url, "POST", "/clock/advance", {}, body.encode())

    assert (status, json.loads(text)["error"]["message"][: len(message)]) == (400, message)


@pytest.mark.parametrize("since", ["x", "-1", "1.5", "9" * 99, "%D9%A3"])
def test_a_bad_query_is_a_message(fleet: Fleet, since: str) -> None:
    status, text = raw(fleet.control_url, "GET", f"/journal?since={since}", {})

    assert (status, "since: write a number from 0 to 999999999, not " in text) == (400, True)


@pytest.mark.parametrize("limit", ["0", "10001", "", "all"])
def test_a_page_has_its_bounds(fleet: Fleet, limit: str) -> None:
    status, text = raw(fleet.control_url, "GET", f"/journal?limit={limit}", {})

    assert (status, "limit: write a number from 1 to 10000, not " in text) == (400, True)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [("", 1, 1000), ("?since=1000", 1001, 2000), ("?since=2400", 2401, 2500), ("?since=7&limit=2", 8, 9)],
)
def test_the_journal_comes_page_by_page(fleet: Fleet, query: str, first: int, last: int) -> None:
    write_down(fleet, 2500)

    _, text = raw(fleet.control_url, "GET", f"/journal{query}", {})

    page = json.loads(text)
    assert page["backends"] == ["east", "west"]
    assert [attempt["number"] for attempt in page["attempts"]] == list(range(first, last + 1))


@pytest.mark.parametrize("attempts", [0, 999, 1000, 2500])
def test_the_client_turns_the_pages(fleet: Fleet, control: ControlClient, attempts: int) -> None:
    write_down(fleet, attempts)

    assert [attempt["number"] for attempt in control.journal()] == list(range(1, attempts + 1))


def test_a_journal_that_was_full_tells_how_many_attempts_it_dropped(
    fleet: Fleet, control: ControlClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockbackends.journal.MAX_ATTEMPTS", 10)
    write_down(fleet, 13)

    assert control.fleet()["journal"] == {"attempts": 10, "dropped": 3}
    assert control.verdict()["dropped"] == 3
    control.reset()
    assert control.fleet()["journal"] == {"attempts": 0, "dropped": 0}


def write_down(fleet: Fleet, attempts: int) -> None:
    for _ in range(attempts):
        fleet.journal.begin(backend="east", method="POST", path="/")


def test_what_is_not_there_is_a_message(fleet: Fleet, control: ControlClient) -> None:
    with pytest.raises(ControlError, match="there is no backend 'south': the fleet has east, west") as caught:
        control.change("south", dialect="new")

    assert caught.value.status == 404
    assert raw(fleet.control_url, "GET", "/nothing", {})[0] == 404
    assert raw(fleet.control_url, "POST", "/fleet", {})[0] == 405


def test_a_method_that_is_not_allowed_is_told_which_are() -> None:
    response = create_control(Fleet([Backend("east")])).test_client().post("/journal")

    assert response.headers["Allow"] == "DELETE, GET, HEAD"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "localhost:5000"}, 200),
        ({"Host": "127.0.0.1:5000"}, 200),
        ({"Host": "[::1]:5000"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "["}, 403),
        ({"Host": "localhost:5000", "Origin": "http://localhost:5000"}, 200),
        ({"Host": "localhost:5000", "Origin": "http://localhost:5001"}, 403),
        ({"Host": "localhost:5000", "Origin": "https://evil.example"}, 403),
        ({"Host": "localhost:5000", "Origin": "null"}, 403),
    ],
)
def test_only_this_machine_controls_the_fleet(fleet: Fleet, headers: dict[str, str], status: int) -> None:
    assert raw(fleet.control_url, "POST", "/clock/advance", headers, b'{"seconds": 0}')[0] == status


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_the_control_is_not_on_the_data_port(fleet: Fleet, operation: Any) -> None:
    path = operation.path.replace("<", "").replace(">", "")

    assert raw(fleet.urls["west"], operation.method, path, {})[0] == 404


def test_the_openapi_document_describes_every_operation(fleet: Fleet) -> None:
    status, text = raw(fleet.control_url, "GET", "/openapi.json", {})
    document = json.loads(text)

    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert status == 200
    assert described == {
        (operation.method, operation.path.replace("<", "{").replace(">", "}")) for operation in OPERATIONS
    }
    assert {"Change", "Scenario", "Advance", "Fault", "Limits"} <= set(document["components"]["schemas"])
    limit = {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000}
    assert limit in [parameter["schema"] for parameter in document["paths"]["/journal"]["get"]["parameters"]]
    assert "an empty journal" in document["paths"]["/reset"]["post"]["summary"]
    assert document == openapi()


def test_a_control_that_does_not_answer_is_a_message() -> None:
    with pytest.raises(ControlError, match="does not answer") as caught:
        ControlClient("http://127.0.0.1:1").fleet()

    assert caught.value.status == 0


def test_a_body_that_is_too_large_is_refused() -> None:
    client = create_control(Fleet([Backend("east")])).test_client()

    assert client.put("/scenario", data=b" " * (MAX_BODY + 1)).status_code == 413


SMUGGLED = b"POST /clock/advance HTTP/1.1\r\nHost: localhost\r\nContent-Length: 14\r\n\r\n" + b'{"seconds": 99}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED), b"403"),
        (SMUGGLED, b"400"),
        (b"%x\r\n%s\r\n" % (MAX_BODY + 1, b"x" * (MAX_BODY + 1)) + SMUGGLED, b"413"),
    ],
)
def test_the_body_of_a_refused_request_is_no_request(fleet: Fleet, body: bytes, status: bytes) -> None:
    head = b"POST /clock/advance HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
    with socket.create_connection(("127.0.0.1", urlsplit(fleet.control_url).port or 0), timeout=10) as client:
        client.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + body)
        client.shutdown(socket.SHUT_WR)
        answered = b"".join(iter(lambda: client.recv(65_536), b""))

    assert answered.startswith(b"HTTP/1.1 " + status)
    assert answered.count(b"HTTP/1.1") == 1
    assert fleet.clock.seconds() < 99


@pytest.mark.parametrize(
    "url", ["6000", "http://[", "http://127.0.0.1:x", "http://127.0.0.1:99999", "http://a b", "x://127.0.0.1"]
)
def test_a_url_that_is_none_is_a_message(url: str) -> None:
    with pytest.raises(ControlError, match=r"does not answer|is no control"):
        ControlClient(url).fleet()


def test_a_deployment_that_is_not_there_is_not_found(control: ControlClient) -> None:
    with pytest.raises(ControlError, match="there is no deployment 'o1' of a backend 'east'") as caught:
        control.deployment("east", "o1")

    assert caught.value.status == 404


def test_a_body_that_is_not_utf_8_is_refused(fleet: Fleet) -> None:
    status, text = raw(fleet.control_url, "PUT", "/scenario", {}, b"\xff")

    assert (status, json.loads(text)["error"]["message"]) == (400, "body: not UTF-8")


def test_null_changes_nothing(control: ControlClient) -> None:
    control.change("east", "gpt-4o", dialect="new")

    assert control.change("east", "gpt-4o", dialect=None)["dialect"] == "new"


def test_an_error_in_another_form_has_the_words_of_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve_once() -> None:
            with server.accept()[0] as client:
                client.recv(65_536)
                client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno")

        thread = threading.Thread(target=serve_once)
        thread.start()
        with pytest.raises(ControlError, match="Bad Gateway") as caught:
            ControlClient(f"http://127.0.0.1:{server.getsockname()[1]}").fleet()
        thread.join()

    assert caught.value.status == 502


@pytest.mark.parametrize("answer", [b"SSH-2.0\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"])
def test_a_server_that_is_no_control_is_a_message(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve_once() -> None:
            with server.accept()[0] as client:
                client.recv(65_536)
                client.sendall(answer)

        thread = threading.Thread(target=serve_once)
        thread.start()
        with pytest.raises(ControlError, match="is no control"):
            ControlClient(f"http://127.0.0.1:{server.getsockname()[1]}").fleet()
        thread.join()


def test_the_client_asks_no_proxy(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # it has read the environment

    assert ControlClient(fleet.control_url).fleet()["backends"]


def test_a_spillover_to_what_is_not_there_is_refused(control: ControlClient) -> None:
    limits = {"rpm": None, "tpm": 1000, "provisioned": True, "spillover": "o1"}
    with pytest.raises(ControlError, match="there is no deployment 'o1': there is gpt-4o") as caught:
        control.change("east", "gpt-4o", limits=limits)

    assert caught.value.status == 409
