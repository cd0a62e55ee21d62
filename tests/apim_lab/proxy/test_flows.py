"""What goes from mitmproxy's messages to the gateway's, and back."""

import gzip

import pytest
from mitmproxy import http
from mitmproxy.test import tutils

from apim_lab.messages import Request, Url
from apim_lab.policy.context import Context
from apim_lab.proxy.flows import Tap, address, decoded_body, encoded, usage_of
from apim_lab.stores.memory import MemoryStore
from apim_lab.tracing.call import Call
from apim_lab.tracing.usage import Usage


@pytest.fixture
def call() -> Call:
    return Call.of(1, Context(Request("POST", Url.parse("http://gateway/openai")), MemoryStore()))


def test_text_that_is_no_unicode_becomes_a_question_mark():
    assert encoded("a\ud83d") == b"a?"


@pytest.mark.parametrize(
    ("coding", "body", "content"),
    [
        ("identity", b"plain", b"plain"),
        ("gzip", gzip.compress(b"packed"), b"packed"),
        ("gzip", b"none of it", b"none of it"),
        ("utf-8", b"no coding of bodies", b"no coding of bodies"),
        ("rot13", b"no coding of bodies", b"no coding of bodies"),
    ],
)
def test_a_body_is_read_without_its_coding(coding, body, content):
    assert decoded_body(body, coding) == content


def test_trailers_of_a_request_are_left_out(call):
    """Over HTTP/2 they may come with any body; in HTTP/1.1 they have a place in chunks only."""
    request = tutils.treq(trailers=http.Headers(checksum="1"))
    address(request, call.context)

    assert request.trailers is None


def test_a_tap_passes_every_piece_on_and_finds_the_usage_at_the_end(call):
    tap = Tap(call)
    pieces = [
        b'data: {"choices":[],"usage":null}\n\n',
        b'data: {"usage":{"prompt_tokens":3,"comp',
        b'letion_tokens":5}}\n\n',
        b"",
    ]

    assert [tap(piece) for piece in pieces] == pieces
    assert call.first_token is not None
    assert call.usage == Usage(3, 5)


def test_a_tap_keeps_only_the_end_of_a_long_stream(call):
    tap = Tap(call)
    for _ in range(100):
        tap(b"x" * 1000)

    assert len(tap.tail) == 4096


@pytest.mark.parametrize(
    ("status", "content_type", "usage"),
    [
        (200, "application/json", Usage(1, 2)),
        (200, "application/json; charset=utf-8", Usage(1, 2)),
        (429, "application/json", None),
        (200, "text/plain", None),
    ],
)
def test_the_usage_of_a_whole_answer_is_that_of_a_json_answer_with_200(status, content_type, usage):
    content = b'{"usage": {"prompt_tokens": 1, "completion_tokens": 2}}'
    response = tutils.tresp(status_code=status, headers=http.Headers(content_type=content_type), content=content)

    assert usage_of(response) == usage
