"""The control of a running fleet: a small HTTP API on a port of its own.

A backend's port never answers for it. The control answers a request only if its Host is an address or a name of this
machine on which the control listens, and its Origin, if any, is the control's own. So no web page can control the
fleet, not even if its name resolves to this machine (DNS rebinding).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import ClientDisconnected, HTTPException, MethodNotAllowed, RequestEntityTooLarge

from mockbackends.admission import DeploymentState
from mockbackends.backend import Backend
from mockbackends.clock import LONGEST_CLOCK_STEP
from mockbackends.documents import DocumentError, mistakes, read
from mockbackends.faults import FAULTS
from mockbackends.fleet import BackendState, Fleet, UnknownError
from mockbackends.scenario import Scenario
from mockbackends.settings import Change, Deployment, FrozenModel, Number
from mockbackends.verdict import Bounds, judge

MAX_BODY = 512 * 1024  # bytes: about 500 for each event of the longest scenario

_HOST_NAMES = ("localhost",)  # allowed beside the addresses of the loopback, and the host on which the control listens


class Advance(FrozenModel):
    """The seconds by which the clock jumps ahead."""

    seconds: Number = Field(ge=0, le=LONGEST_CLOCK_STEP, allow_inf_nan=False)


@dataclass(frozen=True)
class QueryNumber:
    """A parameter in the query of a request: a whole number."""

    name: str
    description: str
    least: int
    most: int
    default: int

    def read(self) -> int:
        """Return the number in this request; raise DocumentError."""
        text = request.args.get(self.name, str(self.default))
        is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(self.most))
        if not (is_number and self.least <= int(text) <= self.most):
            raise DocumentError([f"{self.name}: write a number from {self.least} to {self.most}, not {text!r}"])
        return int(text)

    def describe(self) -> dict[str, Any]:
        """Return the parameter as OpenAPI describes it."""
        schema = {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.default}
        return {"name": self.name, "in": "query", "description": self.description, "schema": schema}


SINCE = QueryNumber("since", "number of an attempt: the answer has the attempts after it", 0, 999_999_999, default=0)
LIMIT = QueryNumber(
    "limit", "attempts in the answer at most; if there are more, go on since the last number", 1, 10_000, 1000
)


@dataclass(frozen=True)
class ControlOperation:
    """An operation of the control. `act` gets the Control, the body as a `body` model, and the names in the path."""

    method: str
    path: str
    summary: str
    act: Callable[..., Any]
    body: type[BaseModel] | None = None
    query: tuple[QueryNumber, ...] = ()


class Control:
    """The actions of the operations on a fleet. Each returns its answer as JSON has it."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    def show(self) -> dict[str, Any]:
        """Return the whole fleet as it is now."""
        self.fleet.keep_time()
        return {
            "backends": [_backend(state, self.fleet.urls.get(name)) for name, state in self.fleet.states.items()],
            "faults": [fault.as_dict() for fault in FAULTS.values()],
            "clock": self.clock(),
            "scenario": self.scenario(),
            "journal": {"attempts": len(self.fleet.journal), "dropped": self.fleet.journal.dropped},
        }

    def deployment(self, backend: str, deployment: str) -> dict[str, Any]:
        """Return a deployment as it is now; raise UnknownError."""
        self.fleet.keep_time()
        state = self.fleet.states[backend].deployments.get(deployment) if backend in self.fleet.states else None
        if state is None:
            raise UnknownError(f"there is no deployment {deployment!r} of a backend {backend!r}")
        return _deployment(state)

    def change(self, change: Change, backend: str, deployment: str) -> dict[str, Any]:
        """Change settings of a deployment."""
        self.fleet.change(backend, deployment, change)
        return self.deployment(backend, deployment)

    def reset(self) -> dict[str, Any]:
        """Return the fleet to its start."""
        self.fleet.reset()
        return self.show()

    def scenario(self) -> dict[str, Any] | None:
        """Return the scenario that runs."""
        scenario = self.fleet.scenario
        return scenario.model_dump(mode="json", by_alias=True, exclude_unset=True) if scenario else None

    def load(self, scenario: Scenario) -> dict[str, Any] | None:
        """Start a scenario."""
        self.fleet.load(scenario)
        return self.scenario()

    def end_scenario(self) -> None:
        """End the scenario."""
        self.fleet.end_scenario()

    def journal(self) -> dict[str, Any]:
        """Return the names of the backends and a page of the attempts."""
        attempts = self.fleet.journal.since(SINCE.read(), LIMIT.read())
        return {"backends": list(self.fleet.states), "attempts": [attempt.as_dict() for attempt in attempts]}

    def clear(self) -> None:
        """Forget every attempt."""
        self.fleet.journal.clear()

    def verdict(self) -> dict[str, Any]:
        """Return the gateway's figures and the complaints."""
        figures = judge(self.fleet.journal, list(self.fleet.states))
        return figures.as_dict() | {
            "complaints": Bounds().complaints(figures),
            "dropped": self.fleet.journal.dropped,
        }

    def clock(self) -> dict[str, Any]:
        """Return the lab's time."""
        return {"seconds": self.fleet.clock.seconds(), "frozen": self.fleet.clock.frozen}

    def advance(self, advance: Advance) -> dict[str, Any]:
        """Let the clock jump ahead."""
        self.fleet.clock.advance(advance.seconds)
        return self.clock()


