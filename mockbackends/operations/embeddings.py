"""Embeddings: a unit vector for each input, from the hash of the input.

Two backends have the same vector for the same text, like two deployments of one model. The vectors of similar texts are
not similar.
"""

import base64
import hashlib
import math
import struct
from dataclasses import dataclass
from typing import Any

from mockbackends.azure_errors import BadRequestError
from mockbackends.body import STRING, Check, array, check, integer, one_of, read_object, text
from mockbackends.generation import encode
from mockbackends.operations.operation import Answer, Incoming, json_answer
from mockbackends.operations.prompts import Prompt, count_tokens, estimate_prompts, prompts_field, read_prompts

MAX_DIMENSIONS = 3072  # of text-embedding-3-large
_DEFAULT_DIMENSIONS = 1536  # of text-embedding-3-small and ada-002
_MAX_INPUTS = 2048
_TOKEN_IDS = array(integer(0), "an array of integers", 1, 8192)
_FIELDS: dict[str, Check] = {
    "input": prompts_field(text(1), _TOKEN_IDS),
    "model": STRING,
    "encoding_format": one_of("float", "base64"),
    "dimensions": integer(1, MAX_DIMENSIONS),
    "user": STRING,
    "input_type": STRING,
}


@dataclass(frozen=True)
class EmbeddingsRequest:
    """The inputs, and the form of their vectors: the number of dimensions, and whether as base64."""

    model: str
    inputs: tuple[Prompt, ...]
    dimensions: int = _DEFAULT_DIMENSIONS
    base64: bool = False
    stream = False
    max_tokens = 0  # an embedding has no tokens

    @classmethod
    def parse(cls, incoming: Incoming) -> "EmbeddingsRequest":
        """Read a request; raise BadRequestError."""
        body = read_object(incoming.data)
        check(body, _FIELDS, ["input"])
        model = incoming.model(body)
        inputs = read_prompts("input", body["input"])
        if len(inputs) > _MAX_INPUTS:
            raise BadRequestError(f"Invalid 'input': more than {_MAX_INPUTS} items.", "input", "array_above_max_length")
        return cls(
            model=model,
            inputs=inputs,
            dimensions=body.get("dimensions") or _DEFAULT_DIMENSIONS,
            base64=body.get("encoding_format") == "base64",
        )

    @property
    def prompt_tokens(self) -> int:
        """The estimate of all inputs."""
        return estimate_prompts(self.inputs)

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return the list of embeddings, the same from every backend."""
        counted = count_tokens(self.inputs)
        return json_answer(
            {
                "object": "list",
                "data": [self._embedding(index, each) for index, each in enumerate(self.inputs)],
                "model": self.model,
                "usage": {"prompt_tokens": counted, "total_tokens": counted},
            }
        )

    def _embedding(self, index: int, each: Prompt) -> dict[str, Any]:
        unit = vector(each, self.dimensions)
        embedding = pack_base64(unit) if self.base64 else unit
        return {"object": "embedding", "index": index, "embedding": embedding}


def vector(each: Prompt, dimensions: int) -> list[float]:
    """Return the vector of an input: of length 1, its numbers from the hash of the input."""
    seed = encode(each) if isinstance(each, str) else repr(each).encode()
    drawn = struct.unpack(f"<{dimensions}h", hashlib.shake_256(seed).digest(2 * dimensions))
    length = math.hypot(*drawn) or 1.0
    return [number / length for number in drawn]


def pack_base64(numbers: list[float]) -> str:
    """Encode a vector as base64 of little-endian floats of 32 bits."""
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()
