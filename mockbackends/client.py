"""A client of the control that needs only the standard library."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

_PAGE_SIZE = 1000  # attempts per request
_ANSWER_TIMEOUT = 30.0  # seconds without a byte of the answer
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy: most controls are on this machine


class ControlError(Exception):
    """The control refused a request. `status` is the HTTP status, 0 if the control cannot be reached."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ControlClient:
    """Controls a running fleet; `url` is the address of its control, e.g. http://127.0.0.1:5000.

    Every method raises ControlError if the control refuses, and then nothing has changed.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def fleet(self) -> dict[str, Any]:
        """Return the fleet: backends and their settings now, faults, clock, scenario, length of the journal."""
        return self._ask("GET", "/fleet")

    def deployment(self, backend: str, deployment: str) -> dict[str, Any]:
        """Return the settings of a deployment now, and the room that its limits have left."""
        return self._ask("GET", _path(backend, deployment))

    def change(self, backend: str, deployment: str = "any", **settings: Any) -> dict[str, Any]:
        """Change `limits`, `latency`, `dialect` or `faults` of a deployment."""
        return self._ask("PATCH", _path(backend, deployment), json.dumps(settings))

    def load_scenario(self, text: str) -> dict[str, Any]:
        """Start a scenario, in YAML or JSON."""
        return self._ask("PUT", "/scenario", text)

    def end_scenario(self) -> None:
        """End the scenario."""
        self._ask("DELETE", "/scenario")

    def reset(self) -> dict[str, Any]:
        """Return to the start: no scenario, the first settings, no counts, an empty journal."""
        return self._ask("POST", "/reset")

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """Return every attempt after the number `since`."""
        return list(self.attempts(since))

    def backends(self) -> list[str]:
        """Return the names of the backends."""
        return [backend["name"] for backend in self.fleet()["backends"]]

    def attempts(self, since: int = 0) -> Iterator[dict[str, Any]]:
        """Yield every attempt after the number `since`; ask for them page by page."""
        while True:
            page = self._ask("GET", f"/journal?since={since}&limit={_PAGE_SIZE}")["attempts"]
            yield from page
            if len(page) < _PAGE_SIZE:
                return
            since = page[-1]["number"]

    def clear_journal(self) -> None:
        """Forget every attempt."""
        self._ask("DELETE", "/journal")

    def verdict(self) -> dict[str, Any]:
        """Return the figures of the gateway, and the complaints."""
        return self._ask("GET", "/verdict")

    def advance(self, seconds: float) -> float:
        """Let the clock jump ahead; return its time in seconds."""
        return float(self._ask("POST", "/clock/advance", json.dumps({"seconds": seconds}))["seconds"])

    def _ask(self, method: str, path: str, body: str | None = None) -> dict[str, Any]:
        data = None if body is None else body.encode()
        headers = {} if data is None else {"Content-Type": "application/yaml"}
        try:
            request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310 - the caller's own URL
            with _OPENER.open(request, timeout=_ANSWER_TIMEOUT) as response:
                answer: dict[str, Any] = json.loads(response.read())
                return answer
        except urllib.error.HTTPError as error:
            with error:
                raise ControlError(error.code, _message(error)) from error
        except OSError as error:
            raise ControlError(0, f"{self.url} does not answer: {error}") from error
        except (ValueError, OverflowError, http.client.HTTPException) as error:  # no URL, no port, no HTTP, no JSON
            raise ControlError(0, f"{self.url} is no control: {error}") from error


def _path(backend: str, deployment: str) -> str:
    return f"/backends/{quote(backend, safe='')}/deployments/{quote(deployment, safe='')}"


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["error"]["message"])
    except (OSError, ValueError, LookupError, TypeError, http.client.HTTPException):
        return str(error)
