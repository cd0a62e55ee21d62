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
