"""The routes of one mock backend: the key, admission, what goes wrong, the answer, and its pace, in that order."""

import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge

from mockbackends import azure_errors
from mockbackends.admission import Admission, Ask
from mockbackends.azure_errors import BadRequestError, Refusal
from mockbackends.backend import ANY, Backend
from mockbackends.clock import SECOND
from mockbackends.connection import SOCKET
from mockbackends.faults import WIRE
from mockbackends.fleet import Fleet
from mockbackends.journal import RIGHT, Attempt
from mockbackends.operations import OPERATIONS, Answer, Event, Incoming, Operation, Request, Stream
from mockbackends.recording import ATTEMPT

MAX_BODY = 16 * 1024 * 1024  # bytes

_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?|preview|latest")
_V1 = "v1"  # what the v1 routes, which need no api-version, are called in a 429


def create_app(backend: Backend, fleet: Fleet | None = None) -> Flask:
    """Make the WSGI application of one backend; `mockbackends.server.serve` puts it on its port."""
    fleet = fleet or Fleet([backend])
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
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
        app.add_url_rule(path, path, partial(view, operation), methods=operation.methods)


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
        content_type = request.headers.get("Content-Type", "")
        incoming = Incoming(request.get_data(), content_type, deployments=self.deployments, azure=azure, **names)
        try:
            asked = operation.parse(incoming)
        except BadRequestError as fault:
            return self._bad_request(fault, Ask(names.get("deployment", ANY), operation.name, api_version))
        if not operation.metered:
            return _response(asked.answer(self.backend.name, int(time.time()), azure=azure), None)
        return self._admit(asked, _ask(asked, operation.name, api_version), azure=azure)

    def _bad_request(self, fault: BadRequestError, ask: Ask) -> Response:
        # A bad body is counted too: "unsuccessful requests still count" (Azure, troubleshooting).
        admission = self._judge(ask)
        refusal = (admission and admission.refusal) or azure_errors.bad_request(fault)
        return _refuse(refusal, admission.headers if admission else {})

    def _admit(self, asked: Request, ask: Ask, *, azure: bool) -> Response:
        attempt = _attempt()
        attempt.deployment, attempt.stream = ask.deployment[:200], ask.stream
        admission = self._judge(ask)
        if admission is None:
            return _refuse(azure_errors.deployment_not_found())
        attempt.fault = admission.fault.fault if admission.fault else ""
        refusal = admission.refusal or _refusal(admission)
        if refusal:
            attempt.room_elsewhere = self.fleet.room_elsewhere(self.backend.name, ask)
            return _refuse(refusal, admission.headers)
        admission.pace.before_the_answer()
        response = _response(asked.answer(self.backend.name, int(time.time()), azure=azure), admission)
        response.headers.update(admission.headers)
        return response

    def _judge(self, ask: Ask) -> Admission | None:
        admission = self.fleet.admit(self.backend.name, ask)
        _attempt().throttled = bool(admission and admission.refusal)  # the status may be 200
        return admission


def _refusal(admission: Admission) -> Refusal | None:
    """The error of a fault that is one; a fault that delays has delayed when this returns."""
    fault = admission.fault
    if fault and fault.fault in ("timeout", "slow"):
        admission.pace.hold(fault.seconds)
    return _REFUSALS[fault.fault]() if fault and fault.fault in _REFUSALS else None


def _response(answer: Answer, admission: Admission | None) -> Response:
    """An answer as it is sent: with its pace, and with what goes wrong on the wire."""
    wire = _wire(admission) if admission else None
    if isinstance(answer, Stream):
        events = _paced(answer.events, admission)
        response = Response(wire(events) if wire else events, content_type="text/event-stream; charset=utf-8")
        response.headers["x-accel-buffering"] = "no"
        return response
    # a fault gets parts, and no length, which it may not keep
    return Response(wire([answer.body]) if wire else answer.body, content_type=answer.content_type)


def _paced(events: Iterable[Event], admission: Admission | None) -> Iterator[bytes]:
    for event in events:
        if event.paced and admission:
            admission.pace.before_a_token()
        yield event.data


_REFUSALS: dict[str, Callable[[], Refusal]] = {
    "error": azure_errors.server_error,
    "unavailable": azure_errors.unavailable,
    "timeout": azure_errors.timeout,
}


def _attempt() -> Attempt:
    """The journal's line for this call; without a recorder, as in a test of the application alone, a loose one."""
    attempt: Attempt = request.environ.setdefault(ATTEMPT, Attempt(0, 0, "", "", ""))
    return attempt


def _ask(asked: Request, operation: str, api_version: str) -> Ask:
    """What admission needs to know of a call."""
    return Ask(asked.model, operation, api_version, asked.prompt_tokens(), asked.max_tokens(), asked.stream, _arrived())


def _arrived() -> int | None:
    attempt = _attempt()
    return round(attempt.at * SECOND) if attempt.number else None


def _wire(admission: Admission) -> Callable[[Iterable[bytes]], Iterator[bytes]] | None:
    """What the call's fault does to the parts of its answer, if it is of that kind."""
    wire = WIRE.get(admission.fault.fault) if admission.fault else None
    return partial(wire, request.environ[SOCKET]) if wire else None


def _read_body() -> Response | None:
    """Read the body before anything answers: what stays unread would be taken for the next request."""
    try:
        request.get_data()
        _attempt().body = hashlib.sha256(request.get_data()).hexdigest()
        request.stream.read(1)  # a chunked body over the limit is cut; this read is what raises
    except (OSError, ClientDisconnected):  # a chunk that is none, or the end before the end
        refusal = azure_errors.bad_request(BadRequestError("The body of the request ends too early."))
        return _refuse(refusal, {"Connection": "close"})
    return None


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
    response.headers.update(
        {
            "apim-request-id": str(uuid.uuid4()),
            "cache-control": "no-cache, must-revalidate",
            "x-content-type-options": "nosniff",
            "x-ms-region": backend.region or backend.name,
        }
    )
    return response


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _refuse(azure_errors.too_large(MAX_BODY))
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
    return Response(_dump(body), status, content_type="application/json")


def _dump(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
