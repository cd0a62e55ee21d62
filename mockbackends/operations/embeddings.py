"""Embeddings: a unit vector for each input, which follows from the input alone.

Two backends have the same vector for the same text, as two deployments of one model do. Vectors of different
texts have nothing to do with each other, however alike the texts are.
"""

import base64
import hashlib
import math
import struct
from dataclasses import dataclass
from typing import Any

from mockbackends.azure_errors import BadRequestError
from mockbackends.body import STRING, Check, array, check, either, integer, one_of, read_object, text
from mockbackends.generation import encode, estimate, tokens
from mockbackends.operations.operation import Answer, Incoming, json_answer

MAX_DIMENSIONS = 3072  # those of text-embedding-3-large
_DEFAULT_DIMENSIONS = 1536  # of text-embedding-3-small and ada-002, unless the request says otherwise
_MAX_INPUTS = 2048

type Input = str | tuple[int, ...]  # a text, or token ids

_TOKEN_IDS = array(integer(0), "an array of integers", 1, 8192)
_FIELDS: dict[str, Check] = {
    "input": either(
        "a string or an array",
        str=STRING,
        list=array(
            either("a string, an integer or an array of integers", str=text(1), int=integer(0), list=_TOKEN_IDS), low=1
        ),
    ),
    "model": STRING,
    "encoding_format": one_of("float", "base64"),
    "dimensions": integer(1, MAX_DIMENSIONS),
    "user": STRING,
    "input_type": STRING,
}


@dataclass(frozen=True)
class EmbeddingsRequest:
    """The inputs, the length of their vectors, and whether those are wanted as base64."""

    model: str
    inputs: tuple[Input, ...]
    dimensions: int = _DEFAULT_DIMENSIONS
    base64: bool = False
    stream: bool = False  # never

    @classmethod
    def parse(cls, incoming: Incoming) -> "EmbeddingsRequest":
        """Read a request; raise BadRequestError."""
        body = read_object(incoming.data)
        check(body, _FIELDS, ["input"])
        model = incoming.model(body)
        return cls(
            model=model,
            inputs=_inputs(body["input"]),
            dimensions=body.get("dimensions") or _DEFAULT_DIMENSIONS,
            base64=body.get("encoding_format") == "base64",
        )

    def prompt_tokens(self) -> int:
        """From the characters of the inputs, or the number of their token ids."""
        ids = sum(len(each) for each in self.inputs if not isinstance(each, str))
        return ids + estimate(each for each in self.inputs if isinstance(each, str))

    def max_tokens(self) -> int:
        """Nothing: an embedding has no tokens."""
        return 0

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """A list of embeddings; the same from every backend."""
        counted = sum(len(tokens(each) if isinstance(each, str) else each) for each in self.inputs)
        return json_answer(
            {
                "object": "list",
                "data": [self._embedding(index, each) for index, each in enumerate(self.inputs)],
                "model": self.model,
                "usage": {"prompt_tokens": counted, "total_tokens": counted},
            }
        )

    def _embedding(self, index: int, each: Input) -> dict[str, Any]:
        unit = vector(each, self.dimensions)
        embedding = packed(unit) if self.base64 else unit
        return {"object": "embedding", "index": index, "embedding": embedding}


def _inputs(given: Any) -> tuple[Input, ...]:
    if isinstance(given, str):
        return (given,)
    kinds = {type(each) for each in given}
    if len(kinds) > 1:
        raise BadRequestError("Invalid type for 'input': its items are of one type.", "input", "invalid_type")
    if kinds == {int}:
        return (tuple(given),)
    if len(given) > _MAX_INPUTS:
        raise BadRequestError(f"Invalid 'input': more than {_MAX_INPUTS} items.", "input", "array_above_max_length")
    return tuple(each if isinstance(each, str) else tuple(each) for each in given)


def vector(each: Input, dimensions: int) -> list[float]:
    """The vector of an input: of length 1, each of its numbers from the input's hash."""
    seed = encode(each) if isinstance(each, str) else repr(each).encode()
    drawn = struct.unpack(f"<{dimensions}h", hashlib.shake_256(seed).digest(2 * dimensions))
    length = math.hypot(*drawn) or 1.0
    return [number / length for number in drawn]


def packed(numbers: list[float]) -> str:
    """A vector as base64 of little-endian floats of 32 bits."""
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()
