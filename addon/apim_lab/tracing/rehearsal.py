"""Runs one request through a policy without any network: what the backends answer is given, and waits pass at once.

    {
      "method": "POST",
      "path": "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
      "headers": {"api-key": "mine"},
      "body": {"messages": [{"role": "user", "content": "Hello"}]},
      "answers": [
        {"status": 429, "headers": {"Retry-After": "8"}},
        {"failure": "timeout"},
        {"status": 200, "body": {"choices": []}}
      ]
    }

Instead of `path` there may be a whole `url`. A `product`, `subscription` and `user` are given as in the configuration,
and take the place of its own. A `body` is a text, or JSON. `answers` are what the backends answer in
turn, the last one again and again; without any, 200 with {}.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from apim_lab.clock import LONGEST_CLOCK_STEP
from apim_lab.errors import BackendConnectionFailure, ForwardTimeout, RequestError
from apim_lab.expressions.entities import Caller
from apim_lab.messages import Body, Headers, Request, Response, Url
from apim_lab.policy.context import Forward, ReadBody, Wait
from apim_lab.policy.run import Run
from apim_lab.policy.statements.message import FORBIDDEN, TOKEN
from apim_lab.service.entity_settings import ProductSettings, SubscriptionSettings, UserSettings, caller
from apim_lab.service.files import parse_json, read_text, validate
from apim_lab.service.gateway import Gateway
from apim_lab.tracing.call import Call
from apim_lab.tracing.trace import Trace

HERE = "http://127.0.0.1:8080"
"""Where a request that has only a path goes."""


def checked_path(path: str) -> str:
    """Refuse what is no path."""
    if not path.startswith("/"):
        raise ValueError(f"{path!r} is not a path: expected one that begins with /")
    return path


def check_url(url: str) -> str:
    """Refuse what is no URL."""
    Url.parse(url)
    return url


def checked_field(field: Mapping[str, str | list[str]]) -> Mapping[str, str | list[str]]:
    """Refuse what no header field can be (RFC 9110, section 5)."""
    for name, value in fields_of(field):
        if not TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a header")
        if FORBIDDEN.search(value):
            raise ValueError(f"{name}: expected one line")
    return field


def fields_of(headers: Mapping[str, str | list[str]]) -> Iterator[tuple[str, str]]:
    """Header fields, one for each value."""
    for name, values in headers.items():
        for value in [values] if isinstance(values, str) else values:
            yield name, value


type HeaderFields = Annotated[dict[str, str | list[str]], AfterValidator(checked_field)]


class Message(BaseModel):
    """What a request and an answer have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    headers: HeaderFields = {}
    body: Any = None

    def header_fields(self) -> Headers:
        """The header fields, with the Content-Type of JSON where the body is that."""
        headers = Headers(fields_of(self.headers))
        if "Content-Type" not in headers and self.body is not None and not isinstance(self.body, str):
            headers.append("Content-Type", "application/json")
        return headers

    def content(self) -> bytes:
        """The body as it is sent."""
        if self.body is None:
            return b""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode(errors="replace")


class Answer(Message):
    """What a backend answers, or how it fails."""

    status: Annotated[int, Field(ge=200, le=599)] = 200
    reason: str = ""
    failure: Literal["connection", "timeout"] | None = None
    body: Any = {}

    @model_validator(mode="after")
    def is_one_of_both(self) -> "Answer":
        """Refuse an answer that fails."""
        if self.failure and len(self.model_fields_set) > 1:
            raise ValueError("a failure has neither status nor headers nor body")
        return self

    def to(self, question: Forward) -> Response | RequestError:
        """The reply to a run that forwards its request."""
        if self.failure == "connection":
            return BackendConnectionFailure("The connection was refused.")
        if self.failure == "timeout":
            return ForwardTimeout(f"The backend sent no headers within {question.timeout:g} seconds.")
        return Response(self.status, self.reason or phrase(self.status), self.header_fields(), SentBody(self.content()))


class Rehearsal(Message):
    """A request, and what the backends answer to it."""

    method: Annotated[str, Field(pattern=r"^[A-Z]+$")] = "POST"
    path: Annotated[str, AfterValidator(checked_path)] | None = None
    url: Annotated[str, AfterValidator(check_url)] | None = None
    product: ProductSettings | None = None
    subscription: SubscriptionSettings | None = None
    user: UserSettings | None = None
    answers: Annotated[list[Answer], Field(min_length=1)] = [Answer()]

    @model_validator(mode="after")
    def has_one_address(self) -> "Rehearsal":
        """Refuse a request that goes nowhere, or to two places."""
        if (self.path is None) == (self.url is None):
            raise ValueError("expected either path or url")
        return self

    def request(self) -> Request:
        """The request as it comes to the gateway."""
        url = Url.parse(self.url or f"{HERE}{self.path}")
        headers = self.header_fields()
        if "Host" not in headers:
            headers.fields.insert(0, ("Host", url.authority))
        return Request(self.method, url, headers, Body(self.content(), is_original=True))

    def caller(self, gateway: Gateway) -> Caller:
        """Who calls: whom the gateway knows, unless the request says otherwise."""
        given = caller(self.product, self.subscription, self.user)
        known = gateway.caller
        return Caller(
            given.product or known.product,
            given.subscription or known.subscription,
            given.user or known.user,
        )

    async def run(self, gateway: Gateway) -> Call:
        """The call, with its trace, after the policy has run. The gateway's clock is advanced by every wait."""
        run = begin(replace(gateway, caller=self.caller(gateway)), self.request())
        context, answers = run.context, iter(self.answers)
        context.trace = Trace(context.clock, context.started)
        call = Call.of(1, context)
        answer = self.answers[0]
        while question := await run.resume():
            if isinstance(question, Wait):
                context.clock.advance(min(question.seconds, LONGEST_CLOCK_STEP))
            elif isinstance(question, ReadBody):
                arrive(context.response)
            else:
                answer = next(answers, answer)
                if answer.failure == "timeout":
                    context.clock.advance(min(question.timeout, LONGEST_CLOCK_STEP))
                run.reply(answer.to(question))
        assert context.response is not None  # a run that has ended has one
        call.end(context.response.status_code)
        return call


class SentBody(Body):
    """The body of an answer that is on its way: `sent` is what will have arrived."""

    def __init__(self, sent: bytes) -> None:
        super().__init__(is_original=True)
        self.sent = sent


def arrive(response: Response | None) -> None:
    """The body of the answer is there."""
    if response and isinstance(body := response.body, SentBody):
        body.arrive(lambda: body.sent, len(body.sent))


def begin(gateway: Gateway, request: Request) -> Run:
    """The run of the API that the request is for; one that answers 404 if there is none."""
    run = gateway.serve(request)
    assert run  # the gateway itself answers a request that has no server
    return run


def phrase(status: int) -> str:
    """The reason phrase of a status (RFC 9110, section 15); "" for one that has none."""
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


def read_rehearsal(path: Path) -> Rehearsal:
    """Read the file. Raises DocumentError with every mistake at its place."""
    text = read_text(path)
    return validate(Rehearsal, path, text, parse_json(path, text))
