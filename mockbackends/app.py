"""The routes of one mock backend: the key, admission, what goes wrong, the answer, and its pace, in that order."""

import hashlib
import hmac
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from mockbackends import azure_errors
from mockbackends.admission import Admission, Ask
from mockbackends.azure_errors import BadRequestError, Refusal, TooLargeError
from mockbackends.backend import ANY, Backend
from mockbackends.connection import SOCKET
from mockbackends.fleet import Fleet
from mockbackends.journal import RIGHT, Attempt
from mockbackends.operations import OPERATIONS, Answer, Event, Incoming, Operation, Request, Stream
from mockbackends.operations.operation import dump
from mockbackends.recording import ARRIVED, ATTEMPT

MAX_BODY = 16 * 1024 * 1024  # bytes
MAX_READ = 4 * MAX_BODY  # how much of a larger body is read, so that the client has sent it before it is refused

_PART = 64 * 1024  # bytes of a body that are read at a time
_AHEAD = 20  # events of a stream that are made before the wait for its first token

_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?|preview|latest")
_V1 = "v1"  # what the v1 routes, which need no api-version, are called in a 429


def create_app(backend: Backend, fleet: Fleet | None = None) -> Flask:
    """Make the WSGI application of one backend; `mockbackends.server.serve` puts it on its port."""
    fleet = fleet or Fleet([backend])
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # Azure does not redirect
    app.before_request(_read_body)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(lambda response: _name_the_backend(response, backend))
    api = _Api(backend, fleet)
    for operation in OPERATIONS:
        _add_routes(app, api, operation)
    app.add_url_rule("/healthz", "healthz", lambda: _json({"name": backend.name}))
    return app


def _add_routes(app: Flask, api: "_Api", operation: Operation) -> None:
    dated = "/openai/deployments/<deployment>/" if operation.in_deployment else "/openai/"
    for prefix, view in ((dated, api.azure), ("/openai/v1/", api.azure_v1), ("/v1/", api.openai_v1)):
        path = prefix + operation.path
        endpoint = f"{operation.name} {path}"
        app.add_url_rule(path, endpoint, partial(view, operation), methods=operation.methods)


class _Api:
    """The operations of one backend."""

    def __init__(self, backend: Backend, fleet: Fleet) -> None:
        self.backend = backend
        self.fleet = fleet
        self.deployments = tuple(deployment.name for deployment in backend.deployments)

    def azure(self, operation: Operation, **names: str) -> Response:
        """Azure's dated route: the query has the api-version, and the path mostly names the deployment."""
        return self._answer(operation, request.args.get("api-version", ""), names, azure=True)

    def azure_v1(self, operation: Operation, **names: str) -> Response:
        """Azure's v1 route: the body names the deployment as its model."""
        return self._answer(operation, _V1, names, azure=True)

    def openai_v1(self, operation: Operation, **names: str) -> Response:
        """OpenAI's own route, whose answers have no content filter results."""
        return self._answer(operation, _V1, names, azure=False)

    def _answer(self, operation: Operation, api_version: str, names: dict[str, str], *, azure: bool) -> Response:
        attempt = _attempt()
        attempt.operation = operation.name if operation.metered else ""
        attempt.key = _key_fit(self.fleet, self.backend)
        if attempt.key != RIGHT:
            return _refuse(azure_errors.access_denied())
        if api_version != _V1 and not _API_VERSION.fullmatch(api_version):
            return _refuse(azure_errors.resource_not_found())
        incoming = self._incoming(names, azure=azure)
        try:
            _check_size()
            asked = operation.parse(incoming)
        except BadRequestError as fault:
            if not operation.metered:
                return _refuse(azure_errors.bad_request(fault))
            return self._bad_request(fault, Ask(incoming.meant() or ANY, operation.name, api_version))
        if not operation.metered:
            return _response(asked.answer(self.backend.name, int(time.time()), azure=azure), None)
        return self._admit(asked, _ask(asked, operation.name, api_version), azure=azure)

    def _incoming(self, names: dict[str, str], *, azure: bool) -> Incoming:
        content_type = request.headers.get("Content-Type", "")
        kept = self.fleet.states[self.backend.name].kept
        return Incoming(g.body, content_type, deployments=self.deployments, azure=azure, kept=kept, **names)

    def _bad_request(self, fault: BadRequestError, ask: Ask) -> Response:
        # A bad body is counted too: "unsuccessful requests still count" (Azure, troubleshooting).
        admission = self._judge(ask)
        if admission and admission.refusal:
            _attempt().fault = _fault(admission)
            return self._refuse(admission.refusal, admission, ask)
        return _refuse(azure_errors.bad_request(fault), admission.headers if admission else {})

    def _admit(self, asked: Request, ask: Ask, *, azure: bool) -> Response:
        admission = self._judge(ask)
        if admission is None:
            return _refuse(azure_errors.deployment_not_found())
        _attempt().fault = _fault(admission)
        refusal = admission.refusal or _refusal(admission)
        if refusal:
            return self._refuse(refusal, admission, ask)
        answer = asked.answer(self.backend.name, int(time.time()), azure=azure)
        response = _response(_begun(answer, admission), admission)
        response.headers.extend(admission.headers)
        return response

    def _judge(self, ask: Ask) -> Admission | None:
        attempt = _attempt()
        attempt.deployment, attempt.stream = ask.deployment[:200], ask.stream
        admission = self.fleet.admit(self.backend.name, ask)
        attempt.throttled = bool(admission and admission.refusal)  # the status may be 200
        return admission

    def _refuse(self, refusal: Refusal, admission: Admission, ask: Ask) -> Response:
        _attempt().room_elsewhere = self.fleet.room_elsewhere(self.backend.name, ask)
        return _refuse(refusal, admission.headers)


