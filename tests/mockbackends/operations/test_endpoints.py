"""Completions, embeddings, audio, images and models: their shapes, estimates and refusals."""

import base64
import json
import math
import struct
import zlib
from typing import Any

import pytest

from mockbackends.azure_errors import BadRequestError, DeploymentNotFoundError
from mockbackends.operations import OPERATIONS, Incoming, Request, Stream, Whole

CREATED = 1795408308


def parse(path: str, body: dict[str, Any] | bytes, **more: Any) -> Request:
    (operation,) = (operation for operation in OPERATIONS if operation.path == path)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return operation.parse(Incoming(data, **{"deployment": "mine", **more}))


def whole(path: str, body: dict[str, Any] | bytes, *, azure: bool = True, **more: Any) -> Any:
    answer = parse(path, body, **more).answer("east", CREATED, azure=azure)
    assert isinstance(answer, Whole)
    return json.loads(answer.body) if answer.content_type == "application/json" else answer.body.decode()


def chunks(path: str, body: dict[str, Any]) -> list[Any]:
    answer = parse(path, body | {"stream": True}).answer("east", CREATED, azure=True)
    assert isinstance(answer, Stream)
    *data, done = [event.data.decode().removeprefix("data: ") for event in answer.events]
    assert done == "[DONE]\n\n"
    return [json.loads(chunk) for chunk in data]


def form(file: bytes | None = b"RIFF", **fields: str) -> bytes:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    return "".join(parts).encode() + (b"" if file is None else head + file + b"\r\n") + b"--x--\r\n"


FORM: dict[str, Any] = {"content_type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ({"prompt": "Hello"}, ["This is east. You said: Hello"]),
        ({}, ["This is east. You said: "]),
        ({"prompt": ["a", "b"]}, ["This is east. You said: a", "This is east. You said: b"]),
        ({"prompt": [1, 2, 3]}, ["This is east. You said: 3 tokens"]),
        ({"prompt": [[1], [2, 3]]}, ["This is east. You said: 1 tokens", "This is east. You said: 2 tokens"]),
        ({"prompt": "a", "n": 2}, ["This is east. You said: a", "This is east, answer 2. You said: a"]),
        ({"prompt": "a", "max_tokens": 1}, ["This"]),
        ({"prompt": "a ", "echo": True, "max_tokens": 1}, ["a This"]),
        ({"prompt": "a", "stop": [" You"]}, ["This is east."]),
    ],
)
def test_a_completion_goes_on_with_each_prompt(body: dict[str, Any], texts: list[str]) -> None:
    choices = whole("completions", body)["choices"]

    assert [choice["text"] for choice in choices] == texts
    assert [choice["index"] for choice in choices] == list(range(len(texts)))


def test_a_completion_has_sixteen_tokens_unless_it_may_have_more() -> None:
    long = "word " * 50

    choices = [
        whole("completions", body)["choices"][0] for body in ({"prompt": long}, {"prompt": long, "max_tokens": 99})
    ]

    assert [len(choice["text"].split()) for choice in choices] == [16, 55]
    assert [choice["finish_reason"] for choice in choices] == ["length", "stop"]


def test_a_completion_that_is_filtered_says_so() -> None:
    body = {"prompt": "Please trigger the output filter."}
    (choice,) = whole("completions", body)["choices"]
    last = chunks("completions", body)[-1]["choices"][0]

    assert choice["text"] == "This is east. You said: Please "
    for each in (choice, last):
        assert each["finish_reason"] == "content_filter"
        assert each["content_filter_results"]["violence"] == {"filtered": True, "severity": "medium"}
    assert whole("completions", body, azure=False)["choices"][0]["finish_reason"] == "stop"


def test_a_streamed_completion_begins_with_the_filter_and_ends_with_the_usage() -> None:
    body = {"prompt": "Hello", "stream_options": {"include_usage": True}}

    first, *tokens, last, usage = chunks("completions", body)

    assert (first["choices"], list(first["prompt_filter_results"][0])) == (
        [],
        ["prompt_index", "content_filter_results"],
    )
    assert "".join(chunk["choices"][0]["text"] for chunk in tokens) == "This is east. You said: Hello"
    assert {(chunk["id"], chunk["object"]) for chunk in [*tokens, last, usage]} == {(last["id"], "text_completion")}
    assert last["choices"][0]["finish_reason"] == "stop"
    assert (usage["choices"], usage["usage"]["total_tokens"]) == ([], 7)


