import json
import re
from pathlib import Path
from typing import get_args

import pytest

from mockbackends.clock import MILLISECOND, SECOND
from mockbackends.dialects import DIALECTS, Throttled
from mockbackends.settings import Dialect

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "mockbackends.md"

CHAT = Throttled("ChatCompletions_Create", "2024-10-21", "mine", "gpt-5.1", "East US 2", "tokens", 36 * SECOND + 1)
RESPONSES = Throttled("Responses_Create", "v1", "mine", "gpt-5.1", "East US 2", "tokens", 20 * SECOND, stream=True)
OLD = (
    "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token "
    "rate limit of your current OpenAI S0 pricing tier. Please retry after {} seconds. {}"
)
SUPPORT = "Please contact Azure support service if you would like to further increase the default rate limit."
QUOTA = "Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit."
BOTH = {"Retry-After": "37", "retry-after-ms": "36001"}


@pytest.mark.parametrize(
    ("dialect", "message", "headers"),
    [
        ("old", OLD.format(37, SUPPORT), BOTH),
        (
            "new",
            "Your requests to mine for gpt-5.1 in East US 2 have exceeded the token rate limit for your current "
            "AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version "
            "2024-10-21. Please retry after 37 seconds. To increase your default rate limit, visit: "
            "https://aka.ms/oai/quotaincrease.",
            BOTH,
        ),
        ("short", "Rate limit is exceeded. Try again in 37 seconds.", {}),
        (
            "high-demand",
            "The system is currently experiencing high demand and cannot process your request. Your request exceeds "
            "the maximum usage size allowed during peak load. Please retry after 37 seconds. For improved latency "
            "reliability, consider switching to Provisioned Throughput.",
            BOTH,
        ),
        ("provisioned", "Rate limit is exceeded. Try again in 37 seconds.", BOTH),
        (
            "no-delay",
            OLD.format(37, SUPPORT),
            {"x-rate-limit-reset-tokens": "37", "policy-id": "DeploymentRatelimit-Token"},
        ),
        (
            "minus-one",
            "Your requests to the deployment have exceeded rate limit.",
            {
                "x-ratelimit-limit-requests": "-1",
                "x-ratelimit-limit-tokens": "-1",
                "x-ratelimit-remaining-requests": "-1",
                "x-ratelimit-remaining-tokens": "-1",
                "x-ratelimit-reset-requests": "0",
                "x-ratelimit-reset-tokens": "0",
            },
        ),
        ("day", OLD.format(86_400, QUOTA), {"Retry-After": "86400", "retry-after-ms": "86400000"}),
    ],
)
def test_a_dialect_is_put_as_azure_does(dialect: str, message: str, headers: dict[str, str]) -> None:
    refusal = DIALECTS[dialect](CHAT)

    assert refusal.status == "429 Too Many Requests"
    assert refusal.error["message"] == message
    assert refusal.headers == headers


@pytest.mark.parametrize(
    ("wait", "seconds", "milliseconds"),
    [
        (10 * SECOND, "10", "10000"),
        (7_500 * MILLISECOND, "8", "7500"),
        (SECOND + 1, "2", "1001"),
        (SECOND, "1", "1000"),
        (1, "1", "1"),
    ],
)
def test_a_wait_is_rounded_up(wait: int, seconds: str, milliseconds: str) -> None:
    throttled = Throttled("ChatCompletions_Create", "2024-10-21", "mine", "mine", "east", "requests", wait)

    assert throttled.delays == {"Retry-After": seconds, "retry-after-ms": milliseconds}


def test_the_old_form_names_the_limit_of_calls() -> None:
    calls = Throttled("Embeddings_Create", "2024-10-21", "mine", "mine", "east", "requests", SECOND)

    assert "Requests to the Embeddings_Create Operation" in DIALECTS["old"](calls).error["message"]
    assert "have exceeded call rate limit of" in DIALECTS["old"](calls).error["message"]


def test_a_responses_stream_is_told_in_band() -> None:
    refusal = DIALECTS["in-band"](RESPONSES)

    events = [json.loads(line[6:]) for line in refusal.body.decode().splitlines() if line.startswith("data: ")]

    assert refusal.status == "200 OK"
    assert refusal.headers["Retry-After"] == "20"
    assert [(event["type"], event["sequence_number"]) for event in events] == [("response.failed", 1), ("error", 2)]
    assert events[0]["response"]["error"] is None
    assert events[1]["error"] == {
        "type": "too_many_requests",
        "code": "rate_limit_exceeded",
        "headers": {"x-ms-fe-error": "true"},
        "message": "Your requests to the deployment have exceeded rate limit.",
        "param": None,
    }


def test_only_a_responses_stream_is_told_in_band() -> None:
    assert DIALECTS["in-band"](CHAT) == DIALECTS["new"](CHAT)


def test_settings_and_documentation_have_every_dialect() -> None:
    table = DOCUMENTATION.read_text().split("| dialect |")[1].split("\n\n")[0]

    assert list(get_args(Dialect.__value__)) == list(DIALECTS) == re.findall(r"(?m)^\| `([a-z-]+)` \|", table)
