"""set-backend-service and forward-request: where the request goes, and its going there."""

import string
import typing
from urllib.parse import quote, urljoin

from apim_lab.errors import BackendNotFound, ErrorStatusCode
from apim_lab.messages import Url
from apim_lab.policy.backends import Backend
from apim_lab.policy.context import Context, Forward
from apim_lab.policy.destinations import LOG, NOTHING, NOWHERE, URL, Move
from apim_lab.policy.statements.element import attribute, statement
from apim_lab.policy.values import Literal, Value

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAXIMUM_REDIRECTS = 20


@statement("set-backend-service", sections=("inbound", "backend"), own=[Move(URL, LOG)])
class SetBackendService:
    """Sends the request to a named backend or to a base URL (set-backend-service-policy.md).

    Only the base changes: with http://contoso.com/api/8.2 a request for .../10.4/partners/15?x goes to
    http://contoso.com/api/8.2/partners/15?x.
    """

    base_url: Value[str] | None = attribute(to=URL, default=None)
    backend_id: Value[str] | None = attribute(to=URL, names="backend", default=None)

    def __post_init__(self) -> None:
        if (self.base_url is None) == (self.backend_id is None):
            raise ValueError("expected either backend-id or base-url")
        if isinstance(self.base_url, Literal):
            Url.parse(self.base_url.value)

    async def run(self, context: Context) -> None:
        if self.backend_id:
            context.route_to(self.named(await self.backend_id.get(context), context))
        elif self.base_url:
            context.route_to(self.unnamed(await self.base_url.get(context)))
        if context.trace:
            context.trace.note("the request goes to {}", context.request.url)

    def named(self, backend_id: str, context: Context) -> Backend:
        try:
            return context.backends[backend_id]
        except KeyError:
            known = ", ".join(sorted(context.backends)) or "none"
            raise BackendNotFound(f"Backend with id {backend_id!r} could not be found; configured: {known}") from None

    def unnamed(self, base_url: str) -> Backend:
        try:
            return Backend("", Url.parse(base_url))
        except ValueError as error:
            raise BackendNotFound(str(error)) from error


@statement("forward-request", sections=("backend",), own=NOTHING)
class ForwardRequest:
    """Sends the request to the backend and waits for the headers of its answer (forward-request-policy.md).

    `timeout` is in seconds (`timeout-ms` in milliseconds) and counts until the headers. `buffer-response="false"`
    passes the body on piece by piece; an event stream is passed on so in any case. With
    `fail-on-error-status-code` an answer of 400 to 599 is an error that goes to on-error.
    `buffer-request-body`, `continue-timeout` and `http-version` are accepted and change nothing: a request is always
    kept for a retry, and always goes to the backend over HTTP/1.1.
    """

    timeout: Value[float] | None = attribute(to=NOWHERE, minimum=0, default=None)
    timeout_ms: Value[float] | None = attribute(to=NOWHERE, minimum=0, default=None)
    continue_timeout: Value[float] | None = attribute(to=NOWHERE, default=None)
    http_version: typing.Literal["1", "2or1", "2"] = "1"
    follow_redirects: Value[bool] | None = attribute(to=NOWHERE, default=None)
    buffer_request_body: bool = False
    buffer_response: bool = True
    fail_on_error_status_code: bool = False

    async def run(self, context: Context) -> None:
        question = Forward(await self.seconds(context), self.buffer_response)
        if context.trace:
            context.trace.forwards(len(context.attempts))
        await context.forward(question)
        if self.follow_redirects and await self.follow_redirects.get(context):
            await self.follow(context, question)
        if self.fail_on_error_status_code and context.response and 400 <= context.response.status_code <= 599:
            raise ErrorStatusCode(f"The backend answered {context.response.status_code}.")

    async def seconds(self, context: Context) -> float:
        if self.timeout_ms:
            return await self.timeout_ms.get(context) / 1000
        return await self.timeout.get(context) if self.timeout else 300.0

    async def follow(self, context: Context, question: Forward) -> None:
        """Follow redirects; the request that the policy sees, and may send again, stays as it was."""
        request, backend = context.request, context.backend
        context.request = request.copy()
        try:
            for _ in range(MAXIMUM_REDIRECTS):
                target = redirection(context)
                if target is None:
                    return
                if context.response and context.response.status_code == 303 and context.request.method != "HEAD":
                    context.request.method = "GET"
                    context.request.body.replace(b"")
                context.redirect_to(target)
                await context.forward(question)
        finally:
            context.request, context.backend = request, backend


def redirection(context: Context) -> Url | None:
    """Where the answer sends the request (RFC 9110, section 10.2.2); None if nowhere that HTTP can go, and for one from
    https to http: .NET does not follow it either, and the body would go unencrypted."""
    response = context.response
    if not response or response.status_code not in REDIRECTS:
        return None
    location = response.headers.get("Location")
    if not location:
        return None
    try:
        target = Url.parse(quote(urljoin(str(context.request.url), location), safe=string.punctuation))
    except ValueError:
        return None
    return None if (context.request.url.scheme, target.scheme) == ("https", "http") else target
