"""Messages as mitmproxy makes them, without its checks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.test import tflow

from apim_lab.proxy.http.new_messages import new_headers, new_request, new_response

FIELDS = [(b"Host", b"a"), (b"X-Name", b"1"), (b"x-name", b"\xff")]


@pytest.fixture
def stopped_clock(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 7.0)


@pytest.mark.usefixtures("stopped_clock")
def test_a_request_is_the_one_that_mitmproxy_makes_of_the_same_parts():
    ours = new_request(b"POST", b"http", b"", b"/x?y", b"HTTP/1.1", "a", 80, FIELDS)
    theirs = http.Request("a", 80, b"POST", b"http", b"", b"/x?y", b"HTTP/1.1", FIELDS, None, None, 7.0, None)
    assert (type(ours), type(ours.data)) == (type(theirs), type(theirs.data))
    assert vars(ours.data) == vars(theirs.data)


@pytest.mark.usefixtures("stopped_clock")
def test_an_answer_is_the_one_that_mitmproxy_makes_of_the_same_parts():
    ours = new_response(b"HTTP/1.1", 200, b"OK", FIELDS)
    theirs = http.Response(b"HTTP/1.1", 200, b"OK", FIELDS, None, None, 7.0, None)
    assert vars(ours.data) == vars(theirs.data)


def test_they_are_saved_and_copied_as_any_other():
    flow = tflow.tflow()
    flow.request, flow.response = (
        new_request(b"GET", b"http", b"", b"/", b"HTTP/1.1", "a", 80, FIELDS),
        new_response(b"HTTP/1.1", 204, b"No Content", FIELDS),
    )
    assert http.HTTPFlow.from_state(flow.get_state()).request.headers.fields == tuple(FIELDS)
    assert flow.copy().response.data == flow.response.data


NAMES = st.sampled_from(["a", "A", "b", "Content-Length", "\udcff", "é"])
BYTES = st.sampled_from([b"a", b"A", b"b", b"content-length", b"\xff", b""])


@given(st.lists(st.tuples(BYTES, BYTES)), st.one_of(NAMES, BYTES))
def test_fields_are_found_as_mitmproxy_finds_them(fields, name):
    ours, theirs = new_headers(fields), http.Headers(fields)
    assert ours.get_all(name) == theirs.get_all(name)
    assert ours.get(name) == theirs.get(name)
    assert ours.get(name, "x") == theirs.get(name, "x")
    assert (name in ours) == (name in theirs)
    assert list(ours.items(multi=True)) == list(theirs.items(multi=True))
    assert ours == theirs


def test_fields_are_changed_as_mitmproxy_changes_them():
    headers = new_headers(FIELDS)
    headers["x-name"] = "2"
    headers.add("y", "3")
    del headers["host"]
    assert headers.copy().fields == ((b"X-Name", b"2"), (b"y", b"3"))
    assert headers.pop("y") == "3"
    assert "y" not in headers
