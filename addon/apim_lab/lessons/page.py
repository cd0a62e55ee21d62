"""A client of the live page's server: reads events and traces, advances the clock, begins and leaves lessons."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

LAB = "http://127.0.0.1:8081"
"""The live page of `make lab`."""

PAGE_TIMEOUT = 60.0
"""Seconds; the page writes something at least every 15."""

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy: the page is on this machine

type Json = dict[str, Any]


class PageError(Exception):
    """The page refused; `status` is the HTTP status, 0 if the page was not reached."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class PageClient:
    """The live page at `url`. Every method raises PageError."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def state(self) -> Json:
        """The whole state of the page."""
        with closing(self.events()) as events:
            event = next(events, {})
        if "lessons" not in event:
            raise PageError(200, f"what answers at {self.url} is no live page")
        return event

    def events(self) -> Generator[Json]:
        """The events as they come: first the whole state, then changes; an empty one now and then if nothing changes.

        They end when the page does.
        """
        with self._open("GET", "/events") as response:
            for line in response:
                if line.startswith(b"data:"):
                    yield json.loads(line.removeprefix(b"data:"))
                elif line.startswith(b":"):
                    yield {}

    def advance(self, seconds: float) -> None:
        """Let the clocks of the gateway and of the fleet jump ahead."""
        self._ask("POST", "/clock/advance", {"seconds": seconds})

    def trace(self, id_: str) -> Json:
        """What the policy did with one call."""
        return self._ask("GET", f"/traces/{id_}")

    def begin(self, number: int) -> str:
        """Begin a lesson; returns its id."""
        return str(self._ask("POST", f"/lessons/{number}", {})["id"])

    def leave(self, id_: str) -> None:
        """Leave the lesson with this id, and no other; policy and fleet then are as at the start."""
        self._ask("DELETE", f"/lessons?id={id_}", {})

    def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        with self._open(method, path, body) as response:
            answer: Json = json.loads(response.read() or b"{}")
            return answer

    @contextmanager
    def _open(self, method: str, path: str, body: Json | None = None) -> Iterator[http.client.HTTPResponse]:
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        try:
            request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310 - the caller's own URL
            with _OPENER.open(request, timeout=PAGE_TIMEOUT) as response:
                yield response
        except urllib.error.HTTPError as error:
            with error:
                raise PageError(error.code, _message(error)) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise PageError(0, f"there is no live page at {self.url}: {error}") from error


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["error"]["message"])
    except (OSError, ValueError, LookupError, TypeError, http.client.HTTPException):
        return str(error)
