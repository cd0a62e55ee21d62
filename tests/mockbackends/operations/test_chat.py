import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockbackends.azure_errors import BadRequestError
from mockbackends.operations.chat import ChatRequest, Completion, complete
from mockbackends.operations.operation import Incoming

SAFE = {"filtered": False, "severity": "safe"}
FILTERS = {"hate": SAFE, "self_harm": SAFE, "sexual": SAFE, "violence": SAFE}
PROMPT_FILTERS = [
    {
        "prompt_index": 0,
        "content_filter_results": {**FILTERS, "jailbreak": {"filtered": False, "detected": False}},
    }
]
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


def answer(body: dict[str, Any], *, azure: bool = True) -> Completion:
    request = ChatRequest.parse(Incoming(json.dumps(body).encode(), deployment="gpt-4o"))
    return complete(request, "east", 1795408308, azure=azure)


def test_a_whole_answer_has_the_fields_of_azure() -> None:
    body = answer(HELLO).whole()

    assert body.pop("id").startswith("chatcmpl-")
    assert body.pop("system_fingerprint").startswith("fp_")
    assert body == {
        "object": "chat.completion",
        "created": 1795408308,
        "model": "gpt-4o",
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": "This is east. You said: Hello",
                    "refusal": None,
                    "annotations": [],
                },
                "logprobs": None,
                "finish_reason": "stop",
                "content_filter_results": FILTERS,
            }
        ],
        "usage": {
            "prompt_tokens": 1,
            "completion_tokens": 6,
            "total_tokens": 7,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "prompt_filter_results": PROMPT_FILTERS,
    }


def test_the_answer_of_openai_has_no_content_filter_results() -> None:
    completion = answer(HELLO, azure=False)

    everything = json.dumps([completion.whole(), *completion.chunks(include_usage=True)])

    assert "filter" not in everything


def test_a_stream_has_the_chunks_of_azure() -> None:
    first, role, *tokens, last = answer(HELLO).chunks(include_usage=False)

    assert first == {
        "choices": [],
        "created": 0,
        "id": "",
        "model": "",
        "object": "",
        "prompt_filter_results": PROMPT_FILTERS,
    }
    assert role["choices"] == [
        {
            "index": 0,
            "delta": {"role": "assistant", "content": "", "refusal": None},
            "logprobs": None,
            "finish_reason": None,
        }
    ]
    assert tokens[0]["choices"] == [
        {
            "index": 0,
            "delta": {"content": "This"},
            "logprobs": None,
            "finish_reason": None,
            "content_filter_results": FILTERS,
        }
    ]
    assert last["choices"] == [
        {
            "index": 0,
            "delta": {},
            "logprobs": None,
            "finish_reason": "stop",
            "content_filter_results": FILTERS,
        }
    ]


def test_every_chunk_of_a_stream_has_the_same_head() -> None:
    _, *chunks = answer(HELLO).chunks(include_usage=True)

    heads = {(chunk["id"], chunk["object"], chunk["created"], chunk["model"]) for chunk in chunks}

    assert len(heads) == 1
    assert heads.pop()[1:] == ("chat.completion.chunk", 1795408308, "gpt-4o")


def test_usage_is_a_last_chunk_and_null_in_the_others() -> None:
    completion = answer(HELLO)

    _, *chunks, last = completion.chunks(include_usage=True)

    assert [chunk["usage"] for chunk in chunks] == [None] * len(chunks)
    assert (last["choices"], last["usage"]) == ([], completion.usage())


def test_no_chunk_has_usage_unless_asked_for() -> None:
    assert not [chunk for chunk in answer(HELLO).chunks(include_usage=False) if "usage" in chunk]


@given(st.text())
def test_the_tokens_of_a_stream_make_the_text_of_the_whole_answer(text: str) -> None:
    completion = answer({"messages": [{"role": "user", "content": text}]})

    deltas = [choice["delta"] for chunk in completion.chunks(include_usage=False) for choice in chunk["choices"]]

    content = "".join(delta.get("content", "") for delta in deltas)
    assert content == completion.whole()["choices"][0]["message"]["content"]
    assert content == f"This is east. You said: {text}"


def test_the_same_call_has_the_same_answer() -> None:
    assert answer(HELLO) == answer(HELLO)