def _fault(admission: Admission) -> str:
    """What goes wrong with the call, in the journal's words."""
    return admission.fault.fault if admission.fault else ""


def _refusal(admission: Admission) -> Refusal | None:
    """The error of a fault that is one; a fault that delays has delayed when this returns."""
    fault = admission.fault
    if fault and fault.type.delays:
        admission.pace.hold(fault.seconds)
    return fault.type.refusal() if fault and fault.type.refusal else None


def _begun(answer: Answer, admission: Admission) -> Answer:
    """The answer, with the beginning of a stream made already: many at once then only have to send it in time.

    Of one that will go wrong no more than the first event is made: what was made to its end may be kept.
    """
    if not isinstance(answer, Stream):
        return answer
    beginning = list(islice(answer.events, 1 if admission.fault else _AHEAD))
    return Stream(chain(beginning, answer.events))


def _response(answer: Answer, admission: Admission | None) -> Response:
    """An answer as it is sent: with its pace, and with what goes wrong on the wire."""
    wire = _wire(admission) if admission else None
    if isinstance(answer, Stream):
        events = wire(answer.events) if wire else answer.events
        response = Response(_paced(events, admission), content_type="text/event-stream; charset=utf-8")
        response.headers["x-accel-buffering"] = "no"
        return response
    # a fault sends parts, and no length, which it may not keep
    parts = wire([Event(answer.body), Event(b"")]) if wire else [Event(answer.body)]
    response = Response(_paced(parts, admission), content_type=answer.content_type)
    if not wire:
        response.content_length = len(answer.body)
    return response


def _paced(events: Iterable[Event], admission: Admission | None) -> Iterator[bytes]:
    """The events, each at its time; all else that an answer needs was done before the first wait."""
    if admission:
        admission.pace.before_the_answer()
    for event in events:
        if event.paced and admission:
            admission.pace.before_a_token()
        yield event.data


def _attempt() -> Attempt:
    """The journal's line for this call; without a recorder, as in a test of the application alone, a loose one."""
    attempt: Attempt = request.environ.setdefault(ATTEMPT, Attempt(0, 0, "", "", ""))
    return attempt


def _ask(asked: Request, operation: str, api_version: str) -> Ask:
    """What admission needs to know of a call."""
    arrived = request.environ.get(ARRIVED)
    return Ask(asked.model, operation, api_version, asked.prompt_tokens(), asked.max_tokens(), asked.stream, arrived)


def _wire(admission: Admission) -> Callable[[Iterable[Event]], Iterator[Event]] | None:
    """What the call's fault does to the events of its answer, if it is of that kind."""
    wire = admission.fault.type.wire if admission.fault else None
    return partial(wire, request.environ[SOCKET]) if wire else None


def _read_body() -> Response | None:
    """Read the body before anything answers: what stays unread would be taken for the next request."""
    try:
        g.body, g.length = _body()
    except OSError as error:  # a FramingError, or a client that sends nothing more
        return _last(BadRequestError(f"The body of the request cannot be read: {error}."))
    return _last(TooLargeError(MAX_BODY)) if g.length > MAX_READ else None


def _body() -> tuple[bytes, int]:
    """The body, empty if it is too large, and its length, as far as it is read; its hash goes into the journal."""
    body, length, digest = bytearray(), 0, hashlib.sha256()
    while length <= MAX_READ and (part := request.stream.read(_PART)):
        length += len(part)
        digest.update(part)
        if length <= MAX_BODY:
            body += part
    _attempt().body = digest.hexdigest()
    return b"" if length > MAX_BODY else bytes(body), length


def _check_size() -> None:
    """Raise TooLargeError for a body that was read and is too large."""
    if g.length > MAX_BODY:
        raise TooLargeError(MAX_BODY)


def _last(fault: BadRequestError) -> Response:
    """The answer to a request that is not read to its end: the connection ends with it."""
    return _refuse(azure_errors.bad_request(fault), {"Connection": "close"})


def _key_fit(fleet: Fleet, backend: Backend) -> str:
    """How the key that was given fits, in the journal's words."""
    if backend.key is None:
        return RIGHT
    given = request.headers.get("api-key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    if hmac.compare_digest(given.encode(), backend.key.encode()):
        return RIGHT
    owner = fleet.owner_of_key(given)
    return f"of {owner}" if owner else "wrong" if given else "missing"


def _name_the_backend(response: Response, backend: Backend) -> Response:
    """Add the headers of every answer; the backend's name takes the place of Azure's region."""
    response.headers.extend(
        {
            "apim-request-id": str(uuid.uuid4()),
            "cache-control": "no-cache, must-revalidate",
            "x-content-type-options": "nosniff",
            "x-ms-region": backend.region or backend.name,
        }
    )
    return response


def _http_error(error: HTTPException) -> Response:
    if error.code in (404, 405):
        return _refuse(azure_errors.resource_not_found())
    return _refuse(azure_errors.http_error(error.code or 500, error.description or error.name))


def _refuse(refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
    response = _json({"error": refusal.error}, refusal.status)
    if refusal.body:
        response.set_data(refusal.body)
    response.headers.update((headers or {}) | refusal.headers)  # the limits' headers give way to a dialect's
    return response


def _json(body: dict[str, Any], status: str = "200 OK") -> Response:
    return Response(dump(body), status, content_type="application/json")
