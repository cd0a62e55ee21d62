"""Fields that are for one connection only: RFC 9110, section 7.6.1."""

import pytest
from mitmproxy import http
from mitmproxy.test import tutils

from apim_lab.proxy.http import hop_by_hop

type Fields = list[tuple[bytes, bytes]]

SWITCH: Fields = [(b"Upgrade", b"websocket"), (b"Connection", b"Upgrade")]


def forwarded(*fields: tuple[bytes, bytes], version: bytes = b"HTTP/1.1", is_for_proxy: bool = False) -> Fields:
    """What is left of a request's fields."""
    request = tutils.treq(headers=http.Headers(fields), http_version=version)
    hop_by_hop.remove_from_request(request, is_for_proxy=is_for_proxy)
    return list(request.headers.fields)


def passed_back(status: int, *fields: tuple[bytes, bytes], is_for_proxy: bool = False) -> Fields:
    """What is left of an answer's fields."""
    response = tutils.tresp(headers=http.Headers(fields), status_code=status)
    hop_by_hop.remove_from_response(response, is_for_proxy=is_for_proxy)
    return list(response.headers.fields)


@pytest.mark.parametrize("name", [b"Connection", b"KEEP-ALIVE", b"proxy-connection", b"TE", b"Trailer", b"Upgrade"])
def test_what_is_for_the_connection_stays_there(name):
    assert forwarded((b"Foo", b"1"), (name, b"x"), (b"Bar", b"2")) == [(b"Foo", b"1"), (b"Bar", b"2")]
    assert passed_back(200, (name, b"x"), (b"Bar", b"2")) == [(b"Bar", b"2")]


def test_what_connection_names_stays_there_too():
    assert forwarded((b"Connection", b"close, Foo"), (b"foo", b"1"), (b"Connection", b"bar"), (b"Bar", b"2")) == []


@pytest.mark.parametrize("name", [b"Host", b"Content-Length", b"Transfer-Encoding"])
def test_what_frames_a_message_cannot_be_named(name):
    assert forwarded((b"Connection", name), (name, b"1")) == [(name, b"1")]


def test_a_switch_of_protocols_goes_on():
    """RFC 9110, section 7.8."""
    fields: Fields = [(b"Connection", b"keep-alive, Upgrade"), (b"Upgrade", b"websocket")]

    assert forwarded(*fields) == SWITCH
    assert passed_back(101, *fields) == SWITCH
    assert passed_back(200, *fields) == []


@pytest.mark.parametrize("protocol", [b"h2c", b"H2C", b"websocket, h2c"])
def test_a_switch_to_http2_does_not(protocol):
    """RFC 9113, section 3.1."""
    fields: Fields = [(b"Connection", b"Upgrade, HTTP2-Settings"), (b"Upgrade", protocol), (b"HTTP2-Settings", b"AAMA")]

    assert forwarded(*fields) == []


@pytest.mark.parametrize("name", [b"Proxy-Authorization", b"Proxy-Authenticate", b"Proxy-Authentication-Info"])
def test_credentials_go_on_to_a_proxy_only(name):
    """RFC 9110, section 11.7."""
    assert forwarded((name, b"Basic x")) == []
    assert forwarded((name, b"Basic x"), is_for_proxy=True) == [(name, b"Basic x")]
    assert passed_back(407, (name, b"Basic x")) == []
    assert passed_back(407, (name, b"Basic x"), is_for_proxy=True) == [(name, b"Basic x")]


def test_http2_has_te_for_the_trailers_of_the_answer():
    """RFC 9113, section 8.2.2."""
    assert forwarded((b"te", b"trailers"), version=b"HTTP/2.0") == [(b"te", b"trailers")]


@pytest.mark.parametrize(
    ("status", "left"), [(204, []), (200, [(b"Content-Length", b"5")]), (304, [(b"Content-Length", b"5")])]
)
def test_no_content_has_no_length(status, left):
    """RFC 9110, section 8.6."""
    assert passed_back(status, (b"Content-Length", b"5")) == left
