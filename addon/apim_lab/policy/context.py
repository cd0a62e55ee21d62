"""The `context` of a policy: what statements and expressions see of one request.

Source: api-management-policy-expressions.md, "Context variable". Python names are the C# names in snake_case.
"""

import asyncio
import types
import uuid
from collections.abc import Awaitable, Callable, Collection, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from apim_lab.clock import Clock
from apim_lab.csharp.runtime.budget import Budget
from apim_lab.errors import BackendNotFound, RequestError
from apim_lab.expressions.context import ProxyRequestContext
from apim_lab.expressions.entities import Api, Caller, ChosenBackend, Deployment, LastError, Operation
from apim_lab.messages import Request, Response, Url
from apim_lab.policy.backends import CREDENTIALS, Backend
from apim_lab.policy.recording import Recorder
from apim_lab.stores.memory import Store


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


GONE = "gone"
"""What became of an attempt whose answer the client did not wait for."""


UNNAMED = "another host"
"""The name of a backend that is neither configured nor written out in the policy."""


@dataclass
class Attempt:
    """One sending of the request to a backend.

    `backend` names it for everybody (see `Context.told_name`), `host` for a trace. `at` is when it began and `took`
    how long it was until the headers of the answer, `waited` what the policy had waited before, `retry_after` what the
    answer told to wait: in seconds, `at` since the request arrived. `outcome` is the status, or why there was none,
    `gone` where the client has left; "" while the attempt is under way.
    """

    backend: str
    at: float
    waited: float = 0.0
    outcome: str = ""
    took: float | None = None
    retry_after: float | None = None
    host: str = ""

    def end(self, outcome: str, elapsed: float, retry_after: float | None = None) -> None:
        """The backend has answered, or will not."""
        self.outcome, self.took, self.retry_after = outcome, elapsed - self.at, retry_after

    def __str__(self) -> str:
        after = f" after {self.waited:g} s" if self.waited else ""
        return f"{self.backend} {self.outcome or '…'}{after}"


@dataclass(frozen=True)
class Pause:
    """A wait of the policy that is under way: when it began, since the request arrived, and its length in seconds."""

    since: float
    seconds: float


@dataclass
class Context(ProxyRequestContext):
    """Everything one run knows and may ask for. `variables` holds `context.Variables` by name.

    `path` is the rest of the URL's path after the API's prefix; `backend` is where `set-backend-service` sends it.
    `afterwards` are increments that a policy postpones to the end of outbound, `answer_headers` are fields for
    whatever answer the client gets. `error` is what the gateway answers with, `pause` the wait that is under way,
    `written` are the texts of the policy, `trace` records the run where somebody asked for it. `suspended_for` are the
    seconds that the run stood still, in waits and for bodies of answers; `waited` what the waits since the last attempt
    were to be.
    """

    request: Request
    store: Store
    backends: Mapping[str, Backend] = field(default_factory=dict)
    path: str = ""
    response: Response | None = None
    api: Api | None = None
    operation: Operation | None = None
    deployment: Deployment = field(default_factory=Deployment)
    caller: Caller = field(default_factory=Caller)
    last_error: LastError | None = None
    variables: dict[str, object] = field(default_factory=dict)
    backend: Backend | None = None
    attempts: list[Attempt] = field(default_factory=list)
    afterwards: list[Callable[["Context"], Awaitable[None]]] = field(default_factory=list)
    answer_headers: list[tuple[str, str]] = field(default_factory=list)
    written: Collection[str] = ()
    section: str = "inbound"
    clock: Clock = field(default_factory=Clock)
    budget: Budget = field(default_factory=Budget)
    started: float = field(init=False)
    timestamp: datetime = field(init=False)
    error: RequestError | None = None
    trace: Recorder | None = None
    pause: Pause | None = None
    waited: float = 0.0
    suspended_for: float = 0.0
    buffers_response: bool = True

    def __post_init__(self) -> None:
        self.started, self.timestamp = self.clock.monotonic(), self.clock.utc()

    @cached_property
    def request_id(self) -> uuid.UUID:
        """`context.RequestId`, also the activity id of an error. Made when it is asked for: few requests need one."""
        return uuid.uuid4()

    @property
    def elapsed(self) -> float:
        """Seconds since the request arrived."""
        return self.clock.monotonic() - self.started

    @property
    def chosen_backend(self) -> ChosenBackend | None:
        """`context.Backend`: null until a backend is chosen by its id."""
        return ChosenBackend(self.backend.id) if self.backend is not None and self.backend.id else None

    @property
    def is_traced(self) -> bool:
        """`context.Tracing`."""
        return self.trace is not None

    def tell(self, message: str) -> None:
        """`context.Trace(message)`."""
        if self.trace is not None:
            self.trace.tell(message)

    @property
    def message(self) -> Request | Response:
        """The message at hand: the request until it was forwarded, then the response."""
        if self.section in {"inbound", "backend"}:
            return self.request
        return self.answer  # run.py sees to it when it enters the section

    @property
    def answer(self) -> Response:
        """The response of a run that has one: since it was forwarded, or is finished."""
        assert self.response is not None
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
            for name in CREDENTIALS:
                self.request.headers.remove(name)
        self.request.url = url

    def told_name(self, backend: Backend) -> str:
        """A backend's name for logs and metrics: a host that an expression has computed may be a piece of a body."""
        if backend.name in self.backends or any(backend.name in text for text in self.written):
            return backend.name
        return UNNAMED

    async def forward(self, question: Forward) -> None:
        """Send the request to the backend; afterwards `response` is its answer, without a body yet.

        Raises BackendNotFound, BackendConnectionFailure or ForwardTimeout; after the latter two `response` is a 500
        of the gateway's own (a policy of openai-apim-lb#25 saw a status >= 500 after a timeout).
        """
        if self.backend is None:
            raise BackendNotFound("no backend is set: expected set-backend-service before forward-request")
        attempt = Attempt(self.told_name(self.backend), self.elapsed, self.waited, host=self.backend.name)
        self.attempts.append(attempt)
        self.waited = 0.0
        self.buffers_response = question.buffer_response
        try:
            response = await suspend(question)
        except RequestError as error:
            self.response = Response(500, "Internal Server Error")
            attempt.end(error.reason, self.elapsed)
            raise
        except GeneratorExit:  # the client is gone, and the run is closed
            attempt.end(GONE, self.elapsed)
            raise
        assert response is not None  # whoever drives the run replies to a Forward with one
        self.response = response
        attempt.end(str(response.status_code), self.elapsed, response.retry_after)

    async def breathe(self) -> None:
        """Let other calls go on; raises LimitExceeded where the run has had enough statements."""
        self.budget.end_turn()
        await asyncio.sleep(0)

    async def response_body(self) -> None:
        """Return once the body of the response is there to be read."""
        if self.response is not None and not self.response.body.has_arrived:
            began = self.elapsed
            try:
                await suspend(ReadBody())
            except RequestError:
                self.response = Response(500, "Internal Server Error")  # as after a failed forward
                raise
            self.suspended_for += self.elapsed - began

    async def wait(self, seconds: float) -> None:
        """Return after so many seconds of the gateway's clock."""
        if seconds <= 0:
            return
        self.pause = Pause(self.elapsed, seconds)
        try:
            await suspend(Wait(seconds))
        except GeneratorExit:  # the client is gone: it has waited for less
            self.waited += self.elapsed - self.pause.since
            raise
        finally:
            self.suspended_for += self.elapsed - self.pause.since
            self.pause = None
        self.waited += seconds
