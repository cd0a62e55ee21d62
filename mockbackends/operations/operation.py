"""What the operations have in common: what comes in, what a request can tell, and what goes out."""

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
    """One call before it is understood.

    `deployment` is the one in the path, None on the routes that have none, and `name` what else the path
    names. `deployments` are those that the backend has; without any, every name will do. `kept` are the responses that
    it keeps.
    """

    data: bytes
    content_type: str = "application/json"
    deployment: str | None = None
    name: str | None = None
    deployments: tuple[str, ...] = ()
    azure: bool = True
    store: ResponseStore = field(default_factory=ResponseStore)

    def model(self, body: dict[str, Any]) -> str:
        """The model to answer as: the path's deployment, or the body's model; raise BadRequestError."""
        model = self.deployment or body.get("model")
        if not model:
            raise missing("model")
        self.check_deployment(str(model))
        return str(model)

    def meant(self) -> str | None:
        """The deployment that a call means, also one whose body cannot be served; None if it does not say."""
        try:
            model = self.deployment or read_object(self.data).get("model")
        except BadRequestError:
            return None
        return model if model and isinstance(model, str) else None

    def check_deployment(self, model: str) -> None:
        """Raise DeploymentNotFoundError for a deployment that the backend does not have."""
        if self.deployments and model not in self.deployments:
            raise DeploymentNotFoundError

    def check_prompt(self, *texts: str) -> None:
        """Have Azure's content filter look at a prompt; OpenAI's own route has none."""
        if self.azure:
            content_filter.check_prompt(texts)


@dataclass(frozen=True)
class Whole:
    """An answer in one piece."""

    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True)
class Event:
    """One server-sent event as it is sent, its blank line with it. `paced`: it brings a token, which takes time."""

    data: bytes
    paced: bool = False


@dataclass(frozen=True)
class Stream:
    """An answer as server-sent events."""

    events: Iterator[Event]


type Answer = Whole | Stream


class Request(Protocol):
    """A call that was understood, of whichever operation."""

    @property
    def model(self) -> str:
        """The deployment or model that is to answer."""

    @property
    def stream(self) -> bool:
        """Whether the answer is a Stream."""

    @property
    def prompt_tokens(self) -> int:
        """The tokens of the prompt that Azure charges at admission, estimated from its characters."""

    @property
    def max_tokens(self) -> int:
        """The tokens of the answers that Azure charges at admission: the limit in the request, over all answers.

        0 if the request sets no limit; Azure's charge is not documented then.
        """

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Answer in the name of the backend; `created` is in seconds since 1970."""


class Unmetered:
    """A request that no limit counts: it names no deployment and has no tokens."""

    model = ""
    stream = False
    prompt_tokens = 0
    max_tokens = 0


@dataclass(frozen=True)
class Operation:
    """One endpoint: `name` as in Azure's 429, `path` after the prefix of each URL form.

    `in_deployment`: Azure's dated route has the deployment in its path. `metered`: the limits count it.
    `parse` raises BadRequestError.
    """

    name: str
    path: str
    parse: Callable[[Incoming], Request]
    methods: tuple[str, ...] = ("POST",)
    in_deployment: bool = True
    metered: bool = True


def json_answer(body: dict[str, Any]) -> Whole:
    """An object as an answer."""
    return Whole(dump(body))


def chunk_event(chunk: dict[str, Any], *, paced: bool = False) -> Event:
    """A chunk as an event without a name."""
    return Event(b"data: " + dump(chunk) + b"\n\n", paced)


def named_event(fields: dict[str, Any], *, paced: bool = False) -> Event:
    """An object as an event that is named after its `type`, as the Responses API has them."""
    return Event(b"event: " + fields["type"].encode() + b"\ndata: " + dump(fields) + b"\n\n", paced)


def dump(body: dict[str, Any]) -> bytes:
    """An object as compact JSON."""
    return json.dumps(body, separators=(",", ":")).encode()
