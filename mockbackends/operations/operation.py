"""The parts that all operations share: the incoming call, the request, the answer and its events."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from mockbackends import content_filter
from mockbackends.azure_errors import BadRequestError, DeploymentNotFoundError
from mockbackends.body import missing, read_object
from mockbackends.operations.response_store import ResponseStore

DONE = b"data: [DONE]\n\n"  # the end of a stream of chunks; the Responses API has none


@dataclass(frozen=True)
class Incoming:
    """A call before its body is read.

    `deployment` is the deployment in the path, None on routes without one; `name` is any other name in the path.
    `deployments` are those of the backend; if it declares none, it has every name. `store` has its responses.
    """

    data: bytes
    content_type: str = "application/json"
    deployment: str | None = None
    name: str | None = None
    deployments: tuple[str, ...] = ()
    azure: bool = True
    store: ResponseStore = field(default_factory=ResponseStore)

    def model(self, body: dict[str, Any]) -> str:
        """Return the deployment in the path, or else the model in the body; raise BadRequestError."""
        model = self.deployment or body.get("model")
        if not model:
            raise missing("model")
        self.check_deployment(str(model))
        return str(model)

    def find_model(self) -> str | None:
        """Return the deployment of a call, even if its body has mistakes; None if there is no name."""
        try:
            model = self.deployment or read_object(self.data).get("model")
        except BadRequestError:
            return None
        return model if model and isinstance(model, str) else None

    def check_deployment(self, model: str) -> None:
        """Raise DeploymentNotFoundError if the backend does not have the deployment."""
        if self.deployments and model not in self.deployments:
            raise DeploymentNotFoundError

    def check_prompt(self, *texts: str) -> None:
        """Raise ContentFilteredError if Azure's content filter refuses the prompt; OpenAI's route has no filter."""
        if self.azure:
            content_filter.check_prompt(texts)


@dataclass(frozen=True)
class Whole:
    """An answer in one piece."""

    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True)
class Event:
    """A server-sent event with its blank line. A `paced` event has a token, for which a client waits."""

    data: bytes
    paced: bool = False


@dataclass(frozen=True)
class Stream:
    """An answer as server-sent events."""

    events: Iterator[Event]


type Answer = Whole | Stream


class Request(Protocol):
    """A request of any operation, read and checked."""

    @property
    def model(self) -> str:
        """The deployment or model that answers."""

    @property
    def stream(self) -> bool:
        """Whether the request asks for a stream."""

    @property
    def prompt_tokens(self) -> int:
        """The tokens of the prompt that Azure charges at admission, estimated from its characters."""

    @property
    def max_tokens(self) -> int:
        """The tokens of the answers that Azure charges at admission: the limit in the request, over all answers.

        0 if the request sets no limit; Azure's charge is not documented then.
        """

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Make the answer of the backend with this name; `created` is in seconds since 1970."""


class Unmetered:
    """A request that no limit counts: it names no deployment and has no tokens."""

    model = ""
    stream = False
    prompt_tokens = 0
    max_tokens = 0


@dataclass(frozen=True)
class Operation:
    """An endpoint: its `name` in Azure's 429, and its `path` after the prefix of each URL form.

    `parse` raises BadRequestError. With `in_deployment`, Azure's dated route has the deployment in its path. The limits
    count calls of a `metered` operation.
    """

    name: str
    path: str
    parse: Callable[[Incoming], Request]
    methods: tuple[str, ...] = ("POST",)
    in_deployment: bool = True
    metered: bool = True


def json_answer(body: dict[str, Any]) -> Whole:
    """Make an answer of a JSON object."""
    return Whole(dump(body))


def chunk_event(chunk: dict[str, Any], *, paced: bool = False) -> Event:
    """Make an event without a name, for a chunk."""
    return Event(b"data: " + dump(chunk) + b"\n\n", paced)


def named_event(fields: dict[str, Any], *, paced: bool = False) -> Event:
    """Make an event with the name in the `type` of its object, as in the Responses API."""
    return Event(b"event: " + fields["type"].encode() + b"\ndata: " + dump(fields) + b"\n\n", paced)


def dump(body: dict[str, Any]) -> bytes:
    """Encode an object as compact JSON."""
    return json.dumps(body, separators=(",", ":")).encode()
