"""The routes of one mock backend. A call passes in this order: key, admission, fault, answer, pace."""

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
from mockbackends.connection import SOCKET_KEY
from mockbackends.fleet import Fleet
from mockbackends.journal import RIGHT_KEY, Attempt
from mockbackends.operations import OPERATIONS, Answer, Event, Incoming, Operation, Request, Stream
from mockbackends.operations.operation import dump
from mockbackends.recorder import ARRIVED_KEY, ATTEMPT_KEY

MAX_BODY = 16 * 1024 * 1024  # bytes
MAX_READ = 4 * MAX_BODY  # bytes that are read of a body: a client that has sent all of it sees the refusal

_READ_SIZE = 64 * 1024  # bytes
_EVENTS_AHEAD = 20  # of a stream, made before the wait for its first token

_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?|preview|latest")
_V1_API_VERSION = "v1"  # the name of the v1 routes, which need no api-version, in a 429


def create_app(backend: Backend, fleet: Fleet | None = None) -> Flask:
    """Make the WSGI application of one backend; `mockbackends.server.serve` puts it on its port."""
    fleet = fleet or Fleet([backend])
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # Azure does not redirect //
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
        """Answer on Azure's dated route, with the api-version in the query and mostly the deployment in the path."""
        return self._answer(operation, request.args.get("api-version", ""), names, azure=True)

    def azure_v1(self, operation: Operation, **names: str) -> Response:
        """Answer on Azure's v1 route, whose body has the deployment as its model."""
        return self._answer(operation, _V1_API_VERSION, names, azure=True)

    def openai_v1(self, operation: Operation, **names: str) -> Response:
        """Answer on OpenAI's own route, without content filter results."""
        return self._answer(operation, _V1_API_VERSION, names, azure=False)

    def _answer(self, operation: Operation, api_version: str, names: dict[str, str], *, azure: bool) -> Response:
        attempt = _attempt()
        attempt.operation = operation.name if operation.metered else ""
        attempt.key = _key_fit(self.fleet, self.backend)
        if attempt.key != RIGHT_KEY:
            return _refuse(azure_errors.access_denied())
        if api_version != _V1_API_VERSION and not _API_VERSION.fullmatch(api_version):
            return _refuse(azure_errors.resource_not_found())
        incoming = self._incoming(names, azure=azure)
        try:
            _check_size()
            asked = operation.parse(incoming)
        except BadRequestError as fault:
            if not operation.metered:
                return _refuse(azure_errors.bad_request(fault))
            return self._bad_request(fault, Ask(incoming.find_model() or ANY, operation.name, api_version))
        if not operation.metered:
            return _response(asked.answer(self.backend.name, int(time.time()), azure=azure), None)
        return self._admit(asked, _ask(asked, operation.name, api_version), azure=azure)

    def _incoming(self, names: dict[str, str], *, azure: bool) -> Incoming:
        content_type = request.headers.get("Content-Type", "")
        store = self.fleet.states[self.backend.name].store
        return Incoming(g.body, content_type, deployments=self.deployments, azure=azure, store=store, **names)

    def _bad_request(self, fault: BadRequestError, ask: Ask) -> Response:
        # A bad body is counted too: "unsuccessful requests still count" (Azure, troubleshooting).
        admission = self._judge(ask)
        if admission and admission.refusal:
            _attempt().fault = _fault(admission)
            return self._refuse(admission.refusal, admission, ask)
        return _refuse(azure_errors.bad_request(fault), admission.headers if admission else {})

    def _admit(self, asked: Request, ask: Ask, *, azure: bool) -> Response:
        admission = self._judge(ask)
        assert admission, "parsing looks the deployment up"
        _attempt().fault = _fault(admission)
        refusal = admission.refusal or _refusal(admission)
        if refusal:
            return self._refuse(refusal, admission, ask)
        answer = asked.answer(self.backend.name, int(time.time()), azure=azure)
        response = _response(_begin(answer, admission), admission)
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
    """Return the name of the call's fault for the journal, empty if it has none."""
    return admission.fault.fault if admission.fault else ""


def _refusal(admission: Admission) -> Refusal | None:
    """Wait as long as the fault delays the call, and return its error if it has one."""
    fault = admission.fault
    if fault and fault.type.delays:
        admission.pace.hold(fault.seconds)
    return fault.type.refusal() if fault and fault.type.refusal else None


