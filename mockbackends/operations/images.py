"""Images generations: small PNGs of one colour, from the hash of the prompt."""

import base64
import hashlib
import re
import struct
import zlib
from dataclasses import dataclass
from typing import Any

from mockbackends import content_filter
from mockbackends.body import STRING, Check, check, integer, invalid_value, one_of, read_object, text
from mockbackends.generation import encode, estimate
from mockbackends.operations.operation import Answer, Incoming, json_answer

_SIDE_PIXELS = 16  # for every size in the request
_SIZE = re.compile(r"auto|\d{2,4}x\d{2,4}")


def _size(place: str, value: Any) -> None:
    STRING(place, value)
    if not _SIZE.fullmatch(value):
        raise invalid_value(place, "'auto' or a size such as '1024x1024'")


_FIELDS: dict[str, Check] = {
    "prompt": text(1, 32_000),
    "model": STRING,
    "n": integer(1, 10),
    "size": _size,
    "response_format": one_of("url", "b64_json"),
    "user": STRING,
    "quality": one_of("standard", "hd", "auto", "low", "medium", "high"),
    "style": one_of("vivid", "natural"),
}


@dataclass(frozen=True)
class ImagesRequest:
    """The prompt, the number of images, and their form: base64 or a URL."""

    model: str
    prompt: str
    images: int = 1
    response_format: str = "b64_json"
    stream = False
    max_tokens = 0  # the limits of images are in requests

    @classmethod
    def parse(cls, incoming: Incoming) -> "ImagesRequest":
        """Read a request; raise BadRequestError. By default only the models named dall-e answer with a URL."""
        body = read_object(incoming.data)
        check(body, _FIELDS, ["prompt"])
        model = incoming.model(body)
        incoming.check_prompt(body["prompt"])
        default = "url" if "dall-e" in model else "b64_json"
        return cls(model, body["prompt"], body.get("n") or 1, body.get("response_format") or default)

    @property
    def prompt_tokens(self) -> int:
        """The estimate of the prompt."""
        return estimate([self.prompt])

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return the images; a URL contains its image (RFC 2397)."""
        return json_answer({"created": created, "data": [self._image(n, azure=azure) for n in range(self.images)]})

    def _image(self, number: int, *, azure: bool) -> dict[str, Any]:
        encoded = base64.b64encode(png(hashlib.sha256(encode(self.prompt) + bytes([number])).digest()[:3])).decode()
        image: dict[str, Any] = {
            "b64_json": {"b64_json": encoded},
            "url": {"url": f"data:image/png;base64,{encoded}"},
        }[self.response_format]
        image["revised_prompt"] = self.prompt
        if azure:
            image |= {
                "content_filter_results": content_filter.SAFE_RESULTS,
                "prompt_filter_results": content_filter.PROMPT_RESULTS,
            }
        return image


def png(colour: bytes) -> bytes:
    """Make a square of one colour as PNG (RFC 2083); the colour is three bytes: red, green and blue."""
    header = struct.pack(">IIBBBBB", _SIDE_PIXELS, _SIDE_PIXELS, 8, 2, 0, 0, 0)
    rows = (b"\0" + colour * _SIDE_PIXELS) * _SIDE_PIXELS
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(*part) for part in parts)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
