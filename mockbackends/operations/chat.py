"""Chat completions: reads a request and makes its answer, whole or as the chunks of a stream."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from mockbackends import content_filter
from mockbackends.azure_errors import BadRequestError
from mockbackends.body import (
    BOOLEAN,
    INTEGER,
    OBJECT,
    STRING,
    Check,
    array,
    check,
    either,
    integer,
    mapping,
    number,
    one_of,
    read_object,
    record,
    text,
    variant,
)
from mockbackends.generation import alternatives, encode, estimate, generate, identifier, logprob, reply, tokens
from mockbackends.operations.operation import (
    DONE,
    Answer,
    Event,
    Incoming,
    Stream,
    chunk_event,
    json_answer,
)
from mockbackends.operations.structured import Tool, ToolCall, choose, formatted

_SEED = integer(-(2**63), 2**63 - 1)
_STOP = either("a string or an array of strings", str=STRING, list=array(STRING, "an array of strings", 1, 4))


def _content(*kinds: str) -> Check:
    """A message's content: a string, or parts of these kinds."""
    part = variant("type", {kind: _PARTS[kind] for kind in kinds})
    parts = array(part, "an array of objects", 1)
    return either("a string or an array of objects", str=STRING, list=parts)


_PARTS: dict[str, Check] = {
    "text": record({"text": STRING}, ["text"]),
    "refusal": record({"refusal": STRING}, ["refusal"]),
    "image_url": record(
        {"image_url": record({"url": text(1), "detail": one_of("auto", "low", "high")}, ["url"])}, ["image_url"]
    ),
    "input_audio": record({"input_audio": OBJECT}, ["input_audio"]),
    "file": record({"file": OBJECT}, ["file"]),
}
_FUNCTION_CALL = record({"name": STRING, "arguments": STRING}, ["name", "arguments"])
_TOOL_CALL = variant(
    "type",
    {
        "function": record({"id": STRING, "function": _FUNCTION_CALL}, ["id", "function"]),
        "custom": record({"id": STRING, "custom": OBJECT}, ["id", "custom"]),
    },
)
_TEXT_CONTENT = _content("text")
_INSTRUCTIONS = record({"content": _TEXT_CONTENT, "name": STRING}, ["content"])
_MESSAGE = variant(
    "role",
    {
        "system": _INSTRUCTIONS,
        "developer": _INSTRUCTIONS,
        "user": record({"content": _content("text", "image_url", "input_audio", "file"), "name": STRING}, ["content"]),
        "assistant": record(
            {
                "content": _content("text", "refusal"),
                "refusal": STRING,
                "name": STRING,
                "tool_calls": array(_TOOL_CALL),
                "function_call": _FUNCTION_CALL,
            }
        ),
        "tool": record({"content": _TEXT_CONTENT, "tool_call_id": STRING}, ["content", "tool_call_id"]),
        "function": record({"content": STRING, "name": STRING}, ["name"]),
    },
)
_FUNCTION = record(
    {"name": text(1), "description": STRING, "parameters": OBJECT, "strict": BOOLEAN},
    ["name"],
)
_NAMED = record({"name": STRING}, ["name"])
_FORMAT = variant(
    "type",
    {
        "text": OBJECT,
        "json_object": OBJECT,
        "json_schema": record(
            {
                "json_schema": record(
                    {"name": text(1), "description": STRING, "schema": OBJECT, "strict": BOOLEAN}, ["name"]
                )
            },
            ["json_schema"],
        ),
    },
)

_FIELDS: dict[str, Check] = {
    "messages": array(_MESSAGE, "an array of objects", 1),
    "model": STRING,
    "stream": BOOLEAN,
    "stream_options": record({"include_usage": BOOLEAN}),
    "max_tokens": integer(1),
    "max_completion_tokens": integer(1),
    "n": integer(1, 128),
    "stop": _STOP,
    "seed": _SEED,
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "presence_penalty": number(-2, 2),
    "frequency_penalty": number(-2, 2),
    "logit_bias": mapping(INTEGER),
    "logprobs": BOOLEAN,
    "top_logprobs": integer(0, 20),
    "user": STRING,
    "tools": array(variant("type", {"function": record({"function": _FUNCTION}, ["function"]), "custom": OBJECT})),
    "tool_choice": either(
        "a string or an object",
        str=one_of("none", "auto", "required"),
        dict=variant("type", {"function": record({"function": _NAMED}, ["function"])}),
    ),
    "parallel_tool_calls": BOOLEAN,
    "response_format": _FORMAT,
    "functions": array(_FUNCTION, "an array of objects", 1, 128),
    "function_call": either("a string or an object", str=one_of("none", "auto"), dict=_NAMED),
    "data_sources": array(OBJECT),
}


