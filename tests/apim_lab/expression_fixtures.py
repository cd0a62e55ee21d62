"""Evaluates expressions on one request and its answer; the variables are those of the test."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from apim_lab.csharp.runtime.budget import Budget
from apim_lab.errors import ExpressionError
from apim_lab.expressions import CompileError, compile_expression
from apim_lab.expressions.entities import Api, LastError, Operation
from apim_lab.messages import Body, Headers, Request, Response, Url
from apim_lab.policy.context import Context
from apim_lab.stores.memory import MemoryStore

REQUEST_BODY = b'{"model": "gpt-4", "stream": true, "max_tokens": 10}'
NUMBER = re.compile(r"^CS\d{4}: ")
RESPONSE_BODY = b'{"usage": {"total_tokens": 12}, "choices": [{"index": 0}, 2.5, "x", null], "ok": true}'
CAST = ". An explicit conversion exists (are you missing a cast?)"


def no_definition(type_: str, member: str) -> str:
    """What C# says of a value's member that there is not."""
    return (
        f"'{type_}' does not contain a definition for '{member}' and no extension method '{member}' accepting a first "
        f"argument of type '{type_}' could be found"
    )


@pytest.fixture
def context() -> Context:
    request = Request(
        "POST",
        Url.parse("https://gateway.example/openai/deployments/gpt/chat?api-version=2024-10-21&tag=a&tag=b"),
        Headers([("api-key", "secret"), ("X-List", "1"), ("x-list", "2")]),
        Body(REQUEST_BODY),
        ip_address="10.0.0.7",
        matched_parameters={"deployment-id": "gpt"},
    )
    context = Context(
        request,
        MemoryStore(),
        response=Response(429, "Too Many Requests", Headers([("Retry-After", "7")]), Body(RESPONSE_BODY)),
        api=Api("api-id", "api-name", "openai"),
        operation=Operation("op-id", "Chat", "POST", "/deployments/{deployment-id}/chat"),
        last_error=LastError("forward-request", "Timeout", "too slow", "api", "backend", "retry/forward-request[1]"),
    )
    context.timestamp = datetime(2026, 1, 15, 10, 30, 5, tzinfo=UTC)
    context.request_id = uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")
    return context


@pytest.fixture
def evaluate(context: Context) -> Callable[..., object]:
    """`evaluate(source, name=value)`: the value of an expression, with these variables."""

    def evaluate(source: str, **variables: object) -> object:
        context.variables = {name.replace("_", "-"): value for name, value in variables.items()}
        context.budget = Budget()
        return compile_expression(source).evaluate(context)

    return evaluate


@pytest.fixture
def thrown(evaluate: Callable[..., object]) -> Callable[..., str]:
    """`thrown(source, name=value)`: the message of the exception that the expression throws."""

    def thrown(source: str, **variables: object) -> str:
        with pytest.raises(ExpressionError) as caught:
            evaluate(source, **variables)
        return caught.value.message

    return thrown


@pytest.fixture
def mistakes() -> Callable[[str], list[tuple[int, str]]]:
    """The mistakes for which a source does not compile, in C#'s words without its numbers."""

    def mistakes(source: str) -> list[tuple[int, str]]:
        with pytest.raises(CompileError) as caught:
            compile_expression(source)
        return [(offset, NUMBER.sub("", mistake)) for offset, mistake in caught.value.mistakes]

    return mistakes
