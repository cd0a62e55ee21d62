"""Mistakes of the operator, found at load, and errors of a request, raised in a run."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a file, with its place (line and column count from 1)."""

    line: int
    column: int
    message: str


class DocumentError(ValueError):
    """A file that cannot be used: every mistake found in it, in the order of their places."""

    def __init__(self, path: str, mistakes: Sequence[Mistake]) -> None:
        self.path = path
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(f"{path}:{m.line}:{m.column}: {m.message}" for m in self.mistakes))


class RequestError(Exception):
    """An error in a run: it ends the section and sends the request to `on-error`.

    `reason` and `source` are what `context.LastError` shows (api-management-error-handling-policies.md);
    `status` and `headers` make the gateway's own answer. The client sees the message if
    it is `public`; else it gets "Internal server error" and an activity id. `path` is the element in its section,
    like `choose[3]/when[2]`, and `line` its line in the document: the innermost element sets both. `is_quoted` says
    that the message has texts of the request only in quotes, so that a trace can leave them out. `refused` says in a
    few words what the configuration refuses, like "foreign Host"; "" where an element ended the request.
    """

    status = 500
    public = False
    source = ""
    reason = ""
    refused = ""
    is_quoted = True

    def __init__(self, message: str, *, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.headers = tuple(headers)
        self.path = ""
        self.line = 0


class ExpressionError(RequestError):
    """A policy expression threw; the message is the one of the C# exception."""

    source = "expression"
    reason = "ExpressionValueEvaluationFailure"


class LimitExceeded(ExpressionError):
    """A request has used more than it may (csharp/runtime/budget.py); no `retry` goes on after it."""

    source = "gateway"
    reason = "LimitExceeded"


class BodyTooLarge(RequestError):
    """A policy reads a body that is too large once it is decoded."""

    source = "gateway"
    reason = "BodyTooLarge"


class BackendNotFound(RequestError):
    """`set-backend-service` names a backend that is not configured, or a text that is no URL."""

    source = "set-backend-service"
    reason = "BackendNotFound"


class BackendConnectionFailure(RequestError):
    """The backend could not be reached, or ended the connection before it answered."""

    source = "forward-request"
    reason = "BackendConnectionFailure"


class ForwardTimeout(RequestError):
    """The backend sent no headers within the timeout of `forward-request`."""

    source = "forward-request"
    reason = "Timeout"


class ErrorStatusCode(RequestError):
    """The backend answered 400 to 599 and `fail-on-error-status-code` is set."""

    source = "forward-request"
    reason = "BackendErrorStatusCode"


class CallerNotAllowed(RequestError):
    """The gateway is not asked under a name of its own, by a page that may, or for a host that it is a proxy for."""

    status = 403
    public = True
    source = "configuration"
    reason = "CallerNotAllowed"


class ForeignHost(CallerNotAllowed):
    """The gateway is asked under a name that is not its own."""

    refused = "foreign Host"


class ForeignOrigin(CallerNotAllowed):
    """The page that asks may not."""

    refused = "foreign Origin"


class NotProxied(CallerNotAllowed):
    """The gateway is asked for a host that it is no proxy for."""

    refused = "no proxy for this host"


class InvalidPath(RequestError):
    """Gateway and backend may read the path of the request differently."""

    status = 400
    public = True
    source = "configuration"
    reason = "InvalidPath"
    refused = "invalid path"


class OperationNotFound(RequestError):
    """The request matches no operation of the API."""

    status = 404
    public = True
    source = "configuration"
    reason = "OperationNotFound"
    refused = "no such operation"


class RateLimitExceeded(RequestError):
    """A counter of `rate-limit-by-key` is used up."""

    status = 429
    public = True
    source = "rate-limit-by-key"
    reason = "RateLimitExceeded"
