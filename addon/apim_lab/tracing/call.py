"""A call as those who watch the gateway see it: what came, which way it took, what was answered, and when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from apim_lab.messages import Body, Headers
from apim_lab.policy.context import Context
from apim_lab.tracing.attempts import Json, attempt_as_dict
from apim_lab.tracing.masking import caller_of
from apim_lab.tracing.report import Report
from apim_lab.tracing.trace import Trace
from apim_lab.tracing.usage import Usage

type Outcome = Literal["", "answered", "refused", "failed", "gone"]
"""How a call ended: with a backend's answer or one that the policy makes; refused by the gateway; with an error of the
gateway's own; without an answer, because the client left. "" while it is under way."""

MAX_PATH_LENGTH = 300
"""Characters of a path that are shown."""


@dataclass(eq=False)
class Call:
    """One call. Durations are in seconds since it arrived, at `at`, in seconds since the epoch.

    `method` and `sent` are the method and the headers as they came. `by` is the element that refused it or failed,
    or "configuration", with what that `refused`, like "foreign Host".
    `first_byte` is when the head of the answer was there, `first_token` the first piece of a streamed body, `total`
    when all was over. What only some of those who watch want to know is found when they ask: `key`, `usage`.
    """

    number: int
    context: Context
    at: float
    sent: tuple[tuple[str, str], ...]
    status: int | None = None
    outcome: Outcome = ""
    by: str = ""
    refused: str = ""
    is_stream: bool = False
    first_byte: float | None = None
    first_token: float | None = None
    total: float | None = None
    find_usage: Callable[[], Usage | None] | None = None
    method: str = field(init=False)
    _usage: Usage | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.method = self.context.request.method

    @classmethod
    def of(cls, number: int, context: Context) -> "Call":
        """The call that a new run is about."""
        return cls(number, context, context.clock.time(), tuple(context.request.headers.fields))

    @property
    def id(self) -> str:
        """What its trace is found by."""
        return str(self.context.request_id)

    @property
    def path(self) -> str:
        """The path that the client asked for, without the query, which may hold a key."""
        return self.context.request.original_url.path

    @cached_property
    def key(self) -> str:
        """The short hash of the caller's key."""
        return caller_of(Headers(self.sent))

    @property
    def usage(self) -> Usage | None:
        """The tokens that the answer says it has cost; None before its end, or if it does not say."""
        if self._usage is None and self.find_usage:
            self._usage, self.find_usage = self.find_usage(), None  # which holds the whole answer
        return self._usage

    @property
    def waited(self) -> float:
        """How long the policy waited, altogether."""
        return sum(attempt.waited for attempt in self.context.attempts) + self.context.waited

    @property
    def own_latency(self) -> float | None:
        """What the gateway itself took until the head of the answer: neither its backends nor a wait of the policy."""
        if self.first_byte is None:
            return None
        backends = sum(attempt.took or 0.0 for attempt in self.context.attempts)
        return max(0.0, self.first_byte - backends - self.context.suspended_for)

    # ---- what happens to it ----------------------------------------------------------------------------------

    def answer_begins(self, status: int, *, is_stream: bool) -> None:
        """The head of the answer is there."""
        self.status, self.is_stream, self.first_byte = status, is_stream, self.context.elapsed

    def token_arrives(self) -> None:
        """A piece of a streamed body is there."""
        if self.first_token is None:
            self.first_token = self.context.elapsed

    def end(self, status: int) -> None:
        """The answer is complete."""
        error = self.context.error
        self.status, self.total = status, self.context.elapsed
        self.first_byte = self.total if self.first_byte is None else self.first_byte
        self.outcome = "answered" if error is None else "refused" if error.public else "failed"
        self.by, self.refused = (error.source, error.refused) if error else ("", "")
        self._let_go()

    def break_off(self, *, by_client: bool) -> None:
        """It ends without a whole answer: the client has left, or the backend broke off in mid-stream."""
        self.outcome, self.total = "gone" if by_client else "failed", self.context.elapsed
        self.by = "" if by_client else "forward-request"
        self._let_go()

    def _let_go(self) -> None:
        """Drop what may be large: who remembers calls remembers hundreds."""
        context = self.context
        context.request.body, context.variables = Body(b""), {}
        if context.response:
            context.response.body = Body(b"")
        if error := context.error:  # its traceback has the frames that had all of this
            error.__traceback__ = error.__cause__ = error.__context__ = None

    # ---- as JSON ---------------------------------------------------------------------------------------------

    def as_dict(self) -> Json:
        """What the live page and the log tell of it. No query, no header, no body."""
        context = self.context
        return {
            "number": self.number,
            "id": self.id,
            "at": self.at,
            "method": self.method,
            "path": self.path[:MAX_PATH_LENGTH],
            "key": self.key,
            "api": context.api.id if context.api else "",
            "operation": context.operation.id if context.operation else "",
            "status": self.status,
            "outcome": self.outcome,
            "by": self.by,
            "refused": self.refused,
            "attempts": [attempt_as_dict(attempt) for attempt in context.attempts],
            "waiting": {"since": context.pause.since, "seconds": context.pause.seconds} if context.pause else None,
            "first_byte": self.first_byte,
            "total": self.total,
            "stream": self.is_stream,
            "tokens": {"input": self.usage.input, "output": self.usage.output} if self.usage else None,
        }

    def trace(self, *, unmasked: bool = False) -> Json | None:
        """The trace of the call, masked unless it is asked for as it is; None where none was recorded."""
        context = self.context
        if not isinstance(context.trace, Trace):
            return None
        report = Report(context.trace, context, self.sent, unmasked=unmasked)
        request = self._request(report)
        return {
            "id": self.id,
            "number": self.number,
            "at": self.at,
            "method": request["method"],
            "url": request["url"],
            "status": self.status,
            "duration": self.total,
            "request": request,
            "response": report.answer() if self.total is not None else None,
            "error": self._error(report),
            "api": context.api.id if context.api else "",
            **report.as_dict(),
        }

    def policy(self) -> Json | None:
        """The policy that ran, as it is written; None where the call was refused before, or not traced."""
        document = self.context.trace and self.context.trace.document
        return {"name": Path(document.path).name, "text": document.text} if document else None

    def _request(self, report: Report) -> Json:
        request, masker = self.context.request, report.masker
        return {
            "method": self.method,
            "url": masker.url(str(request.original_url)),
            "headers": masker.fields(self.sent),
        }

    def _error(self, report: Report) -> Json | None:
        """What the gateway's own answer is about."""
        if error := self.context.error:
            return {"source": error.source, "reason": error.reason, "message": report.error(error.message)}
        return None