@dataclass(frozen=True)
class ChatRequest:
    """What the answer depends on: `texts` are those of all messages; `limit` None is no limit of tokens.

    `output` is the JSON that the answer has to be, if it has to be JSON, and `tool_call` the call it makes
    instead. `logprobs` is how many alternatives to each token are told, None is nothing at all.
    """

    model: str
    texts: tuple[str, ...]
    question: str
    stream: bool = False
    include_usage: bool = False
    limit: int | None = None
    choices: int = 1
    stop: tuple[str, ...] = ()
    seed: int | None = None
    logprobs: int | None = None
    output: str | None = None
    tool_call: ToolCall | None = None

    @classmethod
    def parse(cls, incoming: Incoming) -> "ChatRequest":
        """Read a request; raise BadRequestError. A deployment, where the path has one, is the model."""
        body = read_object(incoming.data)
        check(body, _FIELDS, ["messages"])
        model = incoming.model(body)
        texts = [(message["role"], text_of(message.get("content"))) for message in body["messages"]]
        incoming.check_prompt(*(text for _, text in texts))
        question = next((text for role, text in reversed(texts) if role == "user"), "")
        return cls(
            model=model,
            texts=tuple(text for _, text in texts),
            question=question,
            stream=body.get("stream") is True,
            include_usage=(body.get("stream_options") or {}).get("include_usage") is True,
            limit=body.get("max_completion_tokens") or body.get("max_tokens"),
            choices=body.get("n") or 1,
            stop=stop_sequences(body),
            seed=body.get("seed"),
            logprobs=_logprobs(body),
            output=_output(body.get("response_format") or {}),
            tool_call=_tool_call(body, question),
        )

    def prompt_tokens(self) -> int:
        """From the characters of all messages."""
        return estimate(self.texts)

    def max_tokens(self) -> int:
        """The limit, once for each choice."""
        return (self.limit or 0) * self.choices

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """A `chat.completion`, or the chunks of one."""
        completion = complete(self, backend, created, azure=azure)
        if self.stream:
            return Stream(completion.events(include_usage=self.include_usage))
        return json_answer(completion.whole())


def text_of(content: object) -> str:
    """A message's text: the string, or the text parts of a list of parts; images and the like have none."""
    if isinstance(content, list):
        return " ".join(part["text"] for part in content if isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""


def stop_sequences(body: dict[str, Any]) -> tuple[str, ...]:
    """The sequences before which an answer stops; an empty one stops nothing."""
    stop = body.get("stop") or ()
    return tuple(filter(None, (stop,) if isinstance(stop, str) else stop))


def _logprobs(body: dict[str, Any]) -> int | None:
    top = body.get("top_logprobs")
    if not body.get("logprobs"):
        if top is not None:
            raise BadRequestError("'top_logprobs' needs 'logprobs' to be true.", "top_logprobs", "invalid_value")
        return None
    return top or 0


def _output(wanted: dict[str, Any]) -> str | None:
    if wanted.get("type") == "json_object":
        return json.dumps({"answer": "This is JSON."})
    if wanted.get("type") != "json_schema":
        return None
    schema = wanted["json_schema"].get("schema")
    return formatted({} if schema is None else schema, "response_format.json_schema.schema")


def _tool_call(body: dict[str, Any], question: str) -> ToolCall | None:
    tools = [
        Tool(tool["function"]["name"], tool["function"].get("parameters"), f"tools[{index}].function.parameters")
        for index, tool in enumerate(body.get("tools") or [])
        if tool["type"] == "function"
    ]
    choice = body.get("tool_choice")
    named = choice["function"]["name"] if isinstance(choice, dict) else choice
    calls = [call for message in body["messages"] for call in message.get("tool_calls") or []]
    called = {call["function"]["name"] for call in calls if call["type"] == "function"}
    return choose(tools, named, question, called, answered=body["messages"][-1]["role"] == "tool")


@dataclass(frozen=True)
class Choice:
    """One of the answers of a completion: tokens, or a tool's call with the tokens of its arguments."""

    index: int
    tokens: tuple[str, ...]
    finish_reason: str
    tool_call: ToolCall | None = None
    tool_call_id: str = ""

    @property
    def text(self) -> str:
        """The tokens as one text."""
        return "".join(self.tokens)

    def message(self) -> dict[str, Any]:
        """The message of a whole answer."""
        message: dict[str, Any] = {"role": "assistant", "content": self.text, "refusal": None, "annotations": []}
        if self.tool_call:
            message |= {"content": None, "tool_calls": [self._call(self.tool_call, self.text)]}
        return message

    def deltas(self) -> Iterator[dict[str, Any]]:
        """What each chunk of a stream adds to the message."""
        yield {"role": "assistant", "content": None if self.tool_call else "", "refusal": None}
        if self.tool_call:
            yield {"tool_calls": [{"index": 0, **self._call(self.tool_call, "")}]}
        for token in self.tokens:
            if self.tool_call:
                yield {"tool_calls": [{"index": 0, "function": {"arguments": token}}]}
            else:
                yield {"content": token}

    def _call(self, call: ToolCall, arguments: str) -> dict[str, Any]:
        return {
            "id": self.tool_call_id,
            "type": "function",
            "function": {"name": call.name, "arguments": arguments},
        }


@dataclass(frozen=True)
class Completion:
    """The answer to a request. `created` is in seconds since 1970; `azure` adds content filter results."""

    id: str
    created: int
    model: str
    choices: tuple[Choice, ...]
    prompt_tokens: int
    azure: bool
    logprobs: int | None = field(default=None)

    def whole(self) -> dict[str, Any]:
        """The answer in one piece, `chat.completion`."""
        choices = [
            {
                "index": choice.index,
                "message": choice.message(),
                "logprobs": self._logprobs(() if choice.tool_call else choice.tokens),
                "finish_reason": choice.finish_reason,
                **self._filter(),
            }
            for choice in self.choices
        ]
        body = self._head("chat.completion") | {"choices": choices, "usage": self.usage()}
        return body | ({"prompt_filter_results": content_filter.prompt_filter_results()} if self.azure else {})

    def chunks(self, *, include_usage: bool) -> Iterator[dict[str, Any]]:
        """The answer as a stream's `chat.completion.chunk` objects; Azure's first one has empty choices."""
        usage: dict[str, Any] = {"usage": None} if include_usage else {}
        if self.azure:
            yield prompt_filter_chunk()
        for choice in self.choices:
            for chunk in self._chunks(choice):
                yield chunk | usage
        if include_usage:
            yield self._head("chat.completion.chunk") | {"choices": [], "usage": self.usage()}

    def events(self, *, include_usage: bool) -> Iterator[Event]:
        """The chunks as events: those with a part of the content are paced."""
        for chunk in self.chunks(include_usage=include_usage):
            paced = any(choice["delta"].get("content") or _is_argument(choice) for choice in chunk["choices"])
            yield chunk_event(chunk, paced=paced)
        yield Event(DONE)

    def usage(self) -> dict[str, Any]:
        """The tokens of the prompt and of the answers."""
        return usage(self.prompt_tokens, sum(len(choice.tokens) for choice in self.choices))

    def _chunks(self, choice: Choice) -> Iterator[dict[str, Any]]:
        for number_, delta in zip(count(), choice.deltas(), strict=False):
            content = delta.get("content")
            more = self._filter() if number_ else {}
            yield self._chunk(choice.index, delta, self._logprobs((content,) if content else ()), **more)
        yield self._chunk(choice.index, {}, None, choice.finish_reason, **self._filter())

    def _chunk(
        self, index: int, delta: dict[str, Any], logprobs: object, finish_reason: str | None = None, **more: Any
    ) -> dict[str, Any]:
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}
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
        return {"content_filter_results": content_filter.RESULTS} if self.azure else {}

    def _logprobs(self, told: tuple[str, ...]) -> dict[str, Any] | None:
        if self.logprobs is None or not told:
            return None
        return {"content": [token_logprobs(token, self.logprobs) for token in told], "refusal": None}