OPERATIONS = (
    ControlOperation(
        "GET",
        "/fleet",
        "The fleet: its backends and their settings now, faults, clock and scenario",
        Control.show,
    ),
    ControlOperation(
        "GET", "/backends/<backend>/deployments/<deployment>", "A deployment's settings", Control.deployment
    ),
    ControlOperation(
        "PATCH",
        "/backends/<backend>/deployments/<deployment>",
        "Change settings of a deployment",
        Control.change,
        Change,
    ),
    ControlOperation(
        "POST",
        "/reset",
        "Return to the start: no scenario, the first settings, no counts, an empty journal",
        Control.reset,
    ),
    ControlOperation("GET", "/scenario", "The scenario that runs, or null", Control.scenario),
    ControlOperation("PUT", "/scenario", "Start a scenario now, in JSON or YAML", Control.load, Scenario),
    ControlOperation("DELETE", "/scenario", "End the scenario", Control.end_scenario),
    ControlOperation(
        "GET", "/journal", "The attempts that reached a backend, page by page", Control.journal, query=(SINCE, LIMIT)
    ),
    ControlOperation("DELETE", "/journal", "Forget every attempt", Control.clear),
    ControlOperation("GET", "/verdict", "The figures of the gateway, and the complaints", Control.verdict),
    ControlOperation("GET", "/clock", "The lab's clock", Control.clock),
    ControlOperation(
        "POST", "/clock/advance", "Let the clock jump ahead; waits that are over end at once", Control.advance, Advance
    ),
)


def create_control(fleet: Fleet, host: str = "127.0.0.1") -> Flask:
    """Make the WSGI application of a fleet's control; `host` is the address on which it listens."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.before_request(_read_body)
    app.before_request(lambda: _check_sender(host))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DocumentError, lambda error: _error(400, "\n".join(error.mistakes)))
    app.register_error_handler(UnknownError, lambda error: _error(404, str(error)))
    control = Control(fleet)
    for operation in OPERATIONS:
        app.add_url_rule(
            operation.path,
            f"{operation.method} {operation.path}",
            _view(control, operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    app.add_url_rule("/openapi.json", "openapi", lambda: _json(openapi()))
    return app


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document of the control."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        path = operation.path.replace("<", "{").replace(">", "}")
        paths.setdefault(path, {})[operation.method.lower()] = _describe(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Control of the mock backends", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas | {"Error": _ERROR}},
    }


_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}},
}


def _describe(operation: ControlOperation, schemas: dict[str, Any]) -> dict[str, Any]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("<")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    parameters += [query.describe() for query in operation.query]
    error = {"description": "The mistake", "content": _content({"$ref": "#/components/schemas/Error"})}
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": operation.act.__name__,
        "parameters": parameters,
        "responses": {"200": {"description": "Done", "content": _content({})}, "4XX": error},
    }
    if operation.body:
        schema = operation.body.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[operation.body.__name__] = schema
        reference = {"$ref": f"#/components/schemas/{operation.body.__name__}"}
        described["requestBody"] = {"required": True, "content": _content(reference)}
    return described


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _view(control: Control, operation: ControlOperation) -> Callable[..., Response]:
    def view(**names: str) -> Response:
        if operation.body is None:
            return _json(operation.act(control, **names))
        body = read(_text(), operation.body, "body")
        try:
            return _json(operation.act(control, body, **names))
        except ValidationError as error:  # each field is valid, but not together with the other settings
            return _error(409, "\n".join(mistakes(error, Deployment, "body")))

    return view


def _text() -> str:
    try:
        return request.get_data().decode()
    except UnicodeDecodeError as error:
        raise DocumentError(["body: not UTF-8"]) from error


def _read_body() -> Response | None:
    """Read the body before any answer: else its rest would be read as the next request, without an Origin."""
    try:
        request.get_data()
        request.stream.read(1)  # raises if a chunked body is longer than the limit
    except ClientDisconnected:  # werkzeug's word for a FramingError, and for a client that sends nothing more
        response = _error(400, "body: it cannot be read to its end")
        response.headers["Connection"] = "close"
        return response
    return None


def _check_sender(host: str) -> Response | None:
    name = _request_host()
    if not (name in (*_HOST_NAMES, host) or _is_loopback(name)):
        return _error(403, f"Host {name!r} is not this machine: ask for 127.0.0.1 or localhost")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.headers['Host']}":
        return _error(403, f"pages of {origin} may not control the fleet")
    return None


def _request_host() -> str:
    try:
        return urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    except ValueError:  # e.g. "["
        return ""


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _backend(state: BackendState, url: str | None) -> dict[str, Any]:
    backend: Backend = state.backend
    return {
        "name": backend.name,
        "region": state.region,
        "url": url,
        "deployments": [_deployment(deployment) for deployment in state.deployments.values()],
    }


def _deployment(state: DeploymentState) -> dict[str, Any]:
    verdict = state.verdict()
    rooms = {"requests": verdict.requests, "tokens": verdict.tokens}
    left = {name: {"limit": room.limit, "remaining": room.remaining} for name, room in rooms.items() if room}
    return state.settings.model_dump(mode="json") | {"left": left | {"utilization": verdict.utilization}}


def _http_error(error: HTTPException) -> Response:
    response = _error(error.code or 500, error.description or error.name)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if isinstance(error, RequestEntityTooLarge):
        response.headers["Connection"] = "close"  # a part of the body is unread
    return response


def _error(status: int, message: str) -> Response:
    return _json({"error": {"message": message}}, status)


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body) + "\n", status, content_type="application/json")