def test_the_logprobs_of_a_completion_are_lists() -> None:
    logprobs = whole("completions", {"prompt": "Hello", "logprobs": 2})["choices"][0]["logprobs"]

    assert logprobs["tokens"] == ["This", " is", " east.", " You", " said:", " Hello"]
    assert logprobs["text_offset"] == [0, 4, 7, 13, 17, 23]
    assert [len(each) for each in logprobs["top_logprobs"]] == [2] * 6


@pytest.mark.parametrize("given", ["Hello", ["Hello", "you"], [1, 2], [[1], [2]]])
def test_an_embedding_is_a_unit_vector(given: Any) -> None:
    body = whole("embeddings", {"input": given, "dimensions": 8})

    assert [len(each["embedding"]) for each in body["data"]] == [8] * len(body["data"])
    assert [math.hypot(*each["embedding"]) for each in body["data"]] == pytest.approx([1] * len(body["data"]))
    assert [each["index"] for each in body["data"]] == list(range(len(body["data"])))
    assert (body["object"], body["data"][0]["object"], body["model"]) == ("list", "embedding", "mine")


def test_base64_is_of_little_endian_floats_of_32_bits() -> None:
    numbers = whole("embeddings", {"input": "a", "dimensions": 3})["data"][0]["embedding"]

    packed = whole("embeddings", {"input": "a", "dimensions": 3, "encoding_format": "base64"})["data"][0]["embedding"]

    assert struct.unpack("<3f", base64.b64decode(packed)) == pytest.approx(numbers)


def test_another_text_has_another_embedding() -> None:
    data = whole("embeddings", {"input": ["a", "b", "a"]})["data"]

    assert data[0]["embedding"] == data[2]["embedding"] != data[1]["embedding"]


@pytest.mark.parametrize(
    ("response_format", "start"),
    [
        ("text", "This is east. You sent 4 bytes of audio.\n"),
        ("srt", "1\n00:00:00,000 --> 00:00:02,000\nThis is east."),
        ("vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nThis is east."),
    ],
)
def test_a_recording_as_text(response_format: str, start: str) -> None:
    assert whole("audio/transcriptions", form(response_format=response_format), **FORM).startswith(start)


@pytest.mark.parametrize(
    ("path", "task", "language"), [("transcriptions", "transcribe", "de"), ("translations", "translate", "english")]
)
def test_a_recording_as_verbose_json(path: str, task: str, language: str) -> None:
    body = whole(f"audio/{path}", form(response_format="verbose_json", language="de"), **FORM)

    assert (body["task"], body["language"], body["duration"]) == (task, language, 2.0)
    assert body["segments"][0]["text"] == body["text"]


def test_an_image_is_a_png() -> None:
    data = whole("images/generations", {"prompt": "A cat", "n": 2})["data"]

    first, second = (base64.b64decode(image["b64_json"]) for image in data)
    assert first.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10")
    size = int.from_bytes(first[33:37])
    assert len(zlib.decompress(first[41 : 41 + size])) == 16 * (1 + 3 * 16)
    assert first != second


@pytest.mark.parametrize(
    ("deployment", "more", "kind"),
    [
        ("dall-e-3", {}, "url"),
        ("dall-e-3", {"response_format": "b64_json"}, "b64_json"),
        ("gpt-image-1", {}, "b64_json"),
        ("gpt-image-1", {"response_format": "url"}, "url"),
    ],
)
def test_an_image_is_a_url_or_base64(deployment: str, more: dict[str, str], kind: str) -> None:
    (image,) = whole("images/generations", {"prompt": "A cat"} | more, deployment=deployment)["data"]

    assert {"url", "b64_json"} & set(image) == {kind}


