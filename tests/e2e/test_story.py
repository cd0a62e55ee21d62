"""The story of the README, through a real mitmdump, real backends and the official client."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import openai
import pytest
from mitmproxy import http, io

from mockbackends import Backend

MESSAGES = [{"role": "user", "content": "Hello"}]
URL = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
BACKENDS = tuple(Backend(f"openAiBackend{number}") for number in (1, 2, 3))
THROTTLED = tuple(Backend(backend.name, rpm=1, window=60) for backend in BACKENDS)
SPENT = [{"role": "user", "content": "use up the limit"}]


def ask(client: openai.OpenAI, **options):
    return client.chat.completions.with_raw_response.create(model="gpt-4o", messages=MESSAGES, **options)


def test_three_calls_pass_and_the_fourth_in_15_seconds_is_told_to_wait(round_robin):
    client = round_robin(*BACKENDS, calls="3").azure()
    passed = [ask(client) for _ in range(3)]
    with pytest.raises(openai.RateLimitError) as refused:
        ask(client)

    assert [answer.headers["Next-Backend-Counter"] for answer in passed] == ["1", "2", "0"]
    response = refused.value.response
    retry_after = response.headers["Retry-After"]
    assert 1 <= int(retry_after) <= 15
    assert response.text == (
        f'{{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in {retry_after} seconds." }}'
    )
    assert response.headers["Content-Type"] == "application/json"
    assert "Next-Backend-Counter" not in response.headers


def test_calls_go_to_one_backend_after_the_other(round_robin, lab):
    client = round_robin(*BACKENDS).azure()
    for _ in range(6):
        ask(client)

    assert [backend for backend, _ in lab.outcomes()] == [f"openAiBackend{i}" for i in (1, 2, 3, 1, 2, 3)]


def test_the_client_does_not_see_the_429s_of_a_backend_that_throttles(round_robin, lab):
    client = round_robin(Backend("openAiBackend1", rpm=1, window=60), *BACKENDS[1:]).azure()
    answers = [ask(client) for _ in range(8)]

    assert [answer.status_code for answer in answers] == [200] * 8
    assert Counter(lab.outcomes())["openAiBackend1", 429] >= 2


def test_a_key_that_used_up_its_limit_does_not_disturb_another(round_robin):
    gateway = round_robin(*BACKENDS, calls="1")
    ask(gateway.azure("first"))
    with pytest.raises(openai.RateLimitError):
        ask(gateway.azure("first"))

    assert ask(gateway.azure("second")).status_code == 200


def test_the_openai_client_is_counted_by_its_authorization_header(round_robin):
    gateway = round_robin(*BACKENDS, calls="1")
    first, second = (
        openai.OpenAI(base_url=f"{gateway.url}/openai/v1", api_key=key, max_retries=0) for key in ("a", "b")
    )
    with first, second:
        assert [ask(first).status_code, ask(second).status_code] == [200, 200]
        with pytest.raises(openai.RateLimitError):
            ask(first)


def test_callers_without_a_key_share_one_counter(round_robin):
    gateway = round_robin(*BACKENDS, calls="1")
    statuses = [httpx2.post(gateway.url + URL, json={"messages": MESSAGES}).status_code for _ in range(2)]

    assert statuses == [200, 429]


def test_50_calls_at_once_never_exceed_the_limit(round_robin, lab):
    gateway = round_robin(*BACKENDS, calls="10", renewal_period="300")

    def status(_: int) -> int:
        return httpx2.post(gateway.url + URL, json={"messages": MESSAGES}, headers={"api-key": "k"}).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = Counter(pool.map(status, range(50)))

    assert statuses == {200: 10, 429: 40}
    assert len(lab.calls) == 10


def test_when_all_backends_throttle_the_last_answer_comes_after_waits_of_0_10_and_10_seconds(
    round_robin, lab, tmp_path: Path
):
    flows = tmp_path / "flows"
    script = str(Path(__file__).with_name("quick_waits.py"))
    gateway = round_robin(*THROTTLED, arguments=("-s", script, "-w", str(flows)), retry_interval="10")
    client = gateway.azure()
    for _ in range(3):
        ask(client)
    with pytest.raises(openai.RateLimitError) as refused:
        ask(client)
    gateway.stop()

    assert [status for _, status in lab.outcomes()] == [200, 200, 200, 429, 429, 429, 429]
    assert refused.value.response.headers["Next-Backend-Counter"] == "1"
    assert "exceeded call rate limit" in refused.value.response.text
    assert recorded(flows)[-1].comment == (
        "openAiBackend1 429 → openAiBackend2 429 → openAiBackend3 429 after 10 s → openAiBackend1 429 after 10 s"
    )


def test_after_a_failover_an_event_reaches_the_client_before_the_backend_has_sent_the_last(lab, scripted):
    """The backend sends its second event only once the client has told that it has the first."""
    streaming = scripted(stream_in_two_steps)
    urls = lab.backends(Backend("openAiBackend1", rpm=1, window=60))
    gateway = lab.gateway(urls=urls | {"openAiBackend2": streaming.url, "openAiBackend3": streaming.url}, calls="1000")
    ask(gateway.azure())  # openAiBackend1 answers, and has no calls left

    for _ in range(3):  # to openAiBackend2, openAiBackend3, and openAiBackend1, which sends it on
        streaming.proceed.clear()
        with ask_streamed(gateway) as answer:
            events = answer.iter_lines()
            assert next(events) == "data: first"
            streaming.proceed.set()
            assert [line for line in events if line] == ["data: [DONE]"]

    assert lab.outcomes() == [("openAiBackend1", 200), ("openAiBackend1", 429)]
    gateway.wait_for("openAiBackend1 429 → openAiBackend2 200")


def stream_in_two_steps(backend, connection, request: bytes) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"d\r\ndata: first\n\n\r\n"
    )
    assert backend.proceed.wait(30)
    connection.sendall(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")


def ask_streamed(gateway):
    return httpx2.stream("POST", gateway.url + URL, json={"messages": MESSAGES, "stream": True}, timeout=30)


def recorded(path: Path) -> list[http.HTTPFlow]:
    """The flows of a file written with -w."""
    with path.open("rb") as file:
        return [flow for flow in io.FlowReader(file).stream() if isinstance(flow, http.HTTPFlow)]
