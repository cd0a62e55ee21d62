"""The controls of the mock fleets behind the gateway: read the backends, change them, reset them."""

import asyncio
import contextlib
import json
import logging
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPResponse
from tornado.iostream import StreamBufferFullError, UnsatisfiableReadError
from tornado.simple_httpclient import SimpleAsyncHTTPClient

logger = logging.getLogger("apim")

type Json = dict[str, Any]

POLL_INTERVAL = 1.0
"""Seconds between two looks at the fleets."""

MAX_MISSED_POLLS = 5
"""Looks without an answer, after which the log says so."""

ANSWER_TIMEOUT = 5.0
"""Seconds for an answer."""

MAX_ANSWER = 1024 * 1024
"""Bytes of an answer."""

FAILURES = (
    *(OSError, HTTPClientError, UnsatisfiableReadError, StreamBufferFullError),
    ValueError,  # a host that cannot be a name
    AssertionError,  # a chunk without its end
)
"""The exceptions of tornado's client if no answer comes, or one that is not HTTP."""


class FleetError(Exception):
    """A control refused, or did not answer: `status` is HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Shown(BaseModel):
    """The fields of a control's answer that the page reads; there may be more."""

    model_config = ConfigDict(extra="allow", strict=True)


class ShownDeployment(Shown):
    """A deployment."""

    name: str


class ShownBackend(Shown):
    """A backend."""

    name: str
    deployments: list[ShownDeployment]


class ShownScenario(BaseModel):
    """The scenario that a fleet plays."""

    name: str = ""


class ShownFault(Shown):
    """A fault that a deployment can be given; `help` completes the sentence "The backend ..."."""

    name: str
    help: str = ""


class ShownFleet(BaseModel):
    """A fleet: its backends, its faults and its scenario, without its clock and journal, which always change."""

    backends: list[ShownBackend]
    faults: list[ShownFault] = []
    scenario: ShownScenario | None = None


class Refused(BaseModel):
    """The answer with an error."""

    class Error(BaseModel):
        """What is wrong."""

        message: Annotated[str, Field(max_length=10_000)]

    error: Error


class FleetControls:
    """The controls of one or several fleets, by URL. `seen` has their backends and faults; None if no fleet answers.

    Raises ValueError for a text that is no URL.
    """

    def __init__(self, controls: Sequence[str]) -> None:
        self.controls = [parse_control(url) for url in controls]
        self.seen: Json | None = None
        self._homes: dict[str, str] = {}
        self._missed: Counter[str] = Counter()
        self._client: AsyncHTTPClient = SimpleAsyncHTTPClient(
            force_instance=True, max_buffer_size=MAX_ANSWER, max_body_size=MAX_ANSWER
        )

    async def run(self) -> None:
        """Look at the fleets, until cancelled."""
        while self.controls:
            await self.look()
            await asyncio.sleep(POLL_INTERVAL)

    async def look(self) -> None:
        """Ask each fleet for its backends and faults; a fleet that does not answer has none."""
        shown = [fleet for fleet in await asyncio.gather(*map(self._look_at, self.controls)) if fleet]
        backends = [backend.model_dump() for fleet in shown for backend in fleet.backends]
        faults = {fault.name: fault.model_dump() for fleet in shown for fault in fleet.faults}
        self.seen = {"backends": backends, "faults": list(faults.values())} if backends else None

    async def change(self, backend: str, deployment: str, change: bytes) -> Json:
        """Change settings of a deployment; raise FleetError."""
        if backend not in self._homes:
            raise FleetError(404, f"no mock fleet has a backend {backend!r}")
        path = f"/backends/{quote(backend, safe='')}/deployments/{quote(deployment, safe='')}"
        changed = await self._ask(self._homes[backend], "PATCH", path, change)
        await self.look()
        return changed

    async def advance(self, seconds: float) -> None:
        """Let every fleet's clock jump ahead; raise FleetError."""
        await self._ask_all("/clock/advance", json.dumps({"seconds": seconds}).encode())

    async def reset(self) -> None:
        """Reset every fleet; raise FleetError."""
        await self._ask_all("/reset", b"")
        await self.look()

    async def reset_where(self, scenarios: Collection[str]) -> None:
        """Reset each fleet that plays one of these scenarios; `look` logs a fleet that does not answer."""
        for control in self.controls:
            with contextlib.suppress(FleetError, ValidationError):
                fleet = ShownFleet.model_validate(await self._ask(control, "GET", "/fleet"))
                if fleet.scenario and fleet.scenario.name in scenarios:
                    await self._ask(control, "POST", "/reset", b"")
                    logger.warning("the mock fleet at %s begins anew: it still played %r", control, fleet.scenario.name)

    def close(self) -> None:
        """Close the client."""
        self._client.close()

    async def _look_at(self, control: str) -> ShownFleet | None:
        try:
            fleet = ShownFleet.model_validate(await self._ask(control, "GET", "/fleet"))
        except (FleetError, ValidationError) as error:
            self._miss(control, error)
            return None
        self._missed[control] = 0
        self._homes.update({backend.name: control for backend in fleet.backends})
        return fleet

    def _miss(self, control: str, error: Exception) -> None:
        """Log a control that does not answer: once, and not at the first looks, when it may still be starting."""
        self._missed[control] += 1
        if self._missed[control] == MAX_MISSED_POLLS:
            why = error if isinstance(error, FleetError) else f"what answers at {control} is no fleet's control"
            logger.warning("the live page shows no mock backends: %s", why)

    async def _ask_all(self, path: str, body: bytes) -> None:
        """Ask every fleet at once; raise the FleetError of one that refused when all have answered."""
        asked = (self._ask(control, "POST", path, body) for control in self.controls)
        for outcome in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _ask(self, control: str, method: str, path: str, body: bytes | None = None) -> Json:
        headers = {
            "Content-Type": "application/json",
            "Host": "localhost",
        }  # a control answers to this name
        try:
            response = await self._client.fetch(
                control + path,
                raise_error=False,
                method=method,
                headers=headers,
                body=body,
                request_timeout=ANSWER_TIMEOUT,
                allow_nonstandard_methods=True,
                follow_redirects=False,
                decompress_response=False,
            )
        except FAILURES as error:
            raise FleetError(502, f"the fleet's control at {control} does not answer: {error}") from error
        return read(response, control)


def parse_control(url: str) -> str:
    """The URL of a control without the slash at its end; raise ValueError if it is no URL."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"apim_fleet is {url!r}: expected a URL, like http://127.0.0.1:5000")
    return url.rstrip("/")


def read(response: HTTPResponse, control: str) -> Json:
    """The JSON of an answer; raise FleetError for a refusal, and for an answer that no control gives."""
    try:
        if 400 <= response.code < 500:
            raise FleetError(response.code, Refused.model_validate_json(response.body).error.message)
        answer = json.loads(response.body)
        json.dumps(answer, allow_nan=False)  # raises for NaN, which no browser could read
    except (ValueError, RecursionError) as error:
        raise FleetError(502, f"what answers at {control} is no fleet's control") from error
    if response.code != 200 or not isinstance(answer, dict):
        raise FleetError(502, f"what answers at {control} is no fleet's control")
    return answer