def test_the_last_message_of_the_user_is_repeated() -> None:
    messages = [
        {"role": "user", "content": "One"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Two"},
                {"type": "image_url", "image_url": {"url": "https://e.com/a.png"}},
            ],
        },
        {"role": "assistant", "content": None},
    ]

    assert answer({"messages": messages}).choices[0].text == "This is east. You said: Two"


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_an_answer_is_cut_at_the_most_tokens_allowed(name: str) -> None:
    (choice,) = answer(HELLO | {name: 3}).choices

    assert choice.tokens == ("This", " is", " east.")
    assert choice.finish_reason == "length"


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_limit_may_be_any_that_has_32_bits(name: str) -> None:
    request = ChatRequest.parse(Incoming(json.dumps(HELLO | {name: 2**31 - 1}).encode(), deployment="m"))

    assert request.max_tokens == 2**31 - 1


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ("", None, None),
        ("{", None, None),
        ("[" * 100_000, None, None),
        ("[]", None, "invalid_type"),
        ("null", "messages", "missing_required_parameter"),
        ("{}", "messages", "missing_required_parameter"),
        ('{"messages": null}', "messages", "missing_required_parameter"),
        ('{"messages": "Hello"}', "messages", "invalid_type"),
        ('{"messages": []}', "messages", "empty_array"),
        ('{"messages": ["Hello"]}', "messages[0]", "invalid_type"),
        ('{"messages": [{}]}', "messages[0].role", "missing_required_parameter"),
        ('{"messages": [{"role": 1}]}', "messages[0].role", "invalid_type"),
        ('{"messages": [{"role": "user", "content": 1}]}', "messages[0].content", "invalid_type"),
        ('{"messages": [{"role": "user", "content": "Hi"}], "stream": "yes"}', "stream", "invalid_type"),
        ('{"messages": [{"role": "user", "content": "Hi"}], "stream_options": []}', "stream_options", "invalid_type"),
        ('{"messages": [{"role": "user", "content": "Hi"}], "max_tokens": true}', "max_tokens", "invalid_type"),
        (
            '{"messages": [{"role": "user", "content": "Hi"}], "model": "m", "max_tokens": 0}',
            "max_tokens",
            "invalid_value",
        ),
        ('{"messages": [{"role": "user", "content": "Hi"}]}', "model", "missing_required_parameter"),
        *(
            (f'{{"messages": [{{"role": "user", "content": "Hi"}}], "{name}": {most}}}', name, "invalid_value")
            for name in ("max_tokens", "max_completion_tokens")
            for most in (2**31, 10**400)  # it is an int32
        ),
    ],
)
def test_a_body_that_cannot_be_served_says_what_is_wrong(body: str, param: str | None, code: str | None) -> None:
    with pytest.raises(BadRequestError) as caught:
        ChatRequest.parse(Incoming(body.encode()))

    assert (caught.value.param, caught.value.code) == (param, code)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["role", "content", "text"]), inner),
)
FIELDS = ["messages", "model", "stream", "stream_options", "max_tokens", "max_completion_tokens"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON).map(json.dumps).map(str.encode) | st.binary())
def test_any_other_body_is_served_or_refused(body: bytes) -> None:
    try:
        request = ChatRequest.parse(Incoming(body))
    except BadRequestError:
        return

    assert list(complete(request, "east", 0, azure=True).chunks(include_usage=True))


PARAMETERS = {"type": "object", "properties": {"zone": {"const": "UTC"}}, "required": ["zone"]}
NOW = {"type": "function", "function": {"name": "now", "parameters": PARAMETERS}}
LATER = {"type": "function", "function": {"name": "later"}}
CALLED = {
    "role": "assistant",
    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "now", "arguments": "{}"}}],
}
RESULT = {"role": "tool", "tool_call_id": "c", "content": "noon"}


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, "now"),
        ({"tool_choice": "required"}, "now"),
        ({"tool_choice": {"type": "function", "function": {"name": "later"}}}, "later"),
        ({"tool_choice": "none"}, None),
        ({"messages": [{"role": "user", "content": "Call later!"}]}, "later"),
        ({"messages": [*HELLO["messages"], CALLED, RESULT]}, None),
        ({"messages": [*HELLO["messages"], CALLED, RESULT], "tool_choice": "required"}, "later"),
        ({"messages": [*HELLO["messages"], CALLED, RESULT, *HELLO["messages"]]}, "later"),
    ],
)
def test_which_tool_is_called(more: dict[str, Any], name: str | None) -> None:
    (choice,) = answer(HELLO | {"tools": [NOW, LATER]} | more).choices

    assert [call.name for call in choice.calls] == ([name] if name else [])


