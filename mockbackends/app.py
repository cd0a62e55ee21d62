"""The routes of one mock backend: who is let in, what is refused, and how the answer is paced."""

import hmac
import json
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge

from mockbackends import azure_errors
from mockbackends.azure_errors import BadRequestError, Refusal
from mockbackends.backend import Backend
from mockbackends.faults import ERROR, FAULTS
from mockbackends.operations import OPERATIONS, Event, Incoming, Operation, Stream, Whole
from mockbackends.throttle import Throttle, Verdict

MAX_BODY = 16 * 1024 * 1024  # bytes

_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?|preview|latest")
_V1 = "v1"  # what the v1 routes, which need no api-version, are called in a 429


def create_app(backend: Backend, deployments: tuple[str, ...] = ()) -> Flask:
    """Make the WSGI application of one backend; `mockbackends.server.serve` puts it on its port.

    `deployments` are those that it has; without any, every name will do.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.url_map.merge_slashes = False  # Azure does not redirect
    app.before_request(_read_body)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(lambda response: _name_the_backend(response, backend))
    api = _Api(backend, deployments)
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

    def __init__(self, backend: Backend, deployments: tuple[str, ...]) -> None:
        self.backend = backend
        self.deployments = deployments
        self.throttle = Throttle(backend.rpm, backend.window) if backend.rpm else None

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
        if self.backend.fault == ERROR:
            return _refuse(azure_errors.server_error())
        if not _key_fits(self.backend.key):
            return _refuse(azure_errors.access_denied())
        if api_version != _V1 and not _API_VERSION.fullmatch(api_version):
            return _refuse(azure_errors.resource_not_found())
        verdict = self.throttle.hit() if self.throttle and operation.metered else None
        if verdict and not verdict.admitted:
            response = _refuse(azure_errors.call_rate_limit(verdict, api_version, operation.name))
        else:
            # A bad body is counted too: "unsuccessful requests still count" (Azure, troubleshooting).
            response = self._complete(operation, names, azure=azure)
        response.headers.update(_limit_headers(verdict))
        return response

    def _complete(self, operation: Operation, names: dict[str, str], *, azure: bool) -> Response:
        content_type = request.headers.get("Content-Type", "")
        incoming = Incoming(request.get_data(), content_type, deployments=self.deployments, azure=azure, **names)
        try:
            asked = operation.parse(incoming)
        except BadRequestError as fault:
            return _refuse(azure_errors.bad_request(fault))
        time.sleep(self.backend.latency_ms / 1000)
        answer = asked.answer(self.backend.name, int(time.time()), azure=azure)
        return self._stream(answer) if isinstance(answer, Stream) else self._whole(answer)

    def _whole(self, answer: Whole) -> Response:
        if self.backend.fault:  # as parts, and without their length, which a fault may not keep
            return Response(self._faulty([answer.body]), content_type=answer.content_type)
        return Response(answer.body, content_type=answer.content_type)

    def _stream(self, answer: Stream) -> Response:
        events = self._paced(answer.events)
        response = Response(self._faulty(events), content_type="text/event-stream; charset=utf-8")
        response.headers["x-accel-buffering"] = "no"
        return response

    def _paced(self, events: Iterable[Event]) -> Iterator[bytes]:
        for event in events:
            if event.paced:
                time.sleep(self.backend.token_ms / 1000)
            yield event.data

    def _faulty(self, parts: Iterable[bytes]) -> Iterable[bytes]:
        if not self.backend.fault:
            return parts
        return FAULTS[self.backend.fault](request.environ["werkzeug.socket"], parts)


def _read_body() -> Response | None:
    """Read the body before anything answers: what stays unread would be taken for the next request."""
    try:
        request.get_data()
        request.stream.read(1)  # a chunked body over the limit is cut; this read is what raises
    except (OSError, ClientDisconnected):  # a chunk that is none, or the end before the end
        refusal = azure_errors.bad_request(BadRequestError("The body of the request ends too early."))
        return _refuse(refusal, {"Connection": "close"})
    return None


def _key_fits(key: str | None) -> bool:
    if key is None:
        return True
    given = request.headers.get("api-key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), key.encode())


def _limit_headers(verdict: Verdict | None) -> dict[str, str]:
    """The limit's headers; as in copilot-camp#551 they count the calls of the slice, not of the minute."""
    if verdict is None:
        return {}
    return {
        "x-ratelimit-limit-requests": str(verdict.limit),
        "x-ratelimit-remaining-requests": str(verdict.remaining),
        "x-ratelimit-reset-requests": str(verdict.seconds),
    }


def _name_the_backend(response: Response, backend: Backend) -> Response:
    """Add the headers of every answer; the backend's name takes the place of Azure's region."""
    response.headers.update(
        {
            "apim-request-id": str(uuid.uuid4()),
            "cache-control": "no-cache, must-revalidate",
            "x-content-type-options": "nosniff",
            "x-ms-region": backend.name,
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
    response.headers.update(refusal.headers | (headers or {}))
    return response


def _json(body: dict[str, Any], status: str = "200 OK") -> Response:
    return Response(_dump(body), status, content_type="application/json")


def _dump(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
