"""What goes from mitmproxy's messages to the gateway's, and back."""

import gzip
import json

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from apim_lab.messages import Body, Headers, Request, Response, Url
from apim_lab.policy.context import Context
from apim_lab.proxy.flows import Tap, address, as_target, content_of, encode_text, put_answer, usage_of
from apim_lab.stores.memory import MemoryStore
from apim_lab.tracing.call import Call
from apim_lab.tracing.usage import Usage


@pytest.fixture
def call() -> Call:
    return Call.of(1, Context(Request("POST", Url.parse("http://gateway/openai")), MemoryStore()))


def test_text_that_is_no_unicode_becomes_a_question_mark():
    assert encode_text("a\ud83d") == b"a?"


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        (b"/a%20b?c=[d]|%", b"/a%20b?c=[d]|%"),
        (b"/a b HTTP/1.1", b"/a%20b%20HTTP/1.1"),
        (b"/\xc3\xa4?\x0b#", b"/%C3%A4?%0B%23"),
    ],
)
def test_what_a_request_line_may_not_have_is_escaped(target, sent):
    """RFC 9112, section 3.2: a policy may take a base URL from anywhere, and a redirect names any."""
    assert as_target(target) == sent


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


@pytest.mark.parametrize(("coding", "most"), [("gzip", 1 << 22), ("identity", 1 << 24)])
@pytest.mark.parametrize(("more", "usage"), [(0, Usage(1, 2)), (1, None)])
def test_the_usage_of_a_large_answer_is_not_read(coding, most, more, usage):
    content = json.dumps({"usage": {"prompt_tokens": 1, "completion_tokens": 2}}).encode().rjust(most + more)
    response = tutils.tresp(status_code=200, headers=http.Headers(content_type="application/json"))
    response.headers["Content-Encoding"] = coding
    response.raw_content = gzip.compress(content, 1) if coding == "gzip" else content

    assert usage_of(response) == usage


def test_mitmproxy_which_would_keep_the_content_decodes_nothing(monkeypatch):
    monkeypatch.setattr("mitmproxy.net.encoding.decode", None)
    headers = http.Headers(content_type="application/json", content_encoding="gzip")
    response = tutils.tresp(status_code=200, headers=headers)
    response.raw_content = gzip.compress(b'{"usage": {"prompt_tokens": 1}}')

    assert usage_of(response) == Usage(1, 0)
    assert content_of(response)[0]() == b'{"usage": {"prompt_tokens": 1}}'


@pytest.mark.parametrize("coding", ["gzip", "utf-8", "gzip, br", "none of any kind"])
def test_a_body_that_a_policy_replaces_goes_on_without_a_coding(call, coding):
    call.context.request.body.replace(b"new")
    call.context.request.headers.set("Content-Encoding", coding)
    request = tutils.treq()
    address(request, call.context)

    assert request.raw_content == b"new"
    assert "Content-Encoding" not in request.headers
    assert request.headers["Content-Length"] == "3"


@pytest.mark.parametrize("coding", ["gzip", "utf-8", "gzip, br", "none of any kind"])
def test_an_answer_that_a_policy_replaces_goes_on_without_a_coding(coding):
    flow = tflow.tflow(resp=True)
    put_answer(Response(200, "OK", Headers([("Content-Encoding", coding)]), Body(b"new")), flow)

    assert flow.response.raw_content == b"new"
    assert "Content-Encoding" not in flow.response.headers
    assert flow.response.headers["Content-Length"] == "3"
