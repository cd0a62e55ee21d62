"""Models: the list of a backend's models, and one of them.

The fields are OpenAI's. Azure's dated route has more fields, capabilities and life cycle, but there is no capture.
"""

from dataclasses import dataclass
from typing import Any

from mockbackends.operations.operation import Answer, Incoming, Unmetered, json_answer

# The list of a backend that declares no deployments; it has every other name, too.
DEFAULT_MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-35-turbo-instruct", "text-embedding-3-small", "whisper", "dall-e-3")


@dataclass(frozen=True)
class ListRequest(Unmetered):
    """A request for all models."""

    names: tuple[str, ...]

    @classmethod
    def parse(cls, incoming: Incoming) -> "ListRequest":
        """Return the request: the models are the deployments."""
        return cls(incoming.deployments or DEFAULT_MODELS)

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return the list of models."""
        return json_answer({"object": "list", "data": [_model(name, backend) for name in self.names]})


@dataclass(frozen=True)
class GetRequest(Unmetered):
    """A request for one model."""

    name: str

    @classmethod
    def parse(cls, incoming: Incoming) -> "GetRequest":
        """Read the name in the path; raise DeploymentNotFoundError."""
        name = incoming.name or ""
        incoming.check_deployment(name)
        return cls(name)

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return the model."""
        return json_answer(_model(self.name, backend))


def _model(name: str, backend: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": backend}