@pytest.mark.parametrize("path", ["completions", "images/generations"])
def test_only_azure_reports_its_content_filter(path: str) -> None:
    answers = [json.dumps(whole(path, {"prompt": "A cat"}, azure=azure)) for azure in (True, False)]

    assert ["filter" in answer for answer in answers] == [True, False]


def test_the_deployments_are_the_models() -> None:
    listed = whole("models", b"", deployments=("a", "b"))

    assert [model["id"] for model in listed["data"]] == ["a", "b"]
    assert whole("models/<name>", b"", deployments=("a",), name="a") == listed["data"][0]
    with pytest.raises(DeploymentNotFoundError):
        parse("models/<name>", b"", deployments=("a",), name="b")


@pytest.mark.parametrize(
    ("path", "body", "estimate"),
    [
        ("completions", {"prompt": "12345"}, (2, 16)),
        ("completions", {"prompt": ["1234", "1234"], "max_tokens": 10, "n": 3}, (2, 60)),
        ("completions", {"prompt": [1, 2, 3], "max_tokens": 10, "n": 2, "best_of": 5}, (3, 50)),
        ("embeddings", {"input": "123456789"}, (3, 0)),
        ("embeddings", {"input": ""}, (0, 0)),
        ("embeddings", {"input": [[1, 2], [3]]}, (3, 0)),
        ("images/generations", {"prompt": "1234"}, (1, 0)),
        ("images/generations", {"prompt": "1234", "size": "1024x1024"}, (1, 0)),
    ],
)
def test_the_estimate_at_admission(path: str, body: dict[str, Any], estimate: tuple[int, int]) -> None:
    request = parse(path, body)

    assert (request.prompt_tokens, request.max_tokens) == estimate


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("completions", {"prompt": 1}, "prompt"),
        ("completions", {"prompt": []}, "prompt"),
        ("completions", {"prompt": ["a", 1]}, "prompt"),
        ("completions", {"prompt": "a", "n": 3, "best_of": 2}, "best_of"),
        ("completions", {"prompt": "a", "stream": True, "best_of": 2}, "best_of"),
        ("completions", {"prompt": ["a"] * 100, "n": 100}, "n"),
        ("completions", {"prompt": "a", "max_tokens": 2**31}, "max_tokens"),
        ("embeddings", {}, "input"),
        ("embeddings", {"input": None}, "input"),
        ("embeddings", {"input": []}, "input"),
        ("embeddings", {"input": [[]]}, "input[0]"),
        ("embeddings", {"input": [""]}, "input[0]"),
        ("embeddings", {"input": ["a", 1]}, "input"),
        ("embeddings", {"input": ["a"] * 2049}, "input"),
        ("embeddings", {"input": [True]}, "input[0]"),
        ("embeddings", {"input": "a", "dimensions": 0}, "dimensions"),
        ("embeddings", {"input": "a", "encoding_format": "hex"}, "encoding_format"),
        ("images/generations", {"prompt": ""}, "prompt"),
        ("images/generations", {"prompt": "a", "n": 11}, "n"),
        ("images/generations", {"prompt": "a", "size": "large"}, "size"),
    ],
)
def test_a_body_that_cannot_be_served_says_what_is_wrong(path: str, body: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        parse(path, body)

    assert caught.value.param == param


@pytest.mark.parametrize(
    ("body", "content_type", "param"),
    [
        (form(None), FORM["content_type"], "file"),
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n--x--\r\n', FORM["content_type"], "file"),
        (form(response_format="mp3"), FORM["content_type"], "response_format"),
        (form(temperature="hot"), FORM["content_type"], "temperature"),
        (form(temperature="nan"), FORM["content_type"], "temperature"),
        (form(), "application/json", None),
        (form(), "multipart/form-data", None),
        (b"nothing", FORM["content_type"], None),
    ],
)
def test_a_form_that_cannot_be_served_says_what_is_wrong(body: bytes, content_type: str, param: str | None) -> None:
    with pytest.raises(BadRequestError) as caught:
        parse("audio/transcriptions", body, content_type=content_type)

    assert caught.value.param == param
