"""Calls that are over, as watchers get them."""

from collections.abc import Callable
from typing import Any

import pytest

from apim_lab.expressions.entities import Api, Operation
from apim_lab.messages import Request, Url
from apim_lab.policy.context import Attempt, Context
from apim_lab.stores.memory import MemoryStore
from apim_lab.tracing.call import Call

CHAT = "/openai/deployments/gpt-4o/chat/completions"
API = Api("azure-openai", "Azure OpenAI", "openai")
OPERATION = Operation(
    "ChatCompletions_Create", "Chat", "POST", "/deployments/{deployment-id}/chat/completions?api-version={api-version}"
)


def ended(*attempts: Attempt, path: str = CHAT, method: str = "POST", **fields: Any) -> Call:
    """A call that arrived at 10:00:00 on 1 January 2026."""
    request = Request(method, Url("http", "127.0.0.1", 8080, path, "?api-version=1&key=hidden"))
    api, operation = fields.pop("api", API), fields.pop("operation", OPERATION)
    context = Context(request, MemoryStore(), api=api, operation=operation, attempts=list(attempts))
    context.suspended_for = sum(it.waited for it in attempts)
    key, usage = fields.pop("key", "3f9a1c"), fields.pop("usage", None)
    facts: dict[str, Any] = {
        "status": 200,
        "outcome": "answered",
        "first_byte": 0.415,
        "total": 0.431,
        "sent": (),
    } | fields
    call = Call(7, context, 1767261600.0, **facts)
    call.key, call.find_usage = key, lambda: usage
    return call


def attempt(
    backend: str = "openAiBackend1",
    outcome: str = "200",
    at: float = 0.0,
    took: float | None = 0.4125,
    waited: float = 0.0,
) -> Attempt:
    return Attempt(backend, at, waited, outcome, took)


@pytest.fixture
def make_call() -> Callable[..., Call]:
    return ended


@pytest.fixture
def make_attempt() -> Callable[..., Attempt]:
    return attempt


@pytest.fixture
def answered() -> Call:
    """Answered by the first backend."""
    return ended(attempt())


@pytest.fixture
def failed_over() -> Call:
    """429 from the first backend; the second one answers after 10 seconds."""
    return ended(
        attempt("openAiBackend1", "429", 0.0, 0.0125),
        attempt("openAiBackend2", "200", 10.015, 0.034, waited=10.0),
        first_byte=10.05,
        total=10.125,
    )


@pytest.fixture
def refused() -> Call:
    return ended(status=429, outcome="refused", by="rate-limit-by-key", first_byte=0.0004, total=0.0005)


@pytest.fixture
def failed() -> Call:
    broken = attempt("openAiBackend3", "BackendConnectionFailure", 0.0, 0.002)
    return ended(broken, status=500, outcome="failed", by="forward-request", first_byte=0.003, total=0.003)


@pytest.fixture
def gone() -> Call:
    """The client left while the backend was thinking."""
    waiting = attempt("openAiBackend2", "", 0.0, None)
    return ended(waiting, status=None, outcome="gone", first_byte=None, total=3.21)
