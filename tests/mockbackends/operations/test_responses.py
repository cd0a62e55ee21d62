import json
from typing import Any

import pytest

from mockbackends.azure_errors import BadRequestError
from mockbackends.operations.operation import Incoming, Stream, Whole
from mockbackends.operations.response_store import ResponseStore
from mockbackends.operations.responses import ResponsesRequest

CREATED = 1795408308
HELLO = {"model": "gpt-4o", "input": "Hello"}
TOOL = {"type": "function", "name": "now", "parameters": {"type": "object", "properties": {"zone": {"const": "UTC"}}}}

FALSE_SCHEMA = {"type": "json_schema", "name": "n", "schema": {"enum": []}}


def parse(body: dict[str, Any]) -> ResponsesRequest:
    return ResponsesRequest.parse(Incoming(json.dumps(body).encode()))


def whole(body: dict[str, Any]) -> dict[str, Any]:
    answer = parse(body).answer("east", CREATED, azure=True)
    assert isinstance(answer, Whole)
    made: dict[str, Any] = json.loads(answer.body)
    return made


def events(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of each event, whose name has to be the data's type."""
    answer = parse(body | {"stream": True}).answer("east", CREATED, azure=True)
    assert isinstance(answer, Stream)
    made = []
    for event in answer.events:
        name, data, *rest = event.data.decode().split("\n")
        made.append(json.loads(data.removeprefix("data: ")))
        assert (name, rest) == (f"event: {made[-1]['type']}", ["", ""])
    return made


def test_a_response_has_the_fields_of_the_specification() -> None:
    response = whole(HELLO)

    assert response["id"].startswith("resp_")
    (item,) = response["output"]
    assert item.pop("id").startswith("msg_")
    assert item == {
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": [
            {"type": "output_text", "text": "This is east. You said: Hello", "annotations": [], "logprobs": []}
        ],
    }
    assert response["usage"] == {
        "input_tokens": 1,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 6,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 7,
    }
    assert (response["object"], response["created_at"], response["status"]) == ("response", CREATED, "completed")
    required = {
        *("error", "incomplete_details", "instructions", "model", "tools", "parallel_tool_calls"),
        *("metadata", "tool_choice", "temperature", "top_p"),
    }
    assert required <= set(response)


def test_a_stream_has_the_events_in_their_order_and_no_done() -> None:
    made = events(HELLO)

    assert [event["type"].removeprefix("response.") for event in made] == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        *["output_text.delta"] * 6,
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert [event["sequence_number"] for event in made] == list(range(14))
    assert made[-1]["response"]["usage"] == whole(HELLO)["usage"]
    assert set(made[4]) == {
        *("type", "sequence_number", "item_id", "output_index", "content_index", "delta", "logprobs"),
    }


def test_a_stream_has_one_id() -> None:
    made = events(HELLO)

    assert len({event["response"]["id"] for event in made if "response" in event}) == 1
    assert len({event["item_id"] for event in made if "item_id" in event}) == 1


def test_a_tools_call_is_streamed_with_its_name_at_the_end() -> None:
    made = events(HELLO | {"tools": [TOOL]})

    kinds = [event["type"].removeprefix("response.") for event in made]
    assert kinds == [
        *("created", "in_progress", "output_item.added"),
        *["function_call_arguments.delta"] * 2,
        *("function_call_arguments.done", "output_item.done", "completed"),
    ]
    assert (made[5]["name"], made[5]["arguments"]) == ("now", '{"zone": "UTC"}')
    assert made[-1]["response"]["output"][0]["type"] == "function_call"


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "function_call"),
        ({"tool_choice": "auto"}, "function_call"),
        ({"tool_choice": "required"}, "function_call"),
        ({"tool_choice": {"type": "function", "name": "now"}}, "function_call"),
        ({"tool_choice": {"type": "web_search"}}, "function_call"),
        ({"tool_choice": "none"}, "message"),
        ({"tools": [{"type": "web_search"}]}, "message"),
        ({"input": [{"type": "function_call_output", "call_id": "c", "output": "noon"}]}, "message"),
    ],
)
def test_when_a_tool_is_called(more: dict[str, Any], kind: str) -> None:
    assert whole(HELLO | {"tools": [TOOL]} | more)["output"][0]["type"] == kind


def test_the_end_of_a_stream_that_is_cut_is_incomplete() -> None:
    last = events(HELLO | {"max_output_tokens": 2})[-1]

    assert last["type"] == "response.incomplete"
    assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}


def test_the_response_repeats_what_was_asked_for() -> None:
    asked = {"instructions": "Be brief.", "metadata": {"a": "b"}, "temperature": 0.5, "tools": [TOOL]}

    response = whole(HELLO | asked)

    assert {name: response[name] for name in asked} == asked