CALL_BOTH = {"messages": [{"role": "user", "content": "Call later, then now."}], "tools": [NOW, LATER]}


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({}, ["now", "later"]),
        ({"tool_choice": "required"}, ["now", "later"]),
        ({"parallel_tool_calls": True}, ["now", "later"]),
        ({"parallel_tool_calls": False}, ["now"]),
        ({"tool_choice": {"type": "function", "function": {"name": "later"}}}, ["later"]),
        ({"tool_choice": "none"}, []),
        ({"messages": [{"role": "user", "content": "Not nowhere, but later"}]}, ["later"]),
        ({"messages": [{"role": "user", "content": "Hello"}]}, ["now"]),
    ],
)
def test_several_tools_are_called_when_the_user_names_them(more: dict[str, Any], names: list[str]) -> None:
    (choice,) = answer(CALL_BOTH | more).choices

    assert [call.name for call in choice.calls] == names


def test_several_calls_are_streamed_under_their_indexes() -> None:
    completion = answer(CALL_BOTH)

    _, *chunks = completion.chunks(include_usage=False)
    deltas = [call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", ())]
    assert [(call["index"], call["function"]["arguments"]) for call in deltas] == [
        *((0, ""), (0, '{"zone":'), (0, ' "UTC"}')),
        *((1, ""), (1, "{}")),
    ]
    whole = completion.whole()["choices"][0]["message"]["tool_calls"]
    assert [call["id"] for call in whole] == [call["id"] for call in deltas if "id" in call]
    assert len({call["id"] for call in whole}) == 2
    assert completion.usage()["completion_tokens"] == 3


def test_several_calls_share_the_limit() -> None:
    (choice,) = answer(CALL_BOTH | {"max_tokens": 1}).choices
    (enough,) = answer(CALL_BOTH | {"max_tokens": 3}).choices

    assert ([call.name for call in choice.calls], choice.finish_reason) == (["now"], "length")
    assert ([call.name for call in enough.calls], enough.finish_reason) == (["now", "later"], "tool_calls")


FUNCTIONS = {"functions": [NOW["function"], LATER["function"]]}
FUNCTION_CALLED = {"role": "assistant", "content": None, "function_call": {"name": "now", "arguments": "{}"}}
FUNCTION_RESULT = {"role": "function", "name": "now", "content": "noon"}


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, "now"),
        ({"function_call": "auto"}, "now"),
        ({"function_call": "none"}, None),
        ({"function_call": {"name": "later"}}, "later"),
        ({"messages": [{"role": "user", "content": "Call later!"}]}, "later"),
        ({"messages": CALL_BOTH["messages"]}, "now"),
        ({"messages": [*HELLO["messages"], FUNCTION_CALLED, FUNCTION_RESULT]}, None),
        ({"messages": [*HELLO["messages"], FUNCTION_CALLED, FUNCTION_RESULT, *HELLO["messages"]]}, "later"),
    ],
)
def test_which_function_of_the_deprecated_kind_is_called(more: dict[str, Any], name: str | None) -> None:
    (choice,) = answer(HELLO | FUNCTIONS | more).whole()["choices"]

    assert choice["message"].get("function_call", {}).get("name") == name
    assert choice["finish_reason"] == ("function_call" if name else "stop")
    assert "tool_calls" not in choice["message"]


def test_a_functions_call_of_the_deprecated_kind_is_streamed_by_fragments() -> None:
    _, _, *deltas, last = answer(HELLO | FUNCTIONS).chunks(include_usage=False)

    assert [chunk["choices"][0]["delta"] for chunk in deltas] == [
        {"function_call": {"name": "now", "arguments": ""}},
        {"function_call": {"arguments": '{"zone":'}},
        {"function_call": {"arguments": ' "UTC"}'}},
    ]
    assert last["choices"][0]["finish_reason"] == "function_call"


@pytest.mark.parametrize("more", [{"tools": [NOW]}, FUNCTIONS])
def test_the_arguments_of_a_call_are_paced(more: dict[str, Any]) -> None:
    made = answer(HELLO | more).events(include_usage=False)

    assert [event.paced for event in made] == [False, False, False, True, True, False, False]


FILTERED_FILTERS = FILTERS | {"violence": {"filtered": True, "severity": "medium"}}
UNSAFE = {"messages": [{"role": "user", "content": "Please Trigger the output filter now."}]}


def test_an_answer_that_is_filtered_has_what_came_before() -> None:
    (choice,) = answer(UNSAFE).whole()["choices"]

    assert choice["message"]["content"] == "This is east. You said: Please "
    assert choice["finish_reason"] == "content_filter"
    assert choice["content_filter_results"] == FILTERED_FILTERS


