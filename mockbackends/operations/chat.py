"""Chat completions: reads a request and makes its answer, whole or as the chunks of a stream."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mockbackends import content_filter
from mockbackends.azure_errors import BadRequestError
from mockbackends.body import (
    BOOLEAN,
    OBJECT,
    STRING,
    Check,
    Fields,
    array,
    check,
    either,
    integer,
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
from mockbackends.operations.sampling import COMPLETION_SAMPLING, MAX_TOKEN_LIMIT
from mockbackends.operations.tools import FUNCTION, Tool, ToolCall, ToolOffer, json_output


def _content(*kinds: str) -> Check:
    """Check for the content of a message: a string, or parts of these kinds."""
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

_FIELDS: Fields = COMPLETION_SAMPLING | {
    "messages": array(_MESSAGE, "an array of objects", 1),
    "max_tokens": integer(1, MAX_TOKEN_LIMIT),
    "max_completion_tokens": integer(1, MAX_TOKEN_LIMIT),
    "logprobs": BOOLEAN,
    "top_logprobs": integer(0, 20),
    "tools": array(variant("type", {"function": record({"function": FUNCTION}, ["function"]), "custom": OBJECT})),
    "tool_choice": either(
        "a string or an object",
        str=one_of("none", "auto", "required"),
        dict=variant("type", {"function": record({"function": _NAMED}, ["function"])}),
    ),
    "parallel_tool_calls": BOOLEAN,
    "response_format": _FORMAT,
    "functions": array(FUNCTION, "an array of objects", 1, 128),
    "function_call": either("a string or an object", str=one_of("none", "auto"), dict=_NAMED),
    "data_sources": array(OBJECT),
}


@dataclass(frozen=True)
class ChatRequest:
    """A request. `texts` are the texts of all messages; `limit` None is no limit of tokens.

    `output` is the answer if it has to be JSON. `tool_calls` are the calls in the place of a text; with `legacy`, a
    call has the deprecated form of a `function_call`. `logprobs` is the number of alternatives to each token, None
    without log probabilities.
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
    tool_calls: tuple[ToolCall, ...] = ()
    legacy: bool = False

    @classmethod
    def parse(cls, incoming: Incoming) -> "ChatRequest":
        """Read a request; raise BadRequestError. If the path has a deployment, it is the model."""
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
            tool_calls=_offer(body, question).calls(),
            legacy=_is_legacy(body),
        )

    @property
    def prompt_tokens(self) -> int:
        """The estimate of all messages."""
        return estimate(self.texts)

    @property
    def max_tokens(self) -> int:
        """The limit, once for each choice."""
        return (self.limit or 0) * self.choices

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return a `chat.completion`, or its chunks."""
        completion = complete(self, backend, created, azure=azure)
        if self.stream:
            return Stream(completion.events(include_usage=self.include_usage))
        return json_answer(completion.whole())


def text_of(content: object) -> str:
    """Return the text of a message: the string, or the texts of its parts; an image has none."""
    if isinstance(content, list):
        return " ".join(part["text"] for part in content if isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""


def stop_sequences(body: dict[str, Any]) -> tuple[str, ...]:
    """Return the sequences before which an answer stops, without empty ones."""
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
    kind = wanted.get("type")
    schema = wanted["json_schema"].get("schema") if kind == "json_schema" else None
    return json_output(kind, schema, "response_format.json_schema.schema")


def _is_legacy(body: dict[str, Any]) -> bool:
    """Return whether the tools are in the deprecated fields `functions` and `function_call`."""
    return not body.get("tools") and bool(body.get("functions") or body.get("function_call"))


def _offer(body: dict[str, Any], question: str) -> ToolOffer:
    messages = body["messages"]
    calls = [call for message in messages for call in message.get("tool_calls") or []]
    called = [call["function"] for call in calls if call["type"] == "function"]
    called += [message["function_call"] for message in messages if message.get("function_call")]
    names = {call["name"] for call in called}
    answered = messages[-1]["role"] in ("tool", "function")
    if _is_legacy(body):
        functions = enumerate(body.get("functions") or [])
        tools = [_tool(each, f"functions[{index}].parameters") for index, each in functions]
        return ToolOffer(
            tools, _choice_name(body.get("function_call")), question, names, answered, field="function_call"
        )
    offered = enumerate(body.get("tools") or [])
    tools = [
        _tool(each["function"], f"tools[{index}].function.parameters")
        for index, each in offered
        if each["type"] == "function"
    ]
    choice = body.get("tool_choice")
    choice = _choice_name(choice["function"] if isinstance(choice, dict) else choice)
    return ToolOffer(tools, choice, question, names, answered, parallel=body.get("parallel_tool_calls") is not False)


def _tool(function: dict[str, Any], place: str) -> Tool:
    return Tool(function["name"], function.get("parameters"), place)


def _choice_name(choice: Any) -> str | None:
    """Return a choice of tools: the word, or the name in an object."""
    name: str | None = choice["name"] if isinstance(choice, dict) else choice
    return name


@dataclass(frozen=True)
class GeneratedCall:
    """A call of a tool in an answer; its tokens are those of its arguments."""

    id: str
    name: str
    tokens: tuple[str, ...]

    def whole(self) -> dict[str, Any]:
        """Return the call as in a whole answer."""
        return {"id": self.id, "type": "function", "function": self.function("".join(self.tokens))}

    def deltas(self, index: int) -> Iterator[dict[str, Any]]:
        """Yield the deltas of the call with that index, one for each chunk of a stream."""
        yield {"tool_calls": [{"index": index, **self.whole(), "function": self.function("")}]}
        for token in self.tokens:
            yield {"tool_calls": [{"index": index, "function": {"arguments": token}}]}

    def legacy_deltas(self) -> Iterator[dict[str, Any]]:
        """Yield the deltas of a call in the deprecated form."""
        yield {"function_call": self.function("")}
        for token in self.tokens:
            yield {"function_call": {"arguments": token}}

    def function(self, arguments: str) -> dict[str, str]:
        """Return the name and the arguments."""
        return {"name": self.name, "arguments": arguments}


@dataclass(frozen=True)
class Choice:
    """One of the choices of a completion: tokens, or calls; `legacy` is the deprecated form of a call."""

    index: int
    tokens: tuple[str, ...]
    finish_reason: str
    calls: tuple[GeneratedCall, ...] = ()
    legacy: bool = False

    @property
    def text(self) -> str:
        """The tokens as one text."""
        return "".join(self.tokens)

    @property
    def length(self) -> int:
        """The number of tokens, with those of the calls."""
        return len(self.tokens) + sum(len(call.tokens) for call in self.calls)

    def message(self) -> dict[str, Any]:
        """Return the message as in a whole answer."""
        message: dict[str, Any] = {"role": "assistant", "content": self.text, "refusal": None, "annotations": []}
        if self.calls:
            whole = [call.whole() for call in self.calls]
            made = {"function_call": whole[0]["function"]} if self.legacy else {"tool_calls": whole}
            message |= {"content": None} | made
        return message

    def deltas(self) -> Iterator[dict[str, Any]]:
        """Yield the deltas of the message, one for each chunk of a stream."""
        yield {"role": "assistant", "content": None if self.calls else "", "refusal": None}
        for token in self.tokens:
            yield {"content": token}
        for index, call in enumerate(self.calls):
            yield from call.legacy_deltas() if self.legacy else call.deltas(index)


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
        """Return the whole answer, a `chat.completion`."""
        choices = [
            {
                "index": choice.index,
                "message": choice.message(),
                "logprobs": self._logprobs(choice.tokens),
                "finish_reason": choice.finish_reason,
                **self._filter(choice.finish_reason),
            }
            for choice in self.choices
        ]
        body = self._head("chat.completion") | {"choices": choices, "usage": self.usage()}
        return body | ({"prompt_filter_results": content_filter.prompt_filter_results()} if self.azure else {})

    def chunks(self, *, include_usage: bool) -> Iterator[dict[str, Any]]:
        """Yield the answer as `chat.completion.chunk` objects; Azure's first chunk has no choices."""
        usage: dict[str, Any] = {"usage": None} if include_usage else {}
        if self.azure:
            yield prompt_filter_chunk()
        for choice in self.choices:
            for chunk in self._chunks(choice):
                yield chunk | usage
        if include_usage:
            yield self._head("chat.completion.chunk") | {"choices": [], "usage": self.usage()}

    def events(self, *, include_usage: bool) -> Iterator[Event]:
        """Yield the chunks as events; events with a token are paced."""
        for chunk in self.chunks(include_usage=include_usage):
            paced = any(choice["delta"].get("content") or _is_argument(choice) for choice in chunk["choices"])
            yield chunk_event(chunk, paced=paced)
        yield Event(DONE)

    def usage(self) -> dict[str, Any]:
        """Return the tokens of the prompt and of the answers."""
        return usage(self.prompt_tokens, sum(choice.length for choice in self.choices))

    def _chunks(self, choice: Choice) -> Iterator[dict[str, Any]]:
        for number, delta in enumerate(choice.deltas()):
            content = delta.get("content")
            more = self._filter() if number else {}
            yield self._chunk(choice.index, delta, self._logprobs((content,) if content else ()), **more)
        yield self._chunk(choice.index, {}, None, choice.finish_reason, **self._filter(choice.finish_reason))

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

    def _filter(self, finish_reason: str | None = None) -> dict[str, Any]:
        return content_filter.results(finish_reason) if self.azure else {}

    def _logprobs(self, told: tuple[str, ...]) -> dict[str, Any] | None:
        if self.logprobs is None or not told:
            return None
        return {"content": [token_logprobs(token, self.logprobs) for token in told], "refusal": None}


