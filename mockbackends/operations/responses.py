"""The Responses API: reads a request and makes the response, whole or as a stream of named events.

A response is stored unless the request says otherwise. A later request can continue it, get it and delete it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mockbackends import content_filter
from mockbackends.azure_errors import PreviousResponseNotFoundError, ResponseNotFoundError
from mockbackends.body import (
    BOOLEAN,
    OBJECT,
    STRING,
    Fields,
    array,
    check,
    either,
    integer,
    mapping,
    one_of,
    read_object,
    record,
    text,
    variant,
)
from mockbackends.generation import Generated, estimate, generate, identifier, reply, tokens
from mockbackends.operations.chat import token_logprobs
from mockbackends.operations.operation import (
    Answer,
    Event,
    Incoming,
    Stream,
    Unmetered,
    Whole,
    dump,
    json_answer,
    named_event,
)
from mockbackends.operations.response_store import ResponseStore, StoredResponse
from mockbackends.operations.sampling import MAX_TOKEN_LIMIT, SAMPLING
from mockbackends.operations.tools import FUNCTION, Tool, ToolCall, ToolOffer, json_output

_PART = record({"type": STRING, "text": STRING}, ["type"])
_CONTENT = either("a string or an array of objects", str=STRING, list=array(_PART, "an array of objects"))
_ITEM = record(
    {
        "type": STRING,
        "role": one_of("user", "assistant", "system", "developer"),
        "content": _CONTENT,
        "name": STRING,
        "arguments": STRING,
        "call_id": STRING,
    }
)
_FORMAT = variant(
    "type",
    {
        "text": OBJECT,
        "json_object": OBJECT,
        "json_schema": record({"name": text(1), "schema": OBJECT, "strict": BOOLEAN}, ["name", "schema"]),
    },
)


def _tool(place: str, value: Any) -> None:
    record({"type": STRING}, ["type"])(place, value)
    if value["type"] == "function":
        FUNCTION(place, value)


_FIELDS: Fields = SAMPLING | {
    "input": either("a string or an array of objects", str=STRING, list=array(_ITEM, "an array of objects")),
    "instructions": STRING,
    "max_output_tokens": integer(1, MAX_TOKEN_LIMIT),
    "top_logprobs": integer(0, 20),
    "include": array(STRING, "an array of strings"),
    "tools": array(_tool, "an array of objects"),
    "tool_choice": either(
        "a string or an object", str=one_of("none", "auto", "required"), dict=record({"type": STRING}, ["type"])
    ),
    "parallel_tool_calls": BOOLEAN,
    "text": record({"format": _FORMAT, "verbosity": STRING}),
    "reasoning": OBJECT,
    "metadata": mapping(STRING),
    "previous_response_id": STRING,
    "store": BOOLEAN,
    "truncation": one_of("auto", "disabled"),
}

# Fields that a response repeats from its request, with their defaults.
_RESPONSE_DEFAULTS: dict[str, Any] = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


@dataclass(frozen=True)
class ResponsesRequest:
    """A request. `repeated` are the fields that the response repeats.

    `items` are the items of the conversation; `store` is for the response.
    """

    model: str
    texts: tuple[str, ...]
    question: str
    repeated: dict[str, Any]
    stream: bool = False
    limit: int | None = None
    logprobs: int | None = None
    output: str | None = None
    tool_call: ToolCall | None = None
    items: list[dict[str, Any]] = field(default_factory=list)
    store: ResponseStore = field(default_factory=ResponseStore, repr=False, compare=False)

    @classmethod
    def parse(cls, incoming: Incoming) -> "ResponsesRequest":
        """Read a request; raise BadRequestError."""
        body = read_object(incoming.data)
        check(body, _FIELDS, ["input"])
        model = incoming.model(body)
        items = _previous_items(incoming.store, body.get("previous_response_id")) + _items(body["input"])
        spoken = [(item.get("role"), _text(item)) for item in items]
        texts = [body.get("instructions") or "", *(text for _, text in spoken)]
        incoming.check_prompt(*texts)
        question = next((text for role, text in reversed(spoken) if role == "user"), "")
        wanted = (body.get("text") or {}).get("format") or {"type": "text"}
        return cls(
            model=model,
            texts=tuple(texts),
            question=question,
            repeated=_repeat_fields(body) | {"text": {"format": wanted}},
            stream=body.get("stream") is True,
            limit=body.get("max_output_tokens"),
            logprobs=(body.get("top_logprobs") or 0) if _wants_logprobs(body) else None,
            output=json_output(wanted["type"], wanted.get("schema"), "text.format.schema"),
            tool_call=next(iter(_offer(body, items, question).calls()), None),
            items=items,
            store=incoming.store,
        )

    @property
    def prompt_tokens(self) -> int:
        """The estimate of the instructions and of all items."""
        return estimate(self.texts)

    @property
    def max_tokens(self) -> int:
        """The limit of the output."""
        return self.limit or 0

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return a `response`, or its events."""
        response = respond(self, backend, created, azure=azure)
        if self.stream:
            return Stream(response.events())
        whole = response.whole()
        self.keep(whole)
        return json_answer(whole)

    def keep(self, response: dict[str, Any]) -> None:
        """Store the response and its conversation, unless the request forbids it."""
        if self.repeated["store"]:
            conversation = json.dumps(self.items + response["output"]).encode()
            self.store.keep(response["id"], StoredResponse(dump(response), conversation))