def test_a_stream_that_is_filtered_says_so_at_its_end() -> None:
    _, _, *parts, last = answer(UNSAFE).chunks(include_usage=False)

    assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in parts) == "This is east. You said: Please "
    assert {json.dumps(chunk["choices"][0]["content_filter_results"]) for chunk in parts} == {json.dumps(FILTERS)}
    assert last["choices"] == [
        {
            "index": 0,
            "delta": {},
            "logprobs": None,
            "finish_reason": "content_filter",
            "content_filter_results": FILTERED_FILTERS,
        }
    ]


def test_openai_itself_filters_no_answer() -> None:
    (choice,) = answer(UNSAFE, azure=False).choices

    assert (choice.text, choice.finish_reason) == (
        "This is east. You said: Please Trigger the output filter now.",
        "stop",
    )


def test_a_tools_call_has_the_fields_of_azure() -> None:
    (choice,) = answer(HELLO | {"tools": [NOW]}).whole()["choices"]

    (call,) = choice["message"]["tool_calls"]
    assert call.pop("id").startswith("call_")
    assert call == {"type": "function", "function": {"name": "now", "arguments": '{"zone": "UTC"}'}}
    assert (choice["message"]["content"], choice["finish_reason"]) == (None, "tool_calls")


def test_a_tools_call_is_streamed_by_fragments_of_its_arguments() -> None:
    _, _, first, *fragments, last = answer(HELLO | {"tools": [NOW]}).chunks(include_usage=False)

    (call,) = first["choices"][0]["delta"]["tool_calls"]
    assert (call["index"], call["type"], call["function"]) == (0, "function", {"name": "now", "arguments": ""})
    assert [chunk["choices"][0]["delta"] for chunk in fragments] == [
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"zone":'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": ' "UTC"}'}}]},
    ]
    assert last["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"type": "text"}, "This is east. You said: Hello"),
        ({"type": "text", "json_schema": 1}, "This is east. You said: Hello"),
        ({"type": "json_object"}, '{"answer": "This is JSON."}'),
        ({"type": "json_schema", "json_schema": {"name": "now", "schema": PARAMETERS}}, '{"zone": "UTC"}'),
    ],
)
def test_an_answer_has_the_format_asked_for(wanted: dict[str, Any], text: str) -> None:
    assert answer(HELLO | {"response_format": wanted}).choices[0].text == text


def test_each_of_several_choices_is_streamed_under_its_index() -> None:
    _, *chunks = answer(HELLO | {"n": 2}).chunks(include_usage=False)

    texts = ["", ""]
    for chunk in chunks:
        (choice,) = chunk["choices"]
        texts[choice["index"]] += choice["delta"].get("content", "")
    assert texts == ["This is east. You said: Hello", "This is east, answer 2. You said: Hello"]


def test_logprobs_tell_of_each_token_and_its_alternatives() -> None:
    completion = answer(HELLO | {"logprobs": True, "top_logprobs": 3})

    told = completion.whole()["choices"][0]["logprobs"]["content"]

    assert [each["token"] for each in told] == ["This", " is", " east.", " You", " said:", " Hello"]
    assert told[0]["bytes"] == [84, 104, 105, 115]
    assert [len(each["top_logprobs"]) for each in told] == [3] * 6
    _, _, first, *_ = completion.chunks(include_usage=False)
    assert first["choices"][0]["logprobs"] == {"content": told[:1], "refusal": None}


def test_the_estimate_is_of_all_messages_and_the_limit_of_each_choice() -> None:
    messages = [{"role": "system", "content": "12345"}, {"role": "user", "content": "123"}]

    request = ChatRequest.parse(
        Incoming(json.dumps({"messages": messages, "max_tokens": 50, "n": 3}).encode(), deployment="m")
    )

    assert (request.prompt_tokens, request.max_tokens) == (2, 150)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"n": 0}, "n"),
        ({"n": 129}, "n"),
        ({"stop": 1}, "stop"),
        ({"stop": ["a"] * 5}, "stop"),
        ({"seed": "a"}, "seed"),
        ({"top_logprobs": 1}, "top_logprobs"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tools": [NOW], "tool_choice": {"type": "function", "function": {"name": "x"}}}, "tool_choice"),
        (FUNCTIONS | {"function_call": {"name": "x"}}, "function_call"),
        ({"function_call": {"name": "x"}}, "function_call"),
        ({"functions": [{"name": "a", "parameters": {"type": "x"}}]}, "functions[0].parameters"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "x"}}}},
            "response_format.json_schema.schema",
        ),
    ],
)
def test_a_parameter_out_of_its_range_is_named(more: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        answer(HELLO | more)

    assert caught.value.param == param
