"""The tokens that an answer says it has cost."""

import json

import pytest

from apim_lab.tracing.usage import TAIL, Usage, usage_in

CHAT = {"prompt_tokens": 8, "completion_tokens": 12, "total_tokens": 20}


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (CHAT, Usage(8, 12)),
        ({"input_tokens": 8, "output_tokens": 12}, Usage(8, 12)),
        ({"prompt_tokens": 8, "total_tokens": 8}, Usage(8, 0)),  # embeddings
        ({"prompt_tokens": 0, "completion_tokens": 0}, Usage(0, 0)),
        ({"prompt_tokens": -1, "completion_tokens": 12}, None),
        ({"prompt_tokens": "8", "completion_tokens": 12}, None),
        ({"prompt_tokens": True, "completion_tokens": 12}, None),
        ({"prompt_tokens": 8.0, "completion_tokens": 12}, None),
        ({}, None),
        (None, None),
        ([8, 12], None),
    ],
)
def test_it_is_read_from_a_json_answer(usage, expected):
    assert usage_in(json.dumps({"choices": [], "usage": usage}).encode()) == expected


@pytest.mark.parametrize("content", [b"", b"Hello", b'"usage":', b'{"usage": {"prompt_tokens": 8', b"\xff\xfe"])
def test_there_is_none_where_none_can_be_read(content):
    assert usage_in(content) is None


def test_it_is_read_from_the_end_of_a_stream():
    chunks = [{"choices": [], "usage": None}, {"choices": [], "usage": CHAT}]
    stream = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"

    assert usage_in(stream.encode()) == Usage(8, 12)


def test_the_last_one_that_can_be_read_counts():
    stream = json.dumps({"usage": CHAT}) + json.dumps({"usage": CHAT | {"prompt_tokens": 9}}) + json.dumps({"usage": 1})

    assert usage_in(stream.encode()) == Usage(9, 12)


def test_what_a_model_says_is_not_mistaken_for_it():
    content = json.dumps({"usage": CHAT, "choices": [{"text": '"usage": {"prompt_tokens": 1000}'}]})

    assert usage_in(content.encode()) == Usage(8, 12)


def test_the_tail_may_begin_in_the_middle_of_a_character():
    assert usage_in("é".encode()[1:] + b'"usage": {"prompt_tokens": 1}') == Usage(1, 0)


def test_one_that_is_nested_too_deeply_is_none():
    assert usage_in(b'"usage":' + b"[" * TAIL) is None


@pytest.mark.parametrize(("others", "expected"), [(99, Usage(8, 12)), (100, None)])
def test_a_hundred_of_them_are_looked_at(others, expected):
    content = json.dumps({"usage": CHAT}) + '"usage":{' * others

    assert usage_in(content.encode()) == expected
