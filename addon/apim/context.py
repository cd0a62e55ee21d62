"""The `context` of a policy: what statements and expressions see of one request.

Source: api-management-policy-expressions.md, "Context variable". Python names are the C# names in snake_case.
"""

import time
import types
import uuid
from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from apim.backends import CLIENT_CREDENTIALS, Backend
from apim.errors import BackendNotFound, RequestError
from apim.messages import Request, Response, Url
from apim.store import Store


@dataclass(frozen=True)
class LastError:
    """`context.LastError`: what sent the run to `on-error`. `path` is like `choose[3]/when[2]`."""

    source: str
    reason: str
    message: str
    scope: str
    section: str
    path: str
    policy_id: str = ""


@dataclass(frozen=True)
class Api:
    """`context.Api`."""

    id: str
    name: str
    path: str


@dataclass(frozen=True)
class Operation:
    """`context.Operation`."""

    id: str
    name: str
    method: str
    url_template: str


@dataclass(frozen=True)
class Forward:
    """A run asks: send `context.request` to its URL; resume me with the Response once its headers are there.

    `timeout` counts in seconds until the headers. `buffer_response` False passes every piece of the body on as it
    arrives. What the backend's failure is answered with is an exception thrown into the run.
    """

    timeout: float
    buffer_response: bool = True


@dataclass(frozen=True)
class ReadBody:
    """A run asks: resume me once the body of `context.response` has arrived (put it there)."""


@dataclass(frozen=True)
class Wait:
    """A run asks: resume me after so many seconds."""

    seconds: float


type Suspension = Forward | ReadBody | Wait


@types.coroutine
def suspend(question: Suspension) -> Generator[Suspension, Response | None, Response | None]:
    """Hand a question to whoever drives the run (see run.py) and return the reply."""
    return (yield question)


@dataclass(frozen=True)
class Attempt:
    """One sending of the request: the backend, its status or why it gave none, and the seconds waited before."""

    backend: str
    outcome: str
    waited: float

    def __str__(self) -> str:
        after = f" after {self.waited:g} s" if self.waited else ""
        return f"{self.backend} {self.outcome}{after}"


@dataclass
class Context:
    """Everything one run knows and may ask for. `variables` holds `context.Variables` by name.

    `path` is the rest of the URL's path after the API's prefix; `backend` is where `set-backend-service` sends it.
    `afterwards` are increments that a policy postpones to the end of outbound, `answer_headers` are fields for
    whatever answer the client gets.
    """

    request: Request
    store: Store
    backends: Mapping[str, Backend] = field(default_factory=dict)
    path: str = ""
    response: Response | None = None
    api: Api | None = None
    operation: Operation | None = None
    last_error: LastError | None = None
    variables: dict[str, object] = field(default_factory=dict)
    backend: Backend | None = None
    attempts: list[Attempt] = field(default_factory=list)
    afterwards: list[Callable[["Context"], Awaitable[None]]] = field(default_factory=list)
    answer_headers: list[tuple[str, str]] = field(default_factory=list)
    section: str = "inbound"
    started: float = field(default_factory=time.monotonic)
    timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))
    waited: float = 0.0
    buffers_response: bool = True

    @cached_property
    def request_id(self) -> uuid.UUID:
        """`context.RequestId`, also the activity id of an error. Made when it is asked for: few requests need one."""
        return uuid.uuid4()

    @property
    def elapsed(self) -> float:
        """Seconds since the request arrived."""
        return time.monotonic() - self.started

    @property
    def message(self) -> Request | Response:
        """The message at hand: the request until it was forwarded, then the response."""
        if self.section in {"inbound", "backend"}:
            return self.request
        assert self.response is not None  # run.py sees to it when it enters the section
        return self.response

    def journey(self) -> str:
        """The way the request took, for people: "openAiBackend1 429 → openAiBackend2 200 after 10 s"."""
        return " → ".join(map(str, self.attempts)) or "answered by the gateway"

    def route_to(self, backend: Backend) -> None:
        """Send the request to this backend from now on: its URL in the place of the API's prefix."""
        self.backend = backend
        self.request.url = backend.url.join(self.path, self.request.url.query_string)

    def redirect_to(self, url: Url) -> None:
        """Send the request to this very URL. Credentials do not go to another origin (RFC 9110, section 15.4)."""
        if (url.scheme, url.host, url.port) != (self.request.url.scheme, self.request.url.host, self.request.url.port):
            self.backend = Backend("", url)
            for name in CLIENT_CREDENTIALS:
                self.request.headers.remove(name)
        self.request.url = url

    async def forward(self, question: Forward) -> None:
        """Send the request to the backend; afterwards `response` is its answer, without a body yet.

        Raises BackendNotFound, BackendConnectionFailure or ForwardTimeout; after the latter two `response` is a 500
        of the gateway's own (a policy of openai-apim-lb#25 saw a status >= 500 after a timeout).
        """
        if self.backend is None:
            raise BackendNotFound("no backend is set: expected set-backend-service before forward-request")
        waited, self.waited = self.waited, 0.0
        self.buffers_response = question.buffer_response
        try:
            response = await suspend(question)
        except RequestError as error:
            self.response = Response(500, "Internal Server Error")
            self.attempts.append(Attempt(self.backend.name, error.reason, waited))
            raise
        assert response is not None  # whoever drives the run replies to a Forward with one
        self.response = response
        self.attempts.append(Attempt(self.backend.name, str(response.status_code), waited))

    async def response_body(self) -> None:
        """Return once the body of the response is there to be read."""
        if self.response is not None and not self.response.body.has_arrived:
            await suspend(ReadBody())

    async def wait(self, seconds: float) -> None:
        self.waited += seconds
        if seconds > 0:
            await suspend(Wait(seconds))