@dataclass(frozen=True)
class StoredRequest(Unmetered):
    """A request to get or to delete a stored response; `body` is the answer."""

    body: bytes

    @classmethod
    def get(cls, incoming: Incoming) -> "StoredRequest":
        """Find the response; raise ResponseNotFoundError."""
        found = incoming.store.find(incoming.name or "")
        if found is None:
            raise ResponseNotFoundError(incoming.name or "")
        return cls(found.body)

    @classmethod
    def delete(cls, incoming: Incoming) -> "StoredRequest":
        """Delete the response; raise ResponseNotFoundError."""
        if not incoming.store.delete(incoming.name or ""):
            raise ResponseNotFoundError(incoming.name or "")
        return cls(dump({"id": incoming.name, "object": "response", "deleted": True}))

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return the stored response, or the note that it is deleted."""
        return Whole(self.body)


def _previous_items(store: ResponseStore, previous: str | None) -> list[dict[str, Any]]:
    """Return the conversation up to the end of a response; raise PreviousResponseNotFoundError."""
    if previous is None:
        return []
    found = store.find(previous)
    if found is None:
        raise PreviousResponseNotFoundError(previous)
    items: list[dict[str, Any]] = json.loads(found.conversation)
    return items


def _items(given: str | list[Any]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": given}] if isinstance(given, str) else given


def _text(item: dict[str, Any]) -> str:
    """Return the text of an item: the content of a message, or the output of a tool."""
    content = item.get("content") or item.get("output") or ""
    if isinstance(content, list):
        return " ".join(
            part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)
        )
    return content if isinstance(content, str) else ""


def _repeat_fields(body: dict[str, Any]) -> dict[str, Any]:
    return {name: default if body.get(name) is None else body[name] for name, default in _RESPONSE_DEFAULTS.items()}


def _wants_logprobs(body: dict[str, Any]) -> bool:
    return "message.output_text.logprobs" in (body.get("include") or []) or bool(body.get("top_logprobs"))


def _offer(body: dict[str, Any], items: list[dict[str, Any]], question: str) -> ToolOffer:
    tools = [
        Tool(tool["name"], tool.get("parameters"), f"tools[{index}].parameters")
        for index, tool in enumerate(body.get("tools") or [])
        if tool["type"] == "function"
    ]
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        choice = str(choice.get("name")) if choice["type"] == "function" else "auto"
    called = {item.get("name", "") for item in items if item.get("type") == "function_call"}
    answered = bool(items) and items[-1].get("type") == "function_call_output"
    return ToolOffer(tools, choice, question, called, answered)


@dataclass(frozen=True)
class ModelResponse:
    """The response to a request: a message, or the call of a tool. `created` is in seconds since 1970."""

    request: ResponsesRequest
    id: str
    created: int
    generated: Generated
    item: "OutputMessage | FunctionCall"

    def whole(self) -> dict[str, Any]:
        """The response in one piece."""
        reason = _INCOMPLETE_REASONS.get(self.generated.finish_reason)
        status = "incomplete" if reason else "completed"
        return self._response(status, [self.item.whole(status)], self._usage()) | {
            "incomplete_details": {"reason": reason} if reason else None
        }

    def events(self) -> Iterator[Event]:
        """The response as named events, numbered from 0, without `[DONE]`."""
        for sequence_number, (name, fields, paced) in enumerate(self._events()):
            yield named_event({"type": name, "sequence_number": sequence_number, **fields}, paced=paced)

    def _events(self) -> Iterator["_Named"]:
        started = self._response("in_progress", [], None)
        whole = self.whole()
        status = whole["output"][0]["status"]
        yield "response.created", {"response": started}, False
        yield "response.in_progress", {"response": started}, False
        yield "response.output_item.added", {"output_index": 0, "item": self.item.empty()}, False
        yield from self.item.events()
        yield "response.output_item.done", {"output_index": 0, "item": self.item.whole(status)}, False
        self.request.keep(whole)
        yield f"response.{whole['status']}", {"response": whole}, False

    def _response(self, status: str, output: list[Any], usage: dict[str, Any] | None) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "model": self.request.model,
            "output": output,
            "reasoning": {"effort": None, "summary": None},
            **self.request.repeated,
            "usage": usage,
        }

    def _usage(self) -> dict[str, Any]:
        asked = sum(len(tokens(each)) for each in self.request.texts)
        answered = len(self.generated.tokens)
        return {
            "input_tokens": asked,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": answered,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": asked + answered,
        }


# Why a response is incomplete, by why there are no more tokens.
_INCOMPLETE_REASONS = {"length": "max_output_tokens", content_filter.FINISH_REASON: "content_filter"}

type _Named = tuple[str, dict[str, Any], bool]  # the event's type, its other fields, and whether it is paced


@dataclass(frozen=True)
class OutputMessage:
    """An output item with a text."""

    id: str
    generated: Generated
    logprobs: int | None

    def empty(self) -> dict[str, Any]:
        """Return the item before its content."""
        return self._item("in_progress", [])

    def whole(self, status: str) -> dict[str, Any]:
        """Return the item with its text."""
        return self._item(status, [self._part(self.generated.text, self._logprobs(self.generated.tokens))])

    def events(self) -> Iterator[_Named]:
        """Yield the start of the part, its text token by token and whole, and its end."""
        place = {"item_id": self.id, "output_index": 0, "content_index": 0}
        logprobs = self._logprobs(self.generated.tokens)
        whole = self.generated.text
        yield "response.content_part.added", place | {"part": self._part("", [])}, False
        for token in self.generated.tokens:
            yield "response.output_text.delta", place | {"delta": token, "logprobs": self._logprobs((token,))}, True
        yield "response.output_text.done", place | {"text": whole, "logprobs": logprobs}, False
        yield "response.content_part.done", place | {"part": self._part(whole, logprobs)}, False

    def _item(self, status: str, content: list[Any]) -> dict[str, Any]:
        return {"id": self.id, "type": "message", "status": status, "role": "assistant", "content": content}

    def _part(self, text: str, logprobs: list[Any]) -> dict[str, Any]:
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": logprobs}

    def _logprobs(self, told: tuple[str, ...]) -> list[dict[str, Any]]:
        return [] if self.logprobs is None else [token_logprobs(token, self.logprobs) for token in told]


@dataclass(frozen=True)
class FunctionCall:
    """An output item with the call of a function."""

    id: str
    call_id: str
    name: str
    generated: Generated

    def empty(self) -> dict[str, Any]:
        """Return the item before its arguments."""
        return self._item("in_progress", "")

    def whole(self, status: str) -> dict[str, Any]:
        """Return the item with its arguments."""
        return self._item(status, self.generated.text)

    def events(self) -> Iterator[_Named]:
        """The arguments, bit by bit and at once."""
        place = {"item_id": self.id, "output_index": 0}
        for token in self.generated.tokens:
            yield "response.function_call_arguments.delta", place | {"delta": token}, True
        done = place | {"name": self.name, "arguments": self.generated.text}
        yield "response.function_call_arguments.done", done, False

    def _item(self, status: str, arguments: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "call_id": self.call_id,
            "name": self.name,
            "arguments": arguments,
        }


def respond(request: ResponsesRequest, backend: str, created: int, *, azure: bool) -> ModelResponse:
    """Answer a request: with a tool's call, with JSON, or with what every mock model says."""
    call = request.tool_call
    words = call.arguments if call else request.output or reply(backend, request.question)
    generated = generate(words, max_tokens=request.limit, azure=azure and not call)
    item: OutputMessage | FunctionCall
    if call:
        call_id = identifier("call_", backend, request, length=24)
        item = FunctionCall(identifier("fc_", backend, request, length=48), call_id, call.name, generated)
    else:
        item = OutputMessage(identifier("msg_", backend, request, length=48), generated, request.logprobs)
    return ModelResponse(request, identifier("resp_", backend, request, length=48), created, generated, item)
