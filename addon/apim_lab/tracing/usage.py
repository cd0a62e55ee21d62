"""The tokens that an answer of Azure OpenAI says it has cost, found without reading all of it."""

import json
from dataclasses import dataclass

TAIL = 4096
"""Bytes at the end of a stream within which its usage stands."""

MAX_READ = 100
"""Objects named "usage" that are read: an answer may be nothing but such."""

_NAMES = (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens"))  # chat and others; responses


@dataclass(frozen=True)
class Usage:
    """Tokens of the prompt, and of the answer."""

    input: int
    output: int


def usage_in(content: bytes) -> Usage | None:
    """The last `"usage": {...}` of a JSON answer or an event stream; None where there is none.

    In a text of JSON the quotes are escaped, so what a model says is not mistaken for it.
    """
    start = len(content)
    for _ in range(MAX_READ):
        start = content.rfind(b'"usage":', 0, start)
        if start < 0:
            break
        if usage := _read(content[start + len(b'"usage":') : start + TAIL]):
            return usage
    return None


def _read(rest: bytes) -> Usage | None:
    try:
        found, _ = json.JSONDecoder().raw_decode(rest.decode(errors="replace").lstrip())
    except (ValueError, RecursionError):
        return None
    for prompt, answer in _NAMES:
        counts = (found.get(prompt), found.get(answer, 0)) if isinstance(found, dict) else (None, None)
        if all(type(count) is int and count >= 0 for count in counts):
            return Usage(*counts)
    return None
