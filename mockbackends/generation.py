"""The text that a mock model generates: its tokens, where it stops, and how probable each token was."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mockbackends import content_filter

_TOKEN = re.compile(r"\s*\S+|\s+$")  # a word with the space before it: close enough to a token for a mock
_CHARACTERS_PER_TOKEN = 4  # Azure's estimate at admission, as OpenAI's rule of thumb has it
_MAX_ECHO_CHARACTERS = 8000  # characters of the question that an answer repeats
_MAX_ANSWER_TOKENS = 16_384  # of all answers to one request together, as gpt-4o has it for one answer


@dataclass(frozen=True)
class Generated:
    """The tokens that are left of a text, and why there are no more: `stop`, `length` or `content_filter`."""

    tokens: tuple[str, ...]
    finish_reason: str

    @property
    def text(self) -> str:
        """The tokens as one text."""
        return "".join(self.tokens)


def tokens(text: str) -> tuple[str, ...]:
    """Split a text; together the tokens make the text."""
    return tuple(_TOKEN.findall(text))


def room(choices: int) -> int:
    """The most tokens that each of several answers has, whatever the request allows."""
    return _MAX_ANSWER_TOKENS // choices


def generate(
    text: str, stop: Sequence[str] = (), max_tokens: int | None = None, choices: int = 1, *, azure: bool = False
) -> Generated:
    """Cut a text before the first stop sequence, then after `max_tokens`; None is no limit but that of the model.

    `azure`: the content filter cuts it, too.
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
    """What a mock model says: which backend it is, and what it was asked."""
    which = f", answer {index + 1}" if index else ""
    return f"This is {backend}{which}. You said: {question[:_MAX_ECHO_CHARACTERS]}"


def estimate(texts: Iterable[str]) -> int:
    """The tokens of a prompt as Azure estimates them at admission: from the number of characters."""
    return -(-sum(map(len, texts)) // _CHARACTERS_PER_TOKEN)


def logprob(token: str, rank: int = 0) -> float:
    """The logarithm of a token's probability, made up from the token; the token of rank 0 is the likeliest."""
    drawn = int.from_bytes(hashlib.sha256(encode(token)).digest()[:2])
    return -(drawn / 65536) / 2 - rank


def alternatives(token: str, count: int) -> list[tuple[str, float]]:
    """The `count` likeliest tokens in the place of `token`, itself first."""
    return [(f"{token}{'~' * rank}", logprob(token, rank)) for rank in range(count)]


def encode(text: str) -> bytes:
    """The bytes of a text, which in JSON may have half of a surrogate pair."""
    return text.encode("utf-8", "surrogatepass")


def identifier(prefix: str, *parts: Any, length: int = 29) -> str:
    """An id that follows from its parts: the same call has the same one."""
    return prefix + hashlib.sha256(repr(parts).encode()).hexdigest()[:length]
