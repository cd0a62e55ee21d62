"""The gateway: which API a request belongs to, and the policy run that answers it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from apim_lab.clock import Clock
from apim_lab.csharp.runtime.budget import Budget, Limits
from apim_lab.dot_segments import remove_dot_segments
from apim_lab.errors import InvalidPath, OperationNotFound, RequestError
from apim_lab.expressions.entities import Api, Caller, Deployment
from apim_lab.messages import Request, Response
from apim_lab.policy.backends import Backend
from apim_lab.policy.context import Context
from apim_lab.policy.document import Document
from apim_lab.policy.run import Run
from apim_lab.service.operations import Operations
from apim_lab.stores.memory import Store


@dataclass(frozen=True)
class ServedApi:
    """An API with its policy. Without `operations` every path under the API's prefix is served."""

    api: Api
    document: Document
    operations: Operations | None = None

    @cached_property
    def prefix(self) -> str:
        return f"/{self.api.path}" if self.api.path else ""

    def owns(self, path: str) -> bool:
        return path == self.prefix or path.startswith(f"{self.prefix}/")


@dataclass(frozen=True)
class Gateway:
    """A configuration, checked and ready to serve. `files` are the files it was read from.

    `hosts` are host names: a proxy's request to one of them belongs to an API, like one to the gateway itself.
    `response_before_forward` is `context.Response` before the first forward-request, which API Management does not
    document. Many published policies look at its status there: with "empty", an empty 200, they run; with "null"
    they fail with a NullReferenceException. `deployment` is the service, `caller` who calls: the same for every
    request. `limits` are what one request may use.
    """

    apis: tuple[ServedApi, ...]
    backends: Mapping[str, Backend]
    store: Store
    hosts: frozenset[str] = frozenset()
    files: tuple[Path, ...] = ()
    response_before_forward: Literal["empty", "null"] = "empty"
    deployment: Deployment = field(default_factory=Deployment)
    caller: Caller = field(default_factory=Caller)
    clock: Clock = field(default_factory=Clock)
    limits: Limits = field(default_factory=Limits)

    def serve(self, request: Request, *, has_server: bool = False) -> Run | None:
        """The run for a request; None if it belongs to no API and its URL leads to a server, as in proxy modes."""
        try:
            request.url = request.original_url = request.url.resolved()
        except ValueError as error:
            return self.refuse(request, InvalidPath(f"The path has {error}."))
        if served := self.find(request.url.path):
            return self.start(served, request, has_server=has_server)
        return None if has_server else self.refuse(request, OperationNotFound("Resource not found"))

    def takes(self, path: str) -> bool:
        """Whether `serve` has a run for a request that has a server, going by its path."""
        try:
            return self.find(remove_dot_segments(path)) is not None
        except ValueError:
            return True  # it is refused

    def find(self, path: str) -> ServedApi | None:
        """The API whose prefix the path starts with, the longest such prefix."""
        return next((served for served in self.longest_first if served.owns(path)), None)

    @cached_property
    def longest_first(self) -> Sequence[ServedApi]:
        return sorted(self.apis, key=lambda served: len(served.prefix), reverse=True)

    def start(self, served: ServedApi, request: Request, *, has_server: bool = False) -> Run:
        """The run of the API that serves the request."""
        path = request.url.path.removeprefix(served.prefix)
        budget = Budget(self.limits)
        context = Context(
            request,
            self.store,
            self.backends,
            path,
            api=served.api,
            deployment=self.deployment,
            caller=self.caller,
            clock=self.clock,
            budget=budget,
        )
        if self.response_before_forward == "empty":
            context.response = Response()
        if has_server:
            context.route_to(Backend("", replace(request.url, path=served.prefix)))
        if not match_operation(served, context):
            return Run.refusing(OperationNotFound("Resource not found"), context)
        return Run.of(served.document, context)

    def describe(self) -> Iterator[str]:
        """The APIs, operations and backends, in lines for people."""
        for served in self.apis:
            yield f"API {served.api.id} at {served.prefix or '/'}, policy {served.document.path}"
            for operation in served.operations or ():
                yield f"  {operation.method} {operation.url_template} ({operation.id})"
        for backend in self.backends.values():
            yield f"backend {backend.id} at {backend.url}{' with its own credentials' if backend.credentials else ''}"

    def warnings(self) -> Iterator[str]:
        """What works here and API Management is not known to allow, in lines for people: file, line, column."""
        documents = {served.document.path: served.document for served in self.apis}
        for path, document in documents.items():
            for it in document.warnings:
                yield f"{path}:{it.line}:{it.column}: API Management's documentation does not list this: {it.message}"

    def refuse(self, request: Request, error: RequestError) -> Run:
        """The run that answers a request with the error, before any policy."""
        return Run.refusing(error, Context(request, self.store, clock=self.clock))


def match_operation(served: ServedApi, context: Context) -> bool:
    """Put the operation that the request matches into the context; returns False if it matches none."""
    if served.operations is None:
        return True
    request = context.request
    match = served.operations.match(request.method, context.path, request.url.query)
    if match is None:
        return False
    context.operation = match.operation
    request.matched_parameters = match.parameters
    return True