def _begin(answer: Answer, admission: Admission) -> Answer:
    """Return the answer with the beginning of a stream made ahead, so that many streams at once stay on time.

    If the stream meets a fault, only its first event is made: a response that is made to its end is stored.
    """
    if not isinstance(answer, Stream):
        return answer
    beginning = list(islice(answer.events, 1 if admission.fault else _EVENTS_AHEAD))
    return Stream(chain(beginning, answer.events))


def _response(answer: Answer, admission: Admission | None) -> Response:
    """Make the HTTP response of an answer, with its pace and the fault of the wire."""
    wire = _wire(admission) if admission else None
    if isinstance(answer, Stream):
        events = wire(answer.events) if wire else answer.events
        response = Response(_pace_events(events, admission), content_type="text/event-stream; charset=utf-8")
        response.headers["x-accel-buffering"] = "no"
        return response
    # a fault sends parts without a length: it may send fewer
    parts = wire([Event(answer.body), Event(b"")]) if wire else [Event(answer.body)]
    response = Response(_pace_events(parts, admission), content_type=answer.content_type)
    if not wire:
        response.content_length = len(answer.body)
    return response


def _pace_events(events: Iterable[Event], admission: Admission | None) -> Iterator[bytes]:
    """Yield the events, each at its time. All other work on the answer is done before the first wait."""
    if admission:
        admission.pace.before_the_answer()
    for event in events:
        if event.paced and admission:
            admission.pace.before_a_token()
        yield event.data


def _attempt() -> Attempt:
    """Return the journal's line for this call; a test of the application alone has no journal."""
    attempt: Attempt = request.environ.setdefault(ATTEMPT_KEY, Attempt(0, 0, "", "", ""))
    return attempt


def _ask(asked: Request, operation: str, api_version: str) -> Ask:
    """Return the call as admission sees it."""
    arrived = request.environ.get(ARRIVED_KEY)
    return Ask(asked.model, operation, api_version, asked.prompt_tokens, asked.max_tokens, asked.stream, arrived)


def _wire(admission: Admission) -> Callable[[Iterable[Event]], Iterator[Event]] | None:
    """Return the function of the call's fault that sends the answer, if it is a fault of the wire."""
    wire = admission.fault.type.wire if admission.fault else None
    return partial(wire, request.environ[SOCKET_KEY]) if wire else None


def _read_body() -> Response | None:
    """Read the body before any answer: else its rest would be read as the next request."""
    try:
        g.body, g.length = _body()
    except OSError as error:  # a FramingError, or a client that sends nothing more
        return _last(BadRequestError(f"The body of the request cannot be read: {error}."))
    return _last(TooLargeError(MAX_BODY)) if g.length > MAX_READ else None


def _body() -> tuple[bytes, int]:
    """Return the body, empty if it is too large, and the bytes read; write its hash into the journal."""
    body, length, digest = bytearray(), 0, hashlib.sha256()
    while length <= MAX_READ and (part := request.stream.read(_READ_SIZE)):
        length += len(part)
        digest.update(part)
        if length <= MAX_BODY:
            body += part
    _attempt().body = digest.hexdigest()
    return b"" if length > MAX_BODY else bytes(body), length


def _check_size() -> None:
    """Raise TooLargeError if the body is too large."""
    if g.length > MAX_BODY:
        raise TooLargeError(MAX_BODY)


def _last(fault: BadRequestError) -> Response:
    """Make the answer to a request that is not read to its end; the connection is closed after it."""
    return _refuse(azure_errors.bad_request(fault), {"Connection": "close"})


def _key_fit(fleet: Fleet, backend: Backend) -> str:
    """Compare the key of the call with the backend's: "right", "wrong", "missing" or "of NAME", as in the journal."""
    if backend.key is None:
        return RIGHT_KEY
    key = request.headers.get("api-key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    if hmac.compare_digest(key.encode(), backend.key.encode()):
        return RIGHT_KEY
    owner = fleet.owner_of_key(key)
    return f"of {owner}" if owner else "wrong" if key else "missing"


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
    response.headers.update((headers or {}) | refusal.headers)  # a dialect's headers replace those of the limits
    return response


def _json(body: dict[str, Any], status: str = "200 OK") -> Response:
    return Response(dump(body), status, content_type="application/json")
