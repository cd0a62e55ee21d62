"""Chat completions: reads a request and makes its answer, whole or as the chunks of a stream.

Everything follows from the request and the backend's name: the same call gives the same text and the same id.
The Azure specification of api-version 2024-10-21 fixes the fields; captures in public issues fix what it
leaves open (the first chunk with empty choices, for one).
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mockbackends.azure_errors import BadRequestError

_TOKEN = re.compile(r"\s*\S+|\s+$")  # a word with the space before it: close enough to a token for a mock
_SAFE = {"filtered": False, "severity": "safe"}
_CONTENT_FILTER_RESULTS = {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}
_JAILBREAK = {"jailbreak": {"filtered": False, "detected": False}}
_PROMPT_FILTER_RESULTS = [{"prompt_index": 0, "content_filter_results": _CONTENT_FILTER_RESULTS | _JAILBREAK}]

# The fields that are looked at, with what OpenAI's messages call their types.
_TYPES: dict[str, tuple[type, str]] = {
    "messages": (list, "an array of objects"),
    "model": (str, "a string"),
    "stream": (bool, "a boolean"),
    "stream_options": (dict, "an object"),
    "max_tokens": (int, "an integer"),
    "max_completion_tokens": (int, "an integer"),
}


@dataclass(frozen=True)
class ChatRequest:
    """What the answer depends on: `texts` are those of all messages, `max_tokens` None is no limit."""

    model: str
    texts: tuple[str, ...]
    question: str
    stream: bool
    include_usage: bool
    max_tokens: int | None

    @classmethod
    def parse(cls, data: bytes, deployment: str | None) -> "ChatRequest":
        """Read a request body; raise BadRequestError. A deployment, where the path has one, is the model."""
        body = _object(data)
        for name, (kind, called) in _TYPES.items():
            _check_type(name, body.get(name), kind, called)
        texts = _texts(body.get("messages"))
        options = body.get("stream_options") or {}
        return cls(
            model=deployment or _model(body),
            texts=tuple(text for _, text in texts),
            question=next((text for role, text in reversed(texts) if role == "user"), ""),
            stream=body.get("stream") is True,
            include_usage=options.get("include_usage") is True,
            max_tokens=_max_tokens(body),
        )


@dataclass(frozen=True)
class Completion:
    """The answer to a request. `created` is in seconds since 1970; `azure` adds content filter results."""

    id: str
    created: int
    model: str
    tokens: tuple[str, ...]
    prompt_tokens: int
    finish_reason: str
    azure: bool

    def whole(self) -> dict[str, Any]:
        """The answer in one piece, `chat.completion`."""
        message: dict[str, Any] = {
            "role": "assistant",
            "content": "".join(self.tokens),
            "refusal": None,
            "annotations": [],
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish_reason}
        body = self._head("chat.completion") | {"choices": [choice | self._filter()], "usage": self.usage()}
        return body | ({"prompt_filter_results": _PROMPT_FILTER_RESULTS} if self.azure else {})

    def chunks(self, *, include_usage: bool) -> Iterator[dict[str, Any]]:
        """The answer as a stream's `chat.completion.chunk` objects; Azure's first one has empty choices."""
        usage: dict[str, Any] = {"usage": None} if include_usage else {}
        if self.azure:
            yield _PROMPT_FILTER_CHUNK
        yield self._chunk({"role": "assistant", "content": "", "refusal": None}) | usage
        for token in self.tokens:
            yield self._chunk({"content": token}, **self._filter()) | usage
        yield self._chunk({}, self.finish_reason, **self._filter()) | usage
        if include_usage:
            yield self._head("chat.completion.chunk") | {"choices": [], "usage": self.usage()}

    def usage(self) -> dict[str, Any]:
        """The tokens of the prompt and of the answer."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": len(self.tokens),
            "total_tokens": self.prompt_tokens + len(self.tokens),
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._head("chat.completion.chunk") | {"choices": [choice | more]}

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": "fp_mock",
        }

    def _filter(self) -> dict[str, Any]:
        return {"content_filter_results": _CONTENT_FILTER_RESULTS} if self.azure else {}


_PROMPT_FILTER_CHUNK = {
    "choices": [],
    "created": 0,
    "id": "",
    "model": "",
    "object": "",
    "prompt_filter_results": _PROMPT_FILTER_RESULTS,
}


def complete(request: ChatRequest, backend: str, created: int, *, azure: bool) -> Completion:
    """Answer a request: the text names the backend and repeats the last message of the user."""
    tokens = _tokens(f"This is {backend}. You said: {request.question}")
    kept = tokens[: request.max_tokens]
    return Completion(
        id=_id(request, backend),
        created=created,
        model=request.model,
        tokens=kept,
        prompt_tokens=sum(len(_tokens(text)) for text in request.texts),
        finish_reason="stop" if kept == tokens else "length",
        azure=azure,
    )


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))


def _id(request: ChatRequest, backend: str) -> str:
    seed = f"{backend}\n{request!r}".encode()
    return f"chatcmpl-{hashlib.sha256(seed).hexdigest()[:29]}"


def _object(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise BadRequestError(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
            "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not "
            "valid JSON.)"
        ) from None
    _check_type("", body, dict, "an object")
    return body or {}


def _check_type(name: str, value: object, kind: type, called: str) -> None:
    fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if value is not None and not fits:
        subject = f"for '{name}'" if name else "for the request body"
        raise BadRequestError(f"Invalid type {subject}: expected {called}.", name or None, "invalid_type")


def _texts(messages: list[object] | None) -> list[tuple[str, str]]:
    if messages is None:
        raise _missing("messages")
    if not messages:
        raise BadRequestError("Invalid 'messages': empty array.", "messages", "empty_array")
    return [_role_and_text(f"messages[{index}]", message) for index, message in enumerate(messages)]


def _role_and_text(place: str, message: object) -> tuple[str, str]:
    if not isinstance(message, dict):
        raise BadRequestError(f"Invalid type for '{place}': expected an object.", place, "invalid_type")
    role = message.get("role")
    if role is None:
        raise _missing(f"{place}.role")
    _check_type(f"{place}.role", role, str, "a string")
    return role, _text(f"{place}.content", message.get("content"))


def _text(place: str, content: object) -> str:
    """A message's text: the string, or the text parts of a list of parts; images and the like have none."""
    if content is None or isinstance(content, str):
        return content or ""
    _check_type(place, content, list, "a string or an array of objects")
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    return " ".join(part["text"] for part in parts if isinstance(part.get("text"), str))


def _model(body: dict[str, Any]) -> str:
    model = body.get("model")
    if not model:
        raise _missing("model")
    return str(model)


def _max_tokens(body: dict[str, Any]) -> int | None:
    given = {name: body.get(name) for name in ("max_completion_tokens", "max_tokens")}
    for name, value in given.items():
        if value is not None and value < 1:
            raise BadRequestError(f"Invalid value for '{name}': expected at least 1.", name, "invalid_value")
    return given["max_completion_tokens"] or given["max_tokens"]


def _missing(name: str) -> BadRequestError:
    return BadRequestError(f"Missing required parameter: '{name}'.", name, "missing_required_parameter")
