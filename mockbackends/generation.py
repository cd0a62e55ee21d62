"""The text that a mock model generates: its tokens, its end, and the probability of each token."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mockbackends import content_filter

_TOKEN = re.compile(r"\s*\S+|\s+$")  # a word with the space before it, near enough to a token for a mock
_CHARACTERS_PER_TOKEN = 4  # in the estimate at admission; OpenAI's rule of thumb
_MAX_ECHO_CHARACTERS = 8000  # of the question in an answer
_MAX_ANSWER_TOKENS = 16_384  # of all answers to one request together; gpt-4o has it for one answer


@dataclass(frozen=True)
class Generated:
    """The tokens of a text up to its end, and the reason of the end: `stop`, `length` or `content_filter`."""

    tokens: tuple[str, ...]
    finish_reason: str

    @property
    def text(self) -> str:
        """The tokens as one text."""
        return "".join(self.tokens)


def tokens(text: str) -> tuple[str, ...]:
    """Split a text into tokens, which together are the text."""
    return tuple(_TOKEN.findall(text))


def room(choices: int) -> int:
    """Return the tokens that each of several answers has at most, whatever the request allows."""
    return _MAX_ANSWER_TOKENS // choices


def generate(
    text: str, stop: Sequence[str] = (), max_tokens: int | None = None, choices: int = 1, *, azure: bool = False
) -> Generated:
    """Cut a text before the first stop sequence, then after `max_tokens`; None allows the model's maximum.

    With `azure`, the content filter cuts the text, too.
    """
    ends = [(text.find(sequence), "stop") for sequence in stop if sequence in text]
    filtered_at = content_filter.cut_at(text) if azure else None
    if filtered_at is not None:
        ends.append((filtered_at, content_filter.FINISH_REASON))
    end, reason = min(ends, default=(len(text), "stop"))
    split = tokens(text[:end])
    most = room(choices)
    kept = split[: most if max_tokens is None else min(max_tokens, most)]
    return Generated(kept, reason if kept == split else "length")


def reply(backend: str, question: str, index: int = 0) -> str:
    """Return the text of an answer: the name of the backend, and the question."""
    which = f", answer {index + 1}" if index else ""
    return f"This is {backend}{which}. You said: {question[:_MAX_ECHO_CHARACTERS]}"


def estimate(texts: Iterable[str]) -> int:
    """Estimate the tokens of a prompt by its characters, as Azure does at admission."""
    return -(-sum(map(len, texts)) // _CHARACTERS_PER_TOKEN)


def logprob(token: str, rank: int = 0) -> float:
    """Make up the logarithm of a token's probability from its hash; rank 0 is the likeliest token."""
    drawn = int.from_bytes(hashlib.sha256(encode(token)).digest()[:2])
    return -(drawn / 65536) / 2 - rank


def alternatives(token: str, count: int) -> list[tuple[str, float]]:
    """Return the `count` likeliest tokens for the place of `token`, which is the first."""
    return [(f"{token}{'~' * rank}", logprob(token, rank)) for rank in range(count)]


def encode(text: str) -> bytes:
    """Encode a text that may have half a surrogate pair, as JSON allows."""
    return text.encode("utf-8", "surrogatepass")


def identifier(prefix: str, *parts: Any, length: int = 29) -> str:
    """Make an id from the hash of its parts, so that the same call has the same id."""
    return prefix + hashlib.sha256(repr(parts).encode()).hexdigest()[:length]
