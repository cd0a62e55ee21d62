"""Models: the list of those that a backend has, and one of them.

The fields are OpenAI's. Azure's dated route adds capabilities and life cycle, of which there is no capture.
"""

from dataclasses import dataclass
from typing import Any

from mockbackends.operations.operation import Answer, Incoming, json_answer

# What a backend that names no deployments says it has; it answers to any other name, too.
DEFAULT_MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-35-turbo-instruct", "text-embedding-3-small", "whisper", "dall-e-3")


@dataclass(frozen=True)
class ListRequest:
    """Asks for all models."""

    names: tuple[str, ...]
    model: str = ""
    stream: bool = False  # never

    @classmethod
    def parse(cls, incoming: Incoming) -> "ListRequest":
        """There is nothing to read: the models are the deployments."""
        return cls(incoming.deployments or DEFAULT_MODELS)

    def prompt_tokens(self) -> int:
        """Nothing: there is no prompt."""
        return 0

    def max_tokens(self) -> int:
        """Nothing: there is no generated text."""
        return 0

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """A list of models."""
        return json_answer({"object": "list", "data": [_model(name, backend) for name in self.names]})


@dataclass(frozen=True)
class GetRequest:
    """Asks for one model."""

    model: str
    stream: bool = False  # never

    @classmethod
    def parse(cls, incoming: Incoming) -> "GetRequest":
        """Take the name from the path; raise DeploymentNotFoundError."""
        name = incoming.name or ""
        incoming.check_deployment(name)
        return cls(name)

    def prompt_tokens(self) -> int:
        """Nothing: there is no prompt."""
        return 0

    def max_tokens(self) -> int:
        """Nothing: there is no generated text."""
        return 0

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """The model."""
        return json_answer(_model(self.model, backend))


def _model(name: str, backend: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": backend}