def _is_argument(choice: dict[str, Any]) -> bool:
    delta = choice["delta"]
    functions = [call["function"] for call in delta.get("tool_calls", ())]
    return any(function["arguments"] for function in [*functions, delta.get("function_call", {"arguments": ""})])


def prompt_filter_chunk(prompts: int = 1) -> dict[str, Any]:
    """Return the first chunk of a stream on Azure's routes: no choices, and the prompts' filter results."""
    return {
        "choices": [],
        "created": 0,
        "id": "",
        "model": "",
        "object": "",
        "prompt_filter_results": content_filter.prompt_filter_results(prompts),
    }


def token_logprobs(token: str, alternative_count: int) -> dict[str, Any]:
    """Return the log probability of a token, and the likeliest tokens for its place."""
    return _logprob(token, logprob(token)) | {
        "top_logprobs": [_logprob(*each) for each in alternatives(token, alternative_count)]
    }


def _logprob(token: str, value: float) -> dict[str, Any]:
    return {"token": token, "logprob": value, "bytes": list(encode(token))}


def usage(prompt_tokens: int, completion_tokens: int) -> dict[str, Any]:
    """Return the tokens of the prompt and of the answers, for chat completions and legacy completions."""
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
    """Make the answer: its text names the backend and repeats the last message of the user."""
    return Completion(
        id=identifier("chatcmpl-", backend, request),
        created=created,
        model=request.model,
        choices=tuple(_choice(request, backend, index, azure=azure) for index in range(request.choices)),
        prompt_tokens=sum(len(tokens(text)) for text in request.texts),
        azure=azure,
        logprobs=request.logprobs,
    )


def _choice(request: ChatRequest, backend: str, index: int, *, azure: bool) -> Choice:
    if request.tool_calls:
        return _call_tools(request, backend, index)
    words = request.output or reply(backend, request.question, index)
    generated = generate(words, request.stop, request.limit, request.choices, azure=azure)
    return Choice(index, generated.tokens, generated.finish_reason)


def _call_tools(request: ChatRequest, backend: str, index: int) -> Choice:
    """Make a choice of calls, which share the limit; a call that reaches the limit is the last."""
    calls: list[GeneratedCall] = []
    left = request.limit
    reason = "function_call" if request.legacy else "tool_calls"
    for number, call in enumerate(request.tool_calls):
        generated = generate(call.arguments, (), left, request.choices * len(request.tool_calls))
        id_ = identifier("call_", backend, request, index, number, length=24)
        calls.append(GeneratedCall(id_, call.name, generated.tokens))
        if generated.finish_reason == "length":
            reason = "length"
            break
        left = None if left is None else left - len(generated.tokens)
    return Choice(index, (), reason, tuple(calls), request.legacy)