def test_logprobs_are_told_when_they_are_included() -> None:
    body = HELLO | {"include": ["message.output_text.logprobs"], "top_logprobs": 2}

    told = whole(body)["output"][0]["content"][0]["logprobs"]

    assert [len(each["top_logprobs"]) for each in told] == [2] * 6


def test_the_estimate_is_of_all_texts_and_the_limit() -> None:
    parts = [{"role": "user", "content": [{"type": "input_text", "text": "12345"}]}]

    request = parse({"model": "m", "input": parts, "instructions": "123", "max_output_tokens": 50})

    assert (request.prompt_tokens, request.max_tokens) == (2, 50)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "input"),
        ({"input": None, "model": "m"}, "input"),
        ({"input": 1}, "input"),
        ({"input": ["a"]}, "input[0]"),
        ({"input": "a"}, "model"),
        ({"input": "a", "model": "m", "tools": [{}]}, "tools[0].type"),
        ({"input": "a", "model": "m", "tools": [{"type": "function"}]}, "tools[0].name"),
        ({"input": "a", "model": "m", "tool_choice": "required"}, "tool_choice"),
        ({"input": "a", "model": "m", "max_output_tokens": 0}, "max_output_tokens"),
        ({"input": "a", "model": "m", "max_output_tokens": 2**31}, "max_output_tokens"),
        ({"input": "a", "model": "m", "text": {"format": {"type": "json_schema"}}}, "text.format.name"),
        (HELLO | {"text": {"format": FALSE_SCHEMA}}, "text.format.schema"),
    ],
)
def test_a_body_that_cannot_be_served_says_what_is_wrong(body: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        parse(body)

    assert caught.value.param == param


def go_on(store: ResponseStore, body: dict[str, Any]) -> dict[str, Any]:
    """Return a response, whole or of the last event, of a backend with this store."""
    request = ResponsesRequest.parse(Incoming(json.dumps({"model": "m"} | body).encode(), store=store))
    answer = request.answer("east", CREATED, azure=True)
    if isinstance(answer, Whole):
        made: dict[str, Any] = json.loads(answer.body)
        return made
    *_, last = answer.events
    streamed: dict[str, Any] = json.loads(last.data.partition(b"data: ")[2])["response"]
    return streamed


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_goes_on_from_the_previous_one(stream: bool) -> None:
    kept = ResponseStore()
    first = go_on(kept, {"input": "One two", "stream": stream})
    second = go_on(kept, {"input": "Three", "previous_response_id": first["id"], "instructions": "Be brief."})
    third = go_on(kept, {"input": [], "previous_response_id": second["id"]})

    # 2 of the question and 7 of the answer; then 2 of instructions, which only hold for one response, and 1 and 6
    assert [made["usage"]["input_tokens"] for made in (first, second, third)] == [2, 2 + 9 + 1, 9 + 7]
    assert third["output"][0]["content"][0]["text"] == "This is east. You said: Three"
    assert third["previous_response_id"] == second["id"]


def test_a_tools_call_is_answered_by_its_result_alone() -> None:
    kept = ResponseStore()
    called = go_on(kept, {"input": "Hello", "tools": [TOOL]})
    result = {"type": "function_call_output", "call_id": called["output"][0]["call_id"], "output": "noon"}

    last = go_on(kept, {"input": [result], "tools": [TOOL], "previous_response_id": called["id"]})

    assert last["output"][0]["content"][0]["text"] == "This is east. You said: Hello"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("store", "is_kept"), [(None, True), (True, True), (False, False)])
def test_what_is_kept(store: bool | None, is_kept: bool, stream: bool) -> None:
    kept = ResponseStore()

    made = go_on(kept, {"input": "Hello", "store": store, "stream": stream})

    found = kept.find(made["id"])
    assert (json.loads(found.body) if found else None) == (made if is_kept else None)


def test_a_stream_that_breaks_off_is_not_kept() -> None:
    store = ResponseStore()
    request = ResponsesRequest.parse(Incoming(json.dumps(HELLO | {"stream": True}).encode(), store=store))
    answer = request.answer("east", CREATED, azure=True)
    assert isinstance(answer, Stream)

    first = json.loads(next(answer.events).data.partition(b"data: ")[2])

    assert store.find(first["response"]["id"]) is None


def test_a_previous_response_that_is_not_kept_is_named() -> None:
    with pytest.raises(BadRequestError, match="Previous response with id 'resp_1' not found") as caught:
        parse(HELLO | {"previous_response_id": "resp_1"})

    assert (caught.value.param, caught.value.code) == ("previous_response_id", "previous_response_not_found")


@pytest.mark.parametrize(("azure", "reason"), [(True, {"reason": "content_filter"}), (False, None)])
def test_the_content_filter_leaves_a_response_incomplete(azure: bool, reason: Any) -> None:
    answer = parse(HELLO | {"input": "Please trigger the output filter."}).answer("east", CREATED, azure=azure)
    assert isinstance(answer, Whole)

    assert json.loads(answer.body)["incomplete_details"] == reason