def _is_argument(choice: dict[str, Any]) -> bool:
    return any(call["function"]["arguments"] for call in choice["delta"].get("tool_calls", ()))


def prompt_filter_chunk(prompts: int = 1) -> dict[str, Any]:
    """The first chunk of a stream of Azure's: no choices, and the verdict on the prompt."""
    return {
        "choices": [],
        "created": 0,
        "id": "",
        "model": "",
        "object": "",
        "prompt_filter_results": content_filter.prompt_filter_results(prompts),
    }


def token_logprobs(token: str, alternatives_told: int) -> dict[str, Any]:
    """How probable a token was, and the likeliest ones in its place."""
    return _logprob(token, logprob(token)) | {
        "top_logprobs": [_logprob(*each) for each in alternatives(token, alternatives_told)]
    }


def _logprob(token: str, value: float) -> dict[str, Any]:
    return {"token": token, "logprob": value, "bytes": list(encode(token))}


def usage(prompt_tokens: int, completion_tokens: int) -> dict[str, Any]:
    """The tokens of the prompt and of the answers, in the form of both kinds of completions."""
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def complete(request: ChatRequest, backend: str, created: int, *, azure: bool) -> Completion:
    """Answer a request: the text names the backend and repeats the last message of the user."""
    return Completion(
        id=identifier("chatcmpl-", backend, request),
        created=created,
        model=request.model,
        choices=tuple(_choice(request, backend, index) for index in range(request.choices)),
        prompt_tokens=sum(len(tokens(text)) for text in request.texts),
        azure=azure,
        logprobs=request.logprobs,
    )


def _choice(request: ChatRequest, backend: str, index: int) -> Choice:
    call = request.tool_call
    if call:
        generated = generate(call.arguments, (), request.limit, request.choices)
        reason = "tool_calls" if generated.finish_reason == "stop" else "length"
        return Choice(index, generated.tokens, reason, call, identifier("call_", backend, request, index, length=24))
    words = request.output or reply(backend, request.question, index)
    generated = generate(words, request.stop, request.limit, request.choices)
    return Choice(index, generated.tokens, generated.finish_reason)
